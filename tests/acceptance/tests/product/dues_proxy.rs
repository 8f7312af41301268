//! 【代交党费授权】, 【代交党费委托管理】, 【代交党费】: paying for others, and never twice.

use ejia_acceptance::{Browser, House, Person};

/// The one authorises the other, who confirms.
fn authorise(house: &House, principal: &Person, payer: &Person) {
    ask(house, principal, payer);
    let mut other = house.inside_as_member(payer.id);
    other.open("/member/dues");
    other.click("【代交党费授权确认】");
    let page = other.click(&format!("确认{}的授权", principal.name));
    assert!(page.says("已确认，您可以在【代交党费】中为对方交纳党费"), "{}", page.text());
}

fn ask(house: &House, principal: &Person, payer: &Person) {
    let mut member = house.inside_as_member(principal.id);
    member.open("/member/dues");
    member.click("【代交党费授权】");
    let form = member.form("提交授权").fill("对方姓名", &payer.name).fill("对方手机号", &payer.phone);
    assert!(member.submit(&form).says("已提交授权"), "{}", member.page().text());
}

/// Ticks these members on 【代交党费】 and goes on to the sum.
fn choose(payer: &mut Browser, people: &[&Person]) {
    payer.open("/member/dues");
    payer.click("【代交党费】");
    let mut form = payer.form("下一步：查看合计");
    for person in people {
        form = form.fill(&format!("选择{}", person.name), "");
    }
    payer.submit(&form);
}

/// proves: D8
#[test]
fn a_member_authorises_another_once_who_confirms_and_pays_month_after_month() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [principal, payer] = [&people[0], &people[1]];
        house.set_dues(&branch, "2026-03", "3000");
        ask(house, principal, payer);
        assert!(house.last_message(&payer.phone).contains("有党员授权您代交党费"));
        // Before he confirms there is nobody to pay for.
        let mut other = house.inside_as_member(payer.id);
        assert!(other.open("/member/dues/proxy").says("还没有可以代交的党员"));
        other.open("/member/dues/delegations/asked");
        other.click(&format!("确认{}的授权", principal.name));
        assert!(house.last_message(&principal.phone).contains("已被对方确认"));
        choose(&mut other, &[principal]);
        assert!(other.page().says("为 1 名党员代交，合计 15.00 元"), "{}", other.page().text());
        other.order_over("支付宝", "");
        assert!(other.pay_at_the_counter().says("交纳成功"), "{}", other.page().text());
        assert_eq!((house.bills_of(principal.id, "paid"), house.bills_of(payer.id, "due")), (1, 1));
        let history = house.inside_as_member(principal.id).open("/member/dues/history").clone();
        assert!(history.rows().iter().any(|row| row.contains(&payer.name)), "{}", history.text());
        // Next month nobody authorises anybody again.
        house.at("2026-04-16 09:00");
        house.set_dues(&branch, "2026-04", "3000");
        let mut other = house.inside_as_member(payer.id);
        choose(&mut other, &[principal]);
        assert!(other.page().says("合计 15.00 元"), "{}", other.page().text());
    });
}

/// proves: D8
#[test]
fn an_authorisation_is_declined_or_taken_back_and_needs_something_only_acquaintances_know() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [principal, payer, third] = [&people[0], &people[1], &people[2]];
        house.set_dues(&branch, "2026-03", "3000");
        let mut member = house.inside_as_member(principal.id);
        member.open("/member/dues/delegations");
        let form = member.form("提交授权").fill("对方姓名", &payer.name).fill("对方手机号", &third.phone);
        let refused = member.submit(&form);
        assert!(refused.status == 422 && refused.says("没有找到姓名和号码都相符的党员"), "{}", refused.text());
        ask(house, principal, payer);
        let mut other = house.inside_as_member(payer.id);
        other.open("/member/dues/delegations/asked");
        other.click(&format!("不接受{}的授权", principal.name));
        assert!(member.open("/member/dues/delegations").says("对方未接受"));
        authorise(house, principal, payer);
        member.open("/member/dues/delegations");
        member.click(&format!("撤销对{}的授权", payer.name));
        assert!(member.click("确认撤销").says("已撤销授权"), "{}", member.page().text());
        let mut other = house.inside_as_member(payer.id);
        assert!(other.open("/member/dues/proxy").says("还没有可以代交的党员"));
        // Nor past the form: for him, or for somebody who never authorised anybody.
        other.open("/member/dues");
        let token = other.form("交党费").value("csrf").expect("a token").to_owned();
        for stranger in [principal, third] {
            let body = format!("csrf={token}&member={}&channel=alipay&expected=1500&remark=", stranger.id);
            let answer = other.post("/member/dues/proxy/pay", "application/x-www-form-urlencoded", body.as_bytes());
            assert!(answer.status == 422 && answer.says("没有授权您代交"), "{}: {}", answer.status, answer.text());
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM payment_order"), 0);
    });
}

/// proves: D8
#[test]
fn on_phones_nobody_is_authorised_and_the_page_says_where() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let mut phone = house.inside_on_phone(people[0].id);
        phone.open("/wechat/dues");
        assert!(phone.page().link("代交党费授权").is_none() && phone.page().link("代交党费授权确认").is_none());
        for path in ["/wechat/dues/delegations", "/wechat/dues/delegations/asked"] {
            let page = phone.get(path);
            assert!(page.status == 403 && page.says("只能在网页端进行，微信上不能操作"), "{}", page.text());
        }
        // Paying for those who have authorised him works there too.
        authorise(house, &people[1], &people[0]);
        phone.open("/wechat/dues");
        phone.click("【代交党费】");
        let form = phone.form("下一步：查看合计").fill(&format!("选择{}", people[1].name), "");
        phone.submit(&form);
        phone.order_over("支付宝", "");
        assert!(phone.pay_at_the_counter().says("交纳成功"), "{}", phone.page().text());
        assert_eq!(house.bills_of(people[1].id, "paid"), 1);
    });
}

/// proves: D9
#[test]
fn a_branch_delegates_a_member_to_pay_for_one_and_for_all() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [principal, payer] = [&people[0], &people[1]];
        house.set_dues(&branch, "2026-03", "3000");
        let mut officer = house.inside_as_officer_of(&branch);
        officer.open("/office");
        officer.click("【党费管理】");
        officer.click("【代交党费委托管理】");
        officer.click(&format!("为{}添加受托党员", principal.name));
        let form = officer.form("保存").fill("受托党员", &payer.name);
        assert!(officer.submit(&form).says("已委托，涉及1名党员"), "{}", officer.page().text());
        assert!(house.last_message(&payer.phone).contains("委托您代交其他党员的党费"));
        let mut other = house.inside_as_member(payer.id);
        choose(&mut other, &[principal]);
        other.order_over("建设银行", "");
        assert!(other.pay_at_the_counter().says("交纳成功"));
        assert_eq!(house.bills_of(principal.id, "paid"), 1);
        // And for everybody: there was one before, so all the others are new.
        officer.open("/office/dues/delegations");
        officer.click("【批量委托】");
        let form = officer.form("确认委托").fill("受托党员", &payer.name);
        let others = house.people_of(&branch).len() - 2;
        assert!(officer.submit(&form).says(&format!("涉及{others}名党员")), "{}", officer.page().text());
        let mut other = house.inside_as_member(payer.id);
        let list = other.open("/member/dues/proxy?all=true").clone();
        let ticked =
            list.root().matching(|e| e.attribute("type") == Some("checkbox") && e.attribute("checked").is_some());
        assert_eq!(ticked.len(), others, "{}", list.text());
        assert!(list.says("本月已交"));
        // Taken back.
        officer.open("/office/dues/delegations");
        officer.click(&format!("撤销{}为{}代交", payer.name, people[2].name));
        assert!(officer.click("确认撤销").says("已撤销委托"));
        assert!(!house.inside_as_member(payer.id).open("/member/dues/proxy").says(&people[2].name));
    });
}

/// proves: D10
#[test]
fn one_order_pays_for_three_others_with_their_arrears() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        for month in ["2026-02", "2026-03"] {
            house.set_dues(&branch, month, "3000");
        }
        let (payer, three) = (&people[3], [&people[0], &people[1], &people[2]]);
        for principal in three {
            authorise(house, principal, payer);
        }
        let mut other = house.inside_as_member(payer.id);
        choose(&mut other, &three);
        assert!(other.page().says("为 3 名党员代交，合计 90.00 元"), "{}", other.page().text());
        other.order_over("银联储蓄卡", "代三位同志交纳");
        assert!(other.pay_at_the_counter().says("交纳成功，90.00 元已入账"), "{}", other.page().text());
        assert_eq!(house.count("SELECT COUNT(*) FROM payment_order"), 1);
        for principal in three {
            assert_eq!(house.bills_of(principal.id, "paid"), 2);
        }
        other.click("查看收据");
        assert_eq!(other.page().rows().len(), 7, "a heading and six lines");
        // Each of the three reads his own lines only.
        let mut member = house.inside_as_member(three[0].id);
        member.open("/member/dues/history");
        member.click("查看2026年3月收据");
        let receipt = member.page();
        assert_eq!(receipt.fact("合计（元）").as_deref(), Some("30.00"));
        assert!(!receipt.says(&three[1].name), "{}", receipt.text());
    });
}

/// proves: D10
#[test]
fn who_has_no_dues_set_cannot_be_chosen_and_the_page_says_why() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let other = house
            .branches_with_members()
            .into_iter()
            .find(|code| *code != branch && house.persons_of(code).iter().any(|person| person.name != people[0].name));
        let other = other.expect("another branch");
        let unset = house.persons_of(&other).into_iter().find(|person| person.name != people[0].name).expect("one");
        house.set_dues(&branch, "2026-03", "3000");
        let payer = &people[1];
        authorise(house, &people[0], payer);
        authorise(house, &unset, payer);
        let mut member = house.inside_as_member(payer.id);
        let page = member.open("/member/dues/proxy").clone();
        let rows = page.rows();
        let row = rows.iter().find(|row| row.contains(&unset.name)).expect("his row");
        assert!(row.iter().any(|cell| cell.contains("支部还未设置党费标准或还未确认党费")), "{row:?}");
        let form = member.form("下一步：查看合计");
        assert!(!form.is_open(&format!("选择{}", unset.name)) && form.is_open(&format!("选择{}", people[0].name)));
        let forced = form.with("member", &unset.id.to_string());
        let refused = member.send(&forced);
        assert!(refused.status == 422 && refused.says("现在不能代交"), "{}", refused.text());
        // Once his branch has set them he can be.
        house.set_dues(&other, "2026-03", "4000");
        choose(&mut member, &[&people[0], &unset]);
        assert!(member.page().says("合计 55.00 元"), "{}", member.page().text());
    });
}

/// proves: D11
#[test]
fn who_has_authorised_another_may_still_pay_himself() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [principal, payer] = [&people[0], &people[1]];
        house.set_dues(&branch, "2026-03", "3000");
        authorise(house, principal, payer);
        // The other is at the sum already when he does.
        let mut other = house.inside_as_member(payer.id);
        choose(&mut other, &[principal]);
        let sum = other.form("确认交纳").fill("支付宝", "");
        house.inside_as_member(principal.id).pay_dues("工商银行");
        let refused = other.send(&sum);
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(other.open("/member/dues/proxy").says("本月已交"));
        assert_eq!(house.bills_of(principal.id, "paid"), 1);
        assert_eq!(house.count("SELECT COUNT(*) FROM payment_order"), 1);
    });
}

/// proves: D11 R5
#[test]
fn two_who_pay_one_bill_at_once_over_two_channels_make_it_paid_once() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [principal, payer] = [&people[0], &people[1]];
        house.set_dues(&branch, "2026-03", "3000");
        authorise(house, principal, payer);
        let mut other = house.inside_as_member(payer.id);
        choose(&mut other, &[principal]);
        other.order_over("支付宝", "");
        let mut himself = house.inside_as_member(principal.id);
        himself.open("/member/dues");
        himself.order_over("建设银行", "");
        // Both stand at their counters before either has paid.
        other.click("去支付");
        himself.click("去支付");
        himself.click("用储蓄卡支付");
        other.click("用储蓄卡支付");
        assert!(himself.click("返回商户").says("交纳成功"), "{}", himself.page().text());
        let page = other.click("返回商户");
        assert!(page.says("这笔款项没有入账，按原路退回"), "{}", page.text());
        assert!(page.says("这个月的党费已通过其他方式交纳"), "{}", page.text());
        house.work();
        house.until("the second money has gone back", |house| {
            house.count("SELECT COUNT(*) FROM payment_refund WHERE state = 'done' AND amount = 1500") == 1
        });
        let backs: i64 = house.bank().orders(9).iter().flat_map(|o| &o.refunds).map(|back| back.amount.fen()).sum();
        assert_eq!((house.bills_of(principal.id, "paid"), backs), (1, 1500));
        assert!(house.last_message(&payer.phone).contains("15.00元按原路退回"));
        assert_eq!(house.journal().0, 0);
    });
}
