//! Reads typed fields out of what a form or a JSON body brought, leniently in shape and strictly in meaning.
//!
//! A form knows only text: `"3"` is a number where a number is wanted, an empty text is nothing where something
//! optional is wanted, one value is a list of one. What cannot be read names its field.

use serde::de::value::StringDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

/// Why the fields could not be read.
#[derive(Debug)]
pub(crate) struct FieldFault {
    /// The field it happened in, where it is known.
    pub(crate) field: Option<String>,
    message: String,
}

impl std::fmt::Display for FieldFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for FieldFault {}

impl de::Error for FieldFault {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self { field: None, message: message.to_string() }
    }
}

/// Reads a `T` from an object of fields.
pub(crate) fn read<T: DeserializeOwned>(fields: serde_json::Map<String, Value>) -> Result<T, FieldFault> {
    T::deserialize(Field(Value::Object(fields)))
}

struct Field(Value);

impl Field {
    fn number<T: std::str::FromStr>(&self) -> Result<T, FieldFault> {
        let text = match &self.0 {
            Value::Number(number) => number.to_string(),
            Value::String(text) => ejia_kernel::narrow(text).trim().to_owned(),
            _ => String::new(),
        };
        text.parse().map_err(|_| de::Error::custom("not a number"))
    }

    fn text(self) -> Result<String, FieldFault> {
        match self.0 {
            Value::String(text) => Ok(text),
            Value::Number(number) => Ok(number.to_string()),
            Value::Bool(yes) => Ok(yes.to_string()),
            Value::Null => Ok(String::new()),
            Value::Array(_) | Value::Object(_) => Err(de::Error::custom("not a text")),
        }
    }
}

macro_rules! numbers {
    ($($deserialize:ident => $visit:ident),*) => {
        $(fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
            visitor.$visit(self.number()?)
        })*
    };
}

impl<'de> Deserializer<'de> for Field {
    type Error = FieldFault;

    numbers!(
        deserialize_i8 => visit_i8, deserialize_i16 => visit_i16, deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64, deserialize_u8 => visit_u8, deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32, deserialize_u64 => visit_u64, deserialize_f32 => visit_f32,
        deserialize_f64 => visit_f64
    );

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        match self.0 {
            Value::Object(_) => self.deserialize_map(visitor),
            Value::Array(_) => self.deserialize_seq(visitor),
            other => other.deserialize_any(visitor).map_err(de::Error::custom),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        let yes = match &self.0 {
            Value::Bool(yes) => *yes,
            Value::Null => false,
            Value::String(text) => match text.as_str() {
                "on" | "true" | "1" | "yes" => true,
                "" | "off" | "false" | "0" | "no" => false,
                _ => return Err(de::Error::custom("neither yes nor no")),
            },
            _ => return Err(de::Error::custom("neither yes nor no")),
        };
        visitor.visit_bool(yes)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        visitor.visit_string(self.text()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        match &self.0 {
            Value::Null => visitor.visit_none(),
            Value::String(text) if text.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, FieldFault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        let items = match self.0 {
            Value::Array(items) => items,
            Value::Null => Vec::new(),
            one => vec![one],
        };
        visitor.visit_seq(Items(items.into_iter()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        match self.0 {
            Value::Object(fields) => visitor.visit_map(Fields { rest: fields.into_iter(), next: None }),
            _ => Err(de::Error::custom("not an object")),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldFault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldFault> {
        let text: StringDeserializer<FieldFault> = self.text()?.into_deserializer();
        text.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldFault> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i128 u128 char bytes byte_buf unit unit_struct tuple tuple_struct identifier
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = FieldFault;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, FieldFault> {
        self.0.next().map(|item| seed.deserialize(Field(item))).transpose()
    }
}

struct Fields {
    rest: serde_json::map::IntoIter,
    next: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = FieldFault;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, FieldFault> {
        self.next = self.rest.next();
        match &self.next {
            Some((key, _)) => {
                let key: StringDeserializer<FieldFault> = key.clone().into_deserializer();
                seed.deserialize(key).map(Some)
            }
            None => Ok(None),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, FieldFault> {
        let (key, value) = self.next.take().ok_or_else(|| de::Error::custom("a value without a key"))?;
        seed.deserialize(Field(value)).map_err(|mut fault: FieldFault| {
            fault.field.get_or_insert(key);
            fault
        })
    }
}
