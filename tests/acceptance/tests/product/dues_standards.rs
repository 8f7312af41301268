//! 【党费标准录入】: the branch sets a month's dues, the rule reckons, bills go out and are corrected.

use ejia_acceptance::{Browser, House, Person};
use ejia_kernel::OrganizationKind;

const SHEET: &str = "/office/dues/standards";

/// The sheet of a month, opened by the branch's administrator through the menu.
fn sheet(house: &House, branch: &str, month: &str) -> Browser {
    let mut officer = house.inside_as_officer_of(branch);
    officer.open("/office");
    officer.click("【党费管理】");
    officer.click("【党费标准录入】");
    let form = officer.form("查看").fill("月份", month);
    officer.submit(&form);
    officer
}

fn cell(officer: &Browser, person: &Person, column: &str) -> String {
    let label = format!("{} {column}", person.name);
    officer.form("保存草稿").entered(&label).unwrap_or_default().to_owned()
}

/// proves: D1
#[test]
fn a_base_becomes_dues_by_the_rule_to_the_edge_of_each_band() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut officer = sheet(house, &branch, "2026-03");
        assert_eq!(officer.page().heading(), "党费标准录入");
        let person = &people[0];
        for (base, dues, why) in [
            ("3000", "15.00", "0.5%"),
            ("3000.01", "30.00", "1%"),
            ("5000", "50.00", "1%"),
            ("5000.01", "75.00", "1.5%"),
            ("10000", "150.00", "1.5%"),
            ("10000.01", "200.00", "2%"),
            ("１，２００元", "6.00", "0.5%"),
        ] {
            let form = officer.form("保存草稿").fill(&format!("{} 党费基数", person.name), base);
            assert!(officer.submit(&form).says("已保存草稿"), "{base}: {}", officer.page().text());
            assert_eq!(cell(&officer, person, "党费"), dues, "{base}");
            assert!(officer.page().says(&format!("× {why} = {dues} 元（第二条")), "{base}: {}", officer.page().text());
        }
        let form = officer.form("保存草稿").fill(&format!("{} 计算方式", person.name), "离退休");
        let form = form.fill(&format!("{} 党费基数", person.name), "5000");
        officer.submit(&form);
        assert_eq!(cell(&officer, person, "党费"), "25.00", "a pension has bands of its own");
        // The server reckons too while somebody types.
        let computed = officer.get("/office/dues/standards/compute?month=2026-03&basis=wage&base=3000.01");
        assert!(computed.status == 200 && computed.says("30.00"), "{}", computed.text());
    });
}

/// proves: D1
#[test]
fn a_typed_amount_needs_a_reason_and_an_exemption_the_approval() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [typed, free] = [&people[0], &people[1]];
        let mut officer = sheet(house, &branch, "2026-03");
        let form = officer.form("提交并通知交纳").fill_column(" 党费基数", "3000");
        let form = form.fill(&format!("{} 党费", typed.name), "20");
        let form = form.fill(&format!("{} 党费基数", free.name), "0").fill(&format!("{} 党费", free.name), "0");
        assert_eq!(officer.submit(&form).status, 422);
        for words in ["请填写原因", "请填写免交的批准依据"] {
            assert!(officer.page().says(words), "{words}: {}", officer.page().text());
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill"), 0);
        // What was typed stands on the page again and is completed there.
        let form = officer.form("提交并通知交纳").fill(&format!("{} 手动填写原因", typed.name), "自愿多交");
        let form = form.fill(&format!("{} 免交、减免依据", free.name), "厦委组〔2026〕8号");
        assert!(officer.submit(&form).says("已提交"), "{}", officer.page().text());
        let amount = "SELECT amount FROM dues_bill WHERE member_id = $1";
        assert_eq!(house.look::<i64>(amount, &[typed.id.into()]), 2000);
        assert_eq!((house.look::<i64>(amount, &[free.id.into()]), house.bills_of(free.id, "exempt")), (0, 1));
        let dues = house.inside_as_member(free.id).open("/member/dues").clone();
        assert!(dues.says("免交") && dues.form("交党费").is_none(), "{}", dues.text());
        house.work();
        assert_eq!(house.messages(&free.phone), 0, "nobody is asked to pay nothing");
    });
}

/// proves: D2
#[test]
fn a_new_month_starts_from_last_months_figures() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut officer = house.set_dues(&branch, "2026-03", "3000");
        officer.open(&format!("{SHEET}?month=2026-04"));
        assert!(officer.page().says("沿用2026年3月的党费标准"), "{}", officer.page().text());
        for person in &people {
            assert_eq!(cell(&officer, person, "党费基数"), "3000.00");
            assert_eq!(cell(&officer, person, "党费"), "15.00");
        }
        let form = officer.form("提交并通知交纳").fill(&format!("{} 党费基数", people[0].name), "4000");
        assert!(officer.submit(&form).says("已提交"));
        let amount = "SELECT amount FROM dues_bill WHERE member_id = $1 AND month = $2";
        for (month, fen) in [("2026-03", 1500), ("2026-04", 4000)] {
            assert_eq!(house.look::<i64>(amount, &[people[0].id.into(), month.to_owned().into()]), fen);
        }
    });
}

/// proves: D3
#[test]
fn a_draft_tells_nobody_and_submitting_makes_bills_and_tells_everybody() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let person = &people[0];
        let mut officer = sheet(house, &branch, "2026-03");
        let form = officer.form("保存草稿").fill_column(" 党费基数", "3000");
        assert!(officer.submit(&form).says("已保存草稿，尚未通知党员"));
        house.work();
        assert_eq!((house.count("SELECT COUNT(*) FROM dues_bill"), house.messages(&person.phone)), (0, 0));
        assert!(house.inside_as_member(person.id).open("/member/dues").says("支部还未设置党费标准，或还未确认党费"));
        // The draft waits for another day.
        officer.open(SHEET);
        assert_eq!(cell(&officer, person, "党费基数"), "3000.00");
        officer.click("提交并通知交纳");
        assert!(officer.page().says("系统正在通知党员交纳"), "{}", officer.page().text());
        let members = i64::try_from(house.people_of(&branch).len()).expect("a few");
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill WHERE state = 'due'"), members);
        let told = house.last_message(&person.phone);
        assert!(told.contains("15.00") && told.contains("3月"), "{told}");
        let dues = house.inside_as_member(person.id).open("/member/dues").clone();
        assert_eq!(dues.fact("合计（元）").as_deref(), Some("15.00"));
        // The same once more tells nobody again.
        officer.click("提交并通知交纳");
        assert!(officer.page().says("没有需要通知的党员"), "{}", officer.page().text());
        assert_eq!(house.messages(&person.phone), 1);
    });
}

/// proves: D3
#[test]
fn a_correction_changes_unpaid_bills_and_gives_paid_ones_a_difference() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [unpaid, more, less] = [&people[0], &people[1], &people[2]];
        house.set_dues(&branch, "2026-03", "3000");
        for person in [more, less] {
            house.inside_as_member(person.id).pay_dues("支付宝");
        }
        let mut officer = sheet(house, &branch, "2026-03");
        let mut form = officer.form("提交并通知交纳");
        for (person, base) in [(unpaid, "4000"), (more, "4000"), (less, "2000")] {
            form = form.fill(&format!("{} 党费基数", person.name), base);
        }
        assert!(officer.submit(&form).says("已提交更正"), "{}", officer.page().text());
        let total = |person: &Person| house.inside_as_member(person.id).open("/member/dues").fact("合计（元）");
        assert_eq!(total(unpaid).as_deref(), Some("40.00"));
        assert_eq!(total(more).as_deref(), Some("25.00"), "what was paid counts");
        assert_eq!(total(less).as_deref(), Some("0.00"));
        house.inside_as_member(more.id).pay_dues("支付宝");
        assert_eq!(house.bills_of(more.id, "paid"), 2);
        // What was paid too much goes back the way it came.
        house.work();
        house.until("the bank has given 5 yuan back", |house| {
            house.bank().orders(9).iter().any(|order| order.refunds.iter().any(|back| back.amount.fen() == 500))
        });
        assert_eq!(house.bills_of(less.id, "given_back"), 1);
        assert!(house.inside_as_member(less.id).open("/member/dues/history").says("退差"));
        assert_eq!(house.journal().0, 0);
    });
}

/// proves: D1 D3 R2
#[test]
fn committees_look_on_and_set_nothing() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        let id: String = house.look("SELECT id FROM organization WHERE code = $1", &[branch.clone().into()]);
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        city.open(SHEET);
        let name: String = house.look("SELECT name FROM organization WHERE code = $1", &[branch.into()]);
        assert!(city.page().says("个已提交"), "{}", city.page().text());
        let list = city.form("查看").fill("党支部", &name);
        city.submit(&list);
        city.click(&name);
        let page = city.page();
        assert!(page.says(&people[0].name) && page.says("党费标准由党支部设置"), "{}", page.text());
        assert!(page.form("提交并通知交纳").is_none() && page.form("保存草稿").is_none());
        assert!(page.path.contains(&id), "{}", page.path);
        // Nor past the page.
        city.open("/office/password");
        let token = city.page().form_to("/office/password").value("csrf").expect("a token").to_owned();
        for act in ["draft", "submit", "paste"] {
            let body = format!("csrf={token}&month=2026-03&version=1&member={}&base=9000", people[0].id);
            let answer = city.post(&format!("{SHEET}/{act}"), "application/x-www-form-urlencoded", body.as_bytes());
            assert_eq!(answer.status, 403, "{act}: {}", answer.text());
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill WHERE amount <> 1500"), 0);
    });
}

/// proves: D1
#[test]
fn a_table_pasted_or_uploaded_fills_the_sheet_and_saves_nothing() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let [one, two] = [&people[0], &people[1]];
        let mut officer = sheet(house, &branch, "2026-03");
        let pasted = format!("姓名\t党费基数\n{}\t3000.01\n没有这个人\t1\n", one.name);
        let form = officer.form("填入表中").fill("粘贴内容", &pasted);
        let page = officer.submit(&form);
        assert!(page.says("已填入1名党员，尚未保存") && page.says("没有名叫“没有这个人”的党员"), "{}", page.text());
        assert_eq!(cell(&officer, one, "党费"), "30.00");
        let table = format!("姓名,党费基数\n{},5000\n", two.name);
        let form = officer.form("导入").attach("党费.csv", table.into_bytes());
        assert!(officer.submit(&form).says("已填入1名党员"), "{}", officer.page().text());
        assert_eq!(cell(&officer, two, "党费"), "50.00");
        assert_eq!(house.count("SELECT COUNT(*) FROM dues_bill"), 0);
    });
}
