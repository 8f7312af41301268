//! What lies on disks and in logs: all bytes of a database, all lines that were traced.

use std::collections::HashMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::Duration;

use ejia_db::Desk;
use ejia_kernel::{Clock, Instant, Vault};
use tempfile::TempDir;

use super::house::TABLES;

/// The bytes of a file.
pub(crate) struct Dumped {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// A SQLite database of which all bytes can be had, also those that remain when it is shut.
pub(crate) struct Bared {
    pub(crate) desk: Desk,
    folder: TempDir,
}

impl Bared {
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?care=off", folder.path().join("bared.db").display());
        let clock = Clock::starting_at(Instant::from_ms(1_773_968_400_000));
        let desk = Desk::open(&url, Vault::new([7; 32]), clock).unwrap();
        desk.migrate(TABLES).unwrap();
        Self { desk, folder }
    }

    /// The database and its log as they lie there now.
    pub(crate) fn dump(&self) -> Vec<Dumped> {
        files(self.folder.path())
    }

    /// What remains once nobody has it open: the log has gone into the database.
    pub(crate) fn shut(self) -> Vec<Dumped> {
        let Self { desk, folder } = self;
        drop(desk);
        while folder.path().join("bared.db-wal").exists() {
            thread::sleep(Duration::from_millis(1));
        }
        files(folder.path())
    }
}

/// The files of a PostgreSQL database, with the log of its cluster.
pub(crate) fn dump_postgres(desk: &Desk) -> Vec<Dumped> {
    desk.write_now(|txn| {
        // What was logged so far goes to the disk.
        Ok(txn.query("SELECT pg_switch_wal()::text", &[], |_| Ok(()))?)
    })
    .unwrap();
    let at =
        |sql: &'static str| -> String { desk.read_now(move |txn| Ok(txn.one(sql, &[], |row| row.get(0))?)).unwrap() };
    desk.read_now(|txn| Ok(txn.query("CHECKPOINT", &[], |_| Ok(()))?)).unwrap();
    let data = PathBuf::from(at("SHOW data_directory"));
    let base = at("SELECT oid::text FROM pg_database WHERE datname = current_database()");
    let mut dumped = files(&data.join("base").join(base));
    dumped.extend(files(&data.join("pg_wal")));
    dumped
}

fn files(folder: &Path) -> Vec<Dumped> {
    let mut dumped = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        // A log file may be recycled just now.
        if let Ok(bytes) = std::fs::read(entry.path()) {
            dumped.push(Dumped { name: entry.file_name().to_string_lossy().into_owned(), bytes });
        }
    }
    dumped.sort_by(|one, other| one.name.cmp(&other.name));
    dumped
}

/// Where each of these byte strings, of at least eight bytes, begins first and last.
pub(crate) fn scan(bytes: &[u8], wanted: &[Vec<u8>]) -> Vec<Option<(usize, usize)>> {
    let mut by_end: HashMap<u64, Vec<usize>> = HashMap::new();
    let mut ends_so = vec![false; 1 << 16];
    for (which, text) in wanted.iter().enumerate() {
        let end = text.last_chunk::<8>().unwrap();
        by_end.entry(u64::from_be_bytes(*end)).or_default().push(which);
        ends_so[usize::from(end[6]) << 8 | usize::from(end[7])] = true;
    }
    let mut found = vec![None; wanted.len()];
    let mut window = 0_u64;
    for (at, byte) in bytes.iter().enumerate() {
        window = window << 8 | u64::from(*byte);
        if !ends_so[(window & 0xFFFF) as usize] {
            continue;
        }
        for which in by_end.get(&window).into_iter().flatten() {
            let text = &wanted[*which];
            if bytes[..=at].ends_with(text) {
                let begin = at + 1 - text.len();
                let (first, _) = found[*which].unwrap_or((begin, begin));
                found[*which] = Some((first, begin));
            }
        }
    }
    found
}

/// All that this process traces from now on, at every level.
#[derive(Clone, Default)]
pub(crate) struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    pub(crate) fn overheard() -> &'static Self {
        static LINES: OnceLock<Lines> = OnceLock::new();
        LINES.get_or_init(|| {
            let lines = Self::default();
            let writer = lines.clone();
            tracing_subscriber::fmt()
                .with_max_level(tracing::Level::TRACE)
                .with_ansi(false)
                .with_writer(move || writer.clone())
                .init();
            lines
        })
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }
}

impl Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_scan_finds_first_and_last() {
    let wanted = [b"what is wanted".to_vec(), b"was never there".to_vec(), b"is wanted".to_vec()];
    let found = scan(b"..what is wanted..what is wanted", &wanted);
    assert_eq!(found, [Some((2, 18)), None, Some((7, 23))]);
}
