//! The page, and what is handed out of it, opened again.

use axum::http::StatusCode;
use ejia_db::Desk;
use ejia_kernel::OrganizationId;

use crate::model::{Stage, Standing};
use crate::tests::city::{at, goes_on, in_city, out, within, write, write_in};
use crate::tests::house::{As, House};

const PAGE: &str = "/office/transfers/records";
const EXPORT: &str = "/office/transfers/records/export";

/// The cells of a table file.
fn cells(house: &House, bytes: &[u8]) -> Vec<Vec<String>> {
    let path = house.folder.path().join("opened.xlsx");
    std::fs::write(&path, bytes).unwrap();
    ejia_tables::open(&path, "opened.xlsx").unwrap().map(|row| row.unwrap().cells).collect()
}

// proves: T11
#[test]
fn the_page_has_its_three_lists_and_every_line_leads_to_the_progress() {
    in_city(|desk, city| {
        let house = House::over(desk);
        at(desk, "2026-03-01");
        let id = write(desk, &within("甲", city.deep, city.far), Stage::Review, Some(city.deep));
        at(desk, "2026-03-20");
        let page = house.get(As::Office(city.deep), PAGE);
        for shown in [">转出</a>", ">转入</a>", ">内部转移</a>", "待审核", "已超期", "中共湖里第一支部委员会"]
        {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        assert!(page.contains(&format!("/office/transfers/{id}\">甲</a>")));
        let empty = house.get(As::Office(city.deep), &format!("{PAGE}?tab=in"));
        assert!(empty.contains("还没有转入记录") && !empty.contains("导出表格"));
        assert!(house.get(As::Office(city.far), &format!("{PAGE}?tab=in&q=x")).contains("没有符合条件的转接记录"));
    });
}

// proves: T11
#[test]
fn what_is_narrowed_is_handed_out_as_a_table_and_on_paper() {
    in_city(|desk, city| {
        let house = House::over(desk);
        at(desk, "2026-03-01");
        let id = write(desk, &out("甲", city.direct), Stage::Receipt, None);
        at(desk, "2026-03-09");
        goes_on(desk, id, Stage::Done, None);
        write(desk, &within("乙", city.deep, city.far), Stage::Review, Some(city.committee));
        let got = house.post_from(As::Office(city.root), &format!("{PAGE}?tab=out"), EXPORT, "tab=out&form=xlsx");
        assert_eq!(got.status, StatusCode::OK);
        let opened = cells(&house, &got.bytes);
        let heads = "姓名 方式 转出党组织 拟转入党组织 拟转入单位 转出原因 申请日期 当前状态 办理组织 办结日期";
        let place = opened.iter().position(|row| row.join(" ") == heads).unwrap();
        let left =
            ["甲", "平台外转出", "中共集美第一支部委员会", "中共福州市鼓楼区第二支部委员会", "福州某厂", "工作调动"];
        assert_eq!(opened[place + 1][..6], left);
        assert_eq!(opened[place + 1][6..], ["2026-03-01", "已完成", "", "2026-03-09"]);
        assert!(opened[place + 2..].iter().all(|row| row.join(" ").contains("合计")), "{opened:?}");
        let page = format!("{PAGE}?tab=internal");
        let got = house.post_from(As::Office(city.root), &page, EXPORT, "tab=internal&form=pdf&stage=review");
        let paper = got.text;
        assert!(paper.contains("乙") && paper.contains("中共集美街道委员会") && paper.contains("办理状态"), "{paper}");
        assert_eq!(acts(desk, "transfers.records_taken"), 2);
    });
}

// proves: T11
#[test]
fn a_long_list_is_made_by_a_job() {
    in_city(|desk, city| {
        let house = House::over(desk);
        many(desk, city.direct);
        let refused = house.post_from(As::Office(city.root), PAGE, EXPORT, "form=pdf");
        assert!(refused.status.is_client_error() && refused.text.contains("不能制作PDF"), "{}", refused.text);
        let refused = house.post_from(As::Office(city.root), PAGE, EXPORT, "form=xlsx&q=%E5%85%9A");
        assert!(refused.text.contains("按姓名查到的记录超过500项"), "{}", refused.text);
        let asked = house.post_from(As::Office(city.root), PAGE, EXPORT, "form=xlsx");
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}", asked.text);
        house.work();
        let page = house.get(As::Office(city.root), &asked.location);
        let file = page.split('"').find(|part| part.ends_with("/file")).unwrap_or_else(|| panic!("{page}"));
        let got = house.ask(As::Office(city.root), file);
        let opened = cells(&house, &got.bytes);
        assert_eq!(opened.iter().filter(|row| row[0].starts_with("党员")).count(), 1_201);
        assert!(opened.iter().any(|row| row.join("").contains("1201 项")));
    });
}

fn many(desk: &Desk, branch: OrganizationId) {
    let standing = Standing { stage: Stage::Review, at: Some(branch) };
    desk.write_now(move |txn| {
        for number in 0..1_201 {
            write_in(txn, &out(&format!("党员{number}"), branch), standing)?;
        }
        Ok(())
    })
    .unwrap();
}

fn acts(desk: &Desk, action: &'static str) -> i64 {
    let sql = "SELECT count(*) FROM audit_entry WHERE action = $1";
    desk.read_now(move |txn| Ok(txn.one(sql, &ejia_db::args![action], |row| row.get(0))?)).unwrap()
}
