//! Opening a month for every branch, against the bare `INSERT … SELECT` of the same rows.

use std::path::Path;
use std::time::{Duration, Instant};

use ejia_db::{Connections, Desk};
use ejia_kernel::Month;
use postgres::NoTls;

use super::lab::Lab;
use super::report::{Line, Wanted};
use crate::commands::explained;

/// The bare statements of one month, as text: old month, new month.
const SHEETS: &str = "INSERT INTO dues_sheet (month, organization_id, state, version, lines, opened_at)
    SELECT '{new}', organization_id, 'draft', 0, lines, opened_at FROM dues_sheet WHERE month = '{old}'";
const LINES: &str = "INSERT INTO dues_standard
    (month, organization_id, member_id, basis, base, computed, amount, typed_reason, exemption)
    SELECT '{new}', organization_id, member_id, basis, base, computed, amount, typed_reason, exemption
    FROM dues_standard WHERE month = '{old}'";

/// The part of the program that is watched: opens the month that is named.
pub(super) fn open(url: &str, month: &str) -> Result<(), String> {
    let month: Month = month.parse().map_err(|_| format!("no month: {month}"))?;
    let vault = ejia_kernel::Vault::new([7; 32]);
    let connections = Connections { sqlite_readers: 1, postgres: 2 };
    let desk = Desk::open_with(url, vault, ejia_kernel::Clock::system(), connections);
    let desk = desk.map_err(|problem| explained(&problem))?;
    let lines = ejia_dues::open_month(&desk, month).map_err(|problem| explained(&problem))?;
    println!("{lines} lines");
    Ok(())
}

/// `old` has sheets for all members; the next month is opened by the product, the one after it by the bare driver.
pub(super) fn measure(lab: &Lab, url: &str, old: Month, engine: &str) -> Result<Vec<Line>, String> {
    let (new, bare) = (old.next(), old.next().next());
    let opened = lab.open_month(url, new)?;
    let time = insert(url, old, bare)?;
    let desk = lab.desk(url)?;
    let (lines, branches): (i64, i64) = desk
        .read_now(move |txn| {
            let text = "SELECT (SELECT COUNT(*) FROM dues_standard WHERE month = $1),
                            (SELECT COUNT(*) FROM dues_sheet WHERE month = $1)";
            Ok(txn.one(text, &ejia_db::args![new], |row| Ok((row.get(0)?, row.get(1)?)))?)
        })
        .map_err(|problem| explained(&problem))?;
    let (ours, theirs) = (opened.time.as_secs_f64(), time.as_secs_f64());
    let what = format!("opening a month for {lines}, {engine}, against bare INSERT … SELECT");
    let how = format!("{ours:.2} s, start included, against {theirs:.2} s; {branches} branches");
    let ratio = Line::new(what, ours / theirs, "×", Wanted::AtMost(3.0)).from(how);
    let what = format!("opening a month for {lines}, {engine}, peak memory");
    Ok(vec![ratio, Line::new(what, opened.peak_megabytes, "MB", Wanted::AtMost(300.0))])
}

/// One transaction by the bare driver.
fn insert(url: &str, old: Month, new: Month) -> Result<Duration, String> {
    let texts = [SHEETS, LINES].map(|text| text.replace("{old}", &old.to_string()).replace("{new}", &new.to_string()));
    match url.strip_prefix("sqlite://") {
        Some(path) => insert_sqlite(Path::new(path), &texts).map_err(|error| error.to_string()),
        None => insert_postgres(url, &texts).map_err(|error| error.to_string()),
    }
}

fn insert_sqlite(path: &Path, texts: &[String]) -> rusqlite::Result<Duration> {
    let connection = rusqlite::Connection::open(path)?;
    for pragma in ["journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -64000"] {
        connection.execute_batch(&format!("PRAGMA {pragma}"))?;
    }
    let started = Instant::now();
    connection.execute_batch("BEGIN IMMEDIATE")?;
    for text in texts {
        connection.execute(text, [])?;
    }
    connection.execute_batch("COMMIT")?;
    Ok(started.elapsed())
}

fn insert_postgres(url: &str, texts: &[String]) -> Result<Duration, postgres::Error> {
    let mut client = postgres::Client::connect(url, NoTls)?;
    let started = Instant::now();
    let mut txn = client.transaction()?;
    for text in texts {
        txn.execute(text.as_str(), &[])?;
    }
    txn.commit()?;
    Ok(started.elapsed())
}
