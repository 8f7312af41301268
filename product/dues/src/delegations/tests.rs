//! Who may pay for whom: asked, confirmed, taken back, delegated, and ended by itself.

use ejia_db::Desk;
use ejia_jobs::Handlers;
use ejia_kernel::{DelegationId, MemberId, OrganizationId, Problem};

use super::answer::{confirm, decline, revoke};
use super::authorise::{Authorise, authorise};
use super::delegate::{Delegate, delegate, withdraw};
use super::{jobs, payable_for, store};
use crate::tests::city::{Someone, add, branch_officer, depart, in_city, letters, transfer};

fn by_phone(payer: &Someone) -> Authorise {
    Authorise { name: payer.name.clone(), phone: payer.phone.clone(), id_card_end: String::new() }
}

fn by_card(payer: &Someone) -> Authorise {
    Authorise { name: payer.name.clone(), phone: String::new(), id_card_end: payer.id_card_end() }
}

fn ask(desk: &Desk, by: &Someone, input: &Authorise) -> Result<DelegationId, Problem> {
    let (by, input) = (by.caller(), input.clone());
    desk.write_now(move |txn| authorise(txn, &by, &input))
}

fn answered(
    desk: &Desk,
    by: &Someone,
    id: DelegationId,
    act: fn(&mut ejia_db::Txn<'_>, &ejia_web::Member, DelegationId) -> Result<(), Problem>,
) -> Result<(), Problem> {
    let by = by.caller();
    desk.write_now(move |txn| act(txn, &by, id))
}

fn payable(desk: &Desk, payer: &Someone) -> Vec<MemberId> {
    let id = payer.id;
    let found = desk.read_now(move |txn| payable_for(txn, id)).unwrap();
    found.into_iter().map(|principal| principal.member_id).collect()
}

fn branch_delegates(
    desk: &Desk,
    branch: OrganizationId,
    members: &[&Someone],
    payer: &Someone,
) -> Result<usize, Problem> {
    let by = branch_officer(desk, branch);
    let member = members.iter().map(|member| member.id.to_string()).collect::<Vec<_>>();
    let input = Delegate { all: member.is_empty(), member, payer: payer.id.to_string() };
    desk.write_now(move |txn| delegate(txn, &by, &input))
}

fn told(desk: &Desk) -> Vec<(String, String)> {
    jobs::handlers(Handlers::new()).drain(desk).unwrap();
    letters(desk)
}

fn field(problem: &Problem) -> (&str, &str) {
    let field = problem.fields.first().unwrap();
    (field.field.as_str(), field.code)
}

#[test]
fn an_acquaintance_of_another_branch_pays_once_he_has_confirmed() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.other, "林秀英"));
        let id = ask(desk, &chen, &by_card(&lin)).unwrap();
        assert!(payable(desk, &lin).is_empty());
        assert_eq!(told(desk), [("proxy_asked".to_owned(), lin.id.to_string())]);
        answered(desk, &lin, id, confirm).unwrap();
        assert_eq!(payable(desk, &lin), [chen.id]);
        assert!(payable(desk, &chen).is_empty());
        assert_eq!(told(desk).last().unwrap(), &("proxy_confirmed".to_owned(), chen.id.to_string()));
        let again = answered(desk, &lin, id, confirm).unwrap_err();
        assert_eq!(again.code, "dues.delegation_answered");
        let trace = desk.read_now(move |txn| ejia_audit::about(txn, "member", chen.id.to_string(), 10)).unwrap();
        assert_eq!(trace.len(), 2);
    });
}

#[test]
fn several_may_pay_for_one_member_and_one_for_several() {
    in_city(|desk, city| {
        let people: Vec<Someone> = ["陈建国", "林秀英", "黄志强"].map(|name| add(desk, city.first, name)).into();
        let [chen, lin, huang] = people.as_slice() else { unreachable!() };
        for (principal, payer) in [(chen, lin), (chen, huang), (huang, lin)] {
            let id = ask(desk, principal, &by_phone(payer)).unwrap();
            answered(desk, payer, id, confirm).unwrap();
        }
        assert_eq!(payable(desk, lin), [chen.id, huang.id]);
        assert_eq!(payable(desk, huang), [chen.id]);
        let again = ask(desk, chen, &by_phone(lin)).unwrap_err();
        assert_eq!(field(&again), ("name", "dues.delegation_open_already"));
    });
}

#[test]
fn a_stranger_cannot_be_looked_for() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        let refused = |input: Authorise| {
            let problem = ask(desk, &chen, &input).unwrap_err();
            let (field, code) = field(&problem);
            (field.to_owned(), code.to_owned())
        };
        let expect = |field: &str, code: &str| (field.to_owned(), code.to_owned());
        let named = |name: &str, phone: &str, end: &str| Authorise {
            name: name.to_owned(),
            phone: phone.to_owned(),
            id_card_end: end.to_owned(),
        };
        assert_eq!(refused(named("林秀英", "", "")), expect("phone", "dues.payer_number_needed"));
        assert_eq!(refused(named("", &lin.phone, "")), expect("name", "dues.payer_name_needed"));
        assert_eq!(refused(named("林秀英", "", "12")), expect("id_card_end", "dues.id_card_end_digits"));
        assert_eq!(refused(named("林秀英", "123", "")), expect("phone", "kernel.phone_digits"));
        let end = if lin.id_card_end() == "0000" { "0001" } else { "0000" };
        assert_eq!(refused(named("林秀英", "", end)), expect("name", "dues.payer_not_found"));
        assert_eq!(refused(named("林秀", &lin.phone, "")), expect("name", "dues.payer_not_found"));
        assert_eq!(refused(named("林秀英", "13999999999", "")), expect("name", "dues.payer_not_found"));
        assert_eq!(refused(by_phone(&chen)), expect("name", "dues.delegation_to_self"));
        depart(desk, &lin);
        assert_eq!(refused(by_phone(&lin)), expect("name", "dues.payer_not_found"));
        assert_eq!(refused(by_card(&lin)), expect("name", "dues.payer_not_found"));
    });
}

#[test]
fn either_side_takes_it_back_and_nobody_else_can() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        let stranger = add(desk, city.first, "黄志强");
        for side in [&chen, &lin] {
            let id = ask(desk, &chen, &by_phone(&lin)).unwrap();
            for act in [confirm, decline, revoke] {
                assert_eq!(answered(desk, &stranger, id, act).unwrap_err().code, "dues.no_such_delegation");
            }
            assert_eq!(answered(desk, &chen, id, confirm).unwrap_err().code, "dues.no_such_delegation");
            answered(desk, &lin, id, confirm).unwrap();
            answered(desk, side, id, revoke).unwrap();
            assert!(payable(desk, &lin).is_empty());
            assert_eq!(answered(desk, side, id, revoke).unwrap_err().code, "dues.delegation_ended");
        }
        let id = ask(desk, &chen, &by_phone(&lin)).unwrap();
        answered(desk, &lin, id, decline).unwrap();
        assert!(payable(desk, &lin).is_empty());
        let chen_id = chen.id;
        let history = desk.read_now(move |txn| store::of_principal(txn, chen_id)).unwrap();
        assert_eq!(history.len(), 3);
    });
}

#[test]
fn a_member_who_departs_neither_pays_nor_is_paid_for() {
    in_city(|desk, city| {
        let people: Vec<Someone> = ["陈建国", "林秀英", "黄志强"].map(|name| add(desk, city.first, name)).into();
        let [chen, lin, huang] = people.as_slice() else { unreachable!() };
        for principal in [chen, huang] {
            let id = ask(desk, principal, &by_phone(lin)).unwrap();
            answered(desk, lin, id, confirm).unwrap();
        }
        depart(desk, chen);
        assert_eq!(payable(desk, lin), [huang.id]);
        depart(desk, lin);
        assert!(payable(desk, lin).is_empty());
    });
}

#[test]
fn a_branch_delegates_one_of_its_members_for_one_or_for_all() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        let (huang, outsider) = (add(desk, city.first, "黄志强"), add(desk, city.second, "王小明"));
        assert_eq!(branch_delegates(desk, city.first, &[&chen], &lin).unwrap(), 1);
        assert_eq!(payable(desk, &lin), [chen.id]);
        let expected = [("proxy_arranged", &chen), ("proxy_delegated", &lin)];
        let mut letters = told(desk);
        // Two transactions of one millisecond have ids in no order.
        letters.sort();
        assert_eq!(letters, expected.map(|(template, who)| (template.to_owned(), who.id.to_string())));
        assert_eq!(branch_delegates(desk, city.first, &[], &lin).unwrap(), 1, "chen's stands already");
        assert_eq!(payable(desk, &lin), [chen.id, huang.id]);
        assert_eq!(branch_delegates(desk, city.first, &[], &lin).unwrap(), 0);
        let refused = branch_delegates(desk, city.first, &[&chen], &outsider).unwrap_err();
        assert_eq!(field(&refused), ("payer", "dues.delegated_payer_needed"));
        let refused = branch_delegates(desk, city.first, &[&outsider], &lin).unwrap_err();
        assert_eq!(refused.code, "dues.no_such_branch_member");
        let refused = branch_delegates(desk, city.first, &[&lin], &lin).unwrap_err();
        assert_eq!(field(&refused), ("payer", "dues.delegation_to_self"));
    });
}

#[test]
fn what_a_branch_delegated_ends_when_either_leaves_the_branch() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        branch_delegates(desk, city.first, &[&chen], &lin).unwrap();
        transfer(desk, &chen, city.second);
        assert!(payable(desk, &lin).is_empty());
        let moved = Someone { organization_id: city.second, ..chen.clone() };
        let id = ask(desk, &moved, &by_phone(&lin)).unwrap();
        answered(desk, &lin, id, confirm).unwrap();
        assert_eq!(payable(desk, &lin), [chen.id], "what he grants himself holds across branches");
        transfer(desk, &lin, city.other);
        assert_eq!(payable(desk, &lin), [chen.id]);
    });
}

#[test]
fn a_branch_withdraws_what_concerns_its_members_and_nothing_else() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.second, "林秀英"));
        let id = ask(desk, &chen, &by_phone(&lin)).unwrap();
        answered(desk, &lin, id, confirm).unwrap();
        for branch in [city.second, city.other] {
            let by = branch_officer(desk, branch);
            let refused = desk.write_now(move |txn| withdraw(txn, &by, id)).unwrap_err();
            assert_eq!(refused.code, "dues.no_such_delegation");
        }
        let by = branch_officer(desk, city.first);
        desk.write_now(move |txn| withdraw(txn, &by, id)).unwrap();
        assert!(payable(desk, &lin).is_empty());
    });
}

#[test]
fn a_branch_makes_live_what_a_member_has_asked() {
    in_city(|desk, city| {
        let (chen, lin) = (add(desk, city.first, "陈建国"), add(desk, city.first, "林秀英"));
        ask(desk, &chen, &by_phone(&lin)).unwrap();
        assert_eq!(branch_delegates(desk, city.first, &[&chen], &lin).unwrap(), 1);
        assert_eq!(payable(desk, &lin), [chen.id]);
    });
}

#[test]
fn nobody_asks_more_than_ten() {
    in_city(|desk, city| {
        let chen = add(desk, city.first, "陈建国");
        for _ in 0..10 {
            ask(desk, &chen, &by_phone(&add(desk, city.first, "林秀英"))).unwrap();
        }
        let refused = ask(desk, &chen, &by_phone(&add(desk, city.first, "林秀英"))).unwrap_err();
        assert_eq!(refused.code, "dues.too_many_delegations");
    });
}
