//! What the nouns look like to programs: the schemas of their JSON.

/// Gives a noun whose JSON is a text a schema: what it says beside that it is a text.
#[doc(hidden)]
#[macro_export]
macro_rules! text_schema {
    ($name:ident, $($key:literal: $said:expr),+ $(,)?) => {
        impl $crate::schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut $crate::schemars::SchemaGenerator) -> $crate::schemars::Schema {
                $crate::schemars::json_schema!({ "type": "string", $($key: $said),+ })
            }
        }
    };
}
