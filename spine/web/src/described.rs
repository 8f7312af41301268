//! What an operation takes and what it answers, told by the types of its handler: the sources of the description.

use std::marker::PhantomData;

use axum::extract::Path;
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::{JsonSchema, Schema};
use serde_json::{Value, json};

use crate::input::{Asked, Input, LongInput, Nothing};
use crate::upload::Upload;

/// How programs write and read what has a structure.
const JSON: &str = "application/json";

/// An operation as far as its handler's types have told it.
#[derive(Debug, Default)]
pub(crate) struct Operation {
    /// What stands in the path, in its order.
    pub(crate) path: Vec<Schema>,
    /// The questions of the address line, as one object.
    pub(crate) query: Option<Schema>,
    /// What is sent: its media type and its schema.
    pub(crate) body: Option<(&'static str, Schema)>,
    /// What is answered, by media type; several schemas of one type are alternatives.
    pub(crate) answers: Vec<(&'static str, Schema)>,
}

/// Listens to the types of one handler after the other.
#[derive(Debug)]
pub struct Describing {
    read: SchemaGenerator,
    written: SchemaGenerator,
    operation: Operation,
}

impl Describing {
    pub(crate) fn new() -> Self {
        // Everything stands where it is used: crates call their views alike, and a number behind a name would say nothing. A
        // view that holds itself could not be told so; there is none, and the test of the API would see it.
        let settings = |mut settings: SchemaSettings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
            settings
        };
        Self {
            read: settings(SchemaSettings::draft2020_12().for_deserialize()).into_generator(),
            written: settings(SchemaSettings::draft2020_12().for_serialize()).into_generator(),
            operation: Operation::default(),
        }
    }

    /// What a handler has told.
    pub(crate) fn operation(&mut self, tell: impl FnOnce(&mut Self)) -> Operation {
        tell(self);
        std::mem::take(&mut self.operation)
    }

    fn read<T: JsonSchema>(&mut self) -> Schema {
        self.read.subschema_for::<T>()
    }

    fn written<T: JsonSchema>(&mut self) -> Schema {
        self.written.subschema_for::<T>()
    }
}

/// An argument of a handler: what it takes from a request.
#[diagnostic::on_unimplemented(
    message = "programs cannot be told what `{Self}` takes",
    note = "derive `schemars::JsonSchema` beside `Deserialize` on the form, the question or the id in the path"
)]
pub trait Takes {
    /// Tells it.
    fn describe(to: &mut Describing);
}

impl<T: JsonSchema> Takes for Path<T> {
    fn describe(to: &mut Describing) {
        let schema = to.read::<T>();
        to.operation.path = match schema.get("prefixItems").and_then(Value::as_array) {
            Some(parts) => parts.iter().filter_map(|part| Schema::try_from(part.clone()).ok()).collect(),
            None => vec![schema],
        };
    }
}

impl<T: JsonSchema> Takes for Asked<T> {
    fn describe(to: &mut Describing) {
        to.operation.query = Some(to.read::<T>());
    }
}

impl<T: JsonSchema> Takes for Input<T> {
    fn describe(to: &mut Describing) {
        to.operation.body = Some((JSON, to.read::<T>()));
    }
}

impl<T: JsonSchema> Takes for LongInput<T> {
    fn describe(to: &mut Describing) {
        Input::<T>::describe(to);
    }
}

impl Takes for Nothing {
    fn describe(_: &mut Describing) {}
}

impl Takes for Upload {
    fn describe(to: &mut Describing) {
        let schema = json!({
            "type": "object",
            "properties": { "file": { "type": "string", "contentMediaType": "application/octet-stream" } },
            "additionalProperties": { "type": "string" },
        });
        to.operation.body = Schema::try_from(schema).ok().map(|schema| ("multipart/form-data", schema));
    }
}

/// What a handler answers to programs.
#[diagnostic::on_unimplemented(
    message = "programs cannot be told what `{Self}` is",
    note = "derive `schemars::JsonSchema` beside `Serialize` on the view and on what it holds"
)]
pub trait Answers {
    /// Tells it.
    fn describe(to: &mut Describing);
}

impl<V: JsonSchema> Answers for V {
    fn describe(to: &mut Describing) {
        let schema = to.written::<V>();
        to.operation.answers.push((JSON, schema));
    }
}

/// The answer that is a file to be taken away.
#[derive(Debug)]
pub struct File;

impl Answers for File {
    fn describe(to: &mut Describing) {
        // What is in it says the answer itself: a handler hands out what was made or sent once.
        to.operation.answers.push(("*/*", Schema::default()));
    }
}

/// The answer that is one thing or another.
#[derive(Debug)]
pub struct Either<A, B>(PhantomData<fn() -> (A, B)>);

impl<A: Answers, B: Answers> Answers for Either<A, B> {
    fn describe(to: &mut Describing) {
        A::describe(to);
        B::describe(to);
    }
}

/// The answer with which a session is opened: the view with the token beside it.
#[derive(Debug)]
pub struct Opening<V>(PhantomData<fn() -> V>);

impl<V: JsonSchema> Answers for Opening<V> {
    fn describe(to: &mut Describing) {
        let mut schema = to.written::<V>();
        let token =
            json!({ "type": "string", "description": "The session's token: what `Authorization: Bearer` bears." });
        let object = schema.ensure_object();
        if let Some(fields) = object.entry("properties").or_insert_with(|| json!({})).as_object_mut() {
            fields.insert("token".to_owned(), token);
        }
        if let Some(required) = object.entry("required").or_insert_with(|| json!([])).as_array_mut() {
            required.push("token".into());
        }
        to.operation.answers.push((JSON, schema));
    }
}
