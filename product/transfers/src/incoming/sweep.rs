//! Forgets people from outside of whom nothing is needed any more: a month after their application has ended, or after
//! they came and applied for nothing.

use std::time::Duration;

use ejia_access::{forget_applicant, idle_applicants};
use ejia_db::{Desk, Txn};
use ejia_jobs::Handlers;
use ejia_kernel::{ApplicantId, Instant, Problem};

use super::store;

/// As long as this an applicant can look up what became of his application.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Adds the job.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.every("transfers.sweep_applicants", Duration::from_hours(6), |desk| Ok(sweep(desk)?))
}

fn sweep(desk: &Desk) -> Result<(), Problem> {
    let before = desk.now().minus(KEPT);
    desk.write_now(move |txn| store::forget_ended(txn, before))?;
    let mut behind = None;
    loop {
        let last = desk.write_now(move |txn| sweep_page(txn, before, behind))?;
        if last.is_none() {
            return Ok(());
        }
        behind = last;
    }
}

/// Forgets those of a page of whom nothing is kept; answers the last of the page, none when there was none.
fn sweep_page(txn: &mut Txn<'_>, before: Instant, behind: Option<ApplicantId>) -> Result<Option<ApplicantId>, Problem> {
    let page = idle_applicants(txn, before, behind)?;
    for id in &page {
        if !store::is_known(txn, *id)? {
            forget_applicant(txn, *id)?;
        }
    }
    Ok(page.last().copied())
}
