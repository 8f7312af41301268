//! The work register: listed, counted, handed out as a table, on paper and in a ZIP.

use axum::http::StatusCode;
use ejia_db::{Desk, args};

use super::city::{City, NAMES, at, in_city};
use super::house::{As, Got, House};
use super::records::{answered, archived};

const PAGE: &str = "/office/meetings/register";
const EXPORT: &str = "/office/meetings/register/export";

/// A year of the branch: an assembly with two present and a photo, and a lecture; and one assembly of its sister.
fn a_year(house: &House, desk: &Desk, city: &City) -> (String, String) {
    let by = As::Office(city.branch);
    let assembly = house.assembly(city.branch);
    let lecture = house.published(city.branch, "kind=lecture&way=online&topic=学习");
    let beside = house.assembly(city.sister);
    at(desk, "2026-03-05 17:00");
    answered(desk, city, &assembly);
    house.upload(by, &format!("{assembly}/photos"), ("photo", "photo"), &[("caption", "签到表")]);
    archived(house, by, &assembly);
    archived(house, by, &lecture);
    archived(house, As::Office(city.sister), &beside);
    (assembly, lecture)
}

/// Asks for an export, lets it be made, and takes it away.
fn taken(house: &House, by: As, fields: &str) -> Got {
    let asked = house.post(by, EXPORT, fields);
    assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
    house.work();
    let page = house.get(by, &asked.location);
    let file = page.split('"').find(|part| part.ends_with("/file")).unwrap_or_else(|| panic!("{page}"));
    house.ask(by, file)
}

fn rows(house: &House, bytes: &[u8]) -> Vec<Vec<String>> {
    let path = house.folder.path().join("opened.xlsx");
    std::fs::write(&path, bytes).unwrap();
    ejia_tables::open(&path, "opened.xlsx").unwrap().map(|row| row.unwrap().cells).collect()
}

// proves: L10
#[test]
fn the_register_lists_what_was_archived_in_a_year_with_counts_and_its_check() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        assert!(house.get(by, PAGE).contains("还没有台账记录"));
        assert_eq!(house.post(by, EXPORT, "form=xlsx").status, StatusCode::UNPROCESSABLE_ENTITY);
        let (assembly, _) = a_year(&house, desk, city);
        let page = house.get(by, PAGE);
        for said in ["2026年度", "2/7", "0/7", "2 条，完整", "实时记录", &format!("{assembly}/record")] {
            assert!(page.contains(said), "{said} in {page}");
        }
        let narrowed = house.get(by, &format!("{PAGE}?kind=lecture"));
        assert!(!narrowed.contains(&format!("{assembly}/record")) && narrowed.contains("/record\""));
        assert!(house.get(by, &format!("{PAGE}?year=2025")).contains("还没有台账记录"));
        let alter = "UPDATE meeting_entry SET reason = 'x' WHERE number = 2";
        desk.write_now(move |txn| Ok(txn.execute(alter, &args![])?)).unwrap();
        let page = house.get(by, PAGE);
        assert!(page.contains("第 2 条不符") || page.contains("第 1 条不符"), "{page}");
    });
}

// proves: L10
#[test]
fn a_year_is_handed_out_as_a_table() {
    in_city(|desk, city| {
        let house = House::over(desk);
        a_year(&house, desk, city);
        let got = taken(&house, As::Office(city.branch), "year=2026&form=xlsx");
        let rows = rows(&house, &got.bytes);
        let head = rows.iter().position(|row| row.first().is_some_and(|cell| cell == "党组织") && row.len() > 20);
        let head = head.unwrap_or_else(|| panic!("{rows:?}"));
        let of = |row: usize, column: &str| {
            let place = rows[head].iter().position(|cell| cell == column).unwrap_or_else(|| panic!("{column}"));
            rows[head + row][place].clone()
        };
        assert_eq!(of(1, "党组织"), "中共集美第一支部委员会");
        assert_eq!((of(1, "应到"), of(1, "实到"), of(1, "照片")), ("7".to_owned(), "2".to_owned(), "1".to_owned()));
        assert_eq!(of(1, "到会人员"), "陈建国、郑小平");
        assert!(of(1, "未到会人员及原因").contains("王秀英（请假：出差）"));
        assert_eq!(of(1, "召开时间"), "2026-03-05 14:30 至 16:00");
        assert_eq!(of(1, "校验码").len(), 8);
        assert_eq!(of(2, "会议类型"), "党课");
        assert!(rows.iter().any(|row| row.join("").contains("2 次")), "{rows:?}");
    });
}

// proves: L10
#[test]
fn a_year_is_handed_out_on_paper_with_photos_and_corrections() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let (assembly, _) = a_year(&house, desk, city);
        house.upload(by, &format!("{assembly}/photos"), ("photo", "photo 2"), &[("reason", "补传第二页")]);
        let got = taken(&house, by, "year=2026&form=pdf");
        for said in [
            "2026年度组织生活台账",
            "2026年1月1日至2026年12月31日",
            "2 files",
            "签到表",
            "补传第二页（更正照片）",
            "王秀英",
            NAMES[0],
            "check_code",
            "\"live\"",
        ] {
            assert!(got.text.contains(said), "{said} in {}", got.text);
        }
        let narrowed = taken(&house, by, "year=2026&form=pdf&kind=lecture");
        assert!(
            narrowed.text.contains("\"narrowed\":\"党课\"") && narrowed.text.contains("0 files"),
            "{}",
            narrowed.text
        );
    });
}

// proves: L10
#[test]
fn a_committee_takes_a_paper_of_each_branch_and_a_branch_nothing_of_others() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let above = As::Office(city.committee);
        a_year(&house, desk, city);
        let page = house.get(above, &format!("{PAGE}?all=true"));
        assert!(page.contains("及全部下级党组织") && page.contains("中共集美第三支部委员会"), "{page}");
        let got = taken(&house, above, "year=2026&form=pdf&all=true");
        let text = String::from_utf8_lossy(&got.bytes).into_owned();
        assert!(got.bytes.starts_with(b"PK"), "a ZIP");
        for branch in ["中共集美第一支部委员会", "中共集美第三支部委员会"] {
            assert!(text.contains(&format!("{branch}2026年度组织生活台账.pdf")), "{branch} in {text}");
        }
        let table = rows(&house, &taken(&house, above, "year=2026&form=xlsx&all=true").bytes);
        assert_eq!(table.iter().filter(|row| row[0].starts_with("中共集美第")).count(), 3, "{table:?}");
        // One branch of those under it, by its name.
        let one = taken(&house, above, "year=2026&form=pdf&organization=集美第一支部");
        assert!(one.text.starts_with("%PDF") && one.text.contains(NAMES[1]));
        // A branch gets its own, whatever it asks for.
        let asked = format!("year=2026&form=pdf&all=true&organization_id={}", city.branch);
        let own = taken(&house, As::Office(city.sister), &asked);
        assert!(!String::from_utf8_lossy(&own.bytes).contains(NAMES[1]));
        let page = house.get(As::Office(city.sister), &format!("{PAGE}?organization_id={}", city.branch));
        assert!(page.contains("中共集美第三支部委员会的工作台账"), "{page}");
    });
}

// proves: L10
#[test]
fn more_photos_than_a_paper_holds_go_into_parts() {
    in_city(|desk, city| {
        let house = House::over(desk);
        let by = As::Office(city.branch);
        let (assembly, lecture) = a_year(&house, desk, city);
        // As if the photo were of a size that no two of them stand on one paper.
        house.upload(by, &format!("{lecture}/photos"), ("photo", "photo"), &[("reason", "补传")]);
        let large = "UPDATE meeting_photo SET bytes = 100000000";
        desk.write_now(move |txn| Ok(txn.execute(large, &args![])?)).unwrap();
        let got = taken(&house, by, "year=2026&form=pdf");
        let text = String::from_utf8_lossy(&got.bytes).into_owned();
        assert!(text.contains("（第1部分，共2部分）.pdf") && text.contains("（第2部分，共2部分）.pdf"), "{text}");
        assert!(text.contains("\"number\":2"), "numbers go on: {text}");
        assert!(house.get(by, &format!("{assembly}/record")).contains("签到表"));
    });
}
