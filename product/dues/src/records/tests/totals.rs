//! What a month comes to up the tree.

use ejia_db::Desk;
use ejia_kernel::OrganizationId;
use ejia_payments::ChannelKind;

use super::{due, month, paid, write};
use crate::bills::BillState;
use crate::records::scope::Scope;
use crate::records::totals::{Row, totals};
use crate::tests::city::{add, in_city, officer};

fn totals_for(desk: &Desk, organization: OrganizationId, chosen: &str) -> (Vec<Row>, Row) {
    let (by, chosen) = (officer(desk, organization), chosen.to_owned());
    desk.read_now(move |txn| {
        let scope = Scope::of(txn, &by, &chosen)?;
        totals(txn, &scope, month("2026-03"))
    })
    .unwrap()
}

fn told(row: &Row) -> (String, i64, i64, i64, i64, i64, i64, i64) {
    let total = row.total;
    (
        row.name.clone(),
        row.branches,
        row.set,
        total.billed,
        total.billed_amount,
        total.paid,
        total.paid_amount,
        total.exempt,
    )
}

#[test]
fn sums_go_up_the_tree_and_can_be_followed_down() {
    in_city(|desk, city| {
        let at = "2026-03-18T08:00:00+08:00";
        let [chen, lin] = ["陈建国", "林秀英"].map(|name| add(desk, city.first, name));
        let (huang, wang) = (add(desk, city.second, "黄志强"), add(desk, city.other, "王小明"));
        write(
            desk,
            &[
                paid(&chen, "2026-03", 3000, at, ChannelKind::Alipay),
                due(&chen, "2026-03", 50).sequence(1),
                due(&lin, "2026-03", 500),
                due(&huang, "2026-03", 0).state(BillState::Exempt),
                paid(&wang, "2026-03", 1000, at, ChannelKind::Cash),
                paid(&wang, "2026-03", -200, at, ChannelKind::Cash).sequence(1).state(BillState::GivenBack),
                due(&wang, "2026-02", 99),
            ],
        );
        let (rows, all) = totals_for(desk, city.root, "");
        let jimei = ("中共集美街道委员会".to_owned(), 2, 2, 2, 3550, 1, 3000, 1);
        let huli = ("中共湖里街道委员会".to_owned(), 1, 1, 1, 800, 1, 800, 0);
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), [jimei.clone(), huli]);
        assert_eq!(told(&all), ("中共厦门市委员会".to_owned(), 3, 3, 3, 4350, 2, 3800, 1));
        let (rows, all) = totals_for(desk, city.root, &city.committee.to_string());
        assert_eq!(told(&all), jimei);
        let first = ("中共集美第一支部委员会".to_owned(), 1, 1, 2, 3550, 1, 3000, 0);
        let second = ("中共集美第二支部委员会".to_owned(), 1, 1, 0, 0, 0, 0, 1);
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), [first.clone(), second]);
        let (rows, _) = totals_for(desk, city.first, "");
        assert_eq!(rows.iter().map(told).collect::<Vec<_>>(), [first]);
    });
}
