//! Opens a month for every branch on its first day: drafts with the figures of the month before (manual, line 250).

use std::time::{Duration, Instant as Stopwatch};

use ejia_db::Desk;
use ejia_kernel::{Month, OrganizationId, Problem};

use super::store::opening;

/// How many branches are looked at in one question.
const LOOKED_AT: i64 = 1_000;
/// Lines in the first piece, in the smallest and in the largest.
const FIRST: i64 = 2_000;
const FEWEST: i64 = 1_000;
const MOST: i64 = 16_000;
/// How long one write should take: others wait behind it.
const SOUGHT: Duration = Duration::from_millis(40);

/// Opens the month that it is now. Done again it does nothing; broken off it goes on where it stopped.
///
/// # Errors
/// A fault of the database.
pub(crate) fn open_this_month(desk: &Desk) -> Result<u64, Problem> {
    open_month(desk, Month::of(desk.now().china_date()))
}

/// Opens a month for every branch that has a sheet of the month before: drafts with that month's figures, in ranges of
/// branches so that nobody waits long behind a write. Answers the number of lines.
///
/// # Errors
/// A fault of the database.
pub fn open_month(desk: &Desk, month: Month) -> Result<u64, Problem> {
    let old = month.previous();
    let (mut after, mut most, mut lines) = (String::new(), FIRST, 0);
    loop {
        let from = after.clone();
        let waiting = desk.read_now(move |txn| opening::unopened(txn, old, month, &from, LOOKED_AT))?;
        let Some((last_seen, _)) = waiting.last() else { return Ok(lines) };
        after = last_seen.to_string();
        let mut rest = waiting.as_slice();
        while let Some((first, last, count)) = piece(rest, most) {
            let began = Stopwatch::now();
            lines += desk.write_now(move |txn| opening::copy(txn, old, month, first, last))?;
            rest = rest.get(count..).unwrap_or_default();
            most = paced(most, began.elapsed());
        }
    }
}

/// The next branches that together have about so many lines: the first, the last, and how many.
fn piece(waiting: &[(OrganizationId, i64)], most: i64) -> Option<(OrganizationId, OrganizationId, usize)> {
    let (first, _) = waiting.first()?;
    let (mut last, mut count, mut lines) = (*first, 0, 0);
    for (id, more) in waiting {
        if count > 0 && lines + more > most {
            break;
        }
        (last, count, lines) = (*id, count + 1, lines + more);
    }
    Some((*first, last, count))
}

/// A larger piece after a quick one, a smaller one after a slow one.
fn paced(lines: i64, took: Duration) -> i64 {
    if took < SOUGHT / 2 {
        (lines * 2).min(MOST)
    } else if took > SOUGHT {
        (lines / 2).max(FEWEST)
    } else {
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_about_so_many_lines_and_at_least_one_branch() {
        let branch = |lines| (OrganizationId::random(), lines);
        let waiting = [branch(300), branch(300), branch(900), branch(10)];
        let count = |from: usize, most| piece(&waiting[from..], most).map(|(_, _, count)| count);
        assert_eq!(count(0, 600), Some(2));
        assert_eq!(count(2, 600), Some(1));
        assert_eq!(count(0, 10_000), Some(4));
        assert_eq!(count(4, 600), None);
        assert_eq!(piece(&waiting, 600).map(|(first, last, _)| (first, last)), Some((waiting[0].0, waiting[1].0)));
    }

    #[test]
    fn the_pace_follows_how_long_a_piece_took() {
        assert_eq!(paced(2_000, Duration::from_millis(5)), 4_000);
        assert_eq!(paced(MOST, Duration::from_millis(5)), MOST);
        assert_eq!(paced(2_000, Duration::from_millis(30)), 2_000);
        assert_eq!(paced(4_000, Duration::from_millis(90)), 2_000);
        assert_eq!(paced(FEWEST, Duration::from_secs(1)), FEWEST);
    }
}
