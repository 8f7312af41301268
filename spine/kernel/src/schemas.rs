//! What the nouns look like to programs: the schemas of their JSON.

/// Gives a noun whose JSON is a text a schema: its pattern or format, and what is said of it.
macro_rules! text_schema {
    ($name:ident, $key:literal: $rule:literal, $said:literal) => {
        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", $key: $rule, "description": $said })
            }
        }
    };
}

pub(crate) use text_schema;
