//! Many files in one ZIP, written as they come: none is held longer than it takes to write it.

use std::collections::HashSet;
use std::io::{Seek, Write};

use ejia_kernel::Instant;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// No name is longer, in bytes: what every system takes, with room for a number.
const LONGEST: usize = 200;

/// A ZIP being written. Its files are papers, which are packed already: they are stored as they are.
pub(crate) struct Archive<W: Write + Seek> {
    zip: ZipWriter<W>,
    options: SimpleFileOptions,
    names: HashSet<String>,
}

impl<W: Write + Seek> Archive<W> {
    /// An empty archive; its files bear this time.
    pub(crate) fn new(into: W, now: Instant) -> Self {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(china(now).unwrap_or_default());
        Self { zip: ZipWriter::new(into), options, names: HashSet::new() }
    }

    /// Adds a file. A name that stands in it already gets a number.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), ZipError> {
        let name = self.free(&plain(name));
        self.zip.start_file(name.as_str(), self.options)?;
        self.zip.write_all(bytes)?;
        self.names.insert(name.to_lowercase());
        Ok(())
    }

    /// Writes the table of contents.
    pub(crate) fn end(self) -> Result<W, ZipError> {
        self.zip.finish()
    }

    /// The name, or the name with the first number that is free. Systems that hold A and a for one see no difference.
    fn free(&self, name: &str) -> String {
        let (stem, ending) = parts(name);
        let numbered = (2..).map(|number| format!("{stem}（{number}）{ending}"));
        let mut names = std::iter::once(name.to_owned()).chain(numbered);
        names.find(|name| !self.names.contains(&name.to_lowercase())).unwrap_or_else(|| name.to_owned())
    }
}

/// A name that every system takes: no folders, no signs that mean something to one, not too long. Its ending stays.
fn plain(name: &str) -> String {
    let taken = |character: char| match character {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        character if character.is_control() => '_',
        character => character,
    };
    let name: String = name.trim().chars().map(taken).collect();
    let (stem, ending) = parts(name.trim_matches('.'));
    let mut short = String::new();
    short.extend(stem.chars().scan(ending.len(), |length, character| {
        *length += character.len_utf8();
        (*length <= LONGEST).then_some(character)
    }));
    let stem = if short.is_empty() { "_" } else { short.trim_end() };
    format!("{stem}{ending}")
}

/// A name and its ending, with the dot; what is long is no ending.
fn parts(name: &str) -> (&str, &str) {
    let (stem, ending) = name.rfind('.').map_or((name, ""), |dot| name.split_at(dot));
    if ending.len() > 10 { (name, "") } else { (stem, ending) }
}

/// The time as archives write it: that of a clock in China.
fn china(now: Instant) -> Option<DateTime> {
    let day = now.china_date();
    let seconds = now.since(Instant::start_of(day)).as_secs();
    let part = |number: u64| u8::try_from(number).ok();
    let (month, date) = (u8::try_from(day.month()).ok()?, u8::try_from(day.day()).ok()?);
    let (hour, minute, second) = (part(seconds / 3600)?, part(seconds / 60 % 60)?, part(seconds % 60)?);
    DateTime::from_date_and_time(u16::try_from(day.year()).ok()?, month, date, hour, minute, second).ok()
}
