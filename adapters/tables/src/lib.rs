//! Table files: .xls, .xlsx and .csv come in as rows of text, reports and exports go out.
//!
//! What people send is whatever their table program wrote, and sometimes what no program wrote. So every reader here is
//! a stream with limits: a file is never trusted about its own size. An .xlsx file is unpacked piece by piece and
//! stops at a number of bytes, at an improbable ratio, at an endless token; a sheet that claims a hundred thousand columns
//! is refused at the first cell that lies too far right, before anything is built. The old .xls lies in memory (it
//! is bounded by the size of the file) and its cells are read from where they lie. A .csv file is decoded as UTF-8 when the
//! whole of it is UTF-8, otherwise as GB18030, as table programs in China write it.
//!
//! The content decides what a file is; its name only has to be one of a table file. Everything becomes text: an integer
//! without ".0", a date as ISO text, an ID-card number as it was typed. From a formula nothing is taken, and a number that was
//! too long for a number cell is flagged, because its last digits are gone: such cells are named in `TableRow::faults`, and
//! the person reads which row and column, and what to do.
//!
//! Only the first visible sheet is read.

mod cells;
mod limits;
mod number;
mod sheet;
mod text;
mod writing;
mod xls;
mod xlsx;

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::Path;

use ejia_kernel::table::{TableFault, TableRow};

pub use sheet::write_sheet;
pub use writing::{SheetWriter, write_csv, write_xlsx};

/// A table file opened for reading: an iterator of its rows that are not empty.
pub struct TableReader {
    sheet: AnySheet,
    stopped: bool,
}

enum AnySheet {
    Xlsx(Box<xlsx::Sheet>),
    Xls(Box<xls::Sheet>),
    Text(Box<text::Sheet>),
}

/// Opens a table file; `original_name` is the name the person gave it.
pub fn open(path: &Path, original_name: &str) -> Result<TableReader, TableFault> {
    let extension = original_name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    if !matches!(extension.as_str(), "xls" | "xlsx" | "xlsm" | "et" | "csv" | "txt") {
        let extension = extension.chars().filter(|c| c.is_alphanumeric()).take(12).collect();
        return Err(TableFault::WrongExtension { extension });
    }
    let mut file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    if length == 0 {
        return Err(TableFault::Empty);
    }
    if length > limits::FILE_BYTES {
        return Err(TableFault::FileTooLarge { most_mb: limits::FILE_BYTES >> 20 });
    }
    let mut head = Vec::new();
    file.by_ref().take(512).read_to_end(&mut head).map_err(unreadable)?;
    file.rewind().map_err(unreadable)?;
    let sheet = if head.starts_with(b"PK\x03\x04") {
        AnySheet::Xlsx(Box::new(xlsx::Sheet::open(&xlsx::Package::open(path)?)?))
    } else if head.starts_with(&xls::SIGNATURE) {
        let mut bytes = Vec::new();
        file.take(limits::FILE_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
        let file = xls::Compound::read(bytes)?;
        if file.has("EncryptedPackage") {
            return Err(TableFault::Locked);
        }
        AnySheet::Xls(Box::new(xls::Sheet::open(&file)?))
    } else {
        refuse_what_is_no_text(&head, &extension)?;
        AnySheet::Text(Box::new(text::Sheet::open(file)?))
    };
    Ok(TableReader { sheet, stopped: false })
}

impl Iterator for TableReader {
    type Item = Result<TableRow, TableFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.stopped {
            return None;
        }
        let row = match &mut self.sheet {
            AnySheet::Xlsx(sheet) => sheet.next_row(),
            AnySheet::Xls(sheet) => sheet.next_row(),
            AnySheet::Text(sheet) => sheet.next_row(),
        };
        self.stopped = !matches!(row, Ok(Some(_)));
        row.transpose()
    }
}

/// Known files of other kinds, and text under the name of a workbook.
fn refuse_what_is_no_text(head: &[u8], extension: &str) -> Result<(), TableFault> {
    let text = String::from_utf8_lossy(head).trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if ["<html", "<!doctype html", "<table", "<head", "<meta", "<?xml"].iter().any(|start| text.starts_with(start)) {
        return Err(TableFault::WebPage);
    }
    let other = [
        &b"%PDF"[..],
        b"\x89PNG",
        b"\xFF\xD8\xFF",
        b"GIF8",
        b"Rar!",
        b"7z\xBC\xAF",
        b"\x1F\x8B",
        b"PK\x05\x06",
        b"\x7FELF",
        b"MZ\x90",
        b"{\\rtf",
    ];
    let workbook = !matches!(extension, "csv" | "txt");
    if workbook || other.iter().any(|start| head.starts_with(start)) {
        return Err(TableFault::NotATable);
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn unreadable(error: io::Error) -> TableFault {
    TableFault::Unreadable(error.to_string())
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn damaged(detail: impl ToString) -> TableFault {
    TableFault::Damaged(detail.to_string())
}
