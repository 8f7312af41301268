//! Papers: what is to be set as PDF, and who sets it.

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
}

/// Why a paper was not set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypesetFault {
    /// The typesetter cannot be had at the moment; the text says why, for the operator.
    Away(String),
    /// The paper cannot be set: a mistake of ours.
    Broken(String),
}

/// Who sets papers. Called outside any transaction; comes back within half a minute.
pub trait Typesetter: Send + Sync {
    /// The paper as PDF.
    ///
    /// # Errors
    /// [`TypesetFault`].
    fn set(&self, paper: &Paper) -> Result<Vec<u8>, TypesetFault>;
}

impl Paper {
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
        Self { template: "sheet", content }
    }

    /// A receipt on paper.
    pub fn receipt(receipt: &Receipt) -> Self {
        Self { template: "receipt", content: serde_json::to_value(receipt).unwrap_or_default() }
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
