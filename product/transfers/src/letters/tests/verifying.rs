//! Anybody verifies a letter, and learns nothing about the person.

use std::time::Duration;

use axum::http::StatusCode;
use ejia_db::{Desk, Value, args};
use ejia_documents::SignatureKind;

use super::{entered, issued, kept, reissued};
use crate::letters::issue;
use crate::letters::sign::is_genuine;
use crate::tests::city::{in_city, leaving, officer};
use crate::tests::house::{As, House};

fn altered(desk: &Desk, sql: &'static str, args: Vec<Value>) {
    desk.write_now(move |txn| Ok(txn.execute(sql, &args)?)).unwrap();
}

#[test]
fn a_code_says_true_and_until_when_but_nothing_about_the_person() {
    in_city(|desk, city| {
        desk.clock().set("2026-03-20T09:00:00+08:00".parse().unwrap());
        let (house, who) = (House::over(desk), leaving(desk, city));
        let letter = issued(desk, city, &who);
        let path = format!("/letters/{}", letter.check_token.as_str());
        let page = house.get(As::Visitor, &path);
        for said in ["验证结果：真", "2026年4月19日", &letter.number, "中共集美街道委员会", "noindex"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        for secret in ["林晓东", &who.id_card, &who.phone, "福州", "集美第一支部"] {
            assert!(!page.contains(secret), "{secret}");
        }
        let typed: String = letter.check_token.spelt().replace(' ', "+");
        assert!(house.get(As::Visitor, &format!("/letters?code={typed}")).contains("验证结果：真"));
        desk.clock().set(desk.now().plus(Duration::from_hours(31 * 24)));
        assert!(house.get(As::Visitor, &path).contains("已过期"));
        reissued(desk, city, &who);
        assert!(house.get(As::Visitor, &path).contains("已作废"));
        for unknown in ["/letters/7zzzzzzzzzzzzzzzzzzzzzzzzz", "/letters/x", "/letters?code=abc"] {
            let got = house.ask(As::Visitor, unknown);
            assert_eq!(got.status, StatusCode::NOT_FOUND);
            assert!(got.text.contains("查无此介绍信"), "{}", got.text);
        }
        assert!(house.get(As::Visitor, "/letters").contains("校验码"));
    });
}

#[test]
fn a_row_that_was_altered_is_not_genuine_with_either_signature() {
    in_city(|desk, city| {
        for kind in [SignatureKind::Ed25519, SignatureKind::Sm2] {
            for (column, value) in [
                ("valid_until", Value::from("2036-01-01")),
                ("number", "厦委组字〔2026〕第9999号".into()),
                ("issuer", "中共湖里街道委员会".into()),
                ("organization_id", city.far_committee.into()),
                ("issued_at", 0_i64.into()),
                ("signature", vec![0_u8; 64].into()),
                ("content", vec![1_u8; 64].into()),
            ] {
                let (who, by) = (leaving(desk, city), officer(desk, city.committee));
                let id = who.transfer;
                let letter = desk.write_now(move |txn| issue::issue(txn, &by, id, &entered(), kind)).unwrap();
                assert_eq!(letter.signature_kind, kind);
                let before = kept(desk, &letter);
                assert!(desk.read_now(move |txn| Ok(is_genuine(txn.vault(), &before))).unwrap());
                let sql: &'static str = format!("UPDATE transfer_letter SET {column} = $2 WHERE id = $1").leak();
                altered(desk, sql, [args![letter.id].to_vec(), vec![value]].concat());
                let after = kept(desk, &letter);
                assert!(!desk.read_now(move |txn| Ok(is_genuine(txn.vault(), &after))).unwrap(), "{column}");
            }
        }
        let house = House::over(desk);
        let letter = issued(desk, city, &leaving(desk, city));
        let args = args![letter.id, "2036-01-01"].to_vec();
        altered(desk, "UPDATE transfer_letter SET valid_until = $2 WHERE id = $1", args);
        let page = house.get(As::Visitor, &format!("/letters/{}", letter.check_token.as_str()));
        assert!(page.contains("验证结果：假") && !page.contains("验证结果：真"), "{page}");
    });
}
