//! 【线下交纳】: cash that the branch has received, registered, taken back, handed back.

use ejia_acceptance::{Browser, House, Person};
use ejia_kernel::OrganizationKind;

/// Registers cash for these months of a member, each `2026年3月`.
fn register(officer: &mut Browser, person: &Person, months: &[&str]) {
    officer.open("/office");
    officer.click("【党费管理】");
    officer.click("【党费标准录入】");
    officer.click("【线下交纳】");
    let mut form = officer.form("下一步：核对合计");
    for month in months {
        form = form.fill(&format!("{}{month}，15.00元", person.name), "");
    }
    officer.submit(&form);
}

/// proves: D7
#[test]
fn cash_is_registered_after_the_sum_was_seen_and_the_member_is_told() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        for month in ["2026-02", "2026-03"] {
            house.set_dues(&branch, month, "3000");
        }
        let person = &people[0];
        let mut officer = house.inside_as_officer_of(&branch);
        register(&mut officer, person, &["2026年2月", "2026年3月"]);
        assert_eq!(officer.page().heading(), "确认线下交纳");
        assert_eq!(officer.page().fact("合计（元）").as_deref(), Some("30.00"));
        assert_eq!(house.bills_of(person.id, "paid"), 0, "nothing is registered before it is confirmed");
        assert!(officer.click("确认登记").says("已登记2笔现金党费，合计30.00元"), "{}", officer.page().text());
        assert_eq!((house.bills_of(person.id, "paid"), house.bills_of(person.id, "due")), (2, 0));
        assert_eq!(house.journal(), (0, 3000));
        assert!(house.last_message(&person.phone).contains("30.00"));
        let mut member = house.inside_as_member(person.id);
        assert!(member.open("/member/dues").says("已交纳"));
        let history = member.open("/member/dues/history").clone();
        assert!(history.says("现金") && history.says("（支部登记）"), "{}", history.text());
        member.click("查看2026年3月收据");
        assert_eq!(member.page().fact("合计（元）").as_deref(), Some("30.00"));
    });
}

/// proves: D7
#[test]
fn a_wrong_registration_is_taken_back_with_a_reason_and_the_bill_is_due_again() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let person = &people[0];
        let mut officer = house.inside_as_officer_of(&branch);
        register(&mut officer, person, &["2026年3月"]);
        officer.click("确认登记");
        officer.click(&format!("冲销{}2026年3月", person.name));
        let silent = officer.form("确认冲销");
        assert_eq!(officer.send(&silent).status, 422, "not without a reason");
        let form = officer.form("确认冲销").fill("冲销原因", "登记错了人");
        assert!(officer.submit(&form).says("已冲销，这笔党费恢复为待交"), "{}", officer.page().text());
        assert_eq!((house.bills_of(person.id, "due"), house.bills_of(person.id, "paid")), (1, 0));
        // The books keep both: the registration and its reversal.
        assert_eq!(house.journal(), (0, 3000));
        house.inside_as_member(person.id).pay_dues("支付宝");
        assert_eq!(house.bills_of(person.id, "paid"), 1);
        assert_eq!(house.journal(), (0, 4500));
    });
}

/// proves: D7 D4
#[test]
fn cash_is_not_registered_ahead_of_its_time_nor_twice() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        for month in ["2026-03", "2026-04"] {
            house.set_dues(&branch, month, "3000");
        }
        let person = &people[0];
        let mut officer = house.inside_as_officer_of(&branch);
        let page = officer.open("/office/dues/cash").clone();
        assert!(page.says("2026年3月 15.00 元") && !page.says("2026年4月"), "{}", page.text());
        let seen = officer.form("下一步：核对合计").fill(&format!("{}2026年3月，15.00元", person.name), "");
        for (day, sentence) in [("2026-03-21", "不能晚于今天"), ("2026-03-15", "不能提前交纳"), ("", "请填写收款日期")]
        {
            let page = officer.send(&seen.clone().fill("收款日期", day));
            assert!(page.status == 422 && page.says(sentence), "{day}: {}", page.text());
        }
        let april = "SELECT id FROM dues_bill WHERE member_id = $1 AND month = '2026-04'";
        let april: String = house.look(april, &[person.id.into()]);
        let ahead = seen.clone().with("bill", &format!("{april}.1500"));
        assert_eq!(officer.send(&ahead).status, 422);
        // He pays over the web while the page still shows him.
        house.inside_as_member(person.id).pay_dues("建设银行");
        let late = officer.send(&seen);
        assert!(
            matches!(late.status, 409 | 422) && late.says("已交纳或金额有变动"),
            "{}: {}",
            late.status,
            late.text()
        );
        assert_eq!(house.bills_of(person.id, "paid"), 1);
    });
}

/// proves: D7 D3
#[test]
fn cash_that_was_too_much_is_handed_back_and_noted() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let person = &people[0];
        let mut officer = house.set_dues(&branch, "2026-03", "3000");
        register(&mut officer, person, &["2026年3月"]);
        officer.click("确认登记");
        officer.open("/office/dues/standards?month=2026-03");
        let form = officer.form("提交并通知交纳").fill(&format!("{} 党费基数", person.name), "2000");
        officer.submit(&form);
        house.work();
        let page = officer.open("/office/dues/cash").clone();
        assert!(page.says("应退还现金"), "{}", page.text());
        officer.click("查看退还情况");
        officer.click("现金已退还");
        assert_eq!(officer.page().fact("退还金额").as_deref(), Some("5.00 元"));
        officer.click("确认已退还");
        assert!(officer.page().says("已记录现金退还"), "{}", officer.page().text());
        assert!(officer.open("/office/dues/cash").says("已退还现金"));
        assert_eq!(house.journal().0, 0);
    });
}

/// proves: D7 R2
#[test]
fn cash_belongs_to_the_branch_alone() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let bill: String = house.look("SELECT id FROM dues_bill WHERE member_id = $1", &[people[0].id.into()]);
        let other = house.branches_with_members().into_iter().find(|code| *code != branch).expect("another");
        let mut stranger = house.inside_as_officer_of(&other);
        assert!(!stranger.open("/office/dues/cash").says(&people[0].name));
        stranger.open("/office/password");
        let token = stranger.page().form_to("/office/password").value("csrf").expect("a token").to_owned();
        let body = format!("csrf={token}&bill={bill}.1500&received_on=2026-03-20&remark=");
        let answer = stranger.post("/office/dues/cash", "application/x-www-form-urlencoded", body.as_bytes());
        assert_eq!(answer.status, 404, "{}", answer.text());
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        assert_eq!(city.get("/office/dues/cash").status, 403);
        assert_eq!(house.bills_of(people[0].id, "due"), 1);
    });
}
