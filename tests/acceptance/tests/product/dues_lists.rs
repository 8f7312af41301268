//! 【未交党费党员名单】, 【党费交纳记录查询】, 【党费汇总】 and what is exported from them.

use ejia_acceptance::{Browser, House, Person};
use ejia_kernel::OrganizationKind;

/// Registers cash for the first so many months that a member owes.
fn hand_in(officer: &mut Browser, person: &Person, months: usize) {
    officer.open("/office/dues/cash");
    let mut form = officer.form("下一步：核对合计");
    let own: Vec<String> = form.labels().into_iter().filter(|label| label.starts_with(&person.name)).collect();
    for label in own.iter().filter(|label| label.ends_with("，15.00元")).take(months) {
        form = form.fill(label, "");
    }
    officer.submit(&form);
    officer.click("确认登记");
    assert!(officer.page().says(&format!("已登记{months}笔")), "{}", officer.page().text());
}

fn row_of(browser: &Browser, person: &Person) -> Option<Vec<String>> {
    browser.page().rows().into_iter().find(|row| row.first() == Some(&person.name))
}

/// proves: D12
#[test]
fn the_unpaid_list_shows_months_owed_and_warns_at_three_five_and_six() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        for month in ["2025-09", "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03"] {
            house.set_dues(&branch, month, "3000");
        }
        let [six, five, three, none] = [&people[0], &people[1], &people[2], &people[3]];
        let mut officer = house.inside_as_officer_of(&branch);
        hand_in(&mut officer, five, 1);
        hand_in(&mut officer, three, 3);
        hand_in(&mut officer, none, 7);
        officer.open("/office");
        officer.click("【党费管理】");
        officer.click("【未交党费党员名单】");
        for (person, overdue, amount, warning) in
            [(six, "6", "105.00", "已欠6个月"), (five, "5", "90.00", "已欠5个月"), (three, "3", "60.00", "已欠3个月")]
        {
            let row = row_of(&officer, person).expect("his row");
            assert_eq!((row[2].as_str(), row[3].as_str()), (overdue, amount), "{row:?}");
            assert!(row.iter().any(|cell| cell.contains(warning)), "{row:?}");
        }
        assert!(row_of(&officer, six).expect("his row")[1].contains("2025年9月"));
        assert!(row_of(&officer, none).is_none(), "who has paid is not on it");
        assert!(!officer.page().body().contains(&six.phone), "phones are masked");
        for (since, listed) in [("连续6个月以上", [true, false, false]), ("连续5个月以上", [true, true, false])]
        {
            let form = officer.form("查询").fill("未交时间", since);
            officer.submit(&form);
            for (person, listed) in [six, five, three].into_iter().zip(listed) {
                assert_eq!(row_of(&officer, person).is_some(), listed, "{since}: {}", officer.page().text());
            }
        }
        // The branch's administrator is told once for each warning, and the committees see the list too.
        house.work();
        house.work();
        assert_eq!(house.count("SELECT COUNT(*) FROM message WHERE template = 'dues_overdue'"), 3);
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        city.open("/office/dues/unpaid?months=6");
        assert!(row_of(&city, six).is_some(), "{}", city.page().text());
    });
}

/// The branch with one payment by bank and one in cash, in March.
fn paid_month(house: &House) -> (String, Vec<Person>, Browser) {
    let (branch, people) = house.paying_branch();
    house.set_dues(&branch, "2026-03", "3000");
    house.inside_as_member(people[0].id).pay_dues("支付宝");
    let mut officer = house.inside_as_officer_of(&branch);
    hand_in(&mut officer, &people[1], 1);
    officer.open("/office");
    officer.click("【党费管理】");
    officer.click("【党费交纳记录查询】");
    (branch, people, officer)
}

/// proves: D13
#[test]
fn records_are_found_by_name_and_month_with_amount_time_and_method() {
    House::on_both(|house| {
        let (_, people, mut officer) = paid_month(house);
        let [bank, cash, unpaid] = [&people[0], &people[1], &people[2]];
        let row = row_of(&officer, bank).expect("his row");
        assert_eq!(row[1..6], ["15.00", "已交", "2026-03-20 09:00", "支付宝", "本人"].map(str::to_owned));
        let row = row_of(&officer, cash).expect("his row");
        assert_eq!((row[2].as_str(), row[4].as_str()), ("已交", "现金"), "{row:?}");
        assert_eq!(row_of(&officer, unpaid).expect("his row")[2], "待交");
        let initials = ejia_directory::spellings(&bank.name)[0].0.clone();
        for asked in [&bank.name, &initials] {
            let form = officer.form("查询").fill("党员姓名", asked).fill("查询月份", "2026年3月");
            officer.submit(&form);
            assert!(row_of(&officer, bank).is_some(), "{asked}: {}", officer.page().text());
            assert!(row_of(&officer, cash).is_none() || asked != &bank.name);
        }
        let form = officer.form("查询").fill("党员姓名", "").fill("查询月份", "2026年2月");
        let page = officer.submit(&form);
        assert!(page.says("未设置") || page.says("这个月还没有党费记录"), "{}", page.text());
        // From a member's record to his order with its steps.
        officer.open("/office/dues/records?month=2026-03");
        officer.click(&format!("{}的订单", bank.name));
        assert!(officer.page().says("收到款项（支付渠道通知）"), "{}", officer.page().text());
    });
}

/// proves: D13
#[test]
fn a_month_is_exported_for_public_notice_as_a_table_and_on_paper() {
    House::on_both(|house| {
        let (_, people, mut officer) = paid_month(house);
        let table = officer.page().link("导出表格").expect("the table");
        let rows = officer.get(&table).table_rows();
        let all: Vec<String> = rows.iter().map(|row| row.join("|")).collect();
        assert!(all[0].contains("党费交纳情况公示表"), "{all:?}");
        let line = |person: &Person| all.iter().find(|row| row.contains(&person.name)).expect("his row").clone();
        for (person, words) in [(0, "|15|15|已交|2026-03-20"), (1, "|15|15|已交|2026-03-20"), (2, "|15|0|未交")] {
            let line = line(&people[person]).replace(".00", "");
            assert!(line.contains(words), "{line}");
        }
        assert!(all.iter().any(|row| row.contains("已交") && row.contains("2 人，30.00 元")), "{all:?}");
        let paper = officer.page().link("导出PDF").expect("the paper");
        let text = officer.get(&paper).pdf_text();
        for words in ["党费交纳情况公示表", "2026年3月", "15.00", "未交", "2026年3月20日"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert!(text.contains(&people[0].name) && text.contains(&people[2].name), "{text}");
    });
}

/// proves: D13
#[test]
fn a_members_record_is_exported_with_the_place_for_the_seal() {
    House::on_both(|house| {
        let (branch, people, mut officer) = paid_month(house);
        officer.click(&people[0].name);
        assert!(officer.page().says("加盖党支部公章可代替党费证使用"), "{}", officer.page().text());
        let name: String = house.look("SELECT name FROM organization WHERE code = $1", &[branch.into()]);
        let table = officer.page().link("导出表格").expect("the table");
        let rows = officer.get(&table).table_rows();
        let all = rows.iter().map(|row| row.join("|")).collect::<Vec<_>>().join("\n");
        for words in [&people[0].name, "2026年3月", "支付宝", &name] {
            assert!(all.contains(words), "{words}: {all}");
        }
        let paper = officer.page().link("导出PDF").expect("the paper");
        let text = officer.get(&paper).pdf_text();
        for words in [&people[0].name, "2026年3月", "15.00", "支付宝", "盖章"] {
            assert!(text.contains(words), "{words}: {text}");
        }
        // Another branch reaches neither.
        let other = house.branches_with_members().into_iter().find(|code| house.persons_of(code)[0].id != people[0].id);
        let mut stranger = house.inside_as_officer_of(&other.expect("another"));
        for path in [&table, &paper] {
            assert_eq!(stranger.get(path).status, 404, "{path}");
        }
    });
}

/// proves: D13
#[test]
fn committees_see_totals_up_the_tree_and_export_all_of_it() {
    House::on_both(|house| {
        let (branch, people, _) = paid_month(house);
        let second = house.branches_with_members().into_iter().find(|code| *code != branch).expect("another");
        house.set_dues(&second, "2026-03", "4000");
        let count = |code: &str| i64::try_from(house.people_of(code).len()).expect("a few");
        let (first_members, second_members) = (count(&branch), count(&second));
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        city.open("/office");
        city.click("【党费管理】");
        city.click("【党费汇总】");
        let rows = city.page().rows();
        let all = rows.last().expect("the sum");
        let billed = ejia_kernel::Fen::new(first_members * 1500 + second_members * 4000).to_string();
        assert_eq!(all[2], (first_members + second_members).to_string(), "{all:?}");
        assert_eq!((&all[3], all[4].as_str(), all[5].as_str()), (&billed, "2", "30.00"), "{all:?}");
        // Down to the branch.
        let code = |name: &str| house.city().organizations().iter().find(|one| one.name() == name).cloned();
        let mut below = 0;
        while city.page().heading() == "党费汇总" && below < 6 {
            let rows = city.page().rows();
            let paid =
                rows.iter().find(|row| row.get(4).is_some_and(|paid| paid == "2")).expect("who has paid").clone();
            assert!(code(&paid[0]).is_some(), "{paid:?}");
            city.click(&paid[0]);
            below += 1;
        }
        assert!(city.page().says(&people[0].name) && city.page().says("支付宝"), "{}", city.page().text());
        // The table of everybody is made by a job.
        city.open("/office/dues/records?month=2026-03");
        city.click("导出表格");
        house.work();
        let path = city.page().path.clone();
        city.open(&path);
        if city.page().link("下载文件").is_none() {
            city.open("/office/documents");
        }
        let file = city.page().link("下载文件").or_else(|| city.page().link("下载")).expect("the file");
        let rows = city.get(&file).table_rows();
        let named = |name: &str| rows.iter().filter(|row| row.iter().any(|cell| cell == name)).count();
        assert!(named(&people[0].name) >= 1 && named(&people[2].name) >= 1);
        let lines = rows.iter().filter(|row| row.iter().any(|cell| cell == "已交" || cell == "未交")).count();
        assert!(i64::try_from(lines).expect("a few") >= first_members + second_members, "{lines}");
    });
}
