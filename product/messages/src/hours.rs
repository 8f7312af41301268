//! The quiet hours: between ten at night and seven in the morning, China's time, only what cannot wait goes out.

use std::time::Duration;

use ejia_kernel::Instant;

use crate::template::Template;

const MORNING: Duration = Duration::from_hours(7);
const NIGHT: Duration = Duration::from_hours(22);
const DAY: Duration = Duration::from_hours(24);

/// Until when a letter that could go out now waits; none when it goes at once: by day, when it is of the kind that goes
/// at night, and when it would not live to see the morning.
pub(crate) fn waits_until(now: Instant, template: Template, end: Instant) -> Option<Instant> {
    let midnight = Instant::start_of(now.china_date());
    let passed = now.since(midnight);
    let morning = match passed {
        _ if template.goes_at_night() => return None,
        _ if passed < MORNING => midnight.plus(MORNING),
        _ if passed >= NIGHT => midnight.plus(DAY + MORNING),
        _ => return None,
    };
    (morning < end).then_some(morning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn ordinary_letters_wait_for_the_morning_unless_they_would_be_stale_by_then() {
        let late = "2026-03-25T12:00:00+08:00";
        // (now, end, until)
        let table = [
            ("2026-03-20T06:59:59.999+08:00", late, Some("2026-03-20T07:00:00+08:00")),
            ("2026-03-20T07:00:00+08:00", late, None),
            ("2026-03-20T14:30:00+08:00", late, None),
            ("2026-03-20T21:59:59.999+08:00", late, None),
            ("2026-03-20T22:00:00+08:00", late, Some("2026-03-21T07:00:00+08:00")),
            ("2026-03-20T23:59:59+08:00", late, Some("2026-03-21T07:00:00+08:00")),
            ("2026-03-21T00:00:00+08:00", late, Some("2026-03-21T07:00:00+08:00")),
            ("2026-03-20T15:00:00Z", late, Some("2026-03-21T07:00:00+08:00")),
            ("2026-03-20T22:30:00+08:00", "2026-03-21T07:00:00+08:00", None),
            ("2026-03-20T22:30:00+08:00", "2026-03-21T07:00:01+08:00", Some("2026-03-21T07:00:00+08:00")),
            ("2025-12-31T23:00:00+08:00", late, Some("2026-01-01T07:00:00+08:00")),
        ];
        for (now, end, until) in table {
            assert_eq!(waits_until(at(now), Template::MeetingCalled, at(end)), until.map(at), "{now}");
        }
    }

    #[test]
    fn what_somebody_has_just_asked_for_goes_at_any_hour() {
        let (night, end) = (at("2026-03-20T23:00:00+08:00"), at("2026-03-25T12:00:00+08:00"));
        for template in Template::ALL {
            let waits = waits_until(night, template, end).is_some();
            assert_eq!(waits, !template.goes_at_night(), "{}", template.code());
        }
        assert!(Template::ALL.into_iter().filter(|template| template.is_code()).all(Template::goes_at_night));
    }
}
