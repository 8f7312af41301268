//! 【数据概览】: numbers that are what their lists hold, for every level, and for nobody else.

use std::collections::BTreeSet;
use std::time::Duration;

use ejia_acceptance::{Browser, House};
use ejia_kernel::OrganizationKind;
use serde_json::Value;

/// How many rows the list at an address has, from its first page to its last.
fn rows(officer: &mut Browser, address: &str) -> i64 {
    let (mut next, mut count) = (Some(address.to_owned()), 0);
    while let Some(address) = next {
        let page = officer.get(&format!("/api/v1{address}"));
        assert_eq!(page.status, 200, "{address}: {}", page.text());
        let list = page.json();
        count += list["lines"].as_array().unwrap_or_else(|| panic!("no lines: {address}")).len();
        next = list["next"].as_str().map(str::to_owned);
    }
    i64::try_from(count).expect("a count")
}

/// Every number of an overview with its address, but for how often something was held: that is no list of branches.
fn numbers(overview: &Value) -> Vec<(String, i64, String)> {
    let mut all = Vec::new();
    let mut take = |label: &str, number: &Value| {
        let (count, address) = (number["number"].as_i64().expect("a number"), number["address"].as_str());
        all.push((label.to_owned(), count, address.expect("an address").to_owned()));
    };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for first in list(&overview["first"]) {
        take(&first["label"].to_string(), &first["number"]);
    }
    for section in list(&overview["sections"]) {
        let held = usize::from(section["id"] == "meetings");
        for line in list(&section["tables"]).iter().flat_map(|table| list(&table["lines"])) {
            list(&line["numbers"]).iter().skip(held).for_each(|number| take(&line["label"].to_string(), number));
        }
    }
    for under in list(&overview["under"]) {
        for number in list(&under["numbers"]) {
            take(&under["name"].to_string(), &number);
        }
    }
    all
}

/// The same administrator, as a program comes in.
fn program(mut browser: Browser) -> Browser {
    let token = browser.bears("ejia_office").expect("a session").to_owned();
    browser.forget_cookies();
    browser.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
    browser
}

/// Compares every number of an overview with its list; answers the addresses that led somewhere.
fn compared(officer: &mut Browser, address: &str) -> BTreeSet<String> {
    let page = officer.get(&format!("/api/v1{address}"));
    assert_eq!(page.status, 200, "{}", page.text());
    let mut seen = BTreeSet::new();
    for (label, number, address) in numbers(&page.json()) {
        assert_eq!(number == 0, address.is_empty(), "{label}: {number} {address}");
        if !address.is_empty() && seen.insert(address.clone()) {
            assert_eq!(rows(officer, &address), number, "{label}: {address}");
        }
    }
    seen
}

/// Lets the job come round.
fn counted(house: &House) {
    house.pass(Duration::from_secs(61));
    house.work();
}

#[test]
fn every_number_is_what_its_list_holds() {
    House::on_both(|house| {
        let scene = house.a_move();
        house.issued(&scene);
        let people = house.persons_of(&scene.from.branch);
        house.apply_within(&people[1], &scene.far);
        // The letter's receipt and the application become late.
        house.at("2026-06-01 09:00");
        house.work();
        let mut city = program(house.inside_as(OrganizationKind::CityCommittee));
        let before = compared(&mut city, "/office/overview");
        // From here on everything is heard of by marks alone.
        for month in ["2026-04", "2026-05"] {
            house.set_dues(&scene.from.branch, month, "3000");
        }
        house.inside_as_member(people[2].id).pay_dues("支付宝");
        house.publish_meeting(&scene.from.branch, "2026-06-01", "线下");
        house.apply_within(&people[3], &scene.near);
        house.at("2026-06-01 18:00");
        counted(house);
        let mut city = program(house.inside_as(OrganizationKind::CityCommittee));
        let after = compared(&mut city, "/office/overview");
        let led = |seen: &BTreeSet<String>, part: &str| seen.iter().any(|address| address.contains(part));
        for part in
            ["of=paid", "of=unpaid", "months=1", "tab=out&stage=open", "stage=late", "kind=assembly&standing=done"]
        {
            assert!(led(&after, part), "nothing to see of {part}: {after:?}");
        }
        assert!(!led(&before, "of=paid") && !led(&before, "kind=assembly&standing=done"));
        // The committee sees the same of its own; what lies under another is not there for it.
        let mut committee = house.inside_as_officer_of(&scene.from.committee);
        let mut reader = program(house.inside_as_officer_of(&scene.from.committee));
        assert!(led(&compared(&mut reader, "/office/overview"), "organization="));
        let id = |code: &str| house.look::<String>("SELECT id FROM organization WHERE code = $1", &[code.into()]);
        let (other, branch) = (id(&scene.far.branch), id(&scene.from.branch));
        let strange = format!("/office/overview?organization={other}");
        assert_eq!(committee.open(&strange).status, 404);
        assert_eq!(committee.open(&strange.replace("overview?", "overview/sheet?")).status, 404);
        assert_eq!(committee.open(&format!("/office/transfers/records?organization={other}")).status, 404);
        let under = committee.open(&format!("/office/overview?organization={branch}")).clone();
        assert!(under.says("截至 2026-06-01 18:01") && !under.says("下级党组织"), "{}", under.text());
        for kind in [OrganizationKind::AuditOffice, OrganizationKind::HelpDesk] {
            assert_eq!(house.inside_as(kind).open("/office/overview").status, 403, "{kind}");
        }
    });
}

#[test]
fn the_page_is_found_by_its_name_and_taken_away_as_a_table_and_on_paper() {
    let house = House::start(ejia_acceptance::Database::Sqlite);
    let mut city = house.inside_as(OrganizationKind::CityCommittee);
    city.open("/office");
    assert!(city.click("数据概览").says("正在统计"), "{}", city.page().text());
    house.work();
    let page = city.open("/office/overview").clone();
    for words in ["党员队伍", "组织生活", "组织关系转移", "截至 2026-03-20", "汉族", "31至35岁", "下级党组织"]
    {
        assert!(page.says(words), "{words}: {}", page.text());
    }
    let members = house.count("SELECT COUNT(*) FROM member WHERE departed_at IS NULL");
    let table = city.get(&page.link("导出表格").expect("a table")).table_rows();
    let sum: i64 = table
        .iter()
        .filter(|row| row.first().is_some_and(|name| name == "党员按性别统计"))
        .filter_map(|row| row.get(3)?.split('.').next()?.parse::<i64>().ok())
        .sum();
    assert_eq!(sum, members, "{table:?}");
    let under = city.get(&page.link("导出下级党组织表格").expect("a table")).table_rows();
    assert!(under.iter().flatten().any(|cell| cell.contains("教育工作委员会")), "{under:?}");
    let paper = city.get(&page.link("导出PDF").expect("a paper")).pdf_text();
    assert!(paper.contains("党员按年龄统计") && paper.contains("截至"), "{paper}");
}
