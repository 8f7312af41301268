//! Whatever a bank does: exactly one paid bill, or the money goes back, every step to be seen, and the books agree.

use std::time::Duration;

use ejia_acceptance::{Browser, House, Page, Person};
use ejia_kernel::OrganizationKind;

const CHANNELS: [&str; 4] = ["建设银行", "工商银行", "支付宝", "银联储蓄卡"];

/// March is set; everybody stands with an open order at the counter of another channel.
fn at_the_counters(house: &House, channels: &[&'static str]) -> Vec<(&'static str, Person, Browser, String)> {
    let (branch, people) = house.paying_branch();
    house.set_dues(&branch, "2026-03", "3000");
    let stand = |(channel, person): (&&'static str, Person)| {
        let mut member = house.inside_as_member(person.id);
        member.open("/member/dues");
        let order = member.order_over(channel, "");
        member.click("去支付");
        assert_eq!(member.page().heading(), "确认付款", "{channel}");
        (*channel, person, member, order)
    };
    channels.iter().zip(people).map(stand).collect()
}

/// What a program tells the other side of the counter to do.
fn bank(house: &House, order: &str, act: &str, body: &str) -> Page {
    let path = format!("/sandbox/api/bank/orders/{order}/{act}");
    let answer = house.visitor().post(&path, "application/json", body.as_bytes());
    assert_eq!(answer.status, 200, "{act} {body}: {}", answer.body());
    answer
}

/// The order as the city's administrator sees it.
fn seen(house: &House, order: &str) -> Page {
    let mut city = house.inside_as(OrganizationKind::CityCommittee);
    let page = city.open(&format!("/office/payments/orders/{order}")).clone();
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// The next day at eleven, after the statements have come in.
fn next_day(house: &House) -> Browser {
    house.at("2026-03-21 11:00");
    house.work();
    let mut city = house.inside_as(OrganizationKind::CityCommittee);
    city.open("/office");
    city.click("【党费管理】");
    city.click("【对账】");
    city
}

/// The statement of each of these channels, over which money has come, agrees with the books, and the books with
/// themselves.
fn books_agree(house: &House, channels: &[&str]) {
    let mut city = next_day(house);
    city.open("/office/payments/reconciliation?month=2026-03");
    let page = city.page();
    assert!(page.says("本月对账差异 0") && page.says("借贷平衡"), "{}", page.text());
    let rows = page.rows();
    for channel in channels {
        let day = rows.iter().find(|row| row.first().is_some_and(|day| day == "2026年3月20日") && row[1] == *channel);
        assert!(day.is_some_and(|day| day.contains(&"一致".to_owned())), "{channel}: {}", page.text());
    }
    assert_eq!(house.journal().0, 0);
}

fn refunded(house: &House, fen: i64) {
    house.work();
    house.until("the money has gone back", |house| {
        house.count("SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM payment_refund WHERE state = 'done'") == fen
    });
    let at_the_bank: i64 = house.bank().orders(50).iter().flat_map(|o| &o.refunds).map(|back| back.amount.fen()).sum();
    assert_eq!(at_the_bank, fen);
}

/// proves: R5
#[test]
fn a_payment_told_many_times_is_one_payment() {
    House::on_both(|house| {
        for (channel, person, _, order) in at_the_counters(house, &CHANNELS) {
            bank(house, &order, "settle", "");
            bank(house, &order, "notify", r#"{"times": 3}"#);
            assert_eq!(house.bills_of(person.id, "paid"), 1, "{channel}");
            let page = seen(house, &order);
            let told = page.rows().iter().filter(|row| row.iter().any(|cell| cell.contains("收到款项"))).count();
            assert_eq!(told, 1, "{channel}: {}", page.text());
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM payment"), 4);
        assert_eq!(house.journal(), (0, 6000));
        books_agree(house, &CHANNELS);
    });
}

/// proves: R5
#[test]
fn a_lost_notification_is_found_by_asking() {
    House::on_both(|house| {
        let standing = at_the_counters(house, &CHANNELS);
        for (_, _, _, order) in &standing {
            bank(house, order, "mood", r#"{"silent": true}"#);
            bank(house, order, "settle", "");
        }
        house.work();
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill WHERE state = 'paid'"), 0, "nobody has heard of it");
        house.pass(Duration::from_mins(6));
        house.work();
        for (channel, person, mut member, order) in standing {
            assert_eq!(house.bills_of(person.id, "paid"), 1, "{channel}");
            let page = seen(house, &order);
            assert!(page.says("未收到通知，主动查询确认已支付"), "{channel}: {}", page.text());
            assert!(member.open(&format!("/member/dues/orders/{order}")).says("交纳成功"), "{channel}");
            // The notification comes at last, and changes nothing.
            bank(house, &order, "notify", "");
            assert_eq!(house.bills_of(person.id, "paid"), 1, "{channel}");
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM payment"), 4);
        books_agree(house, &CHANNELS);
    });
}

/// proves: R5
#[test]
fn a_payer_who_comes_back_before_the_notification_asks_and_sees_his_payment() {
    House::on_both(|house| {
        for (channel, person, mut member, order) in at_the_counters(house, &CHANNELS) {
            bank(house, &order, "mood", r#"{"silent": true}"#);
            member.click("用储蓄卡支付");
            member.click("返回商户");
            assert!(member.page().link("查看支付结果").is_some(), "{channel}: {}", member.page().text());
            member.click("查看支付结果");
            house.work();
            member.open(&format!("/member/dues/orders/{order}"));
            assert!(member.page().says("交纳成功"), "{channel}: {}", member.page().text());
            assert_eq!(house.bills_of(person.id, "paid"), 1, "{channel}");
        }
    });
}

/// proves: R5
#[test]
fn forged_notifications_and_those_of_other_merchants_are_not_believed() {
    House::on_both(|house| {
        for (channel, person, _, order) in at_the_counters(house, &CHANNELS) {
            bank(house, &order, "mood", r#"{"silent": true}"#);
            bank(house, &order, "settle", "");
            for tamper in ["signature", "merchant"] {
                bank(house, &order, "notify", &format!(r#"{{"tamper": "{tamper}"}}"#));
                assert_eq!(house.bills_of(person.id, "due"), 1, "{channel} {tamper}");
            }
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM payment"), 0);
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        let page = city.open("/office/payments/reconciliation").clone();
        assert!(page.says("收到签名不符的通知，未予采信"), "{}", page.text());
        assert!(page.says("收到其他商户的通知，未予采信"), "{}", page.text());
        // The money is there all the same: the product asks for itself.
        house.pass(Duration::from_mins(6));
        house.work();
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill WHERE state = 'paid'"), 4);
        books_agree(house, &CHANNELS);
    });
}

/// proves: R5
#[test]
fn money_that_comes_after_the_order_was_closed_goes_back() {
    House::on_both(|house| {
        let standing = at_the_counters(house, &CHANNELS);
        house.pass(Duration::from_mins(125));
        house.work();
        for (channel, person, _, order) in &standing {
            assert!(seen(house, order).says("超过支付时限，订单关闭"), "{channel}");
            bank(house, order, "settle", r#"{"late": true}"#);
            assert_eq!(house.bills_of(person.id, "due"), 1, "{channel}");
        }
        refunded(house, 6000);
        for (channel, person, _, order) in &standing {
            let page = seen(house, order);
            assert!(page.says("订单已关闭或已超过支付时限") && page.says("退款完成"), "{channel}: {}", page.text());
            assert!(house.last_message(&person.phone).contains("15.00元按原路退回"), "{channel}");
            // He still owes, and can pay.
            house.inside_as_member(person.id).pay_dues(channel);
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill WHERE state = 'paid'"), 4);
        books_agree(house, &CHANNELS);
    });
}

/// proves: R5 D5
#[test]
fn credit_that_got_past_the_counter_goes_back() {
    House::on_both(|house| {
        // The other two counters admit debit cards only and do not tell what was paid with.
        for (channel, person, mut member, order) in at_the_counters(house, &["支付宝", "银联储蓄卡"]) {
            bank(house, &order, "settle", r#"{"card": "credit"}"#);
            assert_eq!(house.bills_of(person.id, "due"), 1, "{channel}");
            house.work();
            let page = seen(house, &order);
            for words in ["信用卡或其他信贷方式支付，党费不接受", "款项不能入账，将自动退回", "退款完成"]
            {
                assert!(page.says(words), "{channel}: {words}: {}", page.text());
            }
            let page = member.open(&format!("/member/dues/orders/{order}"));
            assert!(page.says("退回 15.00 元"), "{channel}: {}", page.text());
        }
        refunded(house, 3000);
        books_agree(house, &["支付宝", "银联储蓄卡"]);
    });
}

/// proves: R5
#[test]
fn a_wrong_amount_pays_nothing_and_is_listed_until_somebody_explains_it() {
    House::on_both(|house| {
        for (channel, person, _, order) in at_the_counters(house, &["支付宝"]) {
            bank(house, &order, "mood", r#"{"tamper": "amount"}"#);
            bank(house, &order, "settle", "");
            assert_eq!((house.bills_of(person.id, "due"), house.bills_of(person.id, "paid")), (1, 0), "{channel}");
            let page = seen(house, &order);
            assert!(page.says("支付金额与订单金额不一致") && page.says("15.01"), "{}", page.text());
        }
        house.work();
        let mut city = next_day(house);
        let page = city.page().clone();
        assert!(page.says("本月对账差异 1") && page.says("金额不一致"), "{}", page.text());
        assert!(page.says("渠道拒绝的退款"), "what was told was never there to go back: {}", page.text());
        let form = city.form("确认已说明").fill("说明", "已与支付宝核实，实收15.00元");
        city.submit(&form);
        city.open("/office/payments/reconciliation");
        assert!(city.page().says("本月对账差异 0") && city.page().says("借贷平衡"), "{}", city.page().text());
        assert_eq!(house.journal().0, 0);
    });
}

/// proves: R5
#[test]
fn one_bill_paid_over_two_channels_is_paid_once_and_the_rest_goes_back() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let person = &people[0];
        let mut orders = Vec::new();
        for channel in CHANNELS {
            let mut member = house.inside_as_member(person.id);
            member.open("/member/dues");
            orders.push(member.order_over(channel, ""));
            member.click("去支付");
        }
        // All four pay before any order could be closed.
        for order in &orders {
            bank(house, order, "settle", "");
        }
        refunded(house, 4500);
        assert_eq!(house.bills_of(person.id, "paid"), 1);
        let settled = orders.iter().filter(|order| seen(house, order).says("已入账")).count();
        assert_eq!(settled, 1);
        books_agree(house, &CHANNELS);
    });
}

/// proves: R5
#[test]
fn an_order_whose_bill_was_paid_otherwise_is_closed_at_its_counter() {
    House::on_both(|house| {
        let standing = at_the_counters(house, &["支付宝"]);
        let (_, person, mut member, order) = standing.into_iter().next().expect("one");
        house.inside_as_member(person.id).pay_dues("银联储蓄卡");
        house.work();
        let page = seen(house, &order);
        assert!(page.says("所交党费已通过其他订单交纳，订单关闭"), "{}", page.text());
        // The counter takes no money for it any more.
        let trade = house.bank().orders(9).into_iter().find(|trade| trade.no == order).expect("the trade");
        assert_eq!(trade.state, ejia_counter::TradeState::Closed);
        assert!(member.open(&format!("/member/dues/orders/{order}")).says("这笔订单已关闭"));
        books_agree(house, &["银联储蓄卡"]);
    });
}
