//! Rounding as organizations choose it.

use ejia_db::Desk;
use ejia_kernel::{OrganizationId, Problem};

use super::{at, draft, form, line, sheet, shown};
use crate::standards::rounding::{RoundingEntered, choose};
use crate::tests::city::{City, add, in_city, officer};

fn set(desk: &Desk, by: OrganizationId, from: &str, scale: &str, mode: &str) -> Result<(), Problem> {
    let by = officer(desk, by);
    let entered = RoundingEntered { from: from.to_owned(), scale: scale.to_owned(), mode: mode.to_owned() };
    desk.write_now(move |txn| choose(txn, &by, &entered))
}

fn amount(desk: &Desk, branch: OrganizationId, month: &str) -> String {
    shown(&sheet(desk, branch, month)).remove(0).3
}

#[test]
fn the_nearest_choice_above_holds_from_its_month_on() {
    in_city(|desk, City { root, committee, first, other, .. }| {
        let (zhang, li) = (add(desk, first, "张三"), add(desk, other, "李四"));
        for (branch, who) in [(first, &zhang), (other, &li)] {
            draft(desk, branch, form("2026-03", 0, &[(who, "wage", "3001", "", "", "")])).unwrap();
        }
        assert_eq!((amount(desk, first, "2026-03"), amount(desk, other, "2026-03")), ("30.01".into(), "30.01".into()));
        set(desk, root, "2026-04", "jiao", "up").unwrap();
        set(desk, committee, "2026-05", "yuan", "down").unwrap();
        at(desk, "2026-05-02");
        for (month, of_first, of_other) in
            [("2026-03", "30.01", "30.01"), ("2026-04", "30.10", "30.10"), ("2026-05", "30.00", "30.10")]
        {
            assert_eq!(
                (amount(desk, first, month).as_str(), amount(desk, other, month).as_str()),
                (of_first, of_other)
            );
        }
        // Chosen a second time for the same month, the second counts.
        set(desk, committee, "2026-05", "fen", "half_even").unwrap();
        assert_eq!(amount(desk, first, "2026-05"), "30.01");
        assert_eq!(shown(&sheet(desk, first, "2026-05")), [line("张三", "wage", "3001.00", "30.01")]);
    });
}

#[test]
fn branches_do_not_choose_and_past_months_are_left_alone() {
    in_city(|desk, City { committee, first, .. }| {
        assert_eq!(set(desk, first, "2026-04", "fen", "up").unwrap_err().code, "dues.rounding_committees_only");
        let refused = set(desk, committee, "2026-02", "mao", "").unwrap_err();
        let codes: Vec<&str> = refused.fields.iter().map(|wrong| wrong.code).collect();
        assert_eq!(codes, ["dues.rounding_from_now_on", "dues.choose_one", "dues.choose_one"]);
    });
}
