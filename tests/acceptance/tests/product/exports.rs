//! 【数据导出】: tables for the statistics software, whole, as differences, and compared with its own.

use std::io::Cursor;
use std::io::Write as _;

use ejia_acceptance::{Browser, Database, House, Page};
use ejia_db::Value;
use ejia_directory::import::import_files;
use ejia_kernel::OrganizationKind;

type Row = Vec<String>;

/// Asks for an export by the manual's way of clicking, lets it be made and takes it away.
fn exported(house: &House, browser: &mut Browser, table: &str, content: &str) -> Page {
    browser.open("/office");
    browser.click("【党组织管理】");
    browser.click("【数据导出】");
    let form = browser.form("导出").with("table", table).with("content", content);
    browser.submit(&form);
    taken(house, browser)
}

/// Uploads a table to be compared and takes away what differs.
fn compared(house: &House, browser: &mut Browser, name: &str, file: Vec<u8>) -> Page {
    browser.open("/office/statistics");
    let form = browser.form("上传并比对").attach(name, file);
    browser.submit(&form);
    taken(house, browser)
}

fn taken(house: &House, browser: &mut Browser) -> Page {
    let document = browser.page().path.clone();
    house.work();
    browser.open(&document);
    let file = browser.page().link("下载文件").unwrap_or_else(|| panic!("{}", browser.page().text()));
    browser.get(&file)
}

fn column(rows: &[Row], heading: &str) -> usize {
    rows[0].iter().position(|cell| cell == heading).unwrap_or_else(|| panic!("no column {heading}: {:?}", rows[0]))
}

fn sheet(rows: &[Row]) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let headings: Vec<(&str, u16)> = rows[0].iter().map(|cell| (cell.as_str(), 10)).collect();
    let mut sheet = ejia_tables::SheetWriter::new("党员", &headings).expect("a sheet");
    for row in &rows[1..] {
        sheet.row(row).expect("a line");
    }
    sheet.finish(&mut file).expect("a table file");
    file.into_inner()
}

/// Changes a row behind the product's back.
fn change(house: &House, sql: &'static str, values: &[Value]) {
    let values = values.to_vec();
    house.desk().write_now(move |txn| Ok(txn.execute(sql, &values)?)).expect("changed");
}

/// A file with this content that goes away with it.
fn on_disk(page: &Page) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".xlsx").tempfile().expect("a file");
    file.write_all(&page.bytes).expect("written");
    file
}

/// proves: M9
#[test]
fn what_is_exported_comes_in_again_and_changes_nothing() {
    House::on_both(|house| {
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        let members = exported(house, &mut city, "members", "whole");
        let organizations = exported(house, &mut city, "organizations", "whole");
        assert_eq!(
            members.table_rows().len(),
            usize::try_from(house.count("SELECT COUNT(*) FROM member WHERE departed_at IS NULL")).unwrap() + 1
        );
        let (members, organizations) = (on_disk(&members), on_disk(&organizations));
        let open = ejia::house::open_table();
        let again = |house: &House| {
            import_files(house.desk(), &open, Some(organizations.path()), Some(members.path()), true, true)
                .expect("an import")
        };
        for run in again(house).runs {
            let counts = run.counts;
            assert_eq!((counts.fresh, counts.changed, counts.refused), (0, 0, 0), "{:?}", run.file_name);
            assert!(counts.unchanged > 5);
        }
        // In an empty house all of it comes in, and goes out as it came.
        let empty = House::empty(if house.desk().engine() == "SQLite" { Database::Sqlite } else { Database::Postgres });
        let report = import_files(empty.desk(), &open, Some(organizations.path()), Some(members.path()), false, true);
        assert_eq!(report.expect("an import").refused(), 0);
        for run in again(&empty).runs {
            assert_eq!((run.counts.fresh, run.counts.changed, run.counts.refused), (0, 0, 0), "{:?}", run.file_name);
        }
    });
}

/// proves: M9
#[test]
fn differences_name_who_came_who_left_and_every_item_that_changed_with_both_values() {
    House::on_both(|house| {
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        city.open("/office/statistics");
        let form = city.form("导出").with("table", "members").with("content", "since_last");
        assert_eq!(city.submit(&form).status, 422);
        assert!(city.page().says("还没有导出过"), "{}", city.page().text());
        let whole = exported(house, &mut city, "members", "whole").table_rows();
        let nothing = exported(house, &mut city, "members", "since_last").table_rows();
        assert_eq!(nothing.len(), 1, "only headings: {nothing:?}");
        // One changes his post, one leaves, one comes back who had left before the first export would know him.
        let branch = house.branch_with_members();
        let people = house.people_of(&branch);
        let changed = house.member(people[0].id_card());
        let gone = house.member(people[1].id_card());
        change(house, "UPDATE member SET post = '校长', version = version + 1 WHERE id = $1", &[changed.into()]);
        let leaves = "UPDATE member SET departed_at = 1, departed_reason = 'died', departed_note = '' WHERE id = $1";
        change(house, leaves, &[gone.into()]);
        let rows = exported(house, &mut city, "members", "since_last").table_rows();
        let told = |rows: &[Row], what: &str, name: &str| -> Vec<Row> {
            let name_at = column(rows, "姓名");
            rows.iter().filter(|row| row[0] == what && row[name_at] == name).cloned().collect()
        };
        let told_change = told(&rows, "变动", people[0].name());
        assert_eq!((told_change[0][1].as_str(), told_change[0][3].as_str()), ("工作岗位", "校长"), "{rows:?}");
        assert_eq!(told(&rows, "离开", people[1].name()).len(), 1);
        assert_eq!(rows.len(), 3, "{rows:?}");
        // Back again: he is new to who has heard that he left.
        change(house, "UPDATE member SET departed_at = NULL, departed_reason = NULL WHERE id = $1", &[gone.into()]);
        let rows = exported(house, &mut city, "members", "since_last").table_rows();
        assert_eq!((rows.len(), told(&rows, "新增", people[1].name()).len()), (2, 1), "{rows:?}");
        city.open("/office/statistics");
        let lines = city.page().rows();
        assert!(lines.iter().any(|line| line.contains(&"上次导出以来的变化".to_owned())), "{lines:?}");
        assert!(whole.len() > 5);
    });
}

/// proves: M9
#[test]
fn a_table_given_back_is_compared_item_by_item_and_changes_nothing() {
    House::on_folder_and_bucket(|house| {
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        let mut rows = exported(house, &mut city, "members", "whole").table_rows();
        let (post, born, card) = (column(&rows, "工作岗位"), column(&rows, "出生日期"), column(&rows, "公民身份证号"));
        let missing = rows.remove(1);
        "另一个岗位".clone_into(&mut rows[1][post]);
        // Another way of writing the same is no difference.
        rows[2][born] = rows[2][born].replace('-', ".");
        let mut stranger = rows[3].clone();
        let valid = ejia_kernel::IdCardNumber::complete("35020319800102001").expect("a number");
        valid.expose().clone_into(&mut stranger[card]);
        let mut broken = rows[3].clone();
        "123".clone_into(&mut broken[card]);
        rows.extend([stranger, broken]);
        let versions = "SELECT CAST(SUM(version) AS BIGINT) FROM member";
        let before = house.count(versions);
        let told = compared(house, &mut city, "党统.xlsx", sheet(&rows)).table_rows();
        let of = |what: &str| told.iter().filter(|row| row[0] == what).cloned().collect::<Vec<Row>>();
        let changes = of("变动");
        assert_eq!(changes.len(), 1, "{told:?}");
        assert_eq!((changes[0][1].as_str(), changes[0][2].as_str()), ("工作岗位", "另一个岗位"));
        let came = of("新增");
        assert_eq!(came.len(), 1);
        assert_eq!(came[0][4..], missing[..]);
        assert_eq!((of("离开").len(), of("无法比对").len()), (1, 1), "{told:?}");
        assert!(of("无法比对")[0][3].contains("公民身份证号"), "{told:?}");
        assert_eq!(house.count(versions), before);
        // What is no such table is refused beside its field.
        city.open("/office/statistics");
        let form = city.form("上传并比对").attach("随笔.xlsx", b"not a table".to_vec());
        assert_eq!(city.submit(&form).status, 422);
        assert!(city.page().says("不能与这个文件比对"), "{}", city.page().text());
    });
}

/// proves: M9 R2
#[test]
fn a_committee_exports_what_lies_under_it_and_a_branch_nothing() {
    House::on_both(|house| {
        let mut committee = house.inside_as(OrganizationKind::Committee);
        let rows = exported(house, &mut committee, "organizations", "whole").table_rows();
        let all = house.count("SELECT COUNT(*) FROM organization");
        assert!(rows.len() > 1 && i64::try_from(rows.len()).unwrap() < all, "{} of {all}", rows.len());
        let mut branch = house.inside_as_officer_of(&house.branch_with_members());
        assert_eq!(branch.get("/office/statistics").status, 403);
        assert!(branch.open("/office").link("【数据导出】").is_none());
    });
}
