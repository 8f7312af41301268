//! The rows of one sheet, one after the other, whatever the size of the sheet.

use ejia_kernel::table::{CellFaultKind, TableFault, TableRow};
use quick_xml::events::{BytesStart, Event};

use super::package::Package;
use super::workbook::Workbook;
use super::xml::{Xml, attribute, resolve};
use crate::cells::RowBuilder;
use crate::damaged;
use crate::limits::{CELL_BYTES, ROWS, SHEET_BYTES};
use crate::number::{Said, Shown, say};

/// A sheet being read.
pub(crate) struct Sheet {
    xml: Xml,
    workbook: Workbook,
    row: u32,
    next_column: usize,
    ended: bool,
}

/// What the tag of a cell says, and what was found inside it.
#[derive(Debug, Default)]
struct RawCell {
    column: usize,
    format: usize,
    kind: Kind,
    formula: bool,
    text: String,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Boolean,
    Error,
    IsoDate,
}

/// What the reader met next.
enum Step {
    Row(Option<u32>),
    Cell(RawCell, bool),
    RowEnd,
    End,
    Other,
}

impl Sheet {
    pub(crate) fn open(package: &Package) -> Result<Self, TableFault> {
        let workbook = Workbook::read(package)?;
        let part = package.part(&workbook.sheet, SHEET_BYTES)?.ok_or_else(|| damaged("sheet missing"))?;
        Ok(Self { xml: Xml::new(part), workbook, row: 0, next_column: 0, ended: false })
    }

    /// The next row that is not empty.
    pub(crate) fn next_row(&mut self) -> Result<Option<TableRow>, TableFault> {
        let mut building: Option<RowBuilder> = None;
        while !self.ended {
            match self.step()? {
                Step::Row(number) => {
                    let number = number.unwrap_or_else(|| self.row.saturating_add(1));
                    if number <= self.row {
                        return Err(damaged("rows out of order"));
                    }
                    self.row = number;
                    self.next_column = 0;
                    building = Some(RowBuilder::new(number));
                }
                Step::Cell(mut cell, open) => {
                    if open {
                        self.inside(&mut cell)?;
                    }
                    let row = building.as_mut().ok_or_else(|| damaged("cell outside a row"))?;
                    self.put(row, &cell)?;
                    self.next_column = cell.column.saturating_add(1);
                }
                Step::RowEnd => {
                    if let Some(row) = building.take().and_then(RowBuilder::finish) {
                        if row.number > ROWS {
                            return Err(TableFault::TooManyRows { most: ROWS });
                        }
                        return Ok(Some(row));
                    }
                }
                Step::End => self.ended = true,
                Step::Other => {}
            }
        }
        Ok(None)
    }

    fn step(&mut self) -> Result<Step, TableFault> {
        let next_column = self.next_column;
        Ok(match self.xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "c" => Step::Cell(cell_tag(&e, next_column)?, true),
                "row" => Step::Row(row_number(&e)?),
                _ => Step::Other,
            },
            Event::Empty(e) => match e.local_name().as_ref() {
                "c" => Step::Cell(cell_tag(&e, next_column)?, false),
                // A row without cells only moves the count.
                "row" => {
                    self.row = row_number(&e)?.unwrap_or_else(|| self.row.saturating_add(1)).max(self.row);
                    Step::Other
                }
                "sheetData" => Step::End,
                _ => Step::Other,
            },
            Event::End(e) => match e.local_name().as_ref() {
                "row" => Step::RowEnd,
                "sheetData" => Step::End,
                _ => Step::Other,
            },
            Event::Eof => return Err(damaged("sheet ends early")),
            _ => Step::Other,
        })
    }

    /// Reads from the tag of a cell to its end.
    fn inside(&mut self, cell: &mut RawCell) -> Result<(), TableFault> {
        let (mut collecting, mut phonetic) = (false, false);
        loop {
            match self.xml.next()? {
                Event::Start(e) => match e.local_name().as_ref() {
                    "f" => cell.formula = true,
                    "v" => collecting = cell.text.is_empty(),
                    "rPh" => phonetic = true,
                    "t" => collecting = !phonetic,
                    _ => {}
                },
                Event::Empty(e) if e.local_name().as_ref() == "f" => cell.formula = true,
                Event::End(e) => match e.local_name().as_ref() {
                    "c" => return Ok(()),
                    "v" | "t" => collecting = false,
                    "rPh" => phonetic = false,
                    _ => {}
                },
                Event::Text(t) if collecting => cell.text.push_str(&t),
                Event::CData(t) if collecting => cell.text.push_str(&t),
                Event::GeneralRef(r) if collecting => resolve(&r, &mut cell.text)?,
                Event::Eof => return Err(damaged("cell ends early")),
                _ => {}
            }
            if cell.text.len() > CELL_BYTES {
                collecting = false;
            }
        }
    }

    fn put(&self, row: &mut RowBuilder, cell: &RawCell) -> Result<(), TableFault> {
        if cell.formula {
            return row.fault(cell.column, CellFaultKind::Formula);
        }
        let text = cell.text.as_str();
        match cell.kind {
            Kind::Text => row.text(cell.column, text),
            Kind::Shared if text.trim().is_empty() => Ok(()),
            Kind::Shared => {
                let index = text.trim().parse().map_err(damaged)?;
                let text = self.workbook.texts.get(index).ok_or_else(|| damaged("shared text missing"))?;
                row.text(cell.column, text)
            }
            Kind::Boolean => row.text(
                cell.column,
                match text.trim() {
                    "1" | "true" => "TRUE",
                    "" => "",
                    _ => "FALSE",
                },
            ),
            Kind::Error => row.fault(cell.column, CellFaultKind::ErrorValue),
            Kind::IsoDate => row.text(cell.column, text.trim().trim_end_matches("T00:00:00")),
            Kind::Number => self.put_number(row, cell.column, text.trim(), cell.format),
        }
    }

    fn put_number(&self, row: &mut RowBuilder, column: usize, text: &str, format: usize) -> Result<(), TableFault> {
        if text.is_empty() {
            return Ok(());
        }
        let shown = self.workbook.formats.get(format).copied().unwrap_or(Shown::Number);
        let value: f64 = text.parse().map_err(damaged)?;
        match say(value, shown, self.workbook.from_1904) {
            Said::Text(text) => row.text(column, &text),
            Said::LostDigits => row.fault(column, CellFaultKind::LostDigits),
        }
    }
}

fn row_number(element: &BytesStart<'_>) -> Result<Option<u32>, TableFault> {
    attribute(element, "r")?.map(|r| r.trim().parse().map_err(damaged)).transpose()
}

fn cell_tag(element: &BytesStart<'_>, next_column: usize) -> Result<RawCell, TableFault> {
    let mut cell = RawCell { column: next_column, ..RawCell::default() };
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        let value = attribute.value.as_ref();
        match attribute.key.as_ref() {
            "r" => cell.column = column_number(value)?,
            "s" => cell.format = value.parse().unwrap_or(0),
            "t" => {
                cell.kind = match value {
                    "s" => Kind::Shared,
                    "str" | "inlineStr" => Kind::Text,
                    "b" => Kind::Boolean,
                    "e" => Kind::Error,
                    "d" => Kind::IsoDate,
                    _ => Kind::Number,
                }
            }
            _ => {}
        }
    }
    Ok(cell)
}

/// The column of a cell's name, from 0: `AB12` is 27.
fn column_number(name: &str) -> Result<usize, TableFault> {
    let mut column: usize = 0;
    for letter in name.bytes().take_while(u8::is_ascii_alphabetic) {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.saturating_mul(26).saturating_add(digit);
    }
    column.checked_sub(1).ok_or_else(|| damaged("cell without a column"))
}
