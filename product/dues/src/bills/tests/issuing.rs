//! Sheets issued in both databases.

use std::sync::Barrier;

use ejia_db::{Desk, args};
use ejia_kernel::{MemberId, Month, OrganizationId};

use super::line;
use crate::bills::store::{counted, kept, of_sheet};
use crate::bills::{Bill, BillState, Issued, NewBill, issue};
use crate::tests::city::in_city;

fn march() -> Month {
    Month::new(2026, 3).unwrap()
}

pub(crate) fn issued(desk: &Desk, branch: OrganizationId, bills: Vec<NewBill>) -> Issued {
    desk.write_now(move |txn| issue(txn, branch, march(), &bills)).unwrap()
}

fn bills(desk: &Desk, branch: OrganizationId) -> Vec<Bill> {
    desk.write_now(move |txn| of_sheet(txn, branch, march(), &[])).unwrap()
}

fn totals_hold(desk: &Desk) {
    let (kept, counted) = desk.read_now(|txn| Ok((kept(txn)?, counted(txn)?))).unwrap();
    assert_eq!(kept, counted);
}

fn people(count: usize) -> Vec<MemberId> {
    (0..count).map(|_| MemberId::random()).collect()
}

#[test]
fn a_sheet_is_issued_and_corrected_and_its_totals_hold() {
    in_city(|desk, city| {
        let who = people(4);
        let first = issued(desk, city.first, vec![line(who[0], 5000), line(who[1], 20), line(who[2], 0)]);
        assert_eq!(first, Issued { new: who[..3].to_vec(), ..Issued::default() });
        totals_hold(desk);
        let again = issued(desk, city.first, vec![line(who[0], 5000), line(who[1], 20), line(who[2], 0)]);
        assert_eq!(again, Issued::default());
        let other = issued(desk, city.first, vec![line(who[0], 7500), line(who[2], 20), line(who[3], 10)]);
        assert_eq!((other.new, other.changed), (vec![who[3]], vec![who[0], who[2]]));
        assert_eq!(other.withdrawn, [who[1]]);
        totals_hold(desk);
        let mut states: Vec<_> = bills(desk, city.first).iter().map(|b| (b.amount.fen(), b.state)).collect();
        states.sort_unstable();
        assert_eq!(
            states,
            [(10, BillState::Due), (20, BillState::Due), (20, BillState::Cancelled), (7500, BillState::Due)]
        );
    });
}

#[test]
fn a_member_who_moves_in_the_month_is_billed_by_one_branch() {
    in_city(|desk, city| {
        let who = people(2);
        issued(desk, city.first, vec![line(who[0], 5000), line(who[1], 3000)]);
        let second = issued(desk, city.second, vec![line(who[0], 5000)]);
        assert_eq!(second.billed_elsewhere, [who[0]]);
        assert!(bills(desk, city.second).is_empty());
        let left = issued(desk, city.first, vec![line(who[1], 3000)]);
        assert_eq!(left.withdrawn, [who[0]]);
        let taken = issued(desk, city.second, vec![line(who[0], 5500)]);
        assert_eq!(taken.changed, [who[0]]);
        assert_eq!(bills(desk, city.second)[0].amount.fen(), 5500);
        totals_hold(desk);
    });
}

#[test]
fn two_branches_at_once_bill_each_member_once() {
    in_city(|desk, city| {
        let who = people(120);
        let barrier = Barrier::new(2);
        std::thread::scope(|scope| {
            for branch in [city.first, city.second] {
                let (barrier, who) = (&barrier, &who);
                scope.spawn(move || {
                    for _ in 0..3 {
                        barrier.wait();
                        issued(desk, branch, who.iter().map(|id| line(*id, 5000)).collect());
                    }
                });
            }
        });
        let all = [bills(desk, city.first), bills(desk, city.second)].concat();
        assert_eq!(all.len(), who.len());
        totals_hold(desk);
    });
}

#[test]
fn a_sheet_of_500_takes_a_handful_of_statements() {
    in_city(|desk, city| {
        let who = people(500);
        let started = std::time::Instant::now();
        issued(desk, city.first, who.iter().map(|id| line(*id, 5000)).collect());
        let changed = issued(desk, city.first, who.iter().map(|id| line(*id, 6000)).collect());
        assert_eq!(changed.changed.len(), 500);
        eprintln!("500 issued and changed in {:?}", started.elapsed());
        let gone = issued(desk, city.first, Vec::new());
        assert_eq!(gone.withdrawn.len(), 500);
        totals_hold(desk);
        let left = desk
            .read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM dues_bill", &args![], |row| row.get::<i64>(0))?))
            .unwrap();
        assert_eq!(left, 500);
    });
}

#[test]
fn a_sheet_that_names_a_member_twice_or_owes_him_is_a_mistake_of_ours() {
    in_city(|desk, city| {
        let who = people(1);
        for wrong in [vec![line(who[0], 1), line(who[0], 2)], vec![line(who[0], -1)]] {
            assert!(desk.write_now(move |txn| issue(txn, city.first, march(), &wrong)).is_err());
        }
    });
}
