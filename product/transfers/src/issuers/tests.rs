//! The right to issue letters, given and taken.

use axum::http::StatusCode;
use ejia_db::{Desk, args};
use ejia_directory::tree;
use ejia_kernel::OrganizationId;

use crate::model::{Direction, Stage};
use crate::road::{Road, Trip};
use crate::store;
use crate::tests::city::{in_city, officer, out, write};
use crate::tests::house::{As, House};

const LIST: &str = "/office/transfers/issuers";

/// Who issues the letter of somebody who leaves this branch.
fn issues(desk: &Desk, branch: OrganizationId) -> OrganizationId {
    desk.read_now(move |txn| {
        let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
        let trip = Trip { direction: Direction::Out, from: Some(branch), to: None, committee: None };
        let stops = Road { tree: &tree, issuers: &issuers }.whole(&trip).unwrap();
        Ok(stops.iter().find(|stop| stop.stage == Stage::Issue).unwrap().organization_id)
    })
    .unwrap()
}

// proves: T5
#[test]
fn the_right_to_issue_is_taken_and_given_and_the_road_follows() {
    in_city(|desk, city| {
        let house = House::over(desk);
        assert_eq!(issues(desk, city.deep), city.committee);
        let page = house.get(As::Office(city.root), LIST);
        for shown in ["中共集美街道委员会", "中共湖里工作委员会", "中共湖里街道委员会", "收回权限", "开具权限</a>"]
        {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(!page.contains("授予权限") && !page.contains("支部委员会"), "{page}");
        let one = format!("{LIST}/{}", city.committee);
        assert!(house.get(As::Office(city.root), &one).contains("确认收回"));
        for _ in 0..2 {
            let done = house.post_from(As::Office(city.root), &one, &one, "may_issue=false");
            assert_eq!((done.status, done.location.as_str()), (StatusCode::SEE_OTHER, LIST));
        }
        assert_eq!(issues(desk, city.deep), city.root, "the next one above that may");
        assert_eq!(issues(desk, city.far), city.far_committee);
        assert!(
            house.get(As::Office(city.root), LIST).contains("授予权限")
                && house.get(As::Office(city.root), &one).contains("确认授予")
        );
        house.post_from(As::Office(city.root), &one, &one, "may_issue=true");
        assert_eq!(issues(desk, city.deep), city.committee);
        let sql = "SELECT count(*) FROM audit_entry WHERE action = 'transfers.issuer_changed'";
        let noted: i64 = desk.read_now(move |txn| Ok(txn.one(sql, &args![], |row| row.get(0))?)).unwrap();
        assert_eq!(noted, 2, "confirmed twice it changed once");
    });
}

// proves: T5
#[test]
fn a_letter_that_waits_where_the_right_is_taken_is_issued_above() {
    in_city(|desk, city| {
        let house = House::over(desk);
        write(desk, &out("甲", city.deep), Stage::Issue, Some(city.committee));
        let waits = |of| {
            let by = officer(desk, of);
            let all = desk.read_now(move |txn| crate::reminders(txn, &by)).unwrap();
            all.iter().map(|reminder| (reminder.text, reminder.count)).collect::<Vec<_>>()
        };
        let one = format!("{LIST}/{}", city.committee);
        house.post_from(As::Office(city.root), &one, &one, "may_issue=false");
        assert_eq!(waits(city.committee), []);
        assert_eq!(waits(city.root), [("组织关系转出待开具介绍信", 1)]);
        assert!(house.get(As::Office(city.root), "/office/transfers/out").contains("甲"));
        assert!(!house.get(As::Office(city.committee), "/office/transfers/out").contains("甲"));
        house.post_from(As::Office(city.root), &one, &one, "may_issue=true");
        assert_eq!(waits(city.committee), [("组织关系转出待开具介绍信", 1)]);
    });
}

#[test]
fn only_authority_one_decides_and_only_on_what_stands_under_it() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let page = house.get(As::Office(city.working), LIST);
        assert!(page.contains("中共湖里街道委员会") && !page.contains("中共集美街道委员会"));
        assert!(house.get(As::Office(city.working), &format!("{LIST}?q=hl")).contains("中共湖里街道委员会"));
        for elsewhere in [city.committee, city.working, city.root, city.far] {
            let got = house.ask(As::Office(city.working), &format!("{LIST}/{elsewhere}"));
            assert_eq!(got.status, StatusCode::NOT_FOUND);
        }
        for below in [city.committee, city.deep] {
            let got = house.ask(As::Office(below), LIST);
            assert_eq!(got.status, StatusCode::FORBIDDEN);
            assert!(got.text.contains("由一级权限的党组织管理"));
            let records = house.get(As::Office(below), "/office/transfers/records");
            assert!(!records.contains(LIST), "no link to what he may not see");
        }
    });
}
