//! The monthly round through the branches.

use ejia_db::{Desk, args};
use ejia_jobs::Handlers;
use ejia_kernel::Instant;

use super::{due, write};
use crate::records::{reminders, warn};
use crate::tests::city::{Someone, add, depart, in_city, letters, officer};

fn on(desk: &Desk, day: &str) -> usize {
    desk.clock().set(format!("{day}T09:00:00+08:00").parse::<Instant>().unwrap());
    let before = letters(desk).len();
    warn::handlers(Handlers::new()).drain(desk).unwrap();
    letters(desk).len() - before
}

fn owes(desk: &Desk, member: &Someone, months: &[&str]) {
    write(desk, &months.iter().map(|month| due(member, month, 100)).collect::<Vec<_>>());
}

fn noted(desk: &Desk) -> Vec<(String, i64)> {
    desk.read_now(|txn| {
        let sql = "SELECT since, months FROM dues_warning ORDER BY since, months";
        Ok(txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?)))?)
    })
    .unwrap()
}

#[test]
fn a_branch_hears_once_at_three_five_and_six_months() {
    in_city(|desk, city| {
        let chen = add(desk, city.first, "陈建国");
        owes(desk, &chen, &["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]);
        assert_eq!(on(desk, "2026-03-15"), 0, "February can still be paid");
        assert_eq!(on(desk, "2026-03-16"), 1, "three months are over");
        assert_eq!(on(desk, "2026-03-17"), 0, "once a month");
        assert_eq!(on(desk, "2026-04-16"), 0, "four months are no new warning");
        assert_eq!(on(desk, "2026-05-20"), 1);
        assert_eq!(on(desk, "2026-06-16"), 1);
        assert_eq!(on(desk, "2026-07-16"), 0);
        let expected = [3, 5, 6].map(|months| ("2025-12".to_owned(), months));
        assert_eq!(noted(desk), expected);
        let first = city.first.to_string();
        let trace = desk.read_now(move |txn| ejia_audit::about(txn, "organization", first.clone(), 10)).unwrap();
        assert_eq!(trace.len(), 3);
    });
}

#[test]
fn only_branches_concerned_hear_and_each_length_is_a_letter() {
    in_city(|desk, city| {
        let [chen, lin, huang] = ["陈建国", "林秀英", "黄志强"].map(|name| add(desk, city.first, name));
        let (wang, gone) = (add(desk, city.second, "王小明"), add(desk, city.other, "李四"));
        owes(desk, &chen, &["2025-12", "2026-01", "2026-02"]);
        owes(desk, &lin, &["2025-12", "2026-01", "2026-02", "2026-03"]);
        owes(desk, &huang, &["2025-10", "2025-11", "2025-12", "2026-01", "2026-02"]);
        owes(desk, &wang, &["2026-01", "2026-02", "2026-03"]);
        owes(desk, &gone, &["2025-12", "2026-01", "2026-02"]);
        depart(desk, &gone);
        assert_eq!(on(desk, "2026-03-20"), 2, "the first branch, at three and at five; nobody for who has left");
    });
}

#[test]
fn the_first_page_of_a_branch_reminds_of_who_is_three_months_behind() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        owes(desk, &chen, &["2025-12", "2026-01", "2026-02"]);
        owes(desk, &lin, &["2026-01", "2026-02"]);
        desk.clock().set("2026-03-20T09:00:00+08:00".parse::<Instant>().unwrap());
        let waits = |of| {
            let by = officer(desk, of);
            let all = desk.read_now(move |txn| reminders(txn, &by)).unwrap();
            all.into_iter().map(|reminder| (reminder.count, reminder.late, reminder.href)).collect::<Vec<_>>()
        };
        assert_eq!(waits(city.first), [(1, 1, "/office/dues/unpaid?months=3")]);
        assert_eq!(waits(city.second), [(0, 0, "/office/dues/unpaid?months=3")], "which is shown nowhere");
        assert_eq!(waits(city.committee), []);
    });
}
