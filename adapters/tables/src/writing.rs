//! Writing tables: row-by-row reports and exports, every cell as text, in constant memory.

use std::fs::File;
use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use ejia_kernel::table::TableFault;
use rust_xlsxwriter::{Color, Format, FormatBorder, Workbook, Worksheet, XlsxError};

/// Rows an .xlsx sheet can hold.
pub(crate) const SHEET_ROWS: u32 = 1_048_576;
/// Characters an .xlsx cell can hold.
const CELL_CHARS: usize = 32_767;
/// The widest column, in characters of a Latin letter's width.
pub(crate) const WIDEST: f64 = 60.0;

/// A sheet written row by row: a bold heading that stays in sight, text cells only.
pub struct SheetWriter {
    book: Workbook,
    rows: u32,
    columns: u16,
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
pub(crate) fn unwritable(error: impl ToString) -> TableFault {
    TableFault::Unwritable(error.to_string())
}

impl SheetWriter {
    /// Begins a sheet; the width of a column is given with its heading, in Chinese characters.
    pub fn new(sheet: &str, headings: &[(&str, u16)]) -> Result<Self, TableFault> {
        let mut book = Workbook::new();
        let page = book.add_worksheet_with_constant_memory().map_err(unwritable)?;
        page.set_name(sheet).map_err(unwritable)?;
        page.set_freeze_panes(1, 0).map_err(unwritable)?;
        let columns = u16::try_from(headings.len()).map_err(unwritable)?;
        for (column, (_, width)) in (0_u16..).zip(headings) {
            page.set_column_width(column, (f64::from(*width) * 2.0 + 2.0).min(WIDEST)).map_err(unwritable)?;
        }
        let bold = Format::new()
            .set_bold()
            .set_background_color(Color::RGB(0x00F2_F2F2))
            .set_border_bottom(FormatBorder::Thin);
        for (column, (heading, _)) in (0_u16..).zip(headings) {
            page.write_string_with_format(0, column, *heading, &bold).map_err(unwritable)?;
        }
        Ok(Self { book, rows: 1, columns })
    }

    /// Adds a row; cells beyond the headings are left out.
    pub fn row<C: AsRef<str>>(&mut self, cells: impl IntoIterator<Item = C>) -> Result<(), TableFault> {
        if self.rows >= SHEET_ROWS {
            return Err(TableFault::TooManyRows { most: SHEET_ROWS });
        }
        let (rows, columns) = (self.rows, self.columns);
        let page = self.page()?;
        for (column, cell) in (0..columns).zip(cells) {
            write_text(page, rows, column, cell.as_ref()).map_err(unwritable)?;
        }
        self.rows += 1;
        Ok(())
    }

    /// Ends the sheet and writes the file.
    pub fn finish(mut self, into: impl Write + Seek + Send) -> Result<(), TableFault> {
        self.book.save_to_writer(into).map_err(unwritable)
    }

    fn page(&mut self) -> Result<&mut Worksheet, TableFault> {
        self.book.worksheet_from_index(0).map_err(unwritable)
    }
}

/// Always a text cell: ID-card numbers keep their digits, and nothing that begins with `=` becomes a formula.
pub(crate) fn write_text(page: &mut Worksheet, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(CELL_CHARS).collect();
    page.write_string(row, column, text).map(drop)
}

/// Writes a whole table to a path as .xlsx.
pub fn write_xlsx<C: AsRef<str>, R: IntoIterator<Item = C>>(
    path: &Path,
    sheet: &str,
    headings: &[(&str, u16)],
    rows: impl IntoIterator<Item = R>,
) -> Result<(), TableFault> {
    let mut writer = SheetWriter::new(sheet, headings)?;
    for row in rows {
        writer.row(row)?;
    }
    writer.finish(BufWriter::new(File::create(path).map_err(unwritable)?))
}

/// Writes a whole table as .csv in UTF-8 with its mark, as table programs expect it.
pub fn write_csv<C: AsRef<str>, R: IntoIterator<Item = C>>(
    mut into: impl Write,
    headings: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> Result<(), TableFault> {
    into.write_all("\u{feff}".as_bytes()).map_err(unwritable)?;
    write_line(&mut into, headings)?;
    for row in rows {
        write_line(&mut into, row)?;
    }
    into.flush().map_err(unwritable)
}

fn write_line<C: AsRef<str>>(into: &mut impl Write, cells: impl IntoIterator<Item = C>) -> Result<(), TableFault> {
    let mut line = String::new();
    for (column, cell) in cells.into_iter().enumerate() {
        if column > 0 {
            line.push(',');
        }
        line.push_str(&escaped(cell.as_ref()));
    }
    line.push_str("\r\n");
    into.write_all(line.as_bytes()).map_err(unwritable)
}

/// Quoted where needed; an apostrophe keeps long digits and would-be formulas as text.
fn escaped(cell: &str) -> String {
    let digits = cell.len() >= 12 && cell.chars().all(|c| c.is_ascii_digit() || matches!(c, 'X' | 'x'));
    let guarded =
        if digits || cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() };
    if guarded.contains([',', '"', '\n', '\r']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}
