//! What follows when a letter did not go out: pure rules over instants.

use std::time::Duration;

use ejia_kernel::Instant;

/// How long WeChat is tried for one letter before it goes by text message.
const PATIENCE: Duration = Duration::from_mins(3);
/// How long WeChat knows an id again: ten minutes, less what clocks may differ by and one call may take.
const REMEMBERED: Duration = Duration::from_mins(9);
/// The pause after the first try; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_secs(5);
/// The longest pause between two tries.
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// The longest pause between two questions about a letter in doubt.
const LONGEST_ASKING: Duration = Duration::from_mins(30);
/// The pause between two questions about a push in doubt, at most.
const DOUBT_PAUSE: Duration = Duration::from_mins(1);

/// How long to wait after so many tries.
pub(crate) fn pause(attempts: i64) -> Duration {
    let doublings = attempts.saturating_sub(1).clamp(0, 8);
    FIRST_PAUSE.saturating_mul(1 << doublings).min(LONGEST_PAUSE)
}

/// How long to wait before a company is asked once more after a letter that is in doubt for so long.
pub(crate) fn ask_pause(passed: Duration) -> Duration {
    passed.clamp(FIRST_PAUSE, LONGEST_ASKING)
}

/// WeChat has certainly not taken the letter for the moment: when to try it there again. None when that would be too
/// late for a letter first tried at `first`, or for its life: then it goes by text message now.
pub(crate) fn push_again(first: Instant, now: Instant, wait: Duration, end: Instant) -> Option<Instant> {
    let again = now.plus(wait);
    (again.since(first) <= PATIENCE && again < end).then_some(again)
}

/// Nobody knows whether WeChat has taken the letter first tried at `first`: whether it still knows the id again, so that
/// asking twice pushes once.
pub(crate) fn may_ask(first: Instant, now: Instant) -> bool {
    now >= first && now.since(first) < REMEMBERED
}

/// How long to wait before a push in doubt is asked for again.
pub(crate) fn doubt_pause(attempts: i64) -> Duration {
    pause(attempts).min(DOUBT_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: i64) -> Instant {
        Instant::from_ms(1_800_000_000_000 + seconds * 1000)
    }

    #[test]
    fn wechat_is_tried_for_three_minutes_and_no_longer_than_the_letter_lives() {
        // (now, wait, end, again): seconds after the first try.
        let table = [
            (0, 5, 1_000, Some(5)),
            (75, 80, 1_000, Some(155)),
            (155, 25, 1_000, Some(180)),
            (155, 26, 1_000, None),
            (0, 86_400, 200_000, None),
            (0, 60, 60, None),
            (0, 59, 60, Some(59)),
        ];
        for (now, wait, end, again) in table {
            let found = push_again(at(0), at(now), Duration::from_secs(wait), at(end));
            assert_eq!(found, again.map(at), "{now} {wait} {end}");
        }
    }

    #[test]
    fn an_id_is_asked_for_again_only_while_wechat_certainly_remembers_it() {
        for (now, may) in [(0, true), (539, true), (540, false), (600, false), (-1, false)] {
            assert_eq!(may_ask(at(0), at(now)), may, "{now}");
        }
    }

    #[test]
    fn pauses_double_up_to_a_limit() {
        let seconds: Vec<u64> = (0..10).map(|attempts| pause(attempts).as_secs()).collect();
        assert_eq!(seconds, [5, 5, 10, 20, 40, 80, 160, 300, 300, 300]);
        assert_eq!(doubt_pause(9), Duration::from_mins(1));
        assert_eq!(pause(i64::MAX), LONGEST_PAUSE);
    }
}
