//! What 【运行情况】 shows.

use ejia_db::Txn;
use ejia_kernel::Problem;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Storage, store};

/// Failed jobs shown.
const FAILED: u32 = 50;

/// A job that was given up.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FailedLine {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) attempts: i64,
    pub(crate) fault: String,
    pub(crate) at: String,
}

/// 【运行情况】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SystemView {
    pub(crate) waiting: u64,
    pub(crate) running: u64,
    pub(crate) failed: u64,
    pub(crate) jobs: Vec<FailedLine>,
    pub(crate) version: &'static str,
    pub(crate) engine: &'static str,
    pub(crate) steps: i64,
    pub(crate) last_step: String,
    pub(crate) last_step_at: String,
    pub(crate) database: String,
    /// Free and in all, where files lie; empty when it cannot be measured.
    pub(crate) room: String,
}

impl SystemView {
    pub(super) fn of(txn: &mut Txn<'_>, storage: &Storage) -> Result<Self, Problem> {
        let counts = ejia_jobs::counts(txn)?;
        let jobs = ejia_jobs::failed(txn, FAILED)?.into_iter().map(|job| FailedLine {
            id: job.id.to_string(),
            kind: job.kind,
            attempts: job.attempts,
            fault: job.fault,
            at: job.at.to_string(),
        });
        let (steps, last_step, applied) = store::schema(txn)?;
        let room = storage.room().map(|(free, all)| format!("可用{}，共{}", size(free), size(all)));
        Ok(Self {
            waiting: counts.waiting,
            running: counts.running,
            failed: counts.failed,
            jobs: jobs.collect(),
            version: env!("CARGO_PKG_VERSION"),
            engine: if txn.is_postgres() { "PostgreSQL" } else { "SQLite" },
            steps,
            last_step,
            last_step_at: applied.to_string(),
            database: size(u64::try_from(store::size(txn)?).unwrap_or_default()),
            room: room.unwrap_or_default(),
        })
    }
}

/// A size as people read it.
fn size(bytes: u64) -> String {
    const MB: u64 = 1024 * 1024;
    const GB: u64 = 1024 * MB;
    let (unit, name) = if bytes < GB { (MB, "MB") } else { (GB, "GB") };
    format!("{}.{} {name}", bytes / unit, bytes % unit * 10 / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_read_in_mb_and_gb() {
        assert_eq!(size(0), "0.0 MB");
        assert_eq!(size(1_600_000), "1.5 MB");
        assert_eq!(size(5_000_000_000), "4.6 GB");
    }
}
