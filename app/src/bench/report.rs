//! What was measured, as a table for people and a file for programs.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

/// How a figure is judged.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "rule", content = "bound")]
pub(super) enum Wanted {
    /// At least so much.
    AtLeast(f64),
    /// At most so much.
    AtMost(f64),
    /// It is told, and not judged.
    Told,
}

/// One figure.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) what: String,
    pub(super) figure: f64,
    pub(super) unit: &'static str,
    pub(super) wanted: Wanted,
    /// What stands behind the figure.
    pub(super) how: String,
}

impl Line {
    pub(super) fn new(what: impl Into<String>, figure: f64, unit: &'static str, wanted: Wanted) -> Self {
        Self { what: what.into(), figure, unit, wanted, how: String::new() }
    }

    /// With the figures that it was computed from.
    pub(super) fn from(mut self, how: impl Into<String>) -> Self {
        self.how = how.into();
        self
    }

    fn holds(&self) -> bool {
        match self.wanted {
            Wanted::AtLeast(bound) => self.figure >= bound,
            Wanted::AtMost(bound) => self.figure <= bound,
            Wanted::Told => true,
        }
    }
}

#[derive(Serialize)]
struct Written<'a> {
    #[serde(flatten)]
    line: &'a Line,
    holds: bool,
}

/// The table for people.
pub(super) fn table(lines: &[Line]) -> String {
    let mut table = String::new();
    let width = lines.iter().map(|line| line.what.chars().count()).max().unwrap_or_default();
    for line in lines {
        let wanted = match line.wanted {
            Wanted::AtLeast(bound) => format!("≥ {bound}"),
            Wanted::AtMost(bound) => format!("≤ {bound}"),
            Wanted::Told => String::new(),
        };
        let verdict = match line.wanted {
            Wanted::Told => "told",
            _ if line.holds() => "good",
            _ => "MISS",
        };
        let Line { what, figure, unit, how, .. } = line;
        let _ = writeln!(table, "{what:width$}  {figure:>9.2} {unit:<5} {wanted:>8}  {verdict}  {how}");
    }
    table
}

/// Writes `bench/results.json`.
pub(super) fn write(path: &Path, lines: &[Line]) -> Result<(), String> {
    let written: Vec<Written<'_>> = lines.iter().map(|line| Written { line, holds: line.holds() }).collect();
    let text = serde_json::to_string_pretty(&written).map_err(|error| error.to_string())?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    }
    std::fs::write(path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
}

/// Whether every figure is as wanted.
pub(super) fn all_hold(lines: &[Line]) -> bool {
    lines.iter().all(Line::holds)
}
