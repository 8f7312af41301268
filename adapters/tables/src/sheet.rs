//! Writing a sheet with what stands around it: title, facts, rows with real numbers, sums. In constant memory.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::table::TableFault;
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::writing::{SHEET_ROWS, WIDEST, unwritable, write_text};

/// The looks of cells, made once a file.
struct Looks {
    title: Format,
    below: Format,
    heading: Format,
    money: Format,
    count: Format,
    sum: Format,
}

impl Looks {
    fn new() -> Self {
        Self {
            title: Format::new().set_bold().set_font_size(16),
            below: Format::new().set_font_color(Color::RGB(0x0060_6060)),
            heading: Format::new()
                .set_bold()
                .set_background_color(Color::RGB(0x00F2_F2F2))
                .set_border_bottom(FormatBorder::Thin),
            money: Format::new().set_num_format("#,##0.00").set_align(FormatAlign::Right),
            count: Format::new().set_num_format("#,##0").set_align(FormatAlign::Right),
            sum: Format::new().set_bold(),
        }
    }
}

/// Writes a sheet to a path as .xlsx: amounts are numbers of yuan, words stay words whatever they begin with.
///
/// # Errors
/// [`TableFault`] when there are more rows than a sheet holds or the file cannot be written.
pub fn write_sheet(
    path: &Path,
    around: &Around,
    columns: &[Column],
    rows: &mut dyn Iterator<Item = Vec<Cell>>,
) -> Result<(), TableFault> {
    let mut book = Workbook::new();
    let looks = Looks::new();
    let page = book.add_worksheet_with_constant_memory().map_err(unwritable)?;
    let mut row = begin(page, around, columns, &looks).map_err(unwritable)?;
    for cells in rows {
        if row >= SHEET_ROWS {
            return Err(TableFault::TooManyRows { most: SHEET_ROWS });
        }
        for (column, cell) in (0_u16..).zip(&cells).take(columns.len()) {
            write_cell(page, row, column, cell, &looks).map_err(unwritable)?;
        }
        row += 1;
    }
    end(page, row, around, &looks).map_err(unwritable)?;
    let into = BufWriter::new(File::create(path).map_err(unwritable)?);
    book.save_to_writer(into).map_err(unwritable)
}

/// Title, facts and headings; answers the first row after them.
fn begin(page: &mut Worksheet, around: &Around, columns: &[Column], looks: &Looks) -> Result<u32, XlsxError> {
    let Around { title, below, facts, landscape, .. } = around;
    for (index, column) in (0_u16..).zip(columns) {
        page.set_column_width(index, (f64::from(column.width) * 2.0 + 2.0).min(WIDEST))?;
    }
    if *landscape {
        page.set_landscape();
    }
    page.set_paper_size(9).set_print_fit_to_pages(1, 0);
    let mut row = 0;
    if !title.is_empty() {
        page.write_string_with_format(row, 0, title, &looks.title)?;
        row += 1;
    }
    if !below.is_empty() {
        page.write_string_with_format(row, 0, below, &looks.below)?;
        row += 1;
    }
    for (word, value) in facts {
        write_text(page, row, 0, &format!("{word}：{value}"))?;
        row += 1;
    }
    for (index, column) in (0_u16..).zip(columns) {
        page.write_string_with_format(row, index, column.name, &looks.heading)?;
    }
    page.set_freeze_panes(row + 1, 0)?;
    page.set_repeat_rows(row, row)?;
    Ok(row + 1)
}

fn write_cell(page: &mut Worksheet, row: u32, column: u16, cell: &Cell, looks: &Looks) -> Result<(), XlsxError> {
    // A table file knows only binary fractions; below 2^53 fen each amount still shows its own two decimals.
    #[expect(clippy::cast_precision_loss, reason = "amounts and counts stay far below 2^53")]
    match cell {
        Cell::Words(words) => write_text(page, row, column, words),
        Cell::Money(amount) => {
            page.write_number_with_format(row, column, amount.fen() as f64 / 100.0, &looks.money).map(drop)
        }
        Cell::Count(count) => page.write_number_with_format(row, column, *count as f64, &looks.count).map(drop),
    }
}

fn end(page: &mut Worksheet, mut row: u32, around: &Around, looks: &Looks) -> Result<(), XlsxError> {
    for (word, value) in &around.sums {
        page.write_string_with_format(row, 0, format!("{word}：{value}"), &looks.sum)?;
        row += 1;
    }
    if let Some((organization, day)) = &around.seal {
        page.write_string(row + 1, 0, format!("{organization}（盖章）"))?;
        page.write_string(row + 2, 0, day)?;
        row += 3;
    }
    if around.note.is_empty() { Ok(()) } else { page.write_string(row, 0, &around.note).map(drop) }
}

#[cfg(test)]
mod tests {
    use calamine::{Data, Reader, open_workbook_auto};
    use ejia_kernel::Fen;

    use super::*;

    #[test]
    fn a_sheet_is_read_again_with_numbers_as_numbers_and_words_as_words() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sheet.xlsx");
        let around = Around {
            title: "党费交纳情况公示表".to_owned(),
            below: "2026年3月".to_owned(),
            facts: vec![("党支部".to_owned(), "第一党支部".to_owned())],
            sums: vec![("合计".to_owned(), "30.05 元".to_owned())],
            seal: Some(("第一党支部".to_owned(), "2026年4月1日".to_owned())),
            ..Around::default()
        };
        let columns = [Column::words("姓名", 6), Column::numbers("应交（元）", 8)];
        let rows = [("陈建国", 3000), ("=1+1", 5)];
        let mut rows = rows.into_iter().map(|(name, fen)| vec![Cell::from(name), Fen::new(fen).into()]);
        write_sheet(&path, &around, &columns, &mut rows).unwrap();

        let mut book = open_workbook_auto(&path).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        let cell = |row, column| range.get_value((row, column)).cloned().unwrap_or(Data::Empty);
        assert_eq!(cell(0, 0), Data::String("党费交纳情况公示表".to_owned()));
        assert_eq!(cell(2, 0), Data::String("党支部：第一党支部".to_owned()));
        assert_eq!(cell(3, 1), Data::String("应交（元）".to_owned()));
        assert_eq!(cell(4, 1), Data::Float(30.0));
        assert_eq!(cell(5, 0), Data::String("=1+1".to_owned()));
        assert_eq!(cell(5, 1), Data::Float(0.05));
        assert_eq!(cell(6, 0), Data::String("合计：30.05 元".to_owned()));
        assert_eq!(cell(8, 0), Data::String("第一党支部（盖章）".to_owned()));
    }
}
