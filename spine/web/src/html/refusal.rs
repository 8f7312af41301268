//! A form that was refused: what was entered, and the sentences that stand against it.

use std::borrow::Cow;
use std::ops::Deref;

use askama::Template;
use serde::Serialize;
use serde_json::{Map, Value};

use super::shown::Shown;

/// What a person had entered into the form that is shown again, by field.
#[derive(Debug, Clone, Default)]
pub struct Entered(Map<String, Value>);

impl Entered {
    /// The fields of an input.
    pub(crate) fn of(input: &impl Serialize) -> Self {
        match serde_json::to_value(input) {
            Ok(Value::Object(fields)) => Self(fields),
            _ => Self::default(),
        }
    }

    /// What was entered into a field; nothing if the form has no such field.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        Some(match self.0.get(name)? {
            Value::String(text) => Cow::Borrowed(text.as_str()),
            Value::Null | Value::Array(_) | Value::Object(_) => Cow::Borrowed(""),
            other => Cow::Owned(other.to_string()),
        })
    }

    /// Whether a box with this value was ticked; nothing if the form has no such field.
    pub fn ticked(&self, name: &str, value: &str) -> Option<bool> {
        Some(match self.0.get(name)? {
            Value::Bool(yes) => *yes,
            Value::String(text) => text == value,
            Value::Array(list) => list.iter().any(|one| one.as_str() == Some(value)),
            Value::Number(number) => number.to_string() == value,
            Value::Null | Value::Object(_) => false,
        })
    }
}

/// Why something was refused, in sentences.
#[derive(Debug, Clone, Default)]
pub struct Refusal {
    /// The code of the problem.
    pub code: &'static str,
    /// What it says to a person.
    pub message: String,
    /// The fields it is about, each with its sentence, in the order of the form.
    pub fields: Vec<(String, String)>,
    /// The number of a fault.
    pub number: Option<String>,
    /// Which of several like forms of the page it was.
    pub(crate) which: Option<String>,
}

impl Refusal {
    /// The sentence about a field, if there is one.
    pub fn on(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(field, _)| field == name).map(|(_, sentence)| sentence.as_str())
    }

    /// Where on the page a field stands.
    pub fn anchor(&self, name: &str) -> String {
        match &self.which {
            Some(which) => format!("{name}-{which}"),
            None => name.to_owned(),
        }
    }
}

/// The page of a refusal or fault that is not about a form.
#[derive(Template)]
#[template(path = "shared/problem.html")]
pub(crate) struct ProblemSheet<'a> {
    pub(crate) view: &'a Refusal,
    pub(crate) shown: &'a Shown<'a>,
}

impl<'a> Deref for ProblemSheet<'a> {
    type Target = Shown<'a>;

    fn deref(&self) -> &Shown<'a> {
        self.shown
    }
}
