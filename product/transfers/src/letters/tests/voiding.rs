//! 【介绍信管理】: void, issue again, and who may not (T13).

use axum::http::StatusCode;

use super::{issued, kept};
use crate::model::Stage;
use crate::tests::city::{in_city, leaving, standing};
use crate::tests::house::{As, House};

const AGAIN: &str = "addressee=中共福州市委组织部&organization=福州支部&paid_to=&days=60";

#[test]
fn a_letter_is_voided_in_the_list_and_issued_again_on_the_transfers_page() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let first = issued(desk, city, &who);
        house.work();
        let by = As::Office(city.committee);
        let list = house.get(by, "/office/transfers/letters?q=晓东");
        assert!(list.contains(&first.number) && list.contains("有效") && list.contains(">作废</a>"), "{list}");
        assert!(house.get(by, "/office/transfers/letters?q=%25").contains("没有找到介绍信"));
        let void = format!("/office/transfers/letters/{}/void", first.id);
        assert!(house.get(by, &void).contains("作废后不能恢复"));
        assert_eq!(house.post(by, &void, "reason=").status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(house.post(by, &void, "reason=抬头有误").status, StatusCode::SEE_OTHER);
        assert_eq!(house.post(by, &void, "reason=抬头有误").status, StatusCode::CONFLICT);
        assert!(house.get(by, "/office/transfers/letters").contains("已作废"));
        assert_eq!(standing(desk, &who).standing.stage, Stage::Receipt);
        assert!(house.get(by, "/office/transfers/out?list=receipt").contains(&who.transfer.to_string()));
        let page = house.get(by, &format!("/office/transfers/{}", who.transfer));
        assert!(page.contains(">重新开具介绍信</a>") && page.contains(">回执</a>"), "{page}");
        let again = format!("/office/transfers/{}/letter/again", who.transfer);
        let form = house.get(by, &again);
        assert!(form.contains("<h1>重新开具介绍信</h1>") && !form.contains("重新开具的原因"), "{form}");
        assert_eq!(house.post(by, &again, AGAIN).status, StatusCode::SEE_OTHER);
        let page = house.get(by, &format!("/office/transfers/{}", who.transfer));
        assert!(page.contains("第0002号（代替集美街道委字") && page.contains("抬头有误"), "{page}");
        house.work();
        let own = format!("/member/transfers/{}/letter/print", who.transfer);
        let paper = house.post(As::Member(who.member), &own, "");
        assert!(paper.is_pdf() && paper.text.contains(&format!("\"replaces\":\"{}\"", first.number)), "{}", paper.text);
    });
}

#[test]
fn a_letter_that_is_out_is_replaced_in_one_act_with_a_reason() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let first = issued(desk, city, &who);
        let (by, again) = (As::Office(city.committee), format!("/office/transfers/{}/letter/again", who.transfer));
        assert!(house.get(by, &again).contains("重新开具的原因"));
        let refused = house.post(by, &again, AGAIN);
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(kept(desk, &first).voided.is_none(), "nothing was done");
        assert_eq!(house.post(by, &again, &format!("{AGAIN}&reason=打印成黑白")).status, StatusCode::SEE_OTHER);
        assert_eq!(kept(desk, &first).voided.unwrap().reason, "打印成黑白");
    });
}

#[test]
fn only_who_has_issued_a_letter_voids_it_and_issues_it_again() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let issue = format!("/office/transfers/{}/letter", who.transfer);
        for wrong in [city.root, city.direct] {
            assert_eq!(house.ask(As::Office(wrong), &issue).status, StatusCode::CONFLICT);
            assert_eq!(house.post(As::Office(wrong), &issue, AGAIN).status, StatusCode::CONFLICT);
        }
        for wrong in [city.far, city.far_committee, city.sister] {
            assert_eq!(house.post(As::Office(wrong), &issue, AGAIN).status, StatusCode::NOT_FOUND);
        }
        let letter = issued(desk, city, &who);
        let void = format!("/office/transfers/letters/{}/void", letter.id);
        for wrong in [city.root, city.direct, city.far_committee] {
            assert_eq!(house.ask(As::Office(wrong), &void).status, StatusCode::NOT_FOUND);
            assert_eq!(house.post(As::Office(wrong), &void, "reason=x").status, StatusCode::NOT_FOUND);
            assert!(!house.get(As::Office(wrong), "/office/transfers/letters").contains(&letter.number));
        }
        for (wrong, status) in [
            (city.root, StatusCode::FORBIDDEN),
            (city.direct, StatusCode::FORBIDDEN),
            (city.far_committee, StatusCode::NOT_FOUND),
        ] {
            let got = house.post(As::Office(wrong), &format!("{issue}/again"), &format!("{AGAIN}&reason=x"));
            assert_eq!(got.status, status);
        }
        assert!(kept(desk, &letter).voided.is_none());
    });
}

#[test]
fn once_the_right_is_taken_away_the_next_issuer_above_answers_for_the_letters() {
    in_city(|desk, city| {
        let (house, who, waits) = (House::over(desk), leaving(desk, city), leaving(desk, city));
        let letter = issued(desk, city, &who);
        desk.write_now(move |txn| crate::store::set_issuer(txn, city.committee, false)).unwrap();
        let issue = format!("/office/transfers/{}/letter", waits.transfer);
        assert_eq!(house.post(As::Office(city.committee), &issue, AGAIN).status, StatusCode::CONFLICT);
        assert_eq!(house.post(As::Office(city.root), &issue, AGAIN).status, StatusCode::SEE_OTHER, "what waits, too");
        let again = format!("/office/transfers/{}/letter/again", who.transfer);
        let fields = format!("{AGAIN}&reason=打印成黑白");
        assert_eq!(house.post(As::Office(city.committee), &again, &fields).status, StatusCode::FORBIDDEN);
        assert_eq!(house.post(As::Office(city.root), &again, &fields).status, StatusCode::SEE_OTHER);
        assert!(kept(desk, &letter).voided.is_some());
        let page = house.get(As::Office(city.root), &format!("/office/transfers/{}", who.transfer));
        assert!(page.contains("厦门市委字〔"), "{page}");
    });
}

#[test]
fn what_stands_on_letters_is_set_by_who_issues_them() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let (by, head) = (As::Office(city.committee), "/office/transfers/letters/head");
        assert!(house.get(by, head).contains("value=\"集美街道委\""));
        assert_eq!(house.post(by, head, "word=&seal=").status, StatusCode::UNPROCESSABLE_ENTITY);
        let set = "word=集委组字&seal=中共集美街道委员会组织部&address=集美路1号&phone=0592-1&fax=&postcode=361021";
        assert_eq!(house.post(by, head, set).status, StatusCode::SEE_OTHER);
        let letter = issued(desk, city, &leaving(desk, city));
        assert!(letter.number.starts_with("集委组字〔"), "{}", letter.number);
        assert_eq!(letter.issuer, "中共集美街道委员会组织部");
        assert_eq!(house.ask(As::Office(city.direct), head).status, StatusCode::FORBIDDEN);
        let nothing_typed = house.post(As::Office(city.direct), head, "word=&seal=");
        assert_eq!(nothing_typed.status, StatusCode::FORBIDDEN, "before anybody reads what was typed");
    });
}
