//! 【我要交党费】: the window, the four channels, arrears, and what a credit card gets.

use ejia_acceptance::{Browser, House};

const DUES: &str = "/member/dues";

/// A proof of origin from a page that always has a form.
fn token(browser: &mut Browser) -> String {
    browser.open("/member/password");
    browser.page().form_to("/member/password").value("csrf").expect("a token").to_owned()
}

/// Sends what the form would send, without the form.
fn pay_past_the_form(browser: &mut Browser, fen: i64) -> ejia_acceptance::Page {
    let token = token(browser);
    let body = format!("csrf={token}&channel=alipay&expected={fen}&remark=");
    browser.post(DUES, "application/x-www-form-urlencoded", body.as_bytes())
}

/// proves: D4
#[test]
fn before_the_sixteenth_the_button_is_grey_and_nothing_is_paid_in_advance() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let person = &people[0];
        house.set_dues(&branch, "2026-04", "3000");
        for when in ["2026-03-31 23:59", "2026-04-15 23:59"] {
            house.at(when);
            let mut member = house.inside_as_member(person.id);
            let page = member.open(DUES).clone();
            let buttons = page.root().all("button");
            let wait = buttons.iter().find(|button| button.text() == "待交").expect("the grey button");
            assert!(wait.attribute("disabled").is_some());
            assert!(page.says("2026年4月党费自2026年4月16日起交纳，不能提前交纳"), "{}", page.text());
            assert!(page.form("交党费").is_none());
            assert_eq!(page.fact("合计（元）").as_deref(), Some("0.00"));
            let refused = pay_past_the_form(&mut member, 1500);
            assert!(refused.status == 422 && refused.says("还没有到交纳时间"), "{}", refused.text());
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM payment_order"), 0);
        house.at("2026-04-16 00:00");
        let mut member = house.inside_as_member(person.id);
        assert_eq!(member.open(DUES).fact("2026年4月应交（元）").as_deref(), Some("15.00"));
        // And it stays so until the next month's fifteenth.
        house.at("2026-05-15 23:58");
        let mut member = house.inside_as_member(person.id);
        assert_eq!(member.open(DUES).fact("2026年4月应交（元）").as_deref(), Some("15.00"));
        member.pay_dues("工商银行");
        assert_eq!(house.bills_of(person.id, "paid"), 1);
    });
}

/// proves: D5
#[test]
fn dues_are_paid_over_each_of_the_four_channels_with_a_receipt() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        for (person, channel) in people.iter().zip(["建设银行", "工商银行", "支付宝", "银联储蓄卡"]) {
            let mut member = house.inside_as_member(person.id);
            member.open("/member/record");
            member.click("【交纳党费】");
            member.click("【我要交党费】");
            let order = member.order_over(channel, "");
            let page = member.pay_at_the_counter();
            assert!(page.says("交纳成功，15.00 元已入账"), "{channel}: {}", page.text());
            assert_eq!(page.fact("订单号").as_deref(), Some(order.as_str()), "{channel}");
            member.click("查看收据");
            let receipt = member.page();
            assert_eq!(receipt.fact("合计（元）").as_deref(), Some("15.00"));
            assert_eq!(receipt.fact("大写").as_deref(), Some("壹拾伍元整"));
            assert_eq!(receipt.fact("交纳方式").as_deref(), Some(channel));
            assert_eq!(receipt.fact("交纳人").as_deref(), Some(person.name.as_str()));
            assert_eq!(house.bills_of(person.id, "paid"), 1, "{channel}");
            assert!(house.last_message(&person.phone).contains("成功交纳党费15.00元"));
            let mut history = house.inside_as_member(person.id);
            assert!(history.open("/member/dues/history").says(channel));
            assert!(history.open(DUES).says("已交纳"));
        }
        assert_eq!(house.journal(), (0, 6000));
    });
}

/// proves: D5
#[test]
fn the_electronic_receipt_is_a_paper_that_can_be_read() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let mut member = house.inside_as_member(people[0].id);
        let order = member.pay_dues("建设银行");
        member.click("查看收据");
        let file = member.page().link("下载电子收据").expect("the file");
        let answer = member.get(&file);
        let text = answer.pdf_text();
        for words in ["党费交纳电子收据", &people[0].name, "2026年3月", "15.00", "壹拾伍元整", "建设银行", &order]
        {
            assert!(text.contains(words), "{words}: {text}");
        }
        // It is nobody else's.
        let mut other = house.inside_as_member(people[1].id);
        assert_eq!(other.get(&file).status, 404);
        assert_eq!(other.get(&format!("/member/dues/orders/{order}")).status, 404);
    });
}

/// proves: D5
#[test]
fn in_wechat_dues_are_paid_at_the_width_of_a_phone() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let mut member = house.inside_on_phone(people[0].id);
        member.open("/wechat");
        member.click("【交党费】");
        assert!(member.page().path.starts_with("/wechat/"), "{}", member.page().path);
        member.order_over("支付宝", "");
        assert!(member.page().path.starts_with("/wechat/dues/orders/"), "{}", member.page().path);
        let page = member.pay_at_the_counter();
        assert!(page.says("交纳成功") && page.path.starts_with("/wechat/"), "{}: {}", page.path, page.text());
        assert_eq!(house.bills_of(people[0].id, "paid"), 1);
    });
}

/// proves: D5
#[test]
fn a_credit_card_is_refused_at_every_counter() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        for (person, channel) in people.iter().zip(["建设银行", "工商银行", "支付宝", "银联储蓄卡"]) {
            let mut member = house.inside_as_member(person.id);
            assert!(member.open(DUES).says("不支持信用卡"));
            member.order_over(channel, "");
            member.click("去支付");
            member.click("用信用卡支付");
            assert!(member.page().says("只接受储蓄卡付款"), "{channel}: {}", member.page().text());
            assert_eq!(house.bills_of(person.id, "due"), 1, "{channel}");
            // With a debit card he gets on, at the same page.
            member.click("用储蓄卡支付");
            assert!(member.click("返回商户").says("交纳成功"), "{channel}: {}", member.page().text());
        }
    });
}

/// proves: D6
#[test]
fn arrears_are_added_by_themselves_and_paid_in_one_order_with_a_remark() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        for month in ["2026-01", "2026-02", "2026-03"] {
            house.set_dues(&branch, month, "3000");
        }
        let person = &people[0];
        let mut member = house.inside_as_member(person.id);
        let page = member.open(DUES).clone();
        assert_eq!(page.fact("补交以前月份（元）").as_deref(), Some("30.00"));
        assert_eq!(page.fact("2026年3月应交（元）").as_deref(), Some("15.00"));
        assert_eq!(page.fact("合计（元）").as_deref(), Some("45.00"));
        for month in ["2026年1月", "2026年2月", "2026年3月"] {
            assert!(page.rows().iter().any(|row| row.first().is_some_and(|cell| cell == month)), "{month}");
        }
        // Another sum than what is owed is not taken: neither less nor more.
        for fen in [1500, 4501] {
            let refused = pay_past_the_form(&mut member, fen);
            assert!(refused.status == 422 && refused.says("应交金额已变为45.00元"), "{}", refused.text());
        }
        member.open(DUES);
        let order = member.order_over("银联储蓄卡", "出差三个月，一并补交");
        assert!(member.pay_at_the_counter().says("交纳成功，45.00 元已入账"), "{}", member.page().text());
        assert_eq!(house.bills_of(person.id, "paid"), 3);
        assert_eq!(house.count("SELECT COUNT(*) FROM payment_order"), 1);
        let mut officer = house.inside_as_officer_of(&branch);
        officer.open(&format!("/office/payments/orders/{order}"));
        assert_eq!(officer.page().fact("备注").as_deref(), Some("出差三个月，一并补交"));
        assert_eq!(officer.page().fact("金额").as_deref(), Some("45.00 元"));
    });
}
