//! The PDF is made after the commit; a typesetter that is away is waited for.

use std::time::Duration;

use axum::http::StatusCode;
use ejia_db::args;

use super::{issued, kept};
use crate::tests::city::{in_city, leaving};
use crate::tests::house::{As, House};

const ENTERED: &str = "addressee=中共福州市委组织部&organization=福州支部&paid_to=2026-02&days=30";

#[test]
fn the_form_is_filled_the_page_renews_itself_and_the_member_is_told_when_it_is_ready() {
    in_city(|desk, city| {
        desk.clock().set("2026-03-20T09:00:00+08:00".parse().unwrap());
        let (house, who) = (House::over(desk), leaving(desk, city));
        let (by, path) = (As::Office(city.committee), format!("/office/transfers/{}/letter", who.transfer));
        let form = house.get(by, &path);
        for said in
            ["<h1>开具介绍信</h1>", "value=\"中共福州市委组织部\"", "value=\"2026-02\"", "value=\"30\"", "集美街道委"]
        {
            assert!(form.contains(said), "{said}: {form}");
        }
        let wrong = house.post(by, &path, "addressee=&organization=x&paid_to=2026-04&days=91");
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        for said in ["介绍信的抬头", "党费不能提前交纳", "1 至 90 天"] {
            assert!(wrong.text.contains(said), "{said}: {}", wrong.text);
        }
        let got = house.post(by, &path, ENTERED);
        assert_eq!((got.status, got.location.as_str()), (StatusCode::SEE_OTHER, path.as_str()), "{}", got.text);
        let page = house.get(by, &path);
        assert!(
            page.contains("正在生成") && page.contains("hx-trigger=\"every 1s\"") && !page.contains("打印介绍信"),
            "{page}"
        );
        house.work();
        let page = house.get(by, &path);
        assert!(page.contains("打印介绍信") && !page.contains("hx-trigger"), "{page}");
        assert!(page.contains("请务必使用彩色打印") && page.contains("2026-04-19"), "{page}");
        let told = desk
            .read_now(|txn| {
                let sql = "SELECT count(*) FROM message WHERE template = 'transfer_letter_ready'";
                Ok(txn.one(sql, &args![], |row| row.get::<i64>(0))?)
            })
            .unwrap();
        assert_eq!(told, 1);
        let own = house.get(As::Member(who.member), &format!("/member/transfers/{}", who.transfer));
        assert!(own.contains("打印介绍信") && own.contains("第0001号") && own.contains("/receipt\">回执</a>"), "{own}");
        assert!(!own.contains(&who.id_card) && !own.contains(&who.phone));
    });
}

#[test]
fn a_typesetter_that_is_away_is_tried_again_and_can_be_asked_again() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        let letter = issued(desk, city, &who);
        house.typesetter_is_away(true);
        for _ in 0..10 {
            house.work();
            desk.clock().set(desk.now().plus(Duration::from_mins(30)));
        }
        assert!(kept(desk, &letter).file.is_none());
        let (by, path) = (As::Office(city.committee), format!("/office/transfers/{}/letter", who.transfer));
        assert!(house.get(by, &path).contains("重新生成"));
        house.typesetter_is_away(false);
        house.work();
        assert!(kept(desk, &letter).file.is_none(), "the job was given up");
        assert_eq!(house.post(by, &format!("{path}/make"), "").status, StatusCode::SEE_OTHER);
        house.work();
        house.work();
        assert!(kept(desk, &letter).file.is_some());
        assert_eq!(house.files(), 1);
    });
}

#[test]
fn a_file_that_was_lost_does_not_cost_the_only_print() {
    in_city(|desk, city| {
        let (house, who) = (House::over(desk), leaving(desk, city));
        issued(desk, city, &who);
        house.work();
        house.lose_files();
        let (by, print) = (As::Member(who.member), format!("/member/transfers/{}/letter/print", who.transfer));
        let lost = house.post(by, &print, "");
        assert_eq!(lost.status, StatusCode::CONFLICT);
        assert!(lost.text.contains("正在生成"), "{}", lost.text);
        house.work();
        assert!(house.post(by, &print, "").is_pdf());
    });
}
