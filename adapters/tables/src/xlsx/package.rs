//! The zip package around a workbook: every part is unpacked as a stream that stops at a limit.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use ejia_kernel::table::TableFault;
use flate2::read::DeflateDecoder;

use crate::damaged;
use crate::limits::{ENTRIES, RATIO, RATIO_FROM, TOKEN_BYTES};

/// The marker that every entry of a zip directory begins with.
const DIRECTORY_ENTRY: &[u8; 4] = b"PK\x01\x02";

/// Where a part lies in the file.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u64,
    packed: u64,
    deflated: bool,
}

/// An opened package.
#[derive(Debug)]
pub(crate) struct Package {
    path: PathBuf,
    places: HashMap<String, Place>,
}

impl Package {
    pub(crate) fn open(path: &Path) -> Result<Self, TableFault> {
        let mut file = File::open(path).map_err(|e| TableFault::Unreadable(e.to_string()))?;
        if entries_at_most(&mut file).map_err(|e| TableFault::Unreadable(e.to_string()))? > ENTRIES {
            return Err(TableFault::Bomb);
        }
        let mut archive = zip::ZipArchive::new(file).map_err(damaged)?;
        let mut places = HashMap::new();
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(damaged)?;
            let deflated = match entry.compression() {
                zip::CompressionMethod::Stored => false,
                zip::CompressionMethod::Deflated => true,
                _ => continue,
            };
            if entry.encrypted() {
                return Err(TableFault::Locked);
            }
            let start = entry.data_start().ok_or_else(|| damaged("part without a place"))?;
            let name = entry.name().map_err(damaged)?;
            let name = name.replace('\\', "/").trim_start_matches('/').to_ascii_lowercase();
            places.insert(name, Place { start, packed: entry.compressed_size(), deflated });
        }
        Ok(Self { path: path.to_owned(), places })
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.places.contains_key(&name.to_ascii_lowercase())
    }

    /// Opens a part for reading; `None` when the package has no such part.
    pub(crate) fn part(&self, name: &str, limit: u64) -> Result<Option<Part>, TableFault> {
        let Some(place) = self.places.get(&name.to_ascii_lowercase()) else {
            return Ok(None);
        };
        let mut file = File::open(&self.path).map_err(|e| TableFault::Unreadable(e.to_string()))?;
        file.seek(SeekFrom::Start(place.start)).map_err(damaged)?;
        let packed = file.take(place.packed);
        let bytes = if place.deflated { Bytes::Deflated(DeflateDecoder::new(packed)) } else { Bytes::Stored(packed) };
        let guard = Guard { bytes, limit, packed: place.packed.max(1), unpacked: 0, since_mark: 0 };
        Ok(Some(BufReader::with_capacity(64 << 10, guard)))
    }
}

/// A part as a stream of bytes.
pub(crate) type Part = BufReader<Guard>;

#[derive(Debug)]
enum Bytes {
    Stored(io::Take<File>),
    Deflated(DeflateDecoder<io::Take<File>>),
}

/// Stops reading where a part becomes larger than it may be, or one token of it.
#[derive(Debug)]
pub(crate) struct Guard {
    bytes: Bytes,
    limit: u64,
    packed: u64,
    unpacked: u64,
    since_mark: u64,
}

impl Guard {
    /// Says that a token has ended.
    pub(crate) fn mark(&mut self) {
        self.since_mark = 0;
    }
}

impl Read for Guard {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = match &mut self.bytes {
            Bytes::Stored(bytes) => bytes.read(into)?,
            Bytes::Deflated(bytes) => bytes.read(into)?,
        };
        let grown = u64::try_from(read).unwrap_or(u64::MAX);
        self.unpacked += grown;
        self.since_mark += grown;
        let swollen = self.unpacked > RATIO_FROM && self.unpacked / self.packed > RATIO;
        if self.unpacked > self.limit || self.since_mark > TOKEN_BYTES || swollen {
            return Err(io::Error::other("limit reached"));
        }
        Ok(read)
    }
}

/// Counts the directory markers in the file, so that a directory of millions of entries is never built.
fn entries_at_most(file: &mut File) -> io::Result<usize> {
    let mut buffer = vec![0_u8; 64 << 10];
    let (mut held, mut count) = (0, 0);
    while let Some(free) = buffer.get_mut(held..) {
        let read = file.read(free)?;
        if read == 0 {
            break;
        }
        let end = held + read;
        let seen = buffer.get(..end).unwrap_or_default();
        count += seen.windows(4).filter(|window| window == DIRECTORY_ENTRY).count();
        held = end.min(3);
        buffer.copy_within(end - held..end, 0);
    }
    file.rewind()?;
    Ok(count)
}
