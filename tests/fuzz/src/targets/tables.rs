//! Table files: any bytes under any name, and what we write ourselves.

use std::io::Write;

use ejia_kernel::table::TableRow;
use tempfile::NamedTempFile;

/// The old workbook that the tests of the reader build.
#[path = "../../../../adapters/tables/tests/tables/fixtures.rs"]
#[expect(
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "the tests' own files, of which a part is a seed here"
)]
mod fixtures;

const COLUMNS: usize = 200;
const CHARS: usize = 2_000;

pub(super) fn opened(bytes: &[u8]) {
    let Some(file) = on_disk(bytes) else { return };
    for name in ["党员.xls", "members.xlsx", "members.csv", "members"] {
        let reader = match ejia_tables::open(file.path(), name) {
            Ok(reader) => reader,
            Err(fault) => {
                assert!(!fault.sentence().is_empty(), "{} has no sentence", fault.code());
                continue;
            }
        };
        let mut before = 0;
        for row in reader {
            let Ok(row) = row else { break };
            assert!(row.number > before, "row {} after {before}", row.number);
            before = row.number;
            fits(&row);
        }
    }
}

fn fits(row: &TableRow) {
    assert!(row.cells.len() <= COLUMNS, "{} columns", row.cells.len());
    assert!(row.cells.iter().all(|cell| cell.chars().count() <= CHARS), "a cell beyond its length");
    for fault in &row.faults {
        assert!(fault.column < COLUMNS && row.cell(fault.column).is_empty(), "a refused cell keeps its text");
    }
}

pub(super) fn written(bytes: &[u8]) {
    let rows = rows_of(&String::from_utf8_lossy(bytes));
    let headings = ["甲", "乙", "丙"];
    let mut csv = Vec::new();
    assert!(ejia_tables::write_csv(&mut csv, &headings, &rows).is_ok());
    read_again(&csv, "a.csv", &rows);
    let (Ok(folder), headings) = (tempfile::tempdir(), headings.map(|heading| (heading, 8))) else { return };
    let path = folder.path().join("a.xlsx");
    assert!(ejia_tables::write_xlsx(&path, "名单", &headings, &rows).is_ok());
    read_again(&std::fs::read(&path).unwrap_or_default(), "a.xlsx", &rows);
}

/// Rows of three cells, as people fill them: no blanks around, no control characters and none of those that nobody sees (which
/// the reader takes away), and each with something in it.
fn rows_of(text: &str) -> Vec<Vec<String>> {
    let seen =
        |c: &char| !c.is_control() && !matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{fffe}' | '\u{ffff}');
    let plain = |cell: &str| cell.chars().filter(seen).take(60).collect::<String>().trim().to_owned();
    let row = |line: &str| {
        let mut cells: Vec<String> = line.split('|').map(plain).take(3).collect();
        cells.resize(3, String::new());
        cells
    };
    text.lines().take(20).map(row).filter(|cells| cells.iter().any(|cell| !cell.is_empty())).collect()
}

fn read_again(bytes: &[u8], name: &str, rows: &[Vec<String>]) {
    let Some(file) = on_disk(bytes) else { return };
    let read = ejia_tables::open(file.path(), name).and_then(|reader| reader.skip(1).collect::<Result<Vec<_>, _>>());
    let read = read.unwrap_or_default();
    assert_eq!(read.len(), rows.len(), "{name}");
    for (read, written) in read.iter().zip(rows) {
        assert!(read.faults.is_empty(), "{name}: {:?}", read.faults);
        for (column, cell) in written.iter().enumerate() {
            let read = read.cell(column);
            // An apostrophe keeps long digits and would-be formulas as text; the reader takes it from digits.
            let bare = |text: &str| text.strip_prefix('\'').unwrap_or(text).to_owned();
            assert_eq!(bare(read), bare(cell), "{name}");
            assert!(name == "a.xlsx" || !read.starts_with(['=', '+', '-', '@']), "{name}: {read:?} is a formula");
        }
    }
}

fn on_disk(bytes: &[u8]) -> Option<NamedTempFile> {
    let mut file = NamedTempFile::new().ok()?;
    file.write_all(bytes).ok()?;
    Some(file)
}

pub(super) fn files() -> Vec<Vec<u8>> {
    let rows = fixtures::sheet(
        r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>姓名</t></is></c></row>
           <row r="3"><c r="A3"><v>11010519491231002</v></c><c r="C3" s="1"><v>31316</v></c><c r="D3"><f>1+1</f></c></row>"#,
    );
    let csv = "\u{feff}姓名,公民身份号码\r\n林晓梅,'11010519491231002X\r\n\"王,\"\"\",\r\n";
    let gb18030 = b"\xd0\xd5\xc3\xfb,\xb5\xb3\xd6\xa7\xb2\xbf\n\xc0\xee\xcb\xc4,1\n";
    vec![
        fixtures::xls(),
        fixtures::compound("EncryptedPackage", b"x"),
        fixtures::package(&rows, &[]),
        csv.as_bytes().to_vec(),
        gb18030.to_vec(),
        b"<html><table>".to_vec(),
    ]
}

pub(super) fn texts() -> Vec<Vec<u8>> {
    [
        "林晓梅|11010519491231002X|=1+1\n王,强|\"引号\"|@SUM(A1)",
        "a|'b|-1\n||+86 138\n1e5|0.10|2026-03-20",
        "\t|x|\u{a0}y\n１９８０|TRUE|#N/A",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into()
}
