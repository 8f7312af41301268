//! The records of a workbook stream: two bytes of kind, two of length, then the bytes.

use super::compound::u16_at;

/// One record; its bytes lie in the stream.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) kind: u16,
    pub(crate) bytes: &'a [u8],
    /// Where the next record begins.
    pub(crate) after: usize,
}

/// The record at a place of the stream; `None` at the end or where the stream breaks off.
pub(crate) fn record_at(stream: &[u8], at: usize) -> Option<Record<'_>> {
    let kind = u16_at(stream, at)?;
    let length = usize::from(u16_at(stream, at.checked_add(2)?)?);
    let start = at.checked_add(4)?;
    let after = start.checked_add(length)?;
    Some(Record { kind, bytes: stream.get(start..after)?, after })
}

/// Begins a part of the workbook.
pub(crate) const BOF: u16 = 0x0809;
/// Ends a part of the workbook.
pub(crate) const EOF: u16 = 0x000A;
/// The workbook is encrypted.
pub(crate) const FILE_PASS: u16 = 0x002F;
/// Days are counted from 1904.
pub(crate) const DATE_1904: u16 = 0x0022;
/// Name and place of a sheet.
pub(crate) const BOUND_SHEET: u16 = 0x0085;
/// A number format.
pub(crate) const FORMAT: u16 = 0x041E;
/// A cell format.
pub(crate) const CELL_FORMAT: u16 = 0x00E0;
/// The shared texts.
pub(crate) const SHARED_TEXTS: u16 = 0x00FC;
/// More bytes of the record before.
pub(crate) const CONTINUE: u16 = 0x003C;
/// A cell with a shared text.
pub(crate) const LABEL_SST: u16 = 0x00FD;
/// A cell with its own text.
pub(crate) const LABEL: u16 = 0x0204;
/// A cell with its own text of several fonts.
pub(crate) const RICH_LABEL: u16 = 0x00D6;
/// A cell with a number of eight bytes.
pub(crate) const NUMBER: u16 = 0x0203;
/// A cell with a number of four bytes.
pub(crate) const RK: u16 = 0x027E;
/// Several cells with numbers of four bytes.
pub(crate) const MUL_RK: u16 = 0x00BD;
/// A cell with true, false or an error.
pub(crate) const BOOL_ERR: u16 = 0x0205;
/// A cell with a formula.
pub(crate) const FORMULA: u16 = 0x0006;
