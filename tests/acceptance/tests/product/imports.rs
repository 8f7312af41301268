//! 【数据导入】: the statistics software's tables, from upload to report.

use std::io::Cursor;

use ejia::city::MEMBER_HEADINGS;
use ejia_acceptance::{Browser, House};
use ejia_kernel::{IdCardNumber, OrganizationKind};

type Row = Vec<String>;

/// A valid ID-card number that nobody in the invented city has.
fn id_card(number: u32) -> String {
    let completed = IdCardNumber::complete(&format!("35020319800102{number:03}"));
    completed.expect("a valid number").expose().to_owned()
}

fn sex_of(id_card: &str) -> &'static str {
    let digit = id_card.as_bytes()[16];
    if digit % 2 == 1 { "男" } else { "女" }
}

/// A row of the national table, in its order.
fn row(number: u32, branch: &str) -> Row {
    let id_card = id_card(number);
    let cells = [
        &number.to_string(),
        "林晓云",
        branch,
        &id_card,
        sex_of(&id_card),
        "汉族",
        "1980-01-02",
        "大学本科",
        "正式党员",
        "2005-07-01",
        "2006-07-01",
        "教师",
        &format!("1390013{number:04}"),
        "",
        "思明区环岛路8号",
        "正常",
        "否",
        "",
        "否",
        "",
    ];
    cells.map(str::to_owned).to_vec()
}

/// An .xlsx with a title line above the headings.
fn table(headings: &[&str], rows: Vec<Row>) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut title = vec![("鹭岛市党员名册", 20)];
    title.resize(headings.len(), ("", 10));
    let mut sheet = ejia_tables::SheetWriter::new("党员", &title).expect("a sheet");
    let mut lines = vec![headings.iter().map(|heading| (*heading).to_owned()).collect::<Row>(), Vec::new()];
    lines.extend(rows);
    for line in lines {
        sheet.row(line).expect("a line");
    }
    sheet.finish(&mut file).expect("a table file");
    file.into_inner()
}

/// Uploads a file and lets the reading be done; the browser then shows the preview.
fn upload(house: &House, browser: &mut Browser, name: &str, file: Vec<u8>) -> u16 {
    browser.open("/office");
    browser.click("【党组织管理】");
    browser.click("【数据导入】");
    let form = browser.form("上传并核对").attach(name, file);
    let status = browser.submit(&form).status;
    house.work();
    if status == 200 {
        let path = browser.page().path.clone();
        browser.open(&path);
    }
    status
}

fn confirm(house: &House, browser: &mut Browser) {
    let path = browser.page().path.clone();
    browser.click("确认导入");
    house.work();
    browser.open(&path);
}

fn members(house: &House) -> i64 {
    house.count("SELECT COUNT(*) FROM member WHERE departed_at IS NULL")
}

fn a_branch(house: &House) -> String {
    let code = house.branch_with_members();
    let found = house.city().organizations().iter().find(|one| one.code() == code);
    found.expect("a branch").name().to_owned()
}

/// The good rows 1 to 9, and six that must be refused, each for its own reason.
fn defective(branch: &str) -> (Vec<Row>, [&'static str; 6]) {
    let mut rows: Vec<Row> = (1..=9).map(|number| row(number, branch)).collect();
    "1980.01.02".clone_into(&mut rows[1][6]);
    "汉".clone_into(&mut rows[2][5]);
    " 139-0013 0004 ".clone_into(&mut rows[3][12]);
    rows[4][12] = String::new();
    "林 晓 云".clone_into(&mut rows[5][1]);
    "𬱖㛃".clone_into(&mut rows[6][1]);
    rows[7][3] = rows[7][3].chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)).collect();
    let mut bad = |number: u32, column: usize, value: &str| {
        let mut line = row(number, branch);
        value.clone_into(&mut line[column]);
        rows.push(line);
    };
    let wrong_digit = id_card(11);
    let last = if wrong_digit.ends_with('1') { '2' } else { '1' };
    bad(10, 1, "");
    bad(11, 3, &format!("{}{last}", &wrong_digit[..17]));
    bad(12, 2, "中共没有这个支部委员会");
    bad(13, 3, &id_card(1));
    bad(14, 12, "12345");
    bad(15, 6, "2026-02-30");
    (rows, ["姓名", "公民身份证号", "党支部", "重复", "手机", "日期"])
}

/// proves: M1
#[test]
fn a_table_is_previewed_confirmed_and_reported_row_by_row() {
    House::on_folder_and_bucket(|house| {
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        let (rows, reasons) = defective(&a_branch(house));
        let file = table(&MEMBER_HEADINGS, rows);
        let before = members(house);
        assert_eq!(upload(house, &mut officer, "党员.xlsx", file.clone()), 200, "{}", officer.page().text());
        assert_eq!(members(house), before, "nothing is written before the confirmation");
        let preview = officer.page().text();
        for reason in reasons {
            assert!(preview.contains(reason), "{reason}: {preview}");
        }
        // A title line, the headings, an empty line, nine good rows: the first refused one is line 13 of the file.
        let refused: Vec<String> = officer.page().rows().iter().filter_map(|row| row.first().cloned()).collect();
        assert!(refused.contains(&"13".to_owned()), "{refused:?}");
        confirm(house, &mut officer);
        assert_eq!(members(house), before + 9, "{}", officer.page().text());
        assert!(officer.page().says("导入结果"));
        let report = officer.get(&officer.page().link("下载逐行结果").expect("a report"));
        assert_eq!(report.status, 200);
        assert!(report.bytes.starts_with(b"PK"), "a table file");
        let names = "SELECT COUNT(*) FROM member WHERE name = $1";
        assert_eq!(house.look::<i64>(names, &["𬱖㛃".into()]), 1, "rare characters are kept whole");
        // The same file again changes nothing.
        upload(house, &mut officer, "党员.xlsx", file);
        assert_eq!(officer.page().fact("无变化").as_deref(), Some("9 行"), "{}", officer.page().text());
        confirm(house, &mut officer);
        assert_eq!(members(house), before + 9);
    });
}

/// proves: M1
#[test]
fn a_changed_row_is_shown_as_a_difference_to_accept() {
    House::on_both(|house| {
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        let branch = a_branch(house);
        let rows = || vec![row(1, &branch), row(2, &branch)];
        upload(house, &mut officer, "党员.xlsx", table(&MEMBER_HEADINGS, rows()));
        confirm(house, &mut officer);
        let mut changed = rows();
        "医生".clone_into(&mut changed[0][11]);
        "工程师".clone_into(&mut changed[1][11]);
        upload(house, &mut officer, "党员.xlsx", table(&MEMBER_HEADINGS, changed));
        assert!(officer.page().says("教师") && officer.page().says("医生"), "old and new");
        let form = officer.form("保存本页勾选").fill("第4行采用表格内容", "");
        officer.submit(&form);
        confirm(house, &mut officer);
        let posts = "SELECT COUNT(*) FROM member WHERE name = '林晓云' AND post = $1";
        assert_eq!(house.look::<i64>(posts, &["医生".into()]), 1, "{}", officer.page().text());
        assert_eq!(house.look::<i64>(posts, &["工程师".into()]), 0, "what was not ticked stays");
    });
}

/// proves: M1
#[test]
fn columns_may_stand_in_any_order_and_unknown_ones_are_named() {
    House::on_both(|house| {
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        let branch = a_branch(house);
        let mut headings: Vec<&str> = MEMBER_HEADINGS.into_iter().rev().collect();
        headings.insert(3, "政治面貌备注");
        let rows = (1..=3).map(|number| {
            let mut line: Row = row(number, &branch).into_iter().rev().collect();
            line.insert(3, "无".to_owned());
            line
        });
        let before = members(house);
        upload(house, &mut officer, "党员.xlsx", table(&headings, rows.collect()));
        assert!(officer.page().says("政治面貌备注"), "{}", officer.page().text());
        confirm(house, &mut officer);
        assert_eq!(members(house), before + 3);
    });
}

/// proves: M1
#[test]
fn a_given_up_import_writes_nothing() {
    House::on_both(|house| {
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        let before = members(house);
        upload(house, &mut officer, "党员.xlsx", table(&MEMBER_HEADINGS, vec![row(1, &a_branch(house))]));
        officer.click("取消导入");
        house.work();
        assert_eq!(members(house), before);
    });
}

/// proves: M1 R2
#[test]
fn a_committee_imports_only_under_itself_and_a_branch_not_at_all() {
    House::on_both(|house| {
        let organizations = house.city().organizations();
        let peopled = house.branches_with_members();
        let parent =
            |code: &str| organizations.iter().find(|one| one.code() == code).map_or("", |one| one.parent_code());
        let committee = organizations.iter().find(|one| one.kind == OrganizationKind::Committee).expect("a committee");
        let foreign =
            peopled.iter().find(|code| parent(code) != committee.code() && parent(parent(code)) != committee.code());
        let foreign = organizations.iter().find(|one| Some(&one.code().to_owned()) == foreign).expect("a branch");
        let before = members(house);
        let mut officer = house.inside_as_officer_of(committee.code());
        upload(house, &mut officer, "党员.xlsx", table(&MEMBER_HEADINGS, vec![row(1, foreign.name())]));
        assert!(officer.page().says("不能导入"), "{}", officer.page().text());
        if officer.page().form("确认导入").is_some() {
            confirm(house, &mut officer);
        }
        assert_eq!(members(house), before);
        let mut branch = house.inside_as_officer_of(&peopled[0]);
        assert!(branch.open("/office/organizations").link("数据导入").is_none());
        assert_eq!(branch.get("/office/import").status, 403);
    });
}

/// proves: M1
#[test]
fn files_that_are_no_tables_are_refused_with_a_sentence() {
    House::on_both(|house| {
        let mut officer = house.inside_as(OrganizationKind::CityCommittee);
        let before = members(house);
        let wide = format!("{}\n{}\n", vec!["姓名"; 100_000].join(","), vec!["x"; 100_000].join(","));
        let nul = format!("{}\n1,林\0晓云,x\n", MEMBER_HEADINGS.join(","));
        let formula = format!("{}\n1,=HYPERLINK(1),x,@SUM(1),,,,,,,,,,,,,,,,\n", MEMBER_HEADINGS.join(","));
        let long = format!("{}\n1,{},x\n", MEMBER_HEADINGS.join(","), "长".repeat(1 << 20));
        let files: [(&str, Vec<u8>); 9] = [
            ("党员.xlsx", b"PK\x03\x04 and no more".to_vec()),
            ("党员.xls", vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0, 0]),
            ("党员.csv", vec![0xFF; 5_000]),
            ("党员.csv", Vec::new()),
            ("照片.jpg", vec![0xFF, 0xD8, 0xFF, 0xE0]),
            ("党员.csv", wide.into_bytes()),
            ("党员.csv", nul.into_bytes()),
            ("党员.csv", formula.into_bytes()),
            ("党员.csv", long.into_bytes()),
        ];
        for (name, file) in files {
            let size = file.len();
            let status = upload(house, &mut officer, name, file);
            assert!(status == 200 || (400..500).contains(&status), "{name} of {size}: {status}");
            let sentence = officer.page().text();
            let told = ["无法", "不能", "未导入", "不是", "请"].iter().any(|word| sentence.contains(word));
            assert!(told, "{name} of {size}: {sentence}");
            if officer.page().form("确认导入").is_some() {
                confirm(house, &mut officer);
            }
            assert_eq!(members(house), before, "{name} of {size}");
        }
        // Too large: told so, not cut off.
        let status = upload(house, &mut officer, "党员.csv", vec![b'a'; 33 << 20]);
        assert_eq!(status, 413);
        assert!(officer.page().says("32"), "{}", officer.page().text());
    });
}
