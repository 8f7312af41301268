//! Packages that statements come in: zip and zlib, opened within limits, and made for the sandboxes.

use std::io::{Cursor, Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use zip::write::SimpleFileOptions;

use crate::forms::Charset;

/// A statement's package holds a few files.
const FILES: usize = 50;

/// The files of a zip with their names, which may be GBK. None when it is no zip, is under a password, or holds more than
/// `limit` bytes in all.
pub fn unzip(package: &[u8], limit: u64) -> Option<Vec<(String, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).ok()?;
    if archive.len() > FILES {
        return None;
    }
    let mut left = limit;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).ok()?;
        let name = entry.name_raw().to_vec();
        let bytes = at_most(entry, left)?;
        left = left.checked_sub(u64::try_from(bytes.len()).ok()?)?;
        let name = Charset::Utf8.decode(&name).or_else(|| Charset::Gbk.decode(&name)).unwrap_or_default();
        files.push((name, bytes));
    }
    Some(files)
}

/// A zip of these files; none when it cannot be written.
pub fn zip(files: &[(&str, &[u8])]) -> Option<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).ok()?;
        writer.write_all(bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// Undoes zlib's deflate; none when it is none or gives more than `limit` bytes.
pub fn inflate(packed: &[u8], limit: u64) -> Option<Vec<u8>> {
    at_most(ZlibDecoder::new(packed), limit)
}

/// Packs with zlib's deflate; none when it cannot be written.
pub fn deflate(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).ok()?;
    encoder.finish().ok()
}

fn at_most(stream: impl Read, limit: u64) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.take(limit.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (u64::try_from(bytes.len()).ok()? <= limit).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_opens_within_its_limit_only() {
        let zeros = vec![0; 100_000];
        let package = zip(&[("业务明细.csv", b"abc"), ("zeros", &zeros)]).unwrap();
        assert!(package.len() < 2000);
        let files = unzip(&package, 200_000).unwrap();
        assert_eq!(files.first().unwrap(), &("业务明细.csv".to_owned(), b"abc".to_vec()));
        assert_eq!(files.len(), 2);
        assert_eq!(unzip(&package, 50_000), None);
        assert_eq!(unzip(b"PK nonsense", 50_000), None);
        assert_eq!(inflate(&deflate(&zeros).unwrap(), 100_000), Some(zeros.clone()));
        assert_eq!(inflate(&deflate(&zeros).unwrap(), 99_999), None);
    }
}
