//! Numbers run per issuing organization and year, without gaps or doubles, whoever issues at once.

use std::sync::Barrier;
use std::time::Duration;

use ejia_documents::SignatureKind;
use ejia_kernel::Problem;

use super::{entered, issued, kept, reissued, try_issue};
use crate::letters::issue;
use crate::model::Stage;
use crate::tests::city::{in_city, leaving, officer, standing};

/// How many issue at once.
const AT_ONCE: usize = 16;

#[test]
fn sixteen_who_issue_at_once_leave_neither_a_gap_nor_a_double() {
    in_city(|desk, city| {
        let people: Vec<_> = (0..AT_ONCE * 2).map(|_| leaving(desk, city)).collect();
        let barrier = Barrier::new(AT_ONCE);
        let mut numbers: Vec<i64> = std::thread::scope(|scope| {
            let threads: Vec<_> = people
                .chunks(2)
                .map(|pair| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        // Somebody whose issue comes to nothing leaves no gap.
                        let (by, id) = (officer(desk, city.committee), pair[0].transfer);
                        let nothing = desk.write_now(move |txn| {
                            issue::issue(txn, &by, id, &entered(), SignatureKind::Ed25519)?;
                            Err::<(), _>(Problem::conflict("transfers.not_here"))
                        });
                        assert!(nothing.is_err());
                        pair.iter().map(|who| issued(desk, city, who).sequence).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=i64::try_from(AT_ONCE * 2).unwrap()).collect::<Vec<_>>());
    });
}

#[test]
fn two_who_issue_for_one_transfer_issue_one_letter() {
    in_city(|desk, city| {
        let who = leaving(desk, city);
        let barrier = Barrier::new(4);
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        barrier.wait();
                        try_issue(desk, city, &who)
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
        assert_eq!(issued(desk, city, &leaving(desk, city)).sequence, 2);
        assert_eq!(standing(desk, &who).standing.stage, Stage::Receipt);
    });
}

#[test]
fn a_new_year_in_china_begins_with_one_and_a_reissue_names_the_old_number() {
    in_city(|desk, city| {
        desk.clock().set("2026-12-31T23:30:00+08:00".parse().unwrap());
        let (who, other) = (leaving(desk, city), leaving(desk, city));
        let first = issued(desk, city, &who);
        assert_eq!(first.number, "集美街道委字〔2026〕第0001号");
        desk.clock().set(desk.now().plus(Duration::from_hours(1)));
        assert_eq!(issued(desk, city, &other).number, "集美街道委字〔2027〕第0001号");
        let second = reissued(desk, city, &who);
        assert_eq!(second.number, "集美街道委字〔2027〕第0002号");
        assert!(kept(desk, &first).voided.is_some());
        let content = desk.read_now(move |txn| crate::letters::say::LetterContent::of(txn.vault(), &second)).unwrap();
        assert_eq!(content.replaces.as_deref(), Some("集美街道委字〔2026〕第0001号"));
    });
}
