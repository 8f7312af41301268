//! Work at intervals: what has run out is swept away.

use std::sync::Arc;
use std::time::Duration;

use ejia_db::Desk;
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::Problem;

use crate::channel::Channel;
use crate::operations::authorities;
use crate::rules::{MEMBER_IDLE, SESSION_LIFE, TOKEN_KEPT};
use crate::store;

/// The jobs of this crate.
pub fn handlers() -> Handlers {
    Handlers::new().every("access.sweep", Duration::from_mins(10), |desk| sweep(desk).map_err(JobFault::from))
}

/// The jobs of the encrypted channel, where one is kept: authorities follow one another in time.
pub fn channel_handlers(channel: &Channel) -> Handlers {
    let Ok(certificates) = channel.certificates().map(Arc::clone) else { return Handlers::new() };
    Handlers::new().every("access.authorities", Duration::from_hours(24), move |desk| {
        let certificates = Arc::clone(&certificates);
        desk.write_now(move |txn| authorities::keep_up(txn, certificates.as_ref())).map_err(JobFault::from)
    })
}

fn sweep(desk: &Desk) -> Result<(), Problem> {
    desk.write_now(|txn| {
        let before = txn.now().minus(TOKEN_KEPT);
        store::organization_tokens::sweep(txn, before)?;
        Ok(store::sweep(txn, MEMBER_IDLE, SESSION_LIFE)?)
    })
    .map(drop)
}
