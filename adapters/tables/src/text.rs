//! Reading .csv: the encoding is found out first, then the file is decoded and cut into rows as a stream.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

use ejia_kernel::table::{CellFaultKind, TableFault, TableRow};
use encoding_rs::{Decoder, DecoderResult, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::cells::RowBuilder;
use crate::limits::{CELL_BYTES, ROWS};
use crate::unreadable;

/// Bytes decoded at a time.
const PIECE: usize = 64 << 10;
/// Bytes of one quoted cell after which the quotation mark is taken for one that is never closed.
const QUOTED_BYTES: usize = 64 << 10;

/// A text file being cut into rows.
pub(crate) struct Sheet {
    letters: Letters,
    separator: char,
    row: u32,
    ended: bool,
}

impl Sheet {
    pub(crate) fn open(mut file: File) -> Result<Self, TableFault> {
        let encoding = encoding_of(&mut file)?;
        let mut letters = Letters::new(file, encoding);
        letters.fill(1)?;
        let separator = separator_of(&letters.text);
        Ok(Self { letters, separator, row: 0, ended: false })
    }

    /// The next row that is not empty.
    pub(crate) fn next_row(&mut self) -> Result<Option<TableRow>, TableFault> {
        while !self.ended {
            self.row += 1;
            let row = self.row;
            let mut building = RowBuilder::new(row);
            let mut column = 0;
            loop {
                let cell = self.cell()?;
                put(&mut building, column, &cell)?;
                column += 1;
                if cell.end != End::Cell {
                    self.ended = cell.end == End::File;
                    break;
                }
            }
            if let Some(row) = building.finish() {
                if row.number > ROWS {
                    return Err(TableFault::TooManyRows { most: ROWS });
                }
                return Ok(Some(row));
            }
        }
        Ok(None)
    }

    fn cell(&mut self) -> Result<RawCell, TableFault> {
        let mut cell = RawCell::default();
        let mut quoted = false;
        loop {
            let Some(c) = self.letters.next(self.row)? else {
                if quoted {
                    return Err(TableFault::OpenQuote { row: self.row });
                }
                cell.end = End::File;
                return Ok(cell);
            };
            cell.bytes += c.len_utf8();
            match c {
                '"' if quoted => {
                    if self.letters.peek(self.row)? == Some('"') {
                        self.letters.next(self.row)?;
                        cell.push('"');
                    } else {
                        quoted = false;
                    }
                }
                _ if quoted => {
                    if cell.bytes > QUOTED_BYTES {
                        return Err(TableFault::OpenQuote { row: self.row });
                    }
                    cell.push(c);
                }
                '"' if cell.text.is_empty() || cell.text == "=" => {
                    quoted = true;
                    cell.quoted = true;
                }
                '\r' if self.letters.peek(self.row)? == Some('\n') => {}
                '\n' | '\r' => {
                    cell.end = End::Row;
                    return Ok(cell);
                }
                _ if c == self.separator => return Ok(cell),
                _ => cell.push(c),
            }
        }
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
enum End {
    #[default]
    Cell,
    Row,
    File,
}

#[derive(Debug, Default)]
struct RawCell {
    text: String,
    quoted: bool,
    bytes: usize,
    end: End,
}

impl RawCell {
    fn push(&mut self, c: char) {
        if self.text.len() <= CELL_BYTES {
            self.text.push(c);
        }
    }
}

/// A cell that begins with `=` is a formula, but `="350212…"` is the known way to keep digits as text.
fn put(row: &mut RowBuilder, column: usize, cell: &RawCell) -> Result<(), TableFault> {
    match cell.text.strip_prefix('=') {
        Some(rest) if !rest.is_empty() => {
            let digits = rest.trim_matches('"');
            if digits.chars().all(|c| c.is_ascii_alphanumeric())
                && (cell.quoted || rest.starts_with('"'))
                && digits.starts_with(|c: char| c.is_ascii_digit())
            {
                row.text(column, digits)
            } else {
                row.fault(column, CellFaultKind::Formula)
            }
        }
        _ if long_in_powers(&cell.text) => row.fault(column, CellFaultKind::LostDigits),
        _ => row.text(column, &cell.text),
    }
}

/// Whether a number was written as `3.50212E+17`: a table program has thrown its last digits away.
fn long_in_powers(text: &str) -> bool {
    let text = text.trim();
    text.split_once(['E', 'e']).is_some_and(|(number, power)| {
        power.starts_with('+')
            && power.trim_start_matches('+').parse::<u8>().is_ok_and(|power| power >= 9)
            && number.starts_with(|c: char| c.is_ascii_digit())
            && number.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

/// The separator that the first lines show most often.
fn separator_of(text: &str) -> char {
    let head: String = text.lines().take(20).flat_map(str::chars).take(20_000).collect();
    let count = |separator: char| head.chars().filter(|c| *c == separator).count();
    let mut best = ',';
    for other in ['\t', ';'] {
        if count(other) > count(best) {
            best = other;
        }
    }
    best
}

/// By its mark, else UTF-8 when the whole file is UTF-8, else GB18030.
fn encoding_of(file: &mut File) -> Result<&'static Encoding, TableFault> {
    let mut head = Vec::new();
    file.by_ref().take(3).read_to_end(&mut head).map_err(unreadable)?;
    let marked = Encoding::for_bom(&head).map(|(encoding, _)| encoding);
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    if let Some(encoding) = marked {
        return Ok(if encoding == UTF_16BE || encoding == UTF_16LE { encoding } else { UTF_8 });
    }
    let mut letters = Letters::new(file.try_clone().map_err(unreadable)?, UTF_8);
    let plain = loop {
        letters.text.clear();
        letters.at = 0;
        match letters.fill(1) {
            Ok(()) if letters.text.is_empty() => break true,
            Ok(()) => {}
            Err(TableFault::NotText { .. }) => break false,
            Err(fault) => return Err(fault),
        }
    };
    file.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(if plain { UTF_8 } else { GB18030 })
}

/// A file as letters.
struct Letters {
    file: BufReader<File>,
    decoder: Decoder,
    raw: Vec<u8>,
    text: String,
    at: usize,
    finished: bool,
}

impl Letters {
    fn new(file: File, encoding: &'static Encoding) -> Self {
        let text = String::with_capacity(PIECE * 3 + 64);
        Self {
            file: BufReader::new(file),
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; PIECE],
            text,
            at: 0,
            finished: false,
        }
    }

    fn peek(&mut self, row: u32) -> Result<Option<char>, TableFault> {
        if self.at >= self.text.len() {
            self.text.clear();
            self.at = 0;
            while self.text.is_empty() && !self.finished {
                self.fill(row)?;
            }
        }
        Ok(self.text.get(self.at..).and_then(|rest| rest.chars().next()))
    }

    fn next(&mut self, row: u32) -> Result<Option<char>, TableFault> {
        let c = self.peek(row)?;
        match c {
            Some('\0') => Err(TableFault::NulByte { row }),
            Some(c) => {
                self.at += c.len_utf8();
                Ok(Some(c))
            }
            None => Ok(None),
        }
    }

    /// Decodes another piece to the end of `text`.
    fn fill(&mut self, row: u32) -> Result<(), TableFault> {
        let read = self.file.read(&mut self.raw).map_err(unreadable)?;
        self.finished = read == 0;
        let bytes = self.raw.get(..read).unwrap_or_default();
        self.text.reserve(PIECE * 3 + 64);
        let lines = |text: &str| u32::try_from(text.matches('\n').count()).unwrap_or(u32::MAX);
        let (result, _) = self.decoder.decode_to_string_without_replacement(bytes, &mut self.text, self.finished);
        match result {
            DecoderResult::InputEmpty => Ok(()),
            DecoderResult::OutputFull => Err(TableFault::Unreadable("no room to decode".to_owned())),
            DecoderResult::Malformed(..) => Err(TableFault::NotText { row: row.saturating_add(lines(&self.text)) }),
        }
    }
}
