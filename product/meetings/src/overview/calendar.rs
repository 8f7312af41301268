//! The meetings of a month, day by day.

use std::collections::BTreeMap;

use ejia_db::Txn;
use ejia_kernel::{Date, Instant, Month, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::head::tone;
use crate::store;

/// No month shows more meetings.
const MOST: i64 = 500;

/// Which month is asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct CalendarAsked {
    /// `2026-03`; empty for this month.
    pub(super) month: String,
}

/// A meeting in the calendar.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CalendarMeeting {
    pub(crate) id: String,
    pub(crate) time: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) phase: &'static str,
    pub(crate) tone: &'static str,
}

/// A day of the calendar.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CalendarDay {
    pub(crate) day: i8,
    pub(crate) date: String,
    /// Whether it lies in the month that is shown.
    pub(crate) within: bool,
    pub(crate) today: bool,
    pub(crate) meetings: Vec<CalendarMeeting>,
}

/// 【会议】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CalendarView {
    pub(crate) title: String,
    pub(crate) previous: String,
    pub(crate) next: String,
    /// Weeks from Monday to Sunday.
    pub(crate) weeks: Vec<Vec<CalendarDay>>,
    pub(crate) any: bool,
}

impl CalendarView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &CalendarAsked) -> Result<Self, Problem> {
        let (now, today) = (txn.now(), txn.now().china_date());
        let month = asked.month.parse::<Month>().unwrap_or_else(|_| Month::of(today));
        let first = month.day(1).unwrap_or(today);
        let monday = first.plus_days(-weekday(first));
        let (from, to) = (Instant::start_of(monday), Instant::start_of(monday.plus_days(42)));
        let mut by_day: BTreeMap<String, Vec<CalendarMeeting>> = BTreeMap::new();
        for meeting in store::between(txn, by.organization_id(), from, to, MOST)? {
            let phase = meeting.phase(now);
            let at = meeting.starts_at.to_string();
            let (date, time) = at.split_once(' ').unwrap_or((&at, ""));
            by_day.entry(date.to_owned()).or_default().push(CalendarMeeting {
                id: meeting.id.to_string(),
                time: time.to_owned(),
                kind: meeting.kind.label(),
                name: meeting.name,
                phase: phase.label(),
                tone: tone(phase),
            });
        }
        let mut day = |date: Date| CalendarDay {
            day: date.day(),
            date: date.chinese(),
            within: Month::of(date) == month,
            today: date == today,
            meetings: by_day.remove(&date.to_string()).unwrap_or_default(),
        };
        let weeks = (0..6).map(|week| (0..7).map(|place| day(monday.plus_days(week * 7 + place))).collect());
        let mut weeks: Vec<Vec<CalendarDay>> = weeks.collect();
        weeks.retain(|week: &Vec<CalendarDay>| week.iter().any(|day| day.within));
        let any = weeks.iter().flatten().any(|day| day.within && !day.meetings.is_empty());
        Ok(Self {
            title: format!("{}年{}月", month.year(), month.number()),
            previous: month.previous().to_string(),
            next: month.next().to_string(),
            weeks,
            any,
        })
    }
}

/// Days since Monday: 1 January of the year 1 was one.
fn weekday(date: Date) -> i32 {
    Date::new(1, 1, 1).map_or(0, |monday| date.days_since(monday).rem_euclid(7))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        for (text, expected) in [("2026-11-30", 0), ("2026-11-28", 5), ("2026-03-01", 6), ("2024-02-29", 3)] {
            assert_eq!(weekday(Date::parse_loose(text).unwrap()), expected, "{text}");
        }
    }
}
