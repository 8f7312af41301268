//! Work at intervals: a row each, so that several processes share one clockwork.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use ejia_db::{Desk, args};
use ejia_kernel::{Instant, JobId, Problem};

use crate::JobFault;
use crate::queue::LEASE;

type Run = Arc<dyn Fn(&Desk) -> Result<(), JobFault> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Schedule {
    pub(crate) name: &'static str,
    pub(crate) interval: Duration,
    pub(crate) run: Run,
}

/// One run of a schedule, in this process's hands.
pub(crate) struct Turn {
    started: Instant,
    pub(crate) lease: JobId,
}

impl Schedule {
    /// A turn that nobody ends is over after this long.
    fn horizon(&self) -> Duration {
        self.interval.max(LEASE)
    }

    /// A turn after this comes much too late: the clock was set back. Another process whose transaction began a moment
    /// later than ours has set a turn a moment behind our own horizon, and is none of that.
    fn too_late(&self, now: Instant) -> Instant {
        now.plus(self.horizon()).plus(LEASE)
    }

    /// Due when its time has come, or when it would come much too late.
    fn is_due(&self, next_at: Option<Instant>, now: Instant) -> bool {
        next_at.is_none_or(|next| next <= now || next > self.too_late(now))
    }
}

/// Which of these have come due; a read, so that an idle house writes nothing.
pub(crate) fn due<'a>(desk: &Desk, schedules: &'a [Schedule]) -> Result<Vec<&'a Schedule>, Problem> {
    let now = desk.now();
    let rows: HashMap<String, Instant> = desk.read_now(|txn| {
        let rows =
            txn.query("SELECT name, next_at FROM job_schedule", &args![], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().collect())
    })?;
    Ok(schedules.iter().filter(|schedule| schedule.is_due(rows.get(schedule.name).copied(), now)).collect())
}

/// Takes the turn, unless another process has.
pub(crate) fn take(desk: &Desk, schedule: &Schedule) -> Result<Option<Turn>, Problem> {
    let name = schedule.name;
    let schedule = schedule.clone();
    desk.write_now(move |txn| {
        let now = txn.now();
        let lease = JobId::new(now);
        let taken = txn.execute(
            "INSERT INTO job_schedule (name, next_at, lease) VALUES ($1, $2, $3)
             ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at, lease = excluded.lease
             WHERE job_schedule.next_at <= $4 OR job_schedule.next_at > $5",
            &args![name, now.plus(schedule.horizon()), lease, now, schedule.too_late(now)],
        )?;
        Ok((taken == 1).then_some(Turn { started: now, lease }))
    })
}

/// The turn is over; the next one comes an interval after this one's start.
pub(crate) fn end(desk: &Desk, schedule: &Schedule, turn: &Turn) -> Result<(), Problem> {
    let name = schedule.name;
    let (next, lease) = (turn.started.plus(schedule.interval), turn.lease);
    desk.write_now(move |txn| {
        txn.execute(
            "UPDATE job_schedule SET next_at = $1, lease = NULL WHERE name = $2 AND lease = $3",
            &args![next, name, lease],
        )?;
        Ok(())
    })
}
