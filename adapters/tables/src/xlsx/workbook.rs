//! What a workbook says about itself: its first visible sheet, its formats, its shared texts.

use std::collections::HashMap;

use ejia_kernel::table::TableFault;
use quick_xml::events::Event;

use super::package::Package;
use super::xml::{Xml, attribute, resolve};
use crate::damaged;
use crate::limits::{CELL_BYTES, FORMATS, PART_BYTES, STRING_BYTES, STRINGS};
use crate::number::{Shown, builtin, custom};

/// All that is needed to read one sheet of a workbook.
#[derive(Debug, Default)]
pub(crate) struct Workbook {
    pub(crate) sheet: String,
    pub(crate) from_1904: bool,
    pub(crate) formats: Vec<Shown>,
    pub(crate) texts: Texts,
}

/// The shared texts, end to end in one string.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    all: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.all.get(start..end)
    }
}

impl Workbook {
    pub(crate) fn read(package: &Package) -> Result<Self, TableFault> {
        let part = main_part(package)?;
        let (folder, file) = part.rsplit_once('/').unwrap_or(("", &part));
        let targets = relationships(package, &join(folder, &format!("_rels/{file}.rels")))?;
        let by_kind = |kind: &str| {
            targets.values().find(|(known, _)| known.ends_with(kind)).map(|(_, target)| join(folder, target))
        };
        let (sheet_id, from_1904) = first_sheet(package, &part)?;
        let (_, sheet) = targets.get(&sheet_id).ok_or_else(|| damaged("sheet without a part"))?;
        Ok(Self {
            sheet: join(folder, sheet),
            from_1904,
            formats: formats(package, &by_kind("/styles").unwrap_or_else(|| join(folder, "styles.xml")))?,
            texts: texts(package, &by_kind("/sharedStrings").unwrap_or_else(|| join(folder, "sharedStrings.xml")))?,
        })
    }
}

fn main_part(package: &Package) -> Result<String, TableFault> {
    let roots = relationships(package, "_rels/.rels")?;
    let part = roots.values().find(|(kind, _)| kind.ends_with("/officeDocument")).map(|(_, target)| join("", target));
    let part = part.unwrap_or_else(|| "xl/workbook.xml".to_owned());
    if package.has(&part) { Ok(part) } else { Err(TableFault::NotATable) }
}

/// A target named in a folder: absolute when it begins with a slash, `..` goes up.
fn join(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            other => steps.push(other),
        }
    }
    steps.join("/")
}

/// The relationships of a part: id → (kind, target).
fn relationships(package: &Package, name: &str) -> Result<HashMap<String, (String, String)>, TableFault> {
    let mut found = HashMap::new();
    let Some(part) = package.part(name, PART_BYTES)? else {
        return Ok(found);
    };
    let mut xml = Xml::new(part);
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) if e.local_name().as_ref() == "Relationship" => {
                let id = attribute(&e, "Id")?.unwrap_or_default();
                let kind = attribute(&e, "Type")?.unwrap_or_default();
                let target = attribute(&e, "Target")?.unwrap_or_default();
                if found.len() > FORMATS {
                    return Err(TableFault::Bomb);
                }
                found.insert(id, (kind, target));
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The relationship of the first visible sheet, and whether days are counted from 1904.
fn first_sheet(package: &Package, name: &str) -> Result<(String, bool), TableFault> {
    let mut xml = Xml::new(package.part(name, PART_BYTES)?.ok_or(TableFault::NotATable)?);
    let (mut sheet, mut from_1904) = (None, false);
    loop {
        match xml.next()? {
            Event::Start(e) | Event::Empty(e) => match e.local_name().as_ref() {
                "sheet" if sheet.is_none() => {
                    let visible = attribute(&e, "state")?.is_none_or(|state| state == "visible");
                    if visible {
                        sheet = attribute(&e, "id")?;
                    }
                }
                "workbookPr" => {
                    from_1904 = matches!(attribute(&e, "date1904")?.as_deref(), Some("1" | "true"));
                }
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    sheet.map(|id| (id, from_1904)).ok_or(TableFault::Empty)
}

/// For each cell format whether it shows a date.
fn formats(package: &Package, name: &str) -> Result<Vec<Shown>, TableFault> {
    let mut formats = Vec::new();
    let Some(part) = package.part(name, PART_BYTES)? else {
        return Ok(formats);
    };
    let mut xml = Xml::new(part);
    let mut declared: HashMap<u32, Shown> = HashMap::new();
    let mut within = false;
    loop {
        match xml.next()? {
            Event::Start(e) if e.local_name().as_ref() == "cellXfs" => within = true,
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => within = false,
            Event::Start(e) | Event::Empty(e) => {
                let name = e.local_name();
                if name.as_ref() != "numFmt" && !(within && name.as_ref() == "xf") {
                    continue;
                }
                let id = attribute(&e, "numFmtId")?.and_then(|id| id.parse().ok()).unwrap_or(0);
                if name.as_ref() == "numFmt" {
                    declared.insert(id, custom(&attribute(&e, "formatCode")?.unwrap_or_default()));
                } else {
                    formats.push(declared.get(&id).copied().unwrap_or_else(|| builtin(id)));
                }
                if formats.len() > FORMATS || declared.len() > FORMATS {
                    return Err(TableFault::Bomb);
                }
            }
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}

/// The shared texts; phonetic marks over Chinese or Japanese words are left out.
fn texts(package: &Package, name: &str) -> Result<Texts, TableFault> {
    let mut texts = Texts::default();
    let Some(part) = package.part(name, PART_BYTES)? else {
        return Ok(texts);
    };
    let mut xml = Xml::new(part);
    let (mut text, mut collecting, mut phonetic) = (String::new(), false, false);
    loop {
        match xml.next()? {
            Event::Start(e) => match e.local_name().as_ref() {
                "rPh" => phonetic = true,
                "t" => collecting = !phonetic,
                _ => {}
            },
            Event::Empty(e) if e.local_name().as_ref() == "si" => texts.ends.push(texts.all.len()),
            Event::End(e) => match e.local_name().as_ref() {
                "rPh" => phonetic = false,
                "t" => collecting = false,
                "si" => {
                    texts.all.push_str(&text);
                    texts.ends.push(texts.all.len());
                    text.clear();
                }
                _ => {}
            },
            Event::Text(t) if collecting => text.push_str(&t),
            Event::CData(t) if collecting => text.push_str(&t),
            Event::GeneralRef(r) if collecting => resolve(&r, &mut text)?,
            Event::Eof => return Ok(texts),
            _ => {}
        }
        if text.len() > CELL_BYTES {
            collecting = false;
        }
        if texts.all.len() > STRING_BYTES || texts.ends.len() > STRINGS {
            return Err(TableFault::Bomb);
        }
    }
}
