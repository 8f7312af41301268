//! Whatever happens to members, and whoever counts meanwhile: what is kept is what a count of everybody would say.

mod world;

use std::sync::atomic::{AtomicBool, Ordering};

use ejia_db::{Desk, TestDatabase};
use ejia_directory::{MEMBERS, Trait};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use crate::asked::{Order, OverviewAsked};
use crate::views::OverviewView;
use crate::{counting, store};
use world::{Act, MIGRATIONS, World, act, counted, officer};

fn acts(runner: &mut TestRunner, count: usize) -> Vec<Act> {
    proptest::collection::vec(act(), count).new_tree(runner).unwrap().current()
}

/// Compares what is kept with a count of everybody, for every organization.
fn compare(desk: &Desk) {
    counting::count(desk).unwrap();
    let fresh = counted(desk);
    let tree = desk.read_now(ejia_directory::tree).unwrap();
    for node in tree.all() {
        let path = node.path.clone();
        let kept = desk.read_now(move |txn| store::of_organization(txn, &path)).unwrap();
        let fresh = fresh.get(node.path.as_str()).cloned().unwrap_or_default();
        let values = Trait::ALL.iter().flat_map(|of| of.values().into_iter().map(|(value, _)| of.figure(value)));
        for name in values.chain([MEMBERS.to_owned()]) {
            assert_eq!(kept.get(&name), fresh.get(&name), "{name} of {}", node.name);
        }
    }
}

#[test]
fn what_is_kept_is_what_a_count_of_everybody_says_after_any_acts() {
    TestDatabase::both(MIGRATIONS, |desk| {
        let world = World::found(desk);
        let mut runner = TestRunner::deterministic();
        for _ in 0..6 {
            for act in acts(&mut runner, 15) {
                world.do_one(desk, &act);
            }
            compare(desk);
        }
        assert!(!counted(desk).is_empty(), "somebody is left to be counted");
    });
}

#[test]
fn who_counts_while_others_write_misses_nobody() {
    TestDatabase::both(MIGRATIONS, |desk| {
        let world = World::found(desk);
        let mut runner = TestRunner::deterministic();
        let writers: Vec<Vec<Act>> = (0..3).map(|_| acts(&mut runner, 30)).collect();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let counting = scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    counting::count(desk).unwrap();
                }
            });
            let writing: Vec<_> = writers
                .iter()
                .map(|acts| scope.spawn(|| acts.iter().for_each(|act| world.do_one(desk, act))))
                .collect();
            for writer in writing {
                writer.join().unwrap();
            }
            done.store(true, Ordering::Relaxed);
            counting.join().unwrap();
        });
        compare(desk);
    });
}

#[test]
fn organizations_right_under_one_are_sorted_and_leafed_through() {
    TestDatabase::both(MIGRATIONS, |desk| {
        let world = World::found(desk);
        let by = officer(desk, world.root);
        let under = (0..120_u32).map(|number| world.add_committee(desk, number % 7)).count();
        counting::count(desk).unwrap();
        for order in Order::ALL {
            let mut asked = OverviewAsked { order: order.code().to_owned(), ..OverviewAsked::default() };
            let (mut names, mut members) = (Vec::new(), Vec::new());
            loop {
                let (by, now) = (by.clone(), asked.clone());
                let view = desk.read_now(move |txn| OverviewView::of(txn, &by, &now)).unwrap();
                assert_eq!(view.previous.is_some(), !names.is_empty());
                names.extend(view.under.iter().map(|under| under.name.clone()));
                members.extend(view.under.iter().map(|under| under.numbers[0].number));
                let Some(next) = view.next else { break };
                asked.after = next.rsplit_once("after=").unwrap().1.to_owned();
            }
            let all = names.len();
            names.sort_unstable();
            names.dedup();
            assert_eq!((all, names.len()), (under + 1, under + 1), "{order}");
            if *order == Order::Members {
                assert!(members.is_sorted_by(|a, b| a >= b) && members[0] == 6, "{members:?}");
            }
        }
    });
}
