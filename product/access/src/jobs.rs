//! Work at intervals: what has run out is swept away.

use std::time::Duration;

use ejia_db::Desk;
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::Problem;

use crate::rules::{MEMBER_IDLE, SESSION_LIFE};
use crate::store;

/// The jobs of this crate.
pub fn handlers() -> Handlers {
    Handlers::new().every("access.sweep", Duration::from_mins(10), |desk| sweep(desk).map_err(JobFault::from))
}

fn sweep(desk: &Desk) -> Result<(), Problem> {
    desk.write_now(|txn| Ok(store::sweep(txn, MEMBER_IDLE, SESSION_LIFE)?)).map(drop)
}
