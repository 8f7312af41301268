//! Papers: what is to be set as PDF, and who sets it.

use std::fmt;

use bytes::Bytes;
use ejia_kernel::sheet::{Around, Cell, Column};
use serde::Serialize;
use serde_json::{Value, json};

/// A paper to be set: the name of a template and its content.
#[derive(Debug, Clone, PartialEq)]
pub struct Paper {
    /// The template, as the typesetter knows it.
    pub template: &'static str,
    /// What it says.
    pub content: Value,
    /// Pictures it shows, which travel beside the content as they are.
    pub files: Vec<PaperFile>,
    /// Whether it may take long: the typesetter keeps it apart from papers that somebody waits for.
    pub long: bool,
}

/// A picture that a paper shows.
#[derive(Clone, PartialEq, Eq)]
pub struct PaperFile {
    /// The name by which the template asks for it: letters, digits, `-`, and the ending.
    pub name: String,
    /// What it holds.
    pub bytes: Bytes,
}

impl fmt::Debug for PaperFile {
    /// Without the picture.
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "PaperFile({}, {} bytes)", self.name, self.bytes.len())
    }
}

/// Why a paper was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypesetFault {
    /// The typesetter cannot be had at the moment; the text says why, for the operator.
    Away(String),
    /// The paper cannot be set: a mistake of ours.
    Broken(String),
}

/// Who sets papers. Called outside any transaction; comes back within half a minute, for a long paper within five.
pub trait Typesetter: Send + Sync {
    /// The paper as PDF.
    ///
    /// # Errors
    /// [`TypesetFault`].
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault>;
}

impl Paper {
    /// A short paper without pictures.
    pub fn of(template: &'static str, content: Value) -> Self {
        Self { template, content, files: Vec::new(), long: false }
    }

    /// A sheet on paper.
    ///
    /// # Errors
    /// None in practice: what is told can always be written as JSON.
    pub fn sheet(around: &Around, columns: &[Column], rows: &[Vec<Cell>]) -> Self {
        let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
        let Around { title, below, facts, sums, seal, note, landscape } = around;
        let content = json!({
            "title": title, "below": below, "facts": facts, "sums": sums, "seal": seal, "note": note,
            "landscape": landscape, "columns": columns, "rows": rows,
        });
        Self::of("sheet", content)
    }

    /// A receipt on paper.
    pub fn receipt(receipt: &Receipt) -> Self {
        Self::of("receipt", serde_json::to_value(receipt).unwrap_or_default())
    }
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The title, e.g. 党费交纳电子收据.
    pub title: String,
    /// Its number.
    pub number: String,
    /// Who paid, when, how: pairs of a word and its value.
    pub facts: Vec<(String, String)>,
    /// The headings of the lines: four of them, the last one of amounts.
    pub columns: [&'static str; 4],
    /// What was paid for.
    pub rows: Vec<[String; 4]>,
    /// The sum in capital numerals.
    pub capitals: String,
    /// The sum in yuan.
    pub sum: String,
    /// A remark at the end.
    pub note: String,
}
