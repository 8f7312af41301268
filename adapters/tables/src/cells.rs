//! Building one row out of cells: text is cleaned, numbers become text, limits are kept.

use ejia_kernel::table::{CellFault, CellFaultKind, TableFault, TableRow};

use crate::limits::{CELL_CHARS, COLUMNS};

/// A row under construction.
#[derive(Debug)]
pub(crate) struct RowBuilder {
    row: TableRow,
}

impl RowBuilder {
    pub(crate) fn new(number: u32) -> Self {
        Self { row: TableRow { number, ..TableRow::default() } }
    }

    /// Puts a text into a column; an empty text takes no room.
    pub(crate) fn text(&mut self, column: usize, text: &str) -> Result<(), TableFault> {
        let text = cleaned(text);
        if text.is_empty() {
            return Ok(());
        }
        if text.chars().count() > CELL_CHARS {
            return self.fault(column, CellFaultKind::TooLong);
        }
        *self.place(column)? = text;
        Ok(())
    }

    /// Marks a column as one from which nothing is taken.
    pub(crate) fn fault(&mut self, column: usize, kind: CellFaultKind) -> Result<(), TableFault> {
        self.place(column)?.clear();
        self.row.faults.push(CellFault { column, kind });
        Ok(())
    }

    /// The row, when it holds anything at all.
    pub(crate) fn finish(self) -> Option<TableRow> {
        let mut row = self.row;
        while row.cells.last().is_some_and(String::is_empty) {
            row.cells.pop();
        }
        (!row.cells.is_empty() || !row.faults.is_empty()).then_some(row)
    }

    fn place(&mut self, column: usize) -> Result<&mut String, TableFault> {
        let fault = TableFault::TooManyColumns { row: self.row.number, most: COLUMNS };
        if column >= COLUMNS {
            return Err(fault);
        }
        if self.row.cells.len() <= column {
            self.row.cells.resize(column + 1, String::new());
        }
        self.row.cells.get_mut(column).ok_or(fault)
    }
}

/// Text without invisible control characters, and without the apostrophe that marks digits as text.
fn cleaned(text: &str) -> String {
    let text = match text.strip_prefix(['\'', '’', '‘']) {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit() || ('０'..='９').contains(&c)) => rest,
        _ => text,
    };
    if text.chars().all(char::is_whitespace) {
        return String::new();
    }
    let text =
        if text.contains("_x000") { text.replace("_x000D_", "").replace("_x000A_", "\n") } else { text.to_owned() };
    if text.contains(unwanted) { text.replace(unwanted, "") } else { text }
}

fn unwanted(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{fffe}' | '\u{ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_apostrophe_before_digits_is_dropped_and_others_stay() {
        assert_eq!(cleaned("'350212198509268003"), "350212198509268003");
        assert_eq!(cleaned("'abc"), "'abc");
        assert_eq!(cleaned("王\u{200b}𬱖\r\u{0}"), "王𬱖");
        assert_eq!(cleaned(" \u{3000}\t"), "");
    }

    #[test]
    fn a_column_beyond_the_limit_is_refused_and_an_empty_one_is_not() {
        let mut row = RowBuilder::new(7);
        assert_eq!(row.text(100_000, ""), Ok(()));
        assert_eq!(row.text(COLUMNS, "x"), Err(TableFault::TooManyColumns { row: 7, most: COLUMNS }));
        row.text(1, &"长".repeat(CELL_CHARS + 1)).unwrap();
        let row = row.finish().unwrap();
        assert_eq!(row.fault(1).unwrap().kind, CellFaultKind::TooLong);
    }
}
