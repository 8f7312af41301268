//! Bad files: each is refused with a fault that says what to do, quickly, and nothing ever panics.

use crate::fixtures::{Kept, compound, package, sheet, xls};
use ejia_kernel::table::{CellFaultKind, TableFault};
use ejia_tables::open;
use proptest::prelude::*;

#[track_caller]
fn fault(name: &str, bytes: &[u8]) -> TableFault {
    let file = Kept::new(name, bytes);
    let fault = match open(&file.path, name) {
        Err(fault) => fault,
        Ok(mut reader) => reader.find_map(Result::err).unwrap_or_else(|| panic!("no fault")),
    };
    assert!(fault.sentence().ends_with('。'));
    fault
}

#[test]
fn other_files_are_refused_by_name_and_by_content() {
    let named = |extension: &str| TableFault::WrongExtension { extension: extension.to_owned() };
    assert_eq!(fault("a.docx", b"x"), named("docx"));
    assert_eq!(fault("表格", b"x"), named(""));
    assert_eq!(fault("a.csv", b"%PDF-1.4"), TableFault::NotATable);
    assert_eq!(fault("a.xlsx", b"1,2,3"), TableFault::NotATable);
    assert_eq!(fault("a.xls", b" <HTML><table>"), TableFault::WebPage);
    assert_eq!(fault("a.xlsx", &compound("EncryptedPackage", b"x")), TableFault::Locked);
    assert_eq!(fault("a.xls", &compound("WordDocument", b"x")), TableFault::NotATable);
    assert_eq!(fault("a.xls", &compound("Book", b"x")), TableFault::OldFormat);
}

#[test]
fn a_hundred_thousand_columns_are_refused_at_the_first() {
    let wide: String = (0..100_000).map(|_| "<c><v>1</v></c>").collect();
    let expected = TableFault::TooManyColumns { row: 1, most: 200 };
    assert_eq!(fault("a.xlsx", &package(&sheet(&format!("<row>{wide}</row>")), &[])), expected);
    let named = sheet(r#"<row r="1"><c r="ZZZZZZZZZZZZZZZZZ1"><v>1</v></c></row>"#);
    assert_eq!(fault("a.xlsx", &package(&named, &[])), expected);
    assert_eq!(fault("a.csv", "x,".repeat(100_000).as_bytes()), expected);
}

#[test]
fn a_row_beyond_the_limit_is_refused() {
    let far = sheet(r#"<row r="1000001"><c><v>1</v></c></row>"#);
    assert_eq!(fault("a.xlsx", &package(&far, &[])), TableFault::TooManyRows { most: 1_000_000 });
}

#[test]
fn a_bomb_is_refused_wherever_it_lies() {
    let zeros = " ".repeat(40 << 20);
    assert_eq!(fault("a.xlsx", &package(&sheet(&zeros), &[])), TableFault::Bomb);
    let strings = format!("<sst>{}</sst>", "<si/>".repeat(8 << 20));
    assert_eq!(fault("a.xlsx", &package(&sheet(""), &[("xl/sharedStrings.xml", &strings)])), TableFault::Bomb);
    let long = format!("<a b=\"{}\"/>", "<".repeat(2 << 20));
    assert_eq!(fault("a.xlsx", &package(&sheet(&long), &[])), TableFault::Bomb);
}

#[test]
fn entities_cannot_be_defined() {
    let lol = r#"<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c t="str"><v>&a;</v></c></row></sheetData></worksheet>"#;
    assert!(matches!(fault("a.xlsx", &package(lol, &[])), TableFault::Damaged(_)));
}

#[test]
fn thousands_of_entries_are_refused_before_they_are_listed() {
    let names: Vec<String> = (0..2_100).map(|n| format!("x/{n}")).collect();
    let more: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    assert_eq!(fault("a.xlsx", &package(&sheet(""), &more)), TableFault::Bomb);
}

#[test]
fn broken_text_is_refused_with_its_row() {
    assert_eq!(fault("a.csv", b"a,b\nc,\0d\n"), TableFault::NulByte { row: 2 });
    assert_eq!(fault("a.csv", b"a\nb\n\xFF\xFF\xFF\n"), TableFault::NotText { row: 3 });
    assert_eq!(fault("a.csv", b"\xEF\xBB\xBFa\n\xC4\xE3\n"), TableFault::NotText { row: 2 });
    assert_eq!(fault("a.csv", b"a\n\"b\nc\nd"), TableFault::OpenQuote { row: 2 });
    let endless = format!("a\n\"{}", "x".repeat(1 << 20));
    assert_eq!(fault("a.csv", endless.as_bytes()), TableFault::OpenQuote { row: 2 });
}

#[test]
fn a_cell_of_ten_megabytes_is_named_and_not_kept() {
    let long = "长".repeat(3 << 20);
    let file = Kept::new("a.csv", format!("a,{long},b").as_bytes());
    let row = open(&file.path, &file.name).unwrap().next().unwrap().unwrap();
    assert_eq!(row.cells, ["a", "", "b"]);
    assert_eq!(row.fault(1).unwrap().kind, CellFaultKind::TooLong);
    let short = "长".repeat(10_000);
    let body = sheet(&format!(r#"<row><c t="inlineStr"><is><t>{short}</t></is></c></row>"#));
    let file = Kept::new("a.xlsx", &package(&body, &[]));
    let row = open(&file.path, &file.name).unwrap().next().unwrap().unwrap();
    assert_eq!(row.fault(0).unwrap().kind, CellFaultKind::TooLong);
}

#[test]
fn sectors_that_go_in_circles_are_refused() {
    let mut bytes = xls();
    bytes[512 + 4..512 + 8].copy_from_slice(&1_u32.to_le_bytes());
    assert!(matches!(fault("a.xls", &bytes), TableFault::Damaged(_)));
}

#[test]
fn every_cut_of_a_workbook_ends_in_a_fault_or_in_rows() {
    for whole in [xls(), package(&sheet("<row><c><v>1</v></c></row>"), &[])] {
        for end in (1..whole.len()).step_by(7) {
            let file = Kept::new("a.xls", &whole[..end]);
            if let Ok(reader) = open(&file.path, &file.name) {
                let _ = reader.count();
            }
        }
    }
}

fn never_panics(name: &str, bytes: &[u8]) {
    let file = Kept::new(name, bytes);
    if let Ok(reader) = open(&file.path, name) {
        let _ = reader.count();
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..2000), name in "a\\.(xls|xlsx|csv)") {
        never_panics(&name, &bytes);
    }

    #[test]
    fn a_workbook_with_random_bytes_in_it_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12), old in any::<bool>(),
    ) {
        let mut bytes = if old { xls() } else { package(&sheet("<row><c t=\"s\"><v>1</v></c></row>"), &[]) };
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        never_panics("a.xls", &bytes);
    }

    #[test]
    fn a_stream_of_random_records_never_panics(records in prop::collection::vec((
        prop::sample::select(vec![0x0809_u16, 0x000A, 0x0085, 0x041E, 0x00E0, 0x00FC, 0x003C, 0x00FD, 0x0204, 0x0203, 0x027E, 0x00BD, 0x0205, 6]),
        prop::collection::vec(any::<u8>(), 0..40)), 0..40)) {
        let mut stream = vec![0x09, 0x08, 4, 0, 0, 6, 5, 0, 0x85, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        for (kind, bytes) in records {
            stream.extend(kind.to_le_bytes());
            stream.extend(u16::try_from(bytes.len()).unwrap().to_le_bytes());
            stream.extend(bytes);
        }
        never_panics("a.xls", &compound("Workbook", &stream));
    }

    #[test]
    fn a_sheet_of_random_xml_never_panics(pieces in prop::collection::vec(prop::sample::select(vec![
        "<row>", "</row>", "<c>", "<c r=\"B3\" t=\"s\">", "<c r=\"\" t=\"inlineStr\">", "</c>", "<v>", "</v>", "7", "&amp;", "&#0;", "&x;",
        "<f/>", "<is>", "</is>", "<t>", "</t>", "<row r=\"9\"/>", "<row r=\"x\">", "<!-- -->", "<![CDATA[x]]>", "</sheetData>", "\u{0}",
    ]), 0..40)) {
        never_panics("a.xlsx", &package(&sheet(&pieces.concat()), &[]));
    }
}
