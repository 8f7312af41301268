//! A new month begins with the figures of the one before.

use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use ejia_db::{Desk, args};
use ejia_kernel::OrganizationId;

use super::{MARCH, at, draft, form, line, month, sheet, shown, submit, work};
use crate::standards::model::SheetState;
use crate::standards::opening::open_month;
use crate::standards::save;
use crate::standards::store::opening::copy;
use crate::tests::city::{City, add, branch_officer, in_city};

fn sheets(desk: &Desk, at: &str) -> i64 {
    let at = month(at);
    desk.read_now(move |txn| {
        Ok(txn.one("SELECT COUNT(*) FROM dues_sheet WHERE month = $1", &args![at], |row| row.get(0))?)
    })
    .unwrap()
}

// proves: D2
#[test]
fn the_month_is_opened_on_its_first_day_for_every_branch_and_once() {
    in_city(|desk, City { first, second, other, .. }| {
        let (zhang, li, _) = (add(desk, first, "张三"), add(desk, second, "李四"), add(desk, other, "王五"));
        submit(desk, first, form(MARCH, 0, &[(&zhang, "wage", "3000", "20", "自愿多交", "")])).unwrap();
        draft(desk, second, form(MARCH, 0, &[(&li, "retired", "5000", "", "", "")])).unwrap();
        work(desk);
        assert_eq!((sheets(desk, MARCH), sheets(desk, "2026-04")), (2, 0));
        at(desk, "2026-04-01");
        work(desk);
        assert_eq!(sheets(desk, "2026-04"), 2);
        let opened = sheet(desk, first, "2026-04");
        assert_eq!(shown(&opened), [line("张三", "wage", "3000.00", "20.00")]);
        assert_eq!((opened.row.is_some(), opened.carried_from), (true, Some(month(MARCH))));
        let row = opened.row.unwrap();
        assert_eq!((row.state, row.lines, row.submitted_at), (SheetState::Draft, 1, None));
        // Saved by a person it stays as he saved it, however often the month is opened again.
        draft(desk, first, form("2026-04", 0, &[(&zhang, "wage", "5000", "", "", "")])).unwrap();
        assert_eq!(desk.write_now(|txn| Ok(txn.execute("DELETE FROM job_schedule", &args![])?)).map(drop), Ok(()));
        work(desk);
        assert_eq!(shown(&sheet(desk, first, "2026-04")), [line("张三", "wage", "5000.00", "50.00")]);
        assert_eq!(open_month(desk, month("2026-04")), Ok(0));
    });
}

#[test]
fn a_month_that_was_skipped_starts_from_the_latest_before_it() {
    in_city(|desk, City { first, .. }| {
        let zhang = add(desk, first, "张三");
        submit(desk, first, form(MARCH, 0, &[(&zhang, "wage", "3000", "", "", "")])).unwrap();
        at(desk, "2026-06-20");
        work(desk);
        assert_eq!(sheets(desk, "2026-06"), 0);
        let june = sheet(desk, first, "2026-06");
        assert_eq!(shown(&june), [line("张三", "wage", "3000.00", "15.00")]);
        assert_eq!(june.carried_from, Some(month(MARCH)));
    });
}

#[test]
fn many_branches_are_opened_in_pieces_and_none_is_left_out() {
    in_city(|desk, City { .. }| {
        let ids: Vec<OrganizationId> = (0..300).map(|_| OrganizationId::random()).collect();
        let branches = ids.clone();
        desk.write_now(move |txn| {
            let columns = ["month", "organization_id", "state", "version", "lines", "opened_at"];
            let rows = branches.iter().map(|id| args![MARCH, id, "submitted", 1, 40, 0].to_vec());
            txn.insert_many("dues_sheet", &columns, rows)?;
            let columns = [
                "month",
                "organization_id",
                "member_id",
                "basis",
                "base",
                "computed",
                "amount",
                "typed_reason",
                "exemption",
            ];
            let rows = branches.iter().flat_map(|id| {
                let line = move |n: i64| {
                    let row = args![MARCH, id, format!("{n:026}"), "wage", 300_000, 1_500, 1_500, "", ""];
                    row.to_vec()
                };
                (0..40).map(line)
            });
            txn.insert_many("dues_standard", &columns, rows)?;
            Ok(())
        })
        .unwrap();
        assert_eq!(open_month(desk, month("2026-04")), Ok(12_000));
        assert_eq!(sheets(desk, "2026-04"), 300);
        let same = desk
            .read_now(|txn| {
                let sql = "SELECT COUNT(*) FROM dues_standard o JOIN dues_standard n ON n.month = '2026-04'
                           AND n.organization_id = o.organization_id AND n.member_id = o.member_id
                           AND n.base = o.base AND n.amount = o.amount WHERE o.month = '2026-03'";
                Ok(txn.one(sql, &args![], |row| row.get::<i64>(0))?)
            })
            .unwrap();
        assert_eq!(same, 12_000);
    });
}

/// Long enough that the other has come and stands in front of what this transaction has written.
fn stay(here: &Sender<()>) {
    let _ = here.send(());
    thread::sleep(Duration::from_millis(200));
}

// proves: D2
#[test]
fn a_sheet_submitted_while_its_month_is_opened_for_all_branches_is_what_stands() {
    for submitted_first in [false, true] {
        in_city(|desk, City { first, second, .. }| {
            let (zhang, li) = (add(desk, first, "张三"), add(desk, second, "李四"));
            submit(desk, first, form(MARCH, 0, &[(&zhang, "wage", "3000", "", "", "")])).unwrap();
            submit(desk, second, form(MARCH, 0, &[(&li, "wage", "4000", "", "", "")])).unwrap();
            at(desk, "2026-04-01");
            let (old, new) = (month(MARCH), month("2026-04"));
            let (low, high) = (first.min(second), first.max(second));
            let april = form("2026-04", 0, &[(&zhang, "wage", "5000", "", "", "")]);
            let by = branch_officer(desk, first);
            let (here, came) = channel();
            let theirs = here.clone();
            let opening = move || {
                desk.write_now(move |txn| {
                    let lines = copy(txn, old, new, low, high)?;
                    if !submitted_first {
                        stay(&here);
                    }
                    Ok(lines)
                })
            };
            let submitting = move || {
                desk.write_now(move |txn| {
                    let submitted = save::submit(txn, &by, &april)?;
                    if submitted_first {
                        stay(&theirs);
                    }
                    Ok(submitted)
                })
            };
            thread::scope(|scope| {
                if submitted_first {
                    let earlier = scope.spawn(submitting);
                    came.recv().unwrap();
                    assert_eq!(opening(), Ok(1), "only the other branch's line");
                    earlier.join().unwrap().unwrap();
                } else {
                    let earlier = scope.spawn(opening);
                    came.recv().unwrap();
                    submitting().unwrap();
                    assert_eq!(earlier.join().unwrap(), Ok(2));
                }
            });
            let stands = sheet(desk, first, "2026-04");
            assert_eq!(shown(&stands), [line("张三", "wage", "5000.00", "50.00")]);
            let row = stands.row.unwrap();
            assert_eq!((row.state, row.version, row.lines), (SheetState::Submitted, 1, 1));
            assert_eq!(shown(&sheet(desk, second, "2026-04")), [line("李四", "wage", "4000.00", "40.00")]);
            let bill = "SELECT amount FROM dues_bill WHERE month = '2026-04' AND state = 'due'";
            let bills = desk.read_now(move |txn| Ok(txn.query(bill, &args![], |row| row.get::<i64>(0))?));
            assert_eq!(bills, Ok(vec![5_000]));
        });
    }
}
