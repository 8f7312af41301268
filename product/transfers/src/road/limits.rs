//! How long each stop may take, and what is late. Dated figures of the field; they warn and never block.

use std::time::Duration;

use ejia_kernel::{Date, Instant};

use crate::model::Stage;

/// How many days an organization has for one step, from `valid_from` on.
struct StepLimit {
    valid_from: (i16, i8, i8),
    days: u64,
}

/// The platform's own rule: a week a step, so that a road of four stops is over within the month that the field knows.
const STEP_LIMITS: [StepLimit; 1] = [StepLimit { valid_from: (2008, 1, 1), days: 7 }];

/// The receipt comes within a month of acceptance (rules of the field): a month after the letter's validity at most.
pub(crate) const RECEIPT_MONTHS: i32 = 1;

/// Until when the receipt of a letter should be in that is good until this day.
pub(crate) fn receipt_due(valid_until: Date) -> Date {
    valid_until.plus_months(RECEIPT_MONTHS)
}

/// Until when this step is to be done; none for what waits for the applicant or for a receipt, whose time is the letter's.
pub(crate) fn due(stage: Stage, since: Instant) -> Option<Instant> {
    match stage {
        Stage::Review | Stage::Issue | Stage::Allocate | Stage::Accept => Some(since.plus(allowed(since.china_date()))),
        _ => None,
    }
}

/// What came to its stop before this instant is late by `now`.
pub(crate) fn late_before(now: Instant) -> Instant {
    now.minus(allowed(now.china_date()))
}

fn allowed(day: Date) -> Duration {
    let in_force = |limit: &&StepLimit| {
        let (year, month, first) = limit.valid_from;
        Date::new(year, month, first).is_ok_and(|from| from <= day)
    };
    let days = STEP_LIMITS.iter().rev().find(in_force).map_or(7, |limit| limit.days);
    Duration::from_hours(days * 24)
}
