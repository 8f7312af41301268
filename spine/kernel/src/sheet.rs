//! A list as it is handed out, on paper or as a table file: what stands above it, its columns, what stands below.

use serde::{Deserialize, Serialize};

use crate::Fen;

/// A column of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// How many Chinese characters it should hold without a break.
    pub width: u16,
    /// Whether its cells are numbers, set to the right.
    pub number: bool,
    /// Whether it takes the room that is left over on paper.
    pub wide: bool,
}

impl Column {
    /// A column of words.
    pub const fn words(name: &'static str, width: u16) -> Self {
        Self { name, width, number: false, wide: false }
    }

    /// A column of amounts or counts.
    pub const fn numbers(name: &'static str, width: u16) -> Self {
        Self { name, width, number: true, wide: false }
    }

    /// The same column, taking the room that is left over on paper.
    #[must_use]
    pub const fn wide(mut self) -> Self {
        self.wide = true;
        self
    }
}

/// A cell of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words; also numbers that nobody adds up, such as codes.
    Words(String),
    /// An amount of money, in yuan with two decimals.
    Money(Fen),
    /// A count.
    Count(i64),
}

impl Cell {
    /// As it is printed.
    pub fn text(&self) -> String {
        match self {
            Self::Words(words) => words.clone(),
            Self::Money(amount) => amount.to_string(),
            Self::Count(count) => count.to_string(),
        }
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::Words(words.to_owned())
    }
}

impl From<String> for Cell {
    fn from(words: String) -> Self {
        Self::Words(words)
    }
}

impl From<Fen> for Cell {
    fn from(amount: Fen) -> Self {
        Self::Money(amount)
    }
}

impl From<i64> for Cell {
    fn from(count: i64) -> Self {
        Self::Count(count)
    }
}

/// Everything of a sheet but its rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Around {
    /// The title in large letters; a sheet without one begins with its headings.
    pub title: String,
    /// A line under it; may be empty.
    pub below: String,
    /// What the sheet is about: pairs of a word and its value, e.g. 党支部 and its name.
    pub facts: Vec<(String, String)>,
    /// The sums under the rows: pairs of a word and its value.
    pub sums: Vec<(String, String)>,
    /// Whose seal goes below, and the day; none for a sheet without one.
    pub seal: Option<(String, String)>,
    /// A remark at the end; may be empty.
    pub note: String,
    /// Whether the paper lies on its side.
    pub landscape: bool,
}
