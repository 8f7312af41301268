//! Why a line of a file is refused, in a sentence that names the line, the column and what to do.

use std::sync::LazyLock;

use ejia_web::Texts;

/// A line that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The code of the sentence.
    pub(crate) code: &'static str,
    /// The heading of the column it is about; empty when it is about the whole line.
    pub(crate) column: &'static str,
    args: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal about one column.
    pub(crate) const fn new(code: &'static str, column: &'static str) -> Self {
        Self { code, column, args: Vec::new() }
    }

    /// Names something for the sentence; never a person's numbers.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers hand over texts and numbers alike")]
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// The sentence, naming line and column.
    pub(crate) fn sentence(&self, number: u32) -> String {
        let what = said(self.code, &self.args);
        if self.column.is_empty() {
            format!("第{number}行：{what}")
        } else {
            format!("第{number}行“{}”：{what}", self.column)
        }
    }
}

/// The sentence of a code of this crate or of the kernel, with its blanks filled.
pub(crate) fn said(code: &str, args: &[(&'static str, String)]) -> String {
    // A report has hundreds of thousands of lines: the texts are read once.
    static SENTENCES: LazyLock<Texts> =
        LazyLock::new(|| Texts::of(&[ejia_kernel::TEXTS, crate::TEXTS]).unwrap_or_default());
    SENTENCES.sentence(code, args)
}
