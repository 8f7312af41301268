//! The office pages, as a browser without JavaScript sees them.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use ejia_db::Txn;
use ejia_kernel::{Fen, Problem};
use ejia_web::{Doorkeeper, Member, Officer, Site};
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::bank::Mood;
use super::house::{House, on_both};
use crate::{ChannelKind, Means, OrderState, Payer};

use ChannelKind::Alipay;

/// The city's officer bears the token `city`, the branch's `branch`.
struct Keeper(Officer, Officer);

impl Doorkeeper for Keeper {
    fn member(&self, _: &mut Txn<'_>, _: &str) -> Result<Option<Member>, Problem> {
        Ok(None)
    }

    fn officer(&self, _: &mut Txn<'_>, token: &str) -> Result<Option<Officer>, Problem> {
        Ok(match token {
            "city" => Some(self.0.clone()),
            "branch" => Some(self.1.clone()),
            _ => None,
        })
    }
}

struct Browser {
    runtime: tokio::runtime::Runtime,
    router: Router,
}

impl Browser {
    fn of(house: &House, city: &Officer, branch: &Officer) -> Self {
        let site = Site::builder(house.desk.clone())
            .texts(&[
                ejia_directory::TEXTS,
                crate::TEXTS,
                "\"test.paid_already\" = \"已另行交纳\"\n\"test.less_owed\" = \"少收\"",
            ])
            .doorkeeper(Arc::new(Keeper(city.clone(), branch.clone())))
            .part(house.cashier.clone())
            .build()
            .unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { runtime, router: site.router(crate::routes()) }
    }

    fn send(&self, request: Request<Body>) -> (StatusCode, String) {
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            (parts.status, String::from_utf8(bytes.to_vec()).unwrap())
        })
    }

    fn get(&self, token: &str, path: &str) -> (StatusCode, String) {
        let cookie = format!("ejia_office={token}");
        self.send(Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap())
    }

    fn page(&self, token: &str, path: &str) -> String {
        let (status, page) = self.get(token, path);
        assert_eq!(status, StatusCode::OK, "{page}");
        page
    }

    /// Posts what the page's first form holds, and these fields.
    fn post(&self, token: &str, from: &str, path: &str, fields: &str) -> (StatusCode, String) {
        let page = self.page(token, from);
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        let csrf = rest.split('"').next().unwrap();
        let request = Request::post(path)
            .header(header::COOKIE, format!("ejia_office={token}"))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(format!("csrf={csrf}&{fields}")))
            .unwrap();
        self.send(request)
    }
}

fn holds(page: &str, texts: &[&str]) {
    for text in texts {
        assert!(page.contains(text), "no {text} on: {page}");
    }
}

#[test]
fn an_order_shows_every_step_to_those_who_oversee_a_line_of_it() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, branch) = house.officers();
        let browser = Browser::of(&house, &city, &branch);
        let order = house.open(Alipay, &[("a", 300), ("b", 200)]);
        let number = order.id.to_string();
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(499), Means::Debit));
        house.told(Alipay, &house.alipay.pays(&number, Fen::new(500), Means::Debit));
        house.turn();
        let path = format!("/office/payments/orders/{number}");
        let page = browser.page("city", &path);
        holds(&page, &["订单开立，等待支付", "收到款项（支付渠道通知）", "款项不能入账，将自动退回", "退款完成"]);
        holds(&page, &["支付金额与订单金额不一致", "alipay-2", "林小红", "5.00", "已支付"]);
        // The branch sees its own line, and of the other one the sum alone.
        let page = browser.page("branch", &path);
        holds(&page, &["第一党支部", "其他党组织 1 笔", "2.00"]);
        let foreign = House { branch: house.other, ..House::on(desk) }.open(Alipay, &[("c", 100)]);
        assert_eq!(browser.get("branch", &format!("/office/payments/orders/{}", foreign.id)).0, StatusCode::NOT_FOUND);
        let list = browser.page("branch", "/office/payments/orders");
        holds(&list, &[&number]);
        assert!(!list.contains(&foreign.id.to_string()));
        holds(&browser.page("city", "/office/payments/orders"), &[&number, &foreign.id.to_string()]);
    });
}

#[test]
fn orders_are_found_by_number_trade_day_channel_and_state() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, branch) = house.officers();
        let browser = Browser::of(&house, &city, &branch);
        let paid = house.open(Alipay, &[("a", 300)]);
        house.told(Alipay, &house.alipay.pays(&paid.id.to_string(), paid.amount, Means::Debit));
        let open = house.open(ChannelKind::Ccb, &[("b", 200)]);
        let found = |query: &str| {
            let page = browser.page("branch", &format!("/office/payments/orders?{query}"));
            (page.contains(&format!("orders/{}", paid.id)), page.contains(&format!("orders/{}", open.id)))
        };
        assert_eq!(found(""), (true, true));
        assert_eq!(found("channel=ccb"), (false, true));
        assert_eq!(found("state=paid"), (true, false));
        assert_eq!(found("number=alipay-1"), (true, false));
        assert_eq!(found(&format!("number={}", open.id)), (false, true));
        assert_eq!(found("number=nothing"), (false, false));
        assert_eq!(found("from=2026-03-01&to=2026-03-19"), (false, false));
        assert_eq!(found("from=2026-03-20&to=2026-03-20"), (true, true));
        for count in 0..60 {
            house.open(Alipay, &[(format!("s{count}").as_str(), 100)]);
        }
        let page = browser.page("branch", "/office/payments/orders");
        let (_, rest) = page.split_once("rel=\"next\" href=\"").unwrap();
        let next = rest.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
        holds(&browser.page("branch", &next), &[&paid.id.to_string(), &open.id.to_string(), "回到第一页"]);
    });
}

#[test]
fn the_month_shows_zero_differences_or_each_of_them_and_that_the_journal_balances() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, branch) = house.officers();
        let browser = Browser::of(&house, &city, &branch);
        let path = "/office/payments/reconciliation?month=2026-03";
        assert_eq!(browser.get("branch", path).0, StatusCode::FORBIDDEN);
        holds(&browser.page("city", path), &["本月对账差异 0", "这个月还没有对账单", "这个月还没有记账"]);
        let order = house.open(Alipay, &[("a", 300)]);
        house.told(Alipay, &house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit));
        house.at("2026-03-21", 11);
        holds(&browser.page("city", path), &["本月对账差异 0", "一致", "借贷平衡", "待清算款·支付宝", "党费收入"]);
        house.told(Alipay, &house.alipay.pays("other-shop", Fen::new(900), Means::Debit));
        let page = browser.page("city", path);
        holds(&page, &["本月对账差异 1", "没有对应订单", "other-shop", "待查款项", "填写说明"]);
        let id = house.words("SELECT id FROM payment_difference")[0].clone();
        let explain = format!("/office/payments/differences/{id}/explain");
        let nothing = explain.replace(&id, "01k0000000000000000000000a");
        assert_eq!(
            browser.post("city", path, &nothing, "note=+").0,
            StatusCode::NOT_FOUND,
            "before anybody reads what was typed"
        );
        let (status, again) = browser.post("city", path, &explain, "month=2026-03&note=+");
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        holds(&again, &["请填写说明：差异是什么原因"]);
        let (status, _) = browser.post("city", path, &explain, "month=2026-03&channel=&note=misdirected");
        assert_eq!(status, StatusCode::SEE_OTHER);
        holds(&browser.page("city", path), &["本月对账差异 0", "misdirected", "已说明"]);
    });
}

#[test]
fn a_refund_of_anothers_money_answers_as_one_that_does_not_exist() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, branch) = house.officers();
        let browser = Browser::of(&house, &city, &branch);
        // Of one order, paid for two branches, the other one's line goes back.
        let order = house.open(Alipay, &[("a", 300), ("b", 200)]);
        house.told(Alipay, &house.alipay.pays(&order.id.to_string(), order.amount, Means::Debit));
        let (cashier, id) = (house.cashier.clone(), order.id);
        desk.write_now(move |txn| cashier.give_back(txn, id, "b", Fen::new(50), "test.less_owed")).unwrap();
        let refund = house.words("SELECT id FROM payment_refund")[0].clone();
        let page = |id: &str| browser.get("branch", &format!("/office/payments/refunds/{id}/handed-back"));
        let ((there, theirs), (nowhere, nothing)) = (page(&refund), page("01k0000000000000000000000a"));
        assert_eq!((there, nowhere), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
        let said = |text: &str| text.contains("没有找到这笔退款");
        assert!(said(&theirs) && said(&nothing), "{theirs}");
    });
}

#[test]
fn a_refused_refund_is_on_the_page_with_the_way_out() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, branch) = house.officers();
        let browser = Browser::of(&house, &city, &branch);
        let order = house.open(Alipay, &[("a", 500)]);
        house.alipay.in_mood(&[Mood::Refuses]);
        house.told(Alipay, &house.alipay.pays(&order.id.to_string(), Fen::new(300), Means::Debit));
        house.turn();
        let path = "/office/payments/reconciliation";
        holds(&browser.page("city", path), &["渠道拒绝的退款", "BALANCE", "重新退款"]);
        let id = house.words("SELECT id FROM payment_refund")[0].clone();
        let retry = format!("/office/payments/refunds/{id}/retry");
        let shown = format!("/office/payments/orders/{}", order.id);
        assert!(!browser.page("branch", &shown).contains("重新退款"));
        assert_eq!(browser.post("city", path, &retry, "").0, StatusCode::SEE_OTHER);
        house.turn();
        holds(&browser.page("branch", &shown), &["管理员要求重新退款", "退款完成"]);
    });
}

#[test]
fn cash_to_be_handed_back_is_confirmed_on_a_page_of_its_own() {
    on_both(|desk| {
        let house = House::on(desk);
        let (city, branch) = house.officers();
        let browser = Browser::of(&house, &city, &branch);
        let mut cash = house.new_order(ChannelKind::Cash, &[("a", 300)]);
        cash.payer = Payer::Officer(branch.id(), "王芳".to_owned());
        let (cashier, by, day) = (house.cashier.clone(), branch.clone(), desk.now().china_date());
        let order = desk.write_now(move |txn| cashier.register_cash(txn, &by, &cash, day)).unwrap();
        assert_eq!(order.state, OrderState::Paid);
        let cashier = house.cashier.clone();
        desk.write_now(move |txn| cashier.give_back(txn, order.id, "a", Fen::new(50), "test.less_owed")).unwrap();
        let id = house.words("SELECT id FROM payment_refund")[0].clone();
        holds(
            &browser.page("branch", &format!("/office/payments/orders/{}", order.id)),
            &["现金已退还", "支部登记现金交纳"],
        );
        let confirm = format!("/office/payments/refunds/{id}/handed-back");
        holds(&browser.page("branch", &confirm), &["确认已退还", "0.50", "少收"]);
        assert_eq!(browser.post("branch", &confirm, &confirm, "").0, StatusCode::SEE_OTHER);
        holds(&browser.page("branch", &confirm), &["这笔退款已经办理"]);
        assert_eq!(house.balance("cash"), 250);
    });
}
