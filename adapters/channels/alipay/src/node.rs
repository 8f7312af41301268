//! JSON objects, built field by field.

use serde_json::{Map, Value};

/// An object of the protocol: `biz_content`, the node of an answer, a part of `fund_bill_list`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    fields: Map<String, Value>,
}

impl Node {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One field more.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// One field more, unless it is empty.
    pub(crate) fn with_some(self, name: &str, value: &str) -> Self {
        if value.is_empty() { self } else { self.with(name, value) }
    }
}

impl From<Node> for Value {
    fn from(node: Node) -> Self {
        Self::Object(node.fields)
    }
}

impl std::fmt::Display for Node {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Value::Object(self.fields.clone()).fmt(formatter)
    }
}
