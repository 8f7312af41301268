//! What a select offers, and how it is written: prepared once, since a page may offer hundreds of lines.

use std::fmt::{self, Debug, Display, Formatter, Write};
use std::sync::Arc;

use askama::filters::HtmlSafe;
use askama::{FastWritable, Values};
use schemars::JsonSchema;
use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

/// One line of a select or a radio button: what is shown, and what is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Choice {
    /// What is shown.
    pub label: String,
    /// What is sent.
    pub value: String,
}

impl Choice {
    /// A line.
    pub fn of(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// What can be offered: [`Choices`], lists of [`Choice`], lists of `(label, value)`.
pub trait Options {
    /// Every line as `(label, value)`.
    fn pairs(&self) -> Vec<(&str, &str)>;

    /// Writes the lines of a select, the chosen one marked.
    fn write(&self, out: &mut dyn Write, chosen: &str) -> fmt::Result {
        for (label, value) in self.pairs() {
            Line::new(label, value).write(out, chosen)?;
        }
        Ok(())
    }
}

impl Options for Vec<Choice> {
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.iter().map(|choice| (choice.label.as_str(), choice.value.as_str())).collect()
    }
}

impl<L: AsRef<str>, V: AsRef<str>, const N: usize> Options for [(L, V); N] {
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.iter().map(|(label, value)| (label.as_ref(), value.as_ref())).collect()
    }
}

impl<T: Options + ?Sized> Options for &T {
    fn pairs(&self) -> Vec<(&str, &str)> {
        (**self).pairs()
    }

    fn write(&self, out: &mut dyn Write, chosen: &str) -> fmt::Result {
        (**self).write(out, chosen)
    }
}

/// The lines of a select, escaped once. A list that never changes is made once and kept; cloning it is cheap.
#[derive(Clone, Debug, Default, JsonSchema)]
pub struct Choices(#[schemars(with = "Vec<Choice>")] Arc<[Line]>);

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
            before: format!("<option value=\"{}\"", escaped(value)),
            after: format!(">{}</option>\n", escaped(label)),
            label: label.to_owned(),
            value: value.to_owned(),
        }
    }

    fn write(&self, out: &mut dyn Write, chosen: &str) -> fmt::Result {
        out.write_str(&self.before)?;
        if self.value == chosen {
            out.write_str(" selected")?;
        }
        out.write_str(&self.after)
    }
}

fn escaped(text: &str) -> String {
    // Escaping a text does not fail.
    askama::filters::escape(text, askama::filters::Html).map(|safe| safe.to_string()).unwrap_or_default()
}

impl Choices {
    /// Lines of a label and the value that is sent.
    pub fn of<L: AsRef<str>, V: AsRef<str>>(lines: impl IntoIterator<Item = (L, V)>) -> Self {
        Self(lines.into_iter().map(|(label, value)| Line::new(label.as_ref(), value.as_ref())).collect())
    }

    /// Lines whose words are what is sent.
    pub fn words<W: AsRef<str>>(words: impl IntoIterator<Item = W>) -> Self {
        Self::of(words.into_iter().map(|word| (word.as_ref().to_owned(), word.as_ref().to_owned())))
    }

    /// Whether it offers this value.
    pub fn offers(&self, value: &str) -> bool {
        self.0.iter().any(|line| line.value == value)
    }

    /// Whether it offers nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Options for Choices {
    fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|line| (line.label.as_str(), line.value.as_str())).collect()
    }

    fn write(&self, out: &mut dyn Write, chosen: &str) -> fmt::Result {
        self.0.iter().try_for_each(|line| line.write(out, chosen))
    }
}

impl Serialize for Choices {
    /// A list of `{label, value}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for Line { label, value, .. } in self.0.iter() {
            list.serialize_element(&Choice::of(label, value))?;
        }
        list.end()
    }
}

/// The lines of a select in a template.
pub(crate) struct Lines<'a> {
    pub(crate) options: &'a dyn Options,
    pub(crate) chosen: &'a str,
}

impl Display for Lines<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.options.write(f, self.chosen)
    }
}

impl FastWritable for Lines<'_> {
    fn write_into(&self, out: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
        Ok(self.options.write(out, self.chosen)?)
    }
}

impl HtmlSafe for Lines<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(options: &dyn Options, chosen: &str) -> String {
        Lines { options, chosen }.to_string()
    }

    #[test]
    fn the_chosen_line_is_marked_and_everything_is_escaped() {
        let choices = Choices::of([("甲 & 乙", "a\"b"), ("丙", "c")]);
        let expected = "<option value=\"a&#34;b\">甲 &#38; 乙</option>\n<option value=\"c\" selected>丙</option>\n";
        assert_eq!(rendered(&choices, "c"), expected);
    }

    #[test]
    fn a_plain_list_is_written_the_same() {
        let choices = Choices::words(["男", "女"]);
        let plain = serde_json::to_value(&choices).unwrap();
        assert_eq!(plain, serde_json::json!([{"label": "男", "value": "男"}, {"label": "女", "value": "女"}]));
        let list = vec![Choice::of("男", "男"), Choice::of("女", "女")];
        assert_eq!(rendered(&list, "女"), rendered(&choices, "女"));
        assert_eq!(rendered(&[("男", "男"), ("女", "女")], "女"), rendered(&choices, "女"));
    }
}
