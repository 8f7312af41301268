//! Standards on both databases: drafts, carrying over, submitting, correcting, filling, opening a month.

mod filling;
mod months;
mod pages;
mod policy;

use ejia_db::Desk;
use ejia_jobs::Handlers;
use ejia_kernel::{Date, Fen, Instant, Month, OrganizationId, Problem};

use super::entry::SheetEntered;
use super::model::{Origin, Sheet, SheetState};
use super::save::Submitted;
use super::{open, save};
use crate::tests::city::{City, Someone, add, branch_officer, depart, in_city, letters, transfer};

pub(super) const MARCH: &str = "2026-03";

pub(super) fn month(text: &str) -> Month {
    text.parse().unwrap()
}

pub(super) fn fen(text: &str) -> Fen {
    text.parse().unwrap()
}

pub(super) fn at(desk: &Desk, day: &str) {
    desk.clock().set(Instant::start_of(day.parse::<Date>().unwrap()));
}

pub(super) fn sheet(desk: &Desk, branch: OrganizationId, at: &str) -> Sheet {
    let at = month(at);
    desk.read_now(move |txn| open::open(txn, branch, at)).unwrap()
}

/// One line of a form: who, basis, base, amount, reason, exemption.
pub(super) type Typed<'a> = (&'a Someone, &'a str, &'a str, &'a str, &'a str, &'a str);

pub(super) fn form(at: &str, version: i64, lines: &[Typed<'_>]) -> SheetEntered {
    let mut form = SheetEntered { month: at.to_owned(), version: version.to_string(), ..SheetEntered::default() };
    for (who, basis, base, amount, reason, exemption) in lines {
        form.member.push(who.id.to_string());
        form.basis.push((*basis).to_owned());
        form.base.push((*base).to_owned());
        form.amount.push((*amount).to_owned());
        form.typed_reason.push((*reason).to_owned());
        form.exemption.push((*exemption).to_owned());
    }
    form
}

pub(super) fn draft(desk: &Desk, branch: OrganizationId, form: SheetEntered) -> Result<Month, Problem> {
    let by = branch_officer(desk, branch);
    desk.write_now(move |txn| save::save_draft(txn, &by, &form))
}

pub(super) fn submit(desk: &Desk, branch: OrganizationId, form: SheetEntered) -> Result<Submitted, Problem> {
    let by = branch_officer(desk, branch);
    desk.write_now(move |txn| save::submit(txn, &by, &form))
}

/// Name, basis, base and amount of every line.
pub(super) fn shown(sheet: &Sheet) -> Vec<(String, &'static str, String, String)> {
    let text = |amount: Option<Fen>| amount.map(|amount| amount.to_string()).unwrap_or_default();
    let mut lines: Vec<_> = sheet
        .lines
        .iter()
        .map(|line| {
            let figure = &line.figure;
            (line.member.name.clone(), figure.basis.code(), text(figure.base), text(figure.amount))
        })
        .collect();
    lines.sort();
    lines
}

pub(super) fn line(
    name: &str,
    basis: &'static str,
    base: &str,
    amount: &str,
) -> (String, &'static str, String, String) {
    (name.to_owned(), basis, base.to_owned(), amount.to_owned())
}

pub(super) fn work(desk: &Desk) {
    super::handlers(Handlers::new()).drain(desk).unwrap();
}

/// Codes of a refusal by field name, without the member's id.
fn codes(problem: &Problem) -> Vec<(String, &'static str)> {
    let field = |name: &str| name.split('-').next().unwrap_or_default().to_owned();
    problem.fields.iter().map(|wrong| (field(&wrong.field), wrong.code)).collect()
}

#[test]
fn a_first_month_is_empty_and_a_draft_keeps_what_was_filled_in() {
    in_city(|desk, City { first, .. }| {
        let (zhang, li) = (add(desk, first, "张三"), add(desk, first, "李四"));
        let empty = sheet(desk, first, MARCH);
        assert_eq!((empty.row.is_none(), empty.carried_from), (true, None));
        assert!(empty.lines.iter().all(|line| line.origin == Origin::New));
        draft(desk, first, form(MARCH, 0, &[(&zhang, "wage", "3000.01", "", "", "")])).unwrap();
        let kept = sheet(desk, first, MARCH);
        assert_eq!(shown(&kept), [line("张三", "wage", "3000.01", "30.00"), line("李四", "wage", "", "")]);
        let row = kept.row.unwrap();
        assert_eq!((row.state, row.version, row.lines, row.submitted_at), (SheetState::Draft, 1, 1, None));
        assert_eq!(row.saved_by.as_deref(), Some("王管理"));
        work(desk);
        assert_eq!(letters(desk), []);
        // A line that is not sent stays as it is.
        draft(desk, first, form(MARCH, 1, &[(&li, "student", "", "", "", "")])).unwrap();
        let kept = sheet(desk, first, MARCH);
        assert_eq!(shown(&kept), [line("张三", "wage", "3000.01", "30.00"), line("李四", "student", "", "0.20")]);
        assert_eq!(kept.line(zhang.id).unwrap().reckoned.why, "基数 3000.01 × 1% = 30.00 元（第二条，四舍五入到分）");
    });
}

#[test]
fn two_administrators_do_not_overwrite_one_another() {
    in_city(|desk, City { first, .. }| {
        let zhang = add(desk, first, "张三");
        draft(desk, first, form(MARCH, 0, &[(&zhang, "wage", "3000", "", "", "")])).unwrap();
        let late = form(MARCH, 0, &[(&zhang, "wage", "9000", "", "", "")]);
        assert_eq!(draft(desk, first, late.clone()).unwrap_err().code, "dues.sheet_changed_meanwhile");
        assert_eq!(submit(desk, first, late).unwrap_err().code, "dues.sheet_changed_meanwhile");
        assert_eq!(shown(&sheet(desk, first, MARCH)), [line("张三", "wage", "3000.00", "15.00")]);
        let seen = form(MARCH, 1, &[(&zhang, "wage", "9000", "", "", "")]);
        assert!(draft(desk, first, seen).is_ok());
    });
}

#[test]
fn what_cannot_be_read_is_not_saved_and_named_beside_its_line() {
    in_city(|desk, City { first, .. }| {
        let zhang = add(desk, first, "张三");
        let refused = draft(desk, first, form(MARCH, 0, &[(&zhang, "wage", "三千", "", "", "")])).unwrap_err();
        assert_eq!(refused.code, "dues.sheet_not_saved");
        assert_eq!(refused.fields[0].field, format!("base-{}", zhang.id));
        assert_eq!(refused.fields[0].args, [("name", "张三".to_owned())]);
        assert!(sheet(desk, first, MARCH).row.is_none());
        let months = ["", "2026-5", "2026-05", "2008-03"];
        let codes = months.map(|at| draft(desk, first, form(at, 0, &[])).unwrap_err().code);
        assert_eq!(codes, ["dues.month_needed", "dues.month_needed", "dues.month_ahead", "dues.month_without_rule"]);
        assert!(draft(desk, first, form("2026-04", 0, &[])).is_ok());
    });
}

#[test]
fn everybody_needs_a_figure_before_the_sheet_is_submitted() {
    in_city(|desk, City { first, .. }| {
        let people: Vec<Someone> = ["张一", "张二", "张三", "张四"].iter().map(|name| add(desk, first, name)).collect();
        let [one, two, three, four] = people.as_slice() else { panic!("four") };
        let refused = submit(
            desk,
            first,
            form(
                MARCH,
                0,
                &[
                    (one, "wage", "3000", "", "", ""),
                    (two, "wage", "3000", "20", "", ""),
                    (three, "wage", "0", "0", "", ""),
                ],
            ),
        )
        .unwrap_err();
        assert_eq!(refused.code, "dues.sheet_incomplete");
        let mut lacking = codes(&refused);
        lacking.sort();
        assert_eq!(
            lacking,
            [
                ("base".to_owned(), "dues.figure_needed"),
                ("exemption".to_owned(), "dues.exemption_needed"),
                ("typed_reason".to_owned(), "dues.typed_reason_needed"),
            ]
        );
        assert!(sheet(desk, first, MARCH).row.is_none());
        let done = submit(
            desk,
            first,
            form(
                MARCH,
                0,
                &[
                    (one, "wage", "3000", "", "", ""),
                    (two, "wage", "3000", "20", "自愿多交", ""),
                    (three, "wage", "0", "0", "", "街委〔2026〕3号"),
                    (four, "", "", "8", "", ""),
                ],
            ),
        )
        .unwrap();
        assert_eq!((done.lines, done.total), (4, fen("43")));
        let row = sheet(desk, first, MARCH).row.unwrap();
        assert_eq!((row.state, row.submitted_at.is_some()), (SheetState::Submitted, true));
    });
}

#[test]
fn who_has_something_to_pay_is_told_once_with_the_amount() {
    in_city(|desk, City { first, .. }| {
        let (zhang, li) = (add(desk, first, "张三"), add(desk, first, "李四"));
        let lines = [(&zhang, "wage", "3000", "", "", ""), (&li, "hardship", "0", "0", "", "街委〔2026〕3号")];
        submit(desk, first, form(MARCH, 0, &lines)).unwrap();
        work(desk);
        assert_eq!(letters(desk), [("dues_notified".to_owned(), zhang.id.to_string())]);
        // The same again tells nobody.
        let same = submit(desk, first, form(MARCH, 1, &lines)).unwrap();
        assert_eq!(same.issued, crate::bills::Issued::default());
        work(desk);
        assert_eq!(letters(desk).len(), 1);
        // A correction tells whom it concerns.
        let corrected = [(&li, "wage", "5000", "", "", "")];
        let done = submit(desk, first, form(MARCH, 2, &corrected)).unwrap();
        assert_eq!((done.issued.changed, done.issued.new), (vec![li.id], vec![]));
        work(desk);
        assert_eq!(letters(desk).len(), 2);
    });
}

#[test]
fn a_member_who_comes_mid_month_is_billed_once_by_one_branch() {
    in_city(|desk, City { first, second, .. }| {
        let (zhang, li) = (add(desk, first, "张三"), add(desk, second, "李四"));
        submit(desk, first, form(MARCH, 0, &[(&zhang, "wage", "3000", "", "", "")])).unwrap();
        transfer(desk, &zhang, second);
        let seen = sheet(desk, second, MARCH);
        assert_eq!(seen.line(zhang.id).unwrap().origin, Origin::BilledElsewhere(first));
        // He needs no figure, and one that is sent all the same is passed over.
        let lines = [(&li, "wage", "3000", "", "", ""), (&zhang, "wage", "9000", "", "", "")];
        let done = submit(desk, second, form(MARCH, 0, &lines)).unwrap();
        assert_eq!((done.lines, done.issued.new), (1, vec![li.id]));
        // In the next month he is the new branch's.
        at(desk, "2026-04-02");
        assert_eq!(sheet(desk, second, "2026-04").line(zhang.id).unwrap().origin, Origin::New);
        assert!(sheet(desk, first, "2026-04").lines.is_empty());
    });
}

#[test]
fn who_was_admitted_later_owes_nothing_for_the_month() {
    in_city(|desk, City { first, .. }| {
        let zhang = add(desk, first, "张三");
        desk.write_now(move |txn| {
            let sql = "UPDATE member SET admitted_on = '2026-03-31', full_on = NULL WHERE id = $1";
            Ok(txn.execute(sql, &ejia_db::args![zhang.id])?)
        })
        .unwrap();
        assert_eq!(sheet(desk, first, MARCH).lines.len(), 1);
        assert_eq!(sheet(desk, first, "2026-02").lines.len(), 0);
        assert_eq!(submit(desk, first, form("2026-02", 0, &[])).unwrap_err().code, "dues.sheet_empty");
    });
}

#[test]
fn who_leaves_drops_out_and_who_comes_is_empty() {
    in_city(|desk, City { first, .. }| {
        let (zhang, li) = (add(desk, first, "张三"), add(desk, first, "李四"));
        let lines = [(&zhang, "wage", "3000", "", "", ""), (&li, "retired", "5000", "", "", "")];
        submit(desk, first, form(MARCH, 0, &lines)).unwrap();
        depart(desk, &zhang);
        let wang = add(desk, first, "王五");
        at(desk, "2026-04-01");
        let next = sheet(desk, first, "2026-04");
        assert_eq!(next.carried_from, Some(month(MARCH)));
        assert_eq!(shown(&next), [line("李四", "retired", "5000.00", "25.00"), line("王五", "wage", "", "")]);
        assert_eq!(next.line(wang.id).unwrap().origin, Origin::New);
        let refused = submit(desk, first, form("2026-04", 0, &[])).unwrap_err();
        assert_eq!(refused.fields[0].field, format!("base-{}", wang.id));
    });
}
