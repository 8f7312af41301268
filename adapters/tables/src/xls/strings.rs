//! The texts of a workbook, which may be cut anywhere and go on in the next record.

use ejia_kernel::table::TableFault;

use super::compound::{size, u16_at, u32_at};
use super::records::{CONTINUE, Record, record_at};
use crate::damaged;
use crate::limits::{CELL_BYTES, STRING_BYTES};

/// Bytes of a record and of those that continue it.
struct Pieces<'a> {
    records: Vec<&'a [u8]>,
    piece: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    fn new(stream: &'a [u8], first: Record<'a>) -> Self {
        let (mut pieces, mut after) = (vec![first.bytes], first.after);
        while let Some(record) = record_at(stream, after).filter(|record| record.kind == CONTINUE) {
            pieces.push(record.bytes);
            after = record.after;
        }
        Self { records: pieces, piece: 0, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        self.records.get(self.piece).and_then(|piece| piece.get(self.at..)).unwrap_or_default()
    }

    /// Goes to the next piece; false at the end.
    fn turn(&mut self) -> bool {
        self.piece += 1;
        self.at = 0;
        self.piece < self.records.len()
    }

    fn byte(&mut self) -> Option<u8> {
        while self.rest().is_empty() {
            if !self.turn() {
                return None;
            }
        }
        let byte = self.rest().first().copied();
        self.at += 1;
        byte
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | (u32::from(self.u16()?) << 16))
    }

    fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let here = self.rest().len().min(count);
            self.at += here;
            count -= here;
            if count > 0 && !self.turn() {
                return None;
            }
        }
        Some(())
    }

    /// The letters of a text; where it is cut, the next piece begins with a byte that says how wide its letters are.
    fn letters(&mut self, count: usize, wide: bool) -> Option<String> {
        let (mut left, mut wide) = (count, wide);
        let mut units: Vec<u16> = Vec::new();
        while left > 0 {
            let rest = self.rest();
            let width = if wide { 2 } else { 1 };
            let here = (rest.len() / width).min(left);
            for index in 0..here {
                let unit = if wide { u16_at(rest, index * 2)? } else { u16::from(*rest.get(index)?) };
                if units.len() < CELL_BYTES {
                    units.push(unit);
                }
            }
            self.at += here * width;
            left -= here;
            if left > 0 {
                if !self.turn() {
                    return None;
                }
                wide = self.byte()? & 1 == 1;
            }
        }
        Some(String::from_utf16_lossy(&units))
    }

    /// One text with its header: length, flags, and the sizes of what follows the letters.
    fn text(&mut self) -> Option<String> {
        let count = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = if flags & 8 == 8 { usize::from(self.u16()?) } else { 0 };
        let extra = if flags & 4 == 4 { size(self.u32()?) } else { 0 };
        let text = self.letters(count, flags & 1 == 1)?;
        self.skip(runs.saturating_mul(4).saturating_add(extra))?;
        Some(text)
    }
}

/// All shared texts of the workbook.
pub(crate) fn shared_texts(stream: &[u8], record: Record<'_>) -> Result<Vec<String>, TableFault> {
    let count = size(u32_at(record.bytes, 4).ok_or_else(|| damaged("shared texts"))?);
    let mut pieces = Pieces::new(stream, record);
    pieces.skip(8).ok_or_else(|| damaged("shared texts"))?;
    let (mut texts, mut bytes) = (Vec::new(), 0);
    for _ in 0..count {
        let Some(text) = pieces.text() else { break };
        bytes += text.len() + size_of::<String>();
        if bytes > STRING_BYTES * 2 {
            return Err(TableFault::Bomb);
        }
        texts.push(text);
    }
    Ok(texts)
}

/// A text with a length of two bytes inside one record, as in a cell or a number format.
pub(crate) fn text_in(bytes: &[u8]) -> Option<String> {
    Pieces { records: vec![bytes], piece: 0, at: 0 }.text()
}
