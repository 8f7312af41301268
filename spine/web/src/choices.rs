//! What a select offers, and how it is written: by Rust, since a page may offer hundreds of lines.

use std::fmt::Write;
use std::sync::Arc;

use minijinja::value::{Enumerator, Object, ObjectRepr, Value};
use minijinja::{HtmlEscape, context};
use serde::{Serialize, Serializer};

/// The lines of a select, escaped once. A list that never changes is made once and kept; cloning it is cheap.
#[derive(Clone, Debug, Default)]
pub struct Choices(Arc<Lines>);

#[derive(Debug, Default)]
struct Lines(Vec<Line>);

#[derive(Debug)]
struct Line {
    label: String,
    value: String,
    /// `<option value="…"` and `>…</option>`: between them stands ` selected` or nothing.
    before: String,
    after: String,
}

impl Line {
    fn new(label: &str, value: &str) -> Self {
        Self {
            before: format!("<option value=\"{}\"", HtmlEscape(value)),
            after: format!(">{}</option>\n", HtmlEscape(label)),
            label: label.to_owned(),
            value: value.to_owned(),
        }
    }
}

impl Choices {
    /// Lines of a label and the value that is sent.
    pub fn of<L: AsRef<str>, V: AsRef<str>>(lines: impl IntoIterator<Item = (L, V)>) -> Self {
        Self(Arc::new(Lines(
            lines.into_iter().map(|(label, value)| Line::new(label.as_ref(), value.as_ref())).collect(),
        )))
    }

    /// Lines whose words are what is sent.
    pub fn words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::of(words.into_iter().map(|word| (word.as_ref().to_owned(), word.as_ref().to_owned())))
    }

    /// Whether it offers this value.
    pub fn offers(&self, value: &str) -> bool {
        self.0.0.iter().any(|line| line.value == value)
    }

    /// Whether it offers nothing.
    pub fn is_empty(&self) -> bool {
        self.0.0.is_empty()
    }
}

impl Object for Lines {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let line = self.0.get(key.as_usize()?)?;
        Some(context! { label => line.label.as_str(), value => line.value.as_str() })
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

impl Serialize for Choices {
    /// For templates the prepared lines themselves; elsewhere a list of `{label, value}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from_dyn_object(Arc::clone(&self.0)).serialize(serializer)
    }
}

/// `lines(list, chosen)` in templates: the lines of a select, the chosen one marked.
pub(crate) fn lines(list: &Value, chosen: Option<&str>) -> Result<Value, minijinja::Error> {
    let mut text = String::with_capacity(2048);
    if let Some(lines) = list.downcast_object_ref::<Lines>() {
        for line in &lines.0 {
            put(&mut text, line, chosen);
        }
    } else {
        for item in list.try_iter()? {
            let (label, value) = (item.get_attr("label")?, item.get_attr("value")?);
            put(&mut text, &Line::new(&label.to_string(), &value.to_string()), chosen);
        }
    }
    Ok(Value::from_safe_string(text))
}

fn put(text: &mut String, line: &Line, chosen: Option<&str>) {
    let mark = if chosen == Some(line.value.as_str()) { " selected" } else { "" };
    // Writing to a String does not fail.
    let _ = write!(text, "{}{mark}{}", line.before, line.after);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(list: &impl Serialize, chosen: &str) -> String {
        lines(&Value::from(minijinja::value::Serde(list)), Some(chosen)).unwrap().to_string()
    }

    #[test]
    fn the_chosen_line_is_marked_and_everything_is_escaped() {
        let choices = Choices::of([("甲 & 乙", "a\"b"), ("丙", "c")]);
        let expected = "<option value=\"a&quot;b\">甲 &amp; 乙</option>\n<option value=\"c\" selected>丙</option>\n";
        assert_eq!(rendered(&choices, "c"), expected);
    }

    #[test]
    fn a_plain_list_is_written_the_same() {
        let choices = Choices::words(["男", "女"]);
        let plain = serde_json::to_value(&choices).unwrap();
        assert_eq!(plain, serde_json::json!([{"label": "男", "value": "男"}, {"label": "女", "value": "女"}]));
        assert_eq!(rendered(&plain, "女"), rendered(&choices, "女"));
    }
}
