//! Reading of good tables: made by our own writer, by hand, and the real files where they lie beside the repository.

use crate::fixtures::{Kept, package, sheet, xls};
use calamine::{Data, Reader};
use ejia_kernel::table::{CellFaultKind, TableFault, TableRow};
use ejia_tables::{SheetWriter, open, write_csv, write_xlsx};

fn rows(file: &Kept) -> Vec<TableRow> {
    open(&file.path, &file.name).unwrap().collect::<Result<_, _>>().unwrap()
}

fn cells(rows: &[TableRow]) -> Vec<Vec<&str>> {
    rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
}

#[test]
fn what_the_writer_writes_the_reader_reads() {
    let file = Kept::new("结果.xlsx", b"");
    let table = [
        ["350212198509268003", "=1+1", "王𬱖", ""],
        ["+8613800000000", "@x", "-5", "<&>\"'"],
        ["00012", "'350212", "两\n行", "尾"],
    ];
    write_xlsx(&file.path, "导入结果", &[("号码", 10), ("二", 4), ("三", 4), ("四", 4)], table).unwrap();
    let rows = rows(&file);
    assert_eq!(cells(&rows)[0], ["号码", "二", "三", "四"]);
    assert_eq!(cells(&rows)[1], ["350212198509268003", "=1+1", "王𬱖"]);
    assert_eq!(cells(&rows)[2], ["+8613800000000", "@x", "-5", "<&>\"'"]);
    assert_eq!(cells(&rows)[3], ["00012", "350212", "两\n行", "尾"]);
    assert!(rows.iter().all(|row| row.faults.is_empty()));
    assert_eq!(rows.iter().map(|row| row.number).collect::<Vec<_>>(), [1, 2, 3, 4]);
}

#[test]
fn a_large_sheet_is_written_row_by_row() {
    let file = Kept::new("大.xlsx", b"");
    let mut writer = SheetWriter::new("大", &[("一", 4), ("二", 4)]).unwrap();
    for number in 0..5_000 {
        writer.row([number.to_string(), "行".to_owned()]).unwrap();
    }
    writer.finish(std::fs::File::create(&file.path).unwrap()).unwrap();
    assert_eq!(open(&file.path, &file.name).unwrap().count(), 5_001);
}

#[test]
fn csv_is_read_in_each_encoding_table_programs_write() {
    let text = "序号,姓名\r\n1,王𬱖㛃\r\n\r\n2,\"a,\"\"b\"\"\"\r\n";
    let utf16: Vec<u8> = [0xFEFF_u16].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let (gb18030, _, _) = encoding_rs::GB18030.encode(text);
    let marked = format!("\u{feff}{text}");
    for bytes in [text.as_bytes(), marked.as_bytes(), &gb18030, &utf16] {
        let file = Kept::new("a.csv", bytes);
        let rows = rows(&file);
        assert_eq!(cells(&rows), [vec!["序号", "姓名"], vec!["1", "王𬱖㛃"], vec!["2", "a,\"b\""]]);
        assert_eq!(rows[2].number, 4, "an empty line counts");
    }
}

#[test]
fn csv_keeps_digits_that_were_marked_as_text_and_takes_no_formula() {
    let file = Kept::new("a.csv", "'35021219850926800X,=\"350212\",=SUM(A1),3.50212E+17,-5,+86 138,'中\n".as_bytes());
    let row = &rows(&file)[0];
    assert_eq!(row.cells, ["35021219850926800X", "350212", "", "", "-5", "+86 138", "'中"]);
    assert_eq!(row.fault(2).unwrap().kind, CellFaultKind::Formula);
    assert_eq!(row.fault(3).unwrap().kind, CellFaultKind::LostDigits);
    let tabs = Kept::new("a.csv", "一\t二,三\n四\t五\r六\t七".as_bytes());
    assert_eq!(cells(&rows(&tabs)), [["一", "二,三"], ["四", "五"], ["六", "七"]]);
}

#[test]
fn csv_that_is_written_is_read_back_with_its_digits() {
    let file = Kept::new("a.csv", b"");
    let table = [["350212198509268003", "甲,\"乙\"\n丙"], ["=1", "x"]];
    write_csv(std::fs::File::create(&file.path).unwrap(), &["号码", "名称"], table).unwrap();
    let rows = rows(&file);
    assert_eq!(cells(&rows), [["号码", "名称"], ["350212198509268003", "甲,\"乙\"\n丙"], ["'=1", "x"]]);
}

#[test]
fn cells_of_every_kind_become_text() {
    let body = r#"<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>31316</v></c><c r="C2"><v>19800102</v></c>
        <c r="D2" t="b"><v>1</v></c><c r="E2" t="e"><v>#N/A</v></c><c r="F2" t="str"><v>x&amp;&#x4E2D;</v></c>
        <c r="G2" t="inlineStr"><is><r><t>两</t></r><r><t>段</t></r><rPh><t>x</t></rPh></is></c><c r="H2" s="2"><v>31316</v></c>
        <c r="I2"><v>350212198509268003</v></c><c r="J2" t="d"><v>1980-01-02T00:00:00</v></c></row>
        <row r="3"/><row><c><v>1.5</v></c><c t="str"><f>A2</f><v>5</v></c><c><f t="shared" si="0"/><v>6</v></c></row>"#;
    let file = Kept::new("a.xlsx", &package(&sheet(body), &[]));
    let rows = rows(&file);
    assert_eq!(rows[0].number, 2);
    assert_eq!(
        rows[0].cells,
        ["第二", "1985-09-26", "19800102", "TRUE", "", "x&中", "两段", "1985-09-26", "", "1980-01-02"]
    );
    assert_eq!(rows[0].fault(4).unwrap().kind, CellFaultKind::ErrorValue);
    assert_eq!(rows[0].fault(8).unwrap().kind, CellFaultKind::LostDigits);
    assert_eq!((rows[1].number, rows[1].cells.as_slice()), (4, &["1.5".to_owned()][..]));
    assert_eq!(rows[1].faults.iter().map(|f| f.column).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_sheet_of_empty_styled_cells_far_to_the_right_is_read() {
    let file =
        Kept::new("a.xlsx", &package(&sheet(r#"<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row>"#), &[]));
    assert_eq!(rows(&file)[0].cells, ["1"]);
}

#[test]
fn old_workbooks_are_read_with_texts_cut_between_records() {
    let file = Kept::new("a.xls", &xls());
    let rows = rows(&file);
    assert_eq!(rows[0].cells, ["党组织代码", "abc中文长", "19800102", "0.01"]);
    assert_eq!(rows[1].cells, ["1985-09-26", "", "", "1", "2"]);
    assert_eq!(rows[1].number, 3);
    assert_eq!(rows[1].fault(1).unwrap().kind, CellFaultKind::Formula);
}

#[test]
fn the_real_tables_are_read_as_another_reader_reads_them() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tables");
    if !folder.is_dir() {
        eprintln!("skipped: the real tables do not lie beside the repository");
        return;
    }
    for name in ["党组织.xls", "党员.xlsx"] {
        let path = folder.join(name);
        let mine: Vec<TableRow> = open(&path, name).unwrap().collect::<Result<_, _>>().unwrap();
        let mut other = calamine::open_workbook_auto(&path).unwrap();
        let range = other.worksheet_range_at(0).unwrap().unwrap();
        let (top, _) = range.start().unwrap();
        for row in &mine {
            for (column, cell) in row.cells.iter().enumerate() {
                let theirs = range.get_value((row.number - 1, u32::try_from(column).unwrap()));
                let theirs = match theirs.unwrap_or(&Data::Empty) {
                    Data::DateTime(at) => {
                        let (year, month, day, ..) = at.to_ymd_hms_milli();
                        format!("{year:04}-{month:02}-{day:02}")
                    }
                    other => other.to_string(),
                };
                assert_eq!(cell, &theirs, "{name} row {} column {column}", row.number);
            }
        }
        let filled = range.rows().filter(|row| row.iter().any(|cell| !cell.to_string().trim().is_empty())).count();
        assert_eq!((mine.len(), top), (filled, 0), "{name}");
        assert!(mine.iter().all(|row| row.faults.is_empty()));
    }
    let members = open(&folder.join("党员.csv"), "党员.csv").unwrap();
    let members: Vec<TableRow> = members.collect::<Result<_, _>>().unwrap();
    assert_eq!(members.len(), 2_001);
    assert_eq!(members[478].cells[1], "王𬱖");
    assert_eq!(members[1].cells[3], "350212198509268003");
}

#[test]
fn an_empty_sheet_gives_no_rows_and_an_empty_file_is_a_fault() {
    let file = Kept::new("a.xlsx", &package(&sheet(""), &[]));
    assert_eq!(rows(&file), []);
    let file = Kept::new("a.csv", b"");
    assert_eq!(open(&file.path, &file.name).err(), Some(TableFault::Empty));
}
