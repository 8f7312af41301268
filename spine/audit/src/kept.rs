//! Checkpoints in a file: one is added at intervals, all are read to be compared. The file is meant to lie where whoever
//! has the database cannot write, or can only add.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ejia_db::Desk;
use ejia_jobs::{Handlers, JobFault};

use crate::checkpoint::{Checkpoint, PublicKey};

/// The writing of checkpoints to a file at intervals, to be merged into the house's handlers.
pub fn checkpoint_jobs(file: PathBuf, interval: Duration) -> Handlers {
    Handlers::new().every("audit.checkpoint", interval, move |desk| {
        keep(desk, &file).map(drop).map_err(|why| {
            tracing::error!(why, "no checkpoint of the audit record was kept");
            JobFault::Retry(why)
        })
    })
}

/// Adds the checkpoint of this moment to a file, if the chain has grown since the last one; answers it.
///
/// # Errors
/// A sentence: the file cannot be read or written; the last one in it is not signed by this house or does not lie on
/// the chain, and then nothing is added, so that the file stays evidence.
pub fn keep(desk: &Desk, file: &Path) -> Result<Option<Checkpoint>, String> {
    let last = if file.exists() { read_kept(file)?.pop() } else { None };
    if last.as_ref().is_some_and(|last| !last.is_signed_by(&PublicKey::of(desk.vault()))) {
        return Err(format!("{}: the last checkpoint is not signed by this house", file.display()));
    }
    let (known, compared) = (last.clone(), last);
    let read = desk.read_now(move |txn| {
        let lies = compared.as_ref().map_or(Ok(true), |last| last.lies_on(txn))?;
        Ok((lies, Checkpoint::now(txn)?))
    });
    let (lies, now) = read.map_err(|problem| problem.detail.unwrap_or_else(|| problem.code.to_owned()))?;
    if !lies {
        let number = known.map(|last| last.number).unwrap_or_default();
        return Err(format!("the checkpoint at {number} in {} does not lie on the audit chain", file.display()));
    }
    let Some(now) = now.filter(|now| known.is_none_or(|last| last.number < now.number)) else { return Ok(None) };
    let write = || {
        let mut file = OpenOptions::new().create(true).append(true).open(file)?;
        file.write_all(format!("{now}\n").as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Some(now))
}

/// All checkpoints of a file.
///
/// # Errors
/// A sentence: it cannot be read, or a line is no checkpoint.
pub fn read_kept(file: &Path) -> Result<Vec<Checkpoint>, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            Checkpoint::parse(line).map_err(|fault| format!("{}, line {number}: {fault}", file.display()))
        })
        .collect()
}
