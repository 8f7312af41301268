//! Organizations that are moved to another place in the tree strand nothing: whoever stands above them now sees what
//! lies there, and acts for them once they are closed.

use axum::http::StatusCode;
use ejia_documents::SignatureKind;

use super::city::{close, in_city, leaving, officer, put_under, standing};
use super::house::{As, House};
use crate::letters::{self, LetterEntered, VoidEntered};
use crate::model::Stage;

fn entered() -> LetterEntered {
    LetterEntered {
        addressee: "中共福州市委组织部".to_owned(),
        organization: "中共福州市鼓楼区第二支部委员会".to_owned(),
        days: "30".to_owned(),
        ..LetterEntered::default()
    }
}

#[test]
fn what_lies_at_a_moved_and_closed_committee_is_handled_by_the_one_above_it_now() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        // The branch stays in the city, so that only the application is left behind.
        put_under(desk, city.direct, city.root);
        put_under(desk, city.committee, city.working);
        let path = format!("/office/transfers/{}", who.transfer);
        assert_eq!(house.ask(As::Office(city.working), &path).status, StatusCode::NOT_FOUND);
        close(desk, city.committee);
        assert!(house.get(As::Office(city.working), "/office/transfers/out?list=review").contains("林晓东"));
        assert!(house.get(As::Office(city.working), &path).contains("开具介绍信"));
        assert_eq!(house.ask(As::Office(city.far_committee), &path).status, StatusCode::NOT_FOUND);
        let (by, id) = (officer(desk, city.working), who.transfer);
        desk.write_now(move |txn| letters::issue(txn, &by, id, &entered(), SignatureKind::Ed25519)).unwrap();
        assert_eq!(standing(desk, &who).standing.stage, Stage::Receipt);
    });
}

#[test]
fn a_void_letter_of_a_moved_and_closed_committee_is_replaced_by_the_one_above_it_now() {
    in_city(|desk, city| {
        let who = leaving(desk, city);
        let (by, id) = (officer(desk, city.committee), who.transfer);
        let letter =
            desk.write_now(move |txn| letters::issue(txn, &by, id, &entered(), SignatureKind::Ed25519)).unwrap();
        put_under(desk, city.direct, city.root);
        put_under(desk, city.committee, city.working);
        close(desk, city.committee);
        let (by, reason) = (officer(desk, city.working), VoidEntered { reason: "抬头有误".to_owned() });
        desk.write_now(move |txn| {
            letters::void(txn, &by, letter.id, &reason)?;
            letters::reissue(txn, &by, id, &entered(), SignatureKind::Ed25519)
        })
        .unwrap();
    });
}

#[test]
fn the_side_that_is_left_is_whoever_stands_above_the_branch_now() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let (by, id) = (officer(desk, city.committee), who.transfer);
        desk.write_now(move |txn| letters::issue(txn, &by, id, &entered(), SignatureKind::Ed25519)).unwrap();
        put_under(desk, city.direct, city.far_committee);
        close(desk, city.direct);
        let path = format!("/office/transfers/{}/receipt/post", who.transfer);
        assert_eq!(house.post(As::Office(city.third), &path, "").status, StatusCode::NOT_FOUND);
        assert_eq!(house.post(As::Office(city.far_committee), &path, "").status, StatusCode::SEE_OTHER);
        assert_eq!(standing(desk, &who).standing.stage, Stage::Done);
    });
}
