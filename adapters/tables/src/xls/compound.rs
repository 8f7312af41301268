//! The compound file around an old workbook: chains of sectors that are followed only as far as the file reaches.

use std::collections::HashMap;

use ejia_kernel::table::TableFault;

use crate::damaged;

/// The first bytes of every compound file.
pub(crate) const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// Sector numbers from here on are marks, not places.
const MARKS: u32 = 0xFFFF_FFFA;

/// A compound file in memory.
#[derive(Debug)]
pub(crate) struct Compound {
    bytes: Vec<u8>,
    sector: usize,
    next: Vec<u32>,
    small_next: Vec<u32>,
    small: Vec<u8>,
    small_below: usize,
    streams: HashMap<String, (u32, usize)>,
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

pub(crate) fn size(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).filter_map(|word| u32_at(word, 0))
}

impl Compound {
    pub(crate) fn read(bytes: Vec<u8>) -> Result<Self, TableFault> {
        let short = || damaged("short header");
        let sector = match u16_at(&bytes, 30) {
            Some(9) => 512,
            Some(12) => 4096,
            _ => return Err(damaged("sector size")),
        };
        let word = |at: usize| u32_at(&bytes, at).ok_or_else(short);
        let (directory, small_below) = (word(48)?, size(word(56)?));
        let (small_table, more_table) = (word(60)?, word(68)?);
        let mut file = Self {
            sector,
            next: Vec::new(),
            small_next: Vec::new(),
            small: Vec::new(),
            small_below,
            streams: HashMap::new(),
            bytes,
        };
        file.read_table(more_table)?;
        let directory = file.chain(directory, usize::MAX)?;
        let mut root = None;
        for entry in directory.chunks_exact(128) {
            let Some((name, kind, start, length)) = directory_entry(entry) else {
                continue;
            };
            if kind == 5 {
                root = Some((start, length));
            } else if kind == 2 && file.streams.len() < 10_000 {
                file.streams.entry(name).or_insert((start, length));
            }
        }
        if let Some((start, length)) = root
            && start < MARKS
        {
            file.small = file.chain(start, length)?;
            file.small_next = words(&file.chain(small_table, usize::MAX)?).collect();
        }
        Ok(file)
    }

    /// A stream by name, in whatever case.
    pub(crate) fn stream(&self, name: &str) -> Result<Option<Vec<u8>>, TableFault> {
        let Some(&(start, length)) = self.streams.get(&name.to_ascii_lowercase()) else {
            return Ok(None);
        };
        if length >= self.small_below {
            return self.chain(start, length).map(Some);
        }
        follow(start, &self.small_next, length, |id| {
            let from = id.checked_mul(64)?;
            self.small.get(from..(from + 64).min(self.small.len()))
        })
        .map(Some)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.streams.contains_key(&name.to_ascii_lowercase())
    }

    fn sector_at(&self, id: usize) -> Option<&[u8]> {
        let from = id.checked_add(1)?.checked_mul(self.sector)?;
        let to = from.checked_add(self.sector)?.min(self.bytes.len());
        self.bytes.get(from..to)
    }

    fn chain(&self, start: u32, length: usize) -> Result<Vec<u8>, TableFault> {
        follow(start, &self.next, length, |id| self.sector_at(id))
    }

    /// The table of sectors: the first 109 of its sectors stand in the header, the others in a chain of their own.
    fn read_table(&mut self, more: u32) -> Result<(), TableFault> {
        let mut sectors: Vec<u32> = words(self.bytes.get(76..512).unwrap_or_default()).collect();
        let (mut id, limit) = (more, self.bytes.len() / self.sector + 1);
        for _ in 0..limit {
            if id >= MARKS {
                break;
            }
            let mut part: Vec<u32> =
                words(self.sector_at(size(id)).ok_or_else(|| damaged("table beyond the end"))?).collect();
            id = part.pop().unwrap_or(MARKS);
            sectors.append(&mut part);
        }
        for id in sectors.into_iter().filter(|id| *id < MARKS).take(limit) {
            let Some(sector) = self.sector_at(size(id)) else {
                return Err(damaged("table beyond the end"));
            };
            let part: Vec<u32> = words(sector).collect();
            self.next.extend(part);
        }
        Ok(())
    }
}

/// Puts a chain of sectors end to end; a chain longer than the table goes in circles.
fn follow<'a>(
    start: u32,
    next: &[u32],
    length: usize,
    sector: impl Fn(usize) -> Option<&'a [u8]>,
) -> Result<Vec<u8>, TableFault> {
    let (mut bytes, mut id, mut steps) = (Vec::new(), start, 0);
    while id < MARKS && bytes.len() < length {
        steps += 1;
        if steps > next.len() {
            return Err(damaged("sectors in a circle"));
        }
        let part = sector(size(id)).ok_or_else(|| damaged("sector beyond the end"))?;
        bytes.extend_from_slice(part);
        id = *next.get(size(id)).ok_or_else(|| damaged("sector outside the table"))?;
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Name (lower case), kind, first sector and length of a directory entry.
fn directory_entry(entry: &[u8]) -> Option<(String, u8, u32, usize)> {
    let letters = usize::from(u16_at(entry, 64)?).checked_sub(2)? / 2;
    let units: Vec<u16> = (0..letters.min(31)).filter_map(|i| u16_at(entry, i * 2)).collect();
    let name = String::from_utf16_lossy(&units).to_ascii_lowercase();
    Some((name, *entry.get(66)?, u32_at(entry, 116)?, size(u32_at(entry, 120)?)))
}
