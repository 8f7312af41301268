//! Messages are kept for twelve months; then their rows go, and with them what members could read.

use std::time::Duration;

use ejia_db::Desk;
use ejia_jobs::JobFault;

use crate::store;

/// How long a message is kept.
const KEPT: Duration = Duration::from_hours(365 * 24);
/// Rows that go in one transaction.
const AT_ONCE: u64 = 500;

/// Takes out what has been kept long enough.
pub(crate) fn forget(desk: &Desk) -> Result<(), JobFault> {
    let before = desk.now().minus(KEPT);
    while desk.write_now(move |txn| store::forget(txn, before, AT_ONCE))? == AT_ONCE {}
    Ok(())
}
