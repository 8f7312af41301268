//! The pages of paying as a browser gets them.

use ejia_db::Desk;
use ejia_payments::{ChannelKind, Order};

use super::till::{money_comes, with_till};
use super::{bills, delegated, drain, on, set, states};
use crate::bills::BillState;
use crate::tests::city::{Someone, add};
use crate::tests::house::{As, House};

fn order_at(desk: &Desk, address: &str) -> Order {
    let id = address.rsplit('/').next().unwrap().parse().unwrap();
    desk.read_now(move |txn| ejia_payments::order(txn, id)).unwrap().unwrap()
}

/// Pays everything that is due, up to the page of the order.
fn leave(house: &House, who: &Someone, fen: i64, channel: &str) -> String {
    let got = house.post(
        As::Member(who.id),
        "/member/dues",
        "/member/dues",
        &format!("channel={channel}&expected={fen}&remark="),
    );
    assert_eq!(got.status.as_u16(), 303, "{}", got.text);
    got.location
}

#[test]
fn a_member_sees_what_he_owes_leaves_for_the_counter_and_gets_his_receipt() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        set(desk, city.first, 2, &[(&who, 4500)]);
        set(desk, city.first, 3, &[(&who, 5000)]);
        set(desk, city.first, 4, &[(&who, 5000)]);
        let house = House::over(desk);
        let by = As::Member(who.id);
        let page = house.get(by, "/member/dues");
        for said in [
            "需补交",
            "45.00",
            "95.00",
            "党费基数 5000.00 × 1%",
            "四舍五入到分",
            "交党费",
            "2026年4月16日起交纳",
            "支付宝",
            "银联储蓄卡",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
        let none = house.post(by, "/member/dues", "/member/dues", "channel=&expected=9500&remark=abc");
        assert_eq!(none.status.as_u16(), 422);
        assert!(none.text.contains("id=\"channel-wrong\"") && none.text.contains("value=\"abc\""), "{}", none.text);
        let address = leave(&house, &who, 9500, "unionpay");
        let page = house.get(by, &address);
        for said in ["action=\"https://pay.invalid/front\"", "name=\"orderId\"", "去支付", "查看支付结果", "hx-trigger"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains(&who.id_card) && !page.contains(&who.phone));
        house.get(by, &format!("{address}?result=true"));
        money_comes(desk, cashier, &order_at(desk, &address));
        let page = house.get(by, &address);
        assert!(page.contains("交纳成功，95.00 元已入账") && !page.contains("hx-trigger"), "{page}");
        let receipt = address.replace("orders", "receipts");
        let page = house.get(by, &receipt);
        for said in ["玖拾伍元整", "下载电子收据", "2026年2月", "林晓东"] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(house.get(by, &format!("{receipt}/file")).contains("党费交纳电子收据"));
        let page = house.get(by, "/member/dues/history?year=2026");
        assert!(page.contains("已交 95.00 元") && page.contains("查看2026年3月收据"), "{page}");
        assert!(house.get(by, "/member/dues/history?year=2024").contains("2024年没有党费记录"));
        assert!(house.get(by, "/member/dues").contains("aria-describedby=\"opens\">待交<"));
    });
}

#[test]
fn a_link_leads_to_the_counter_and_the_page_on_the_phone_stays_there() {
    with_till(|desk, city, _| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&who, 5000)]);
        let house = House::over(desk);
        let address = leave(&house, &who, 5000, "alipay");
        let phone = address.replace("/member/", "/wechat/");
        let page = house.get(As::Member(who.id), &phone);
        assert!(page.contains("href=\"https://pay.invalid/"), "{page}");
        assert!(page.contains("hx-get=\"/wechat/dues/orders/") && !page.contains("\"/member/"), "{page}");
    });
}

#[test]
fn orders_and_receipts_are_seen_by_their_payer_and_own_lines_by_the_member() {
    with_till(|desk, city, cashier| {
        let [payer, one, two, stranger] = ["林晓东", "陈建国", "黄丽", "吴生"].map(|name| add(desk, city.first, name));
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&one, 3000), (&two, 1000)]);
        delegated(desk, &[&one, &two], &payer);
        let order = super::ordered(desk, cashier, &payer, &[&one, &two], ChannelKind::Alipay).unwrap();
        money_comes(desk, cashier, &order);
        let house = House::over(desk);
        let receipt = format!("/member/dues/receipts/{}", order.id);
        let all = house.get(As::Member(payer.id), &receipt);
        assert!(all.contains("陈建国") && all.contains("黄丽") && all.contains("40.00"));
        let own = house.get(As::Member(one.id), &receipt);
        assert!(own.contains("陈建国") && !own.contains("黄丽") && own.contains("只显示您本人的党费"), "{own}");
        for (who, page) in [(&stranger, "receipts"), (&one, "orders"), (&stranger, "orders")] {
            let path = format!("/member/dues/{page}/{}", order.id);
            let got = house.send(As::Member(who.id), "GET", &path, String::new());
            assert_eq!(got.status.as_u16(), 404, "{path}");
        }
        let got = house.send(As::Member(one.id), "GET", "/member/dues/orders/nonsense?result=true", String::new());
        assert_eq!(got.status.as_u16(), 404);
    });
}

#[test]
fn money_that_goes_back_is_explained_with_a_way_to_pay_again() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&who, 5000)]);
        let house = House::over(desk);
        let address = leave(&house, &who, 5000, "alipay");
        set(desk, city.first, 3, &[(&who, 6000)]);
        money_comes(desk, cashier, &order_at(desk, &address));
        drain(desk, cashier);
        let page = house.get(As::Member(who.id), &address);
        for said in ["没有入账", "退回 50.00 元：支付期间党支部调整了党费金额。已退款。", "查看还需交纳的党费"]
        {
            assert!(page.contains(said), "{said}: {page}");
        }
        let stale = house.post(As::Member(who.id), "/member/dues", "/member/dues", "channel=alipay&expected=5000");
        assert!(
            stale.text.contains("应交金额已变为60.00元") && stale.text.contains("value=\"6000\""),
            "{}",
            stale.text
        );
    });
}

#[test]
fn a_branch_registers_cash_after_seeing_the_sum_and_takes_a_wrong_one_back() {
    with_till(|desk, city, _| {
        let [one, two] = ["林晓东", "陈建国"].map(|name| add(desk, city.first, name));
        on(desk, 3, 20);
        let house = House::over(desk);
        let by = As::Office(city.first);
        assert!(house.get(by, "/office/dues/cash").contains("没有可以登记的党费"));
        set(desk, city.first, 2, &[(&one, 4000)]);
        set(desk, city.first, 3, &[(&one, 5000), (&two, 20)]);
        set(desk, city.first, 4, &[(&two, 20)]);
        let page = house.get(by, "/office/dues/cash");
        assert!(page.contains("2026年2月 40.00 元") && !page.contains("2026年4月"), "{page}");
        let bill = |who: &Someone, number| {
            let bill = bills(desk, who, number).remove(0);
            format!("bill={}.{}", bill.id, bill.amount.fen())
        };
        let chosen = format!("{}&{}&received_on=2026-03-19&remark=", bill(&one, 2), bill(&two, 3));
        let refused = house.post(by, "/office/dues/cash", "/office/dues/cash/confirm", "received_on=2026-03-19");
        assert!(refused.text.contains("请先选择收到现金的党员和月份"), "{}", refused.text);
        let ahead = chosen.replace("03-19", "03-21");
        let refused = house.post(by, "/office/dues/cash", "/office/dues/cash/confirm", &ahead);
        assert!(refused.text.contains("id=\"received_on-wrong\"") && refused.text.contains(" checked"));
        let sum = house.post(by, "/office/dues/cash", "/office/dues/cash/confirm", &chosen);
        assert!(
            sum.text.contains("2 名") && sum.text.contains("40.20") && sum.text.contains("确认登记"),
            "{}",
            sum.text
        );
        assert_eq!(states(desk, &one, 2), [(4000, BillState::Due)]);
        let done = house.posted(by, "/office/dues/cash", "/office/dues/cash", &chosen);
        assert!(done.contains("冲销林晓东2026年2月") && done.contains("2026年3月19日"), "{done}");
        assert_eq!(states(desk, &two, 3), [(20, BillState::Paid)]);
        let wrong = format!("/office/dues/cash/{}/reverse", bills(desk, &one, 2)[0].id);
        assert!(house.get(by, &wrong).contains("确认冲销"));
        let refused = house.post(by, &wrong, &wrong, "reason=");
        assert!(refused.text.contains("id=\"reason-wrong\""), "{}", refused.text);
        house.posted(by, &wrong, &wrong, "reason=登记错人");
        assert_eq!(states(desk, &one, 2), [(4000, BillState::Due)]);
        let got = house.send(As::Office(city.second), "GET", &wrong, String::new());
        assert_eq!(got.status.as_u16(), 404);
        let got = house.send(As::Office(city.committee), "GET", "/office/dues/cash", String::new());
        assert_eq!(got.status.as_u16(), 403);
    });
}

#[test]
fn a_month_that_is_not_set_is_said() {
    with_till(|desk, city, _| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        let house = House::over(desk);
        let page = house.get(As::Member(who.id), "/member/dues");
        assert!(page.contains("支部还未设置党费标准，或还未确认党费") && page.contains("目前没有需要交纳的党费"));
    });
}
