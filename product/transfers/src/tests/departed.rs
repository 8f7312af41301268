//! A member who has left the list leaves no application behind that nobody can end.

use ejia_db::Desk;
use ejia_directory::{author, release_member};
use ejia_documents::SignatureKind;
use ejia_kernel::{OrganizationId, TransferId};

use super::city::{City, Leaving, in_city, leaving, officer, standing};
use super::house::{As, House};
use crate::departed::sweep;
use crate::handling::{Said, send_back};
use crate::letters::{self, LetterEntered, VoidEntered};
use crate::model::Stage;
use crate::receipts;

fn leaves(desk: &Desk, city: City, who: &Leaving) {
    let (by, member) = (officer(desk, city.committee), who.member);
    desk.write_now(move |txn| release_member(txn, member, "转往外地", &author(&by))).unwrap();
}

fn returned(desk: &Desk, by: OrganizationId, id: TransferId) {
    let (by, said) = (officer(desk, by), Said { said: "去向不明".to_owned() });
    desk.write_now(move |txn| send_back(txn, &by, id, &said)).unwrap();
}

fn issued(desk: &Desk, city: City, who: &Leaving) -> letters::Letter {
    let (by, id) = (officer(desk, city.committee), who.transfer);
    let entered = LetterEntered {
        addressee: "中共福州市委组织部".to_owned(),
        organization: "中共福州市鼓楼区第二支部委员会".to_owned(),
        days: "30".to_owned(),
        ..LetterEntered::default()
    };
    desk.write_now(move |txn| letters::issue(txn, &by, id, &entered, SignatureKind::Ed25519)).unwrap()
}

#[test]
fn what_came_back_to_a_member_who_has_left_is_ended() {
    in_city(|desk, city| {
        let (who, stays) = (leaving(desk, city), leaving(desk, city));
        returned(desk, city.committee, who.transfer);
        returned(desk, city.committee, stays.transfer);
        leaves(desk, city, &who);
        sweep(desk).unwrap();
        assert_eq!(standing(desk, &who).standing.stage, Stage::Dropped);
        assert_eq!(standing(desk, &stays).standing.stage, Stage::Returned);
        sweep(desk).unwrap();
        let page = House::over(desk).get(As::Office(city.committee), &format!("/office/transfers/{}", who.transfer));
        assert!(page.contains("已终止") && page.contains("系统") && page.contains("该党员已不在册"), "{page}");
    });
}

#[test]
fn without_a_letter_that_counts_nothing_is_awaited_of_a_member_who_has_left() {
    in_city(|desk, city| {
        let (who, answered) = (leaving(desk, city), leaving(desk, city));
        let letter = issued(desk, city, &who);
        issued(desk, city, &answered);
        leaves(desk, city, &who);
        leaves(desk, city, &answered);
        sweep(desk).unwrap();
        assert_eq!(standing(desk, &who).standing.stage, Stage::Receipt, "its receipt may still come");
        let (by, reason) = (officer(desk, city.committee), VoidEntered { reason: "抬头有误".to_owned() });
        desk.write_now(move |txn| letters::void(txn, &by, letter.id, &reason)).unwrap();
        sweep(desk).unwrap();
        assert_eq!(standing(desk, &who).standing.stage, Stage::Dropped);
        let (by, id) = (officer(desk, city.direct), answered.transfer);
        desk.write_now(move |txn| receipts::bring(txn, &by, id, None)).unwrap();
        assert_eq!(standing(desk, &answered).standing.stage, Stage::Done);
    });
}
