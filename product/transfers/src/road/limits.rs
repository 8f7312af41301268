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

/// The receipt of a letter that was good until before this day is late today.
pub(crate) fn receipts_late_before(today: Date) -> Date {
    // Months differ in length: the last days of one are late on the same day.
    let mut day = today.plus_months(-RECEIPT_MONTHS);
    while receipt_due(day) < today {
        day = day.plus_days(1);
    }
    day
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts_are_late_from_one_day_of_validity_on() {
        let mut today = Date::new(2024, 1, 1).unwrap();
        for _ in 0..800 {
            let before = receipts_late_before(today);
            for back in 20..45 {
                let valid_until = today.plus_days(-back);
                assert_eq!(receipt_due(valid_until) < today, valid_until < before, "{valid_until} on {today}");
            }
            today = today.plus_days(1);
        }
    }
}
