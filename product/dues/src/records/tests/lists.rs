//! Who has not paid, who has paid when and how: in order, by page, and only for those who oversee it.

use ejia_db::Desk;
use ejia_kernel::{MemberId, OrganizationId, Problem};
use ejia_payments::ChannelKind;

use super::{due, month, paid, write};
use crate::bills::BillState;
use crate::records::arrears::Warning;
use crate::records::history::{self, Line, MemberRecord, Records, RecordsAsked, method};
use crate::records::scope::Scope;
use crate::records::unpaid::{Debtor, Unpaid, UnpaidAsked, unpaid};
use crate::tests::city::{City, Someone, add, depart, in_city, officer, transfer};

/// The list as an organization's officer sees it. The tests' day is 2026-03-20: March is payable, February over.
fn unpaid_for(desk: &Desk, organization: OrganizationId, asked: &UnpaidAsked) -> Result<Unpaid, Problem> {
    let (by, asked) = (officer(desk, organization), asked.clone());
    desk.read_now(move |txn| {
        let scope = Scope::of(txn, &by, &asked.organization)?;
        unpaid(txn, &by, &scope, &asked)
    })
}

fn names(lines: &[Debtor]) -> Vec<&str> {
    lines.iter().map(|line| line.name.as_str()).collect()
}

fn owing(desk: &Desk, city: City) -> [Someone; 4] {
    let chen = add(desk, city.first, "陈建国");
    let lin = add(desk, city.first, "林秀英");
    let huang = add(desk, city.second, "黄志强");
    let wang = add(desk, city.other, "王小明");
    let mut bills = vec![due(&chen, "2026-03", 3000), due(&wang, "2026-02", 100), due(&wang, "2026-03", 100)];
    bills.extend(["2025-12", "2026-01", "2026-02", "2026-03"].map(|month| due(&lin, month, 1000)));
    bills.extend(["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02"].map(|of| due(&huang, of, 20)));
    bills.push(due(&huang, "2026-04", 20));
    bills.push(paid(&huang, "2026-03", 20, "2026-03-17T08:00:00+08:00", ChannelKind::Alipay));
    bills.push(due(&chen, "2026-02", 0).state(BillState::Exempt));
    bills.push(due(&chen, "2026-01", 500).state(BillState::Cancelled));
    write(desk, &bills);
    [chen, lin, huang, wang]
}

#[test]
fn the_unpaid_list_tells_months_amount_and_warning() {
    in_city(|desk, city| {
        owing(desk, city);
        let found = unpaid_for(desk, city.committee, &UnpaidAsked::default()).unwrap();
        assert_eq!(names(&found.lines), ["陈建国", "林秀英", "黄志强"]);
        let [chen, lin, huang] = found.lines.as_slice() else { panic!("{}", found.lines.len()) };
        assert_eq!((chen.months.len(), chen.overdue.len(), chen.amount.fen(), chen.warning()), (1, 0, 3000, None));
        assert_eq!((lin.months.len(), lin.running, lin.amount.fen()), (4, 3, 4000));
        assert_eq!(lin.warning(), Some(Warning::Three));
        // April is not payable yet.
        assert_eq!((huang.months.len(), huang.running, huang.amount.fen()), (6, 6, 120));
        assert_eq!(huang.warning(), Some(Warning::Six));
        assert!(huang.phone.is_some());
    });
}

#[test]
fn the_unpaid_list_is_filtered_by_months_and_by_branch() {
    in_city(|desk, city| {
        owing(desk, city);
        let filtered = |organization: OrganizationId, months: &str| {
            let asked = UnpaidAsked { months: months.to_owned(), ..UnpaidAsked::default() };
            names(&unpaid_for(desk, organization, &asked).unwrap().lines).join(" ")
        };
        assert_eq!(filtered(city.root, "1"), "林秀英 黄志强 王小明");
        assert_eq!(filtered(city.root, "3"), "林秀英 黄志强");
        assert_eq!(filtered(city.root, "5"), "黄志强");
        assert_eq!(filtered(city.root, "6"), "黄志强");
        assert_eq!(filtered(city.first, ""), "陈建国 林秀英");
        let asked = UnpaidAsked { organization: city.second.to_string(), ..UnpaidAsked::default() };
        assert_eq!(names(&unpaid_for(desk, city.root, &asked).unwrap().lines), ["黄志强"]);
    });
}

#[test]
fn another_branchs_officer_sees_nothing() {
    in_city(|desk, city| {
        let [chen, ..] = owing(desk, city);
        let asked = UnpaidAsked { organization: city.first.to_string(), ..UnpaidAsked::default() };
        for organization in [city.second, city.other] {
            let refused = unpaid_for(desk, organization, &asked).map(drop).unwrap_err();
            assert_eq!(refused.code, "directory.no_such_organization");
            assert_eq!(of_member(desk, organization, chen.id).map(drop).unwrap_err().code, "directory.no_such_member");
            let seen = unpaid_for(desk, organization, &UnpaidAsked::default()).unwrap();
            assert!(seen.lines.iter().all(|line| line.branch_id == organization));
            for asked in [asking("2026-03", ""), asking("2026-03", "陈"), asking("2026-03", "cjg")] {
                let seen = records_for(desk, organization, &asked).unwrap();
                assert!(shown(&seen).iter().all(|line| !line.contains("陈建国")));
            }
        }
        let asked = RecordsAsked { organization: city.first.to_string(), ..RecordsAsked::default() };
        assert!(records_for(desk, city.second, &asked).is_err());
    });
}

#[test]
fn who_has_moved_or_left_stays_on_the_list_of_the_branch_that_billed_him() {
    in_city(|desk, city| {
        let [chen, lin, ..] = owing(desk, city);
        transfer(desk, &chen, city.second);
        depart(desk, &lin);
        let found = unpaid_for(desk, city.committee, &UnpaidAsked::default()).unwrap();
        let moved: Vec<_> = found.lines.iter().map(|line| line.moved.as_deref().unwrap_or("")).collect();
        assert_eq!(moved, ["现在中共集美第二支部委员会", "已不在册", ""]);
        let found = unpaid_for(desk, city.first, &UnpaidAsked::default()).unwrap();
        let first = found.lines.first().unwrap();
        assert_eq!(first.moved.as_deref(), Some("已转到其他党组织"));
        assert!(first.phone.is_none(), "no number of a member of another branch");
    });
}

#[test]
fn the_unpaid_list_is_leafed_through_to_the_last() {
    in_city(|desk, city| {
        let mut bills = Vec::new();
        for n in 0..130 {
            let member = add(desk, if n % 3 == 0 { city.second } else { city.first }, "陈建国");
            bills.push(due(&member, "2026-02", 100));
        }
        write(desk, &bills);
        let (mut seen, mut asked) = (Vec::new(), UnpaidAsked::default());
        loop {
            let found = unpaid_for(desk, city.root, &asked).unwrap();
            seen.extend(found.lines.iter().map(|line| line.member_id));
            let Some(next) = found.next else { break };
            // Meanwhile the last one shown pays.
            let last = *seen.last().unwrap();
            desk.write_now(move |txn| {
                let sql = "UPDATE dues_bill SET state = 'paid' WHERE member_id = $1";
                Ok(txn.execute(sql, &ejia_db::args![last])?)
            })
            .unwrap();
            asked.after = next;
        }
        assert_eq!(seen.len(), 130);
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 130);
        let printed = UnpaidAsked { print: true, ..UnpaidAsked::default() };
        assert_eq!(unpaid_for(desk, city.root, &printed).unwrap().lines.len(), 128);
    });
}

fn asking(month: &str, q: &str) -> RecordsAsked {
    RecordsAsked { month: month.to_owned(), q: q.to_owned(), ..RecordsAsked::default() }
}

fn records_for(desk: &Desk, organization: OrganizationId, asked: &RecordsAsked) -> Result<Records, Problem> {
    let (by, asked) = (officer(desk, organization), asked.clone());
    let of = month(if asked.month.is_empty() { "2026-03" } else { &asked.month });
    desk.read_now(move |txn| {
        let scope = Scope::of(txn, &by, &asked.organization)?;
        history::records(txn, &by, &scope, of, &asked)
    })
}

fn of_member(desk: &Desk, organization: OrganizationId, member: MemberId) -> Result<MemberRecord, Problem> {
    let by = officer(desk, organization);
    desk.read_now(move |txn| history::of_member(txn, &by, member))
}

fn shown(records: &Records) -> Vec<String> {
    let line = |line: &Line| match line {
        Line::Bill(bill) => {
            let (channel, payer) = method(bill);
            format!("{} {} {} {channel} {payer}", bill.member_name, bill.amount, bill.state.label())
        }
        Line::Nothing { name, .. } => format!("{name} 未设置"),
    };
    records.lines.iter().map(line).collect()
}

#[test]
fn payments_are_found_by_month_and_name_with_amount_time_and_method() {
    in_city(|desk, city| {
        let [chen, lin, huang, wang] = owing(desk, city);
        let at = "2026-02-20T08:00:00+08:00";
        write(
            desk,
            &[
                paid(&lin, "2025-11", 1500, at, ChannelKind::Ccb).by(&chen.id.to_string(), "陈建国"),
                paid(&chen, "2025-11", 3000, at, ChannelKind::Cash).by("administrator", "王管理"),
                paid(&wang, "2025-11", 100, at, ChannelKind::Icbc),
            ],
        );
        let of = |organization, month: &str, q: &str| {
            shown(&records_for(desk, organization, &asking(month, q)).unwrap()).join("; ")
        };
        let chen_paid = "陈建国 30.00 已交 现金 支部登记（王管理）";
        let lin_paid = "林秀英 15.00 已交 建设银行 陈建国（代交）";
        assert_eq!(of(city.first, "2025-11", ""), format!("{chen_paid}; {lin_paid}"));
        assert_eq!(of(city.first, "2025-11", "秀"), lin_paid);
        assert_eq!(of(city.first, "2025-11", "lxy"), lin_paid);
        assert_eq!(of(city.root, "2025-11", "王小明"), "王小明 1.00 已交 工商银行 本人");
        assert_eq!(of(city.root, "2026-03", "黄志强"), "黄志强 0.20 已交 支付宝 本人");
        assert_eq!(of(city.root, "2024-03", "黄志强"), "黄志强 未设置");
        assert_eq!(of(city.committee, "2025-11", "王小明"), "");
        assert_eq!(of(city.committee, "2025-11", ""), format!("{chen_paid}; {lin_paid}; 黄志强 0.20 待交  "));
        let line = of_member(desk, city.second, huang.id).unwrap();
        assert_eq!((line.bills.len(), line.name.as_str()), (8, "黄志强"));
    });
}

#[test]
fn a_members_record_goes_with_him_and_the_old_branch_keeps_what_it_billed() {
    in_city(|desk, city| {
        let [chen, ..] = owing(desk, city);
        transfer(desk, &chen, city.second);
        let moved = Someone { organization_id: city.second, ..chen.clone() };
        write(desk, &[due(&moved, "2025-12", 700)]);
        let count = |organization| of_member(desk, organization, chen.id).map(|record| record.bills.len());
        assert_eq!(count(city.second).unwrap(), 3);
        assert_eq!(count(city.committee).unwrap(), 3);
        assert_eq!(count(city.first).unwrap(), 2);
        assert_eq!(count(city.other).unwrap_err().code, "directory.no_such_member");
    });
}
