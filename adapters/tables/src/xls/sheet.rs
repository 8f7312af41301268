//! The rows of the first visible sheet of an old workbook.

use std::collections::HashMap;

use ejia_kernel::table::{CellFaultKind, TableFault, TableRow};

use super::compound::{Compound, size, u16_at, u32_at};
use super::records::{
    BOF, BOOL_ERR, BOUND_SHEET, CELL_FORMAT, DATE_1904, EOF, FILE_PASS, FORMAT, FORMULA, LABEL, LABEL_SST, MUL_RK,
    NUMBER, RICH_LABEL, RK, Record, SHARED_TEXTS, record_at,
};
use super::strings::{shared_texts, text_in};
use crate::cells::RowBuilder;
use crate::damaged;
use crate::number::{Said, Shown, builtin, custom, say};

/// A sheet with the places of its cells in order; texts are made row by row.
#[derive(Debug)]
pub(crate) struct Sheet {
    stream: Vec<u8>,
    texts: Vec<String>,
    formats: Vec<Shown>,
    from_1904: bool,
    /// Row, column, and where the record of the cell begins.
    cells: Vec<(u16, u16, u32)>,
    next: usize,
}

/// What the first part of the stream says about the workbook.
#[derive(Debug, Default)]
struct Globals {
    texts: Vec<String>,
    formats: Vec<Shown>,
    from_1904: bool,
    sheet: Option<usize>,
}

impl Sheet {
    pub(crate) fn open(file: &Compound) -> Result<Self, TableFault> {
        let Some(stream) = file.stream("Workbook")? else {
            return Err(if file.has("Book") { TableFault::OldFormat } else { TableFault::NotATable });
        };
        let Globals { texts, formats, from_1904, sheet } = globals(&stream)?;
        let cells = cells(&stream, sheet.ok_or(TableFault::Empty)?)?;
        Ok(Self { stream, texts, formats, from_1904, cells, next: 0 })
    }

    /// The next row that is not empty.
    pub(crate) fn next_row(&mut self) -> Result<Option<TableRow>, TableFault> {
        while let Some(&(row, _, _)) = self.cells.get(self.next) {
            let mut building = RowBuilder::new(u32::from(row) + 1);
            while let Some(&(_, column, at)) = self.cells.get(self.next).filter(|cell| cell.0 == row) {
                self.next += 1;
                let record = record_at(&self.stream, size(at)).ok_or_else(|| damaged("cell"))?;
                self.put(&mut building, usize::from(column), record)?;
            }
            if let Some(row) = building.finish() {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn put(&self, row: &mut RowBuilder, column: usize, record: Record<'_>) -> Result<(), TableFault> {
        let short = || damaged("short cell");
        let bytes = record.bytes;
        match record.kind {
            LABEL_SST => {
                let index = size(u32_at(bytes, 6).ok_or_else(short)?);
                row.text(column, self.texts.get(index).ok_or_else(|| damaged("shared text missing"))?)
            }
            LABEL | RICH_LABEL => row.text(column, &bytes.get(6..).and_then(text_in).ok_or_else(short)?),
            NUMBER => {
                let value = bytes.get(6..14).and_then(|b| b.try_into().ok()).map(f64::from_le_bytes);
                self.number(row, column, value.ok_or_else(short)?, u16_at(bytes, 4))
            }
            RK => self.number(row, column, rk(u32_at(bytes, 6).ok_or_else(short)?), u16_at(bytes, 4)),
            MUL_RK => {
                let first = usize::from(u16_at(bytes, 2).ok_or_else(short)?);
                let at = 4 + column.saturating_sub(first) * 6;
                self.number(row, column, rk(u32_at(bytes, at + 2).ok_or_else(short)?), u16_at(bytes, at))
            }
            FORMULA => row.fault(column, CellFaultKind::Formula),
            BOOL_ERR => match (bytes.get(6), bytes.get(7)) {
                (_, Some(1)) => row.fault(column, CellFaultKind::ErrorValue),
                (Some(0), _) => row.text(column, "FALSE"),
                _ => row.text(column, "TRUE"),
            },
            _ => Ok(()),
        }
    }

    fn number(&self, row: &mut RowBuilder, column: usize, value: f64, format: Option<u16>) -> Result<(), TableFault> {
        let shown = format.and_then(|format| self.formats.get(usize::from(format))).copied().unwrap_or_default();
        match say(value, shown, self.from_1904) {
            Said::Text(text) => row.text(column, &text),
            Said::LostDigits => row.fault(column, CellFaultKind::LostDigits),
        }
    }
}

/// A number of four bytes: an integer of thirty bits or the upper half of a float, perhaps a hundredth of it.
fn rk(raw: u32) -> f64 {
    let value = if raw & 2 == 2 {
        f64::from(raw.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(raw & 0xFFFF_FFFC) << 32)
    };
    if raw & 1 == 1 { value / 100.0 } else { value }
}

fn globals(stream: &[u8]) -> Result<Globals, TableFault> {
    let first = record_at(stream, 0).ok_or_else(|| damaged("no records"))?;
    if first.kind != BOF || u16_at(first.bytes, 0) != Some(0x0600) {
        return Err(TableFault::OldFormat);
    }
    let mut found = Globals::default();
    let (mut declared, mut raw_formats, mut at) = (HashMap::new(), Vec::new(), first.after);
    while let Some(record) = record_at(stream, at) {
        let bytes = record.bytes;
        match record.kind {
            EOF => break,
            FILE_PASS => return Err(TableFault::Locked),
            DATE_1904 => found.from_1904 = u16_at(bytes, 0) == Some(1),
            FORMAT => {
                let code = bytes.get(2..).and_then(text_in).unwrap_or_default();
                declared.insert(u16_at(bytes, 0).unwrap_or(0), custom(&code));
            }
            CELL_FORMAT => raw_formats.push(u16_at(bytes, 2).unwrap_or(0)),
            // A worksheet (kind 0) that is shown (state 0).
            BOUND_SHEET if found.sheet.is_none() && bytes.get(4..6) == Some(&[0, 0]) => {
                found.sheet = u32_at(bytes, 0).map(size);
            }
            SHARED_TEXTS => found.texts = shared_texts(stream, record)?,
            _ => {}
        }
        at = record.after;
    }
    let shown = |id: u16| declared.get(&id).copied().unwrap_or_else(|| builtin(u32::from(id)));
    found.formats = raw_formats.into_iter().map(shown).collect();
    Ok(found)
}

/// The places of all cells of a sheet; charts inside the sheet are passed over.
fn cells(stream: &[u8], start: usize) -> Result<Vec<(u16, u16, u32)>, TableFault> {
    let (mut cells, mut at, mut depth) = (Vec::new(), start, 0_usize);
    while let Some(record) = record_at(stream, at) {
        let place = u32::try_from(at).map_err(damaged)?;
        match record.kind {
            BOF => depth += 1,
            EOF if depth <= 1 => {
                cells.sort_unstable();
                return Ok(cells);
            }
            EOF => depth -= 1,
            LABEL_SST | LABEL | RICH_LABEL | NUMBER | RK | BOOL_ERR | FORMULA if depth == 1 => {
                if let (Some(row), Some(column)) = (u16_at(record.bytes, 0), u16_at(record.bytes, 2)) {
                    cells.push((row, column, place));
                }
            }
            MUL_RK if depth == 1 => {
                if let (Some(row), Some(column)) = (u16_at(record.bytes, 0), u16_at(record.bytes, 2)) {
                    let count = record.bytes.len().saturating_sub(6) / 6;
                    let last = u16::try_from(count.saturating_sub(1)).map_err(damaged)?;
                    cells.extend((0..=last).map(|step| (row, column.saturating_add(step), place)));
                }
            }
            _ => {}
        }
        at = record.after;
    }
    Err(damaged("sheet ends early"))
}
