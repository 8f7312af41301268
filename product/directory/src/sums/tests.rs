//! Sums are what the branches hold, at every place and at every moment.

use ejia_db::Desk;
use ejia_kernel::{OrganizationId, OrganizationPath};

use super::{Numbers, add_to_sums, gather_sums, store, sum_at, sums_below};
use crate::tests::{City, in_city};
use crate::tree;

fn path(desk: &Desk, id: OrganizationId) -> OrganizationPath {
    desk.read_now(move |txn| Ok(tree(txn)?.find(id)?.path.clone())).unwrap()
}

fn add(desk: &Desk, name: &'static str, id: OrganizationId, change: Numbers) {
    desk.write_now(move |txn| add_to_sums(txn, name, id, change)).unwrap();
}

/// What stands at the city, at its committees, and at a branch.
fn seen(desk: &Desk, city: City, name: &'static str) -> (Numbers, Vec<(String, Numbers)>, Numbers) {
    let (root, first) = (path(desk, city.root), path(desk, city.first));
    desk.read_now(move |txn| Ok((sum_at(txn, name, &root)?, sums_below(txn, name, &root)?, sum_at(txn, name, &first)?)))
        .unwrap()
}

#[test]
fn sums_hold_before_they_are_gathered_halfway_and_afterwards() {
    in_city(|desk, city| {
        add(desk, "dues", city.first, [3, 300, 0, 0, 0, 1]);
        add(desk, "dues", city.second, [2, 200, 0, 0, 0, 1]);
        add(desk, "dues", city.other, [4, 400, 0, 0, 0, 1]);
        add(desk, "dues", city.first, [-1, -100, 1, 0, 0, 0]);
        add(desk, "others", city.first, [9, 9, 9, 9, 9, 9]);
        add(desk, "dues", city.second, Numbers::default());
        let (committee, other) = (path(desk, city.committee), path(desk, city.other_committee));
        let below = vec![(committee.to_string(), [4, 400, 1, 0, 0, 2]), (other.to_string(), [4, 400, 0, 0, 0, 1])];
        let expected = ([8, 800, 1, 0, 0, 3], below, [2, 200, 1, 0, 0, 1]);
        assert_eq!(seen(desk, city, "dues"), expected);
        for _ in 0..2 {
            assert!(desk.write_now(|txn| store::gather(txn, 1)).unwrap());
            assert_eq!(seen(desk, city, "dues"), expected);
        }
        gather_sums(desk).unwrap();
        assert_eq!(seen(desk, city, "dues"), expected);
        add(desk, "dues", city.other, [-4, -400, 0, 0, 0, -1]);
        let (root, _, _) = seen(desk, city, "dues");
        assert_eq!(root, [4, 400, 1, 0, 0, 2]);
        assert_eq!(seen(desk, city, "others").2, [9; 6]);
    });
}
