//! The cells of one line by the names of their columns: what is read from a file, and what is staged.

use std::collections::BTreeMap;

use ejia_kernel::table::TableRow;
use ejia_kernel::{Date, narrow};
use serde::{Deserialize, Serialize};

use super::columns::{Headings, TableKind};
use super::refusals::Refusal;

/// The filled cells of a line. An empty cell is not there: it says nothing and changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Cells(BTreeMap<String, String>);

impl Cells {
    /// The cells of a row of the file; refused when one of them could not be taken.
    pub(crate) fn of(row: &TableRow, headings: &Headings) -> Result<Self, (Self, Refusal)> {
        let mut cells = BTreeMap::new();
        let mut refusal = None;
        for (column, place) in headings.kind.columns().iter().zip(&headings.places) {
            let Some(place) = place else { continue };
            if column.code == "number" {
                continue;
            }
            if let Some(fault) = row.fault(*place) {
                refusal.get_or_insert_with(|| {
                    Refusal::new("directory.import_cell", column.label).with("reason", fault.kind.sentence())
                });
            }
            let text = row.cell(*place).trim();
            if !text.is_empty() {
                cells.insert(column.code.to_owned(), text.to_owned());
            }
        }
        match refusal {
            Some(refusal) => Err((Self(cells), refusal)),
            None => Ok(Self(cells)),
        }
    }

    /// A cell's text; empty when there is none.
    pub(crate) fn text(&self, code: &str) -> &str {
        self.0.get(code).map_or("", String::as_str)
    }

    /// The name in the line, for people who look for it in their file.
    pub(crate) fn name(&self) -> String {
        self.text("name").chars().filter(|letter| !letter.is_control()).take(50).collect()
    }

    /// A text of at most so many characters, on one line.
    pub(crate) fn short(&self, kind: TableKind, code: &str, most: usize) -> Result<Option<String>, Refusal> {
        let text = self.text(code).split_whitespace().collect::<Vec<_>>().join(" ");
        if text.chars().count() > most {
            return Err(Refusal::new("directory.import_too_long", label(kind, code)).with("most", most));
        }
        Ok(Some(text).filter(|text| !text.is_empty()))
    }

    /// A date in one of the ways people write them.
    pub(crate) fn date(&self, kind: TableKind, code: &str) -> Result<Option<Date>, Refusal> {
        let text = self.text(code);
        if text.is_empty() {
            return Ok(None);
        }
        Date::parse_loose(text).map(Some).map_err(|fault| Refusal::new(fault.code(), label(kind, code)))
    }

    /// 是 or 否.
    pub(crate) fn yes(&self, kind: TableKind, code: &str) -> Result<Option<bool>, Refusal> {
        match narrow(self.text(code)).trim() {
            "" => Ok(None),
            "是" | "1" | "TRUE" | "√" => Ok(Some(true)),
            "否" | "0" | "FALSE" | "不是" => Ok(Some(false)),
            _ => Err(Refusal::new("directory.import_yes_or_no", label(kind, code))),
        }
    }
}

/// The heading of a column.
pub(crate) fn label(kind: TableKind, code: &str) -> &'static str {
    kind.columns().iter().find(|column| column.code == code).map_or("", |column| column.label)
}
