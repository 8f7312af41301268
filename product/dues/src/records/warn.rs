//! The monthly round: after the 15th every branch hears of members who have not paid for 3, 5 or 6 months running.

use std::collections::BTreeMap;

use ejia_audit::{Actor, Entry, record};
use ejia_db::{Desk, Txn};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{Month, OrganizationId, Problem};
use ejia_messages::{About, Letter, Template};
use std::time::Duration;

use super::arrears::{Warning, longest};
use super::store::{bills, warnings};
use super::unpaid::debtors;
use crate::rules::window;

/// Looks after it; whether the round has been made is one row.
const WARN: &str = "dues.warn_overdue";
/// From this day on the month before is over for certain.
const FIRST_DAY: i8 = 16;
/// Branches of one transaction: some milliseconds, so that the one writer stays free.
const CHUNK: i64 = 25;

/// Adds the round.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.every(WARN, Duration::from_hours(1), round)
}

/// Makes this month's round, or the rest of it.
fn round(desk: &Desk) -> Result<(), JobFault> {
    let today = desk.now().china_date();
    if today.day() < FIRST_DAY {
        return Ok(());
    }
    let month = window(today);
    if desk.read_now(move |txn| warnings::round(txn, month))?.is_none() {
        return Ok(());
    }
    while desk.write_now(move |txn| some(txn, month))? {}
    Ok(())
}

/// Some branches of the round. Answers whether there are more.
fn some(txn: &mut Txn<'_>, month: Month) -> Result<bool, Problem> {
    let Some(after) = warnings::take_round(txn, month)? else { return Ok(false) };
    let until = month.plus_months(-Warning::Three.months());
    // '!' sorts after the branch and before every other; '~' after all.
    let found = bills::unpaid_between(txn, &format!("{after}!"), "~", until, CHUNK)?;
    for (branch, _) in &found {
        warn(txn, *branch, month)?;
    }
    match found.last() {
        Some((_, path)) => warnings::go_on(txn, month, path).map(|()| true),
        None => warnings::end_round(txn, month).map(|()| false),
    }
}

/// Tells a branch's administrators how many members have newly reached each of the warnings.
fn warn(txn: &mut Txn<'_>, branch: OrganizationId, month: Month) -> Result<(), Problem> {
    let mut overdue = debtors(bills::unpaid_of_branch(txn, branch, month)?, month);
    overdue.retain(|debtor| debtor.warning().is_some());
    let ids: Vec<_> = overdue.iter().map(|debtor| debtor.member_id).collect();
    // Who has departed stays on the list, but there is nobody to be reminded.
    let members = ejia_directory::member_briefs(txn, &ids)?;
    let mut reached: BTreeMap<Warning, i64> = BTreeMap::new();
    for debtor in overdue.iter().filter(|debtor| members.contains_key(&debtor.member_id)) {
        let Some(run) = longest(&debtor.overdue) else { continue };
        let Some(warning) = Warning::at(run.months) else { continue };
        if warnings::note(txn, branch, debtor.member_id, run.since, warning.months())? {
            *reached.entry(warning).or_default() += 1;
        }
    }
    if reached.is_empty() {
        return Ok(());
    }
    let administrators = ejia_directory::administrators_of(txn, branch)?;
    let actor = Actor::System;
    for (warning, count) in reached {
        for administrator in &administrators {
            let Some(phone) = administrator.phone.clone() else { continue };
            let key = format!("dues_overdue:{branch}:{month}:{}:{}", warning.months(), administrator.id);
            let letter = Letter::new(phone, Template::DuesOverdue)
                .with("months", warning.months())
                .with("count", count)
                .about(About::Administrator(administrator.id))
                .once(key);
            ejia_messages::send(txn, &letter)?;
        }
        record(
            txn,
            Entry::new(&actor, "dues.overdue_warned")
                .about("organization", branch)
                .within(branch)
                .with("months", warning.months())
                .with("members", count),
        )?;
    }
    Ok(())
}
