//! Small table files built byte by byte, the good and the unpleasant.

use std::io::Write;
use std::path::PathBuf;

/// A file that is deleted at the end of its test.
pub(crate) struct Kept {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    _folder: tempfile::TempDir,
}

impl Kept {
    pub(crate) fn new(name: &str, bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("upload");
        std::fs::write(&path, bytes).unwrap();
        Self { path, name: name.to_owned(), _folder: folder }
    }
}

pub(crate) fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
    )
}

pub(crate) const STRINGS: &str = r#"<sst uniqueCount="999999999999"><si><t>第一</t></si><si><t>第二</t></si></sst>"#;

/// A package around one sheet; `more` adds or replaces parts.
pub(crate) fn package(sheet: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let mut parts = vec![
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="h" state="hidden" r:id="r9"/><sheet name="s" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/styles.xml",
            r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>"#,
        ),
        ("xl/sharedStrings.xml", STRINGS),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    for (name, content) in more {
        parts.retain(|(known, _)| known != name);
        parts.push((name, content));
    }
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn record(into: &mut Vec<u8>, kind: u16, bytes: &[u8]) {
    into.extend(kind.to_le_bytes());
    into.extend(u16::try_from(bytes.len()).unwrap().to_le_bytes());
    into.extend(bytes);
}

fn place(row: u16, column: u16, format: u16) -> Vec<u8> {
    [row, column, format].iter().flat_map(|n| n.to_le_bytes()).collect()
}

/// An old workbook whose second shared text goes on, with wider letters, in the next record.
pub(crate) fn xls() -> Vec<u8> {
    let mut globals = Vec::new();
    record(&mut globals, 0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]);
    record(&mut globals, 0x00E0, &[0, 0, 0, 0]);
    record(&mut globals, 0x00E0, &[0, 0, 14, 0]);
    let sheet_at = globals.len();
    record(&mut globals, 0x0085, &[0, 0, 0, 0, 0, 0, 1, 0, b's']);
    let mut texts = [2_u32, 2].iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    texts.extend([5, 0, 1]);
    texts.extend(wide("党组织代码"));
    texts.extend([6, 0, 0]);
    texts.extend(b"abc");
    record(&mut globals, 0x00FC, &texts);
    let mut rest = vec![1];
    rest.extend(wide("中文长"));
    record(&mut globals, 0x003C, &rest);
    record(&mut globals, 0x000A, &[]);
    let start = u32::try_from(globals.len()).unwrap().to_le_bytes();
    globals[sheet_at + 4..sheet_at + 8].copy_from_slice(&start);
    let mut s = globals;
    record(&mut s, 0x0809, &[0, 6, 0x10, 0, 0, 0, 0, 0]);
    record(&mut s, 0x0200, &[0xFF; 14]);
    record(&mut s, 0x00FD, &[place(0, 0, 0), vec![0, 0, 0, 0]].concat());
    record(&mut s, 0x00FD, &[place(0, 1, 0), vec![1, 0, 0, 0]].concat());
    record(&mut s, 0x0203, &[place(0, 2, 0), 19_800_102_f64.to_le_bytes().to_vec()].concat());
    record(&mut s, 0x027E, &[place(0, 3, 0), ((1_u32 << 2) | 3).to_le_bytes().to_vec()].concat());
    record(&mut s, 0x0203, &[place(2, 0, 1), 31_316_f64.to_le_bytes().to_vec()].concat());
    record(&mut s, 0x0006, &[place(2, 1, 0), vec![0; 16]].concat());
    let numbers = [[0_u8, 0, 6, 0, 0, 0], [0, 0, 10, 0, 0, 0]].concat();
    record(&mut s, 0x00BD, &[vec![2, 0, 3, 0], numbers, vec![4, 0]].concat());
    record(&mut s, 0x000A, &[]);
    compound("Workbook", &s)
}

/// A compound file around one stream.
pub(crate) fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let mut stream = stream.to_vec();
    stream.resize(stream.len().max(4096).next_multiple_of(512), 0);
    let sectors = u32::try_from(stream.len() / 512).unwrap();
    let mut head = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    head.resize(512, 0xFF);
    head[24..32].copy_from_slice(&[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0]);
    head[32..44].copy_from_slice(&[6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for (at, word) in
        [(44, 1_u32), (48, 1), (56, 4096), (60, 0xFFFF_FFFE), (64, 0), (68, 0xFFFF_FFFE), (72, 0), (76, 0)]
    {
        head[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }
    let mut table: Vec<u32> = vec![0xFFFF_FFFD, 0xFFFF_FFFE];
    table.extend((0..sectors).map(|n| if n + 1 == sectors { 0xFFFF_FFFE } else { n + 3 }));
    table.resize(128, 0xFFFF_FFFF);
    let mut directory = Vec::new();
    for (name, kind, start, length) in [("Root Entry", 5, 0xFFFF_FFFE_u32, 0_u32), (name, 2, 2, sectors * 512)] {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let letters = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(128, 0);
        entry[64..66].copy_from_slice(&letters.to_le_bytes());
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&length.to_le_bytes());
        directory.extend(entry);
    }
    directory.resize(512, 0);
    let mut file = head;
    file.extend(table.iter().flat_map(|word| word.to_le_bytes()));
    file.extend(directory);
    file.extend(stream);
    file
}
