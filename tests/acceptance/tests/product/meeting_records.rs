//! 【会后补录】 with photos of the minutes, and the 工作台账 that comes from it.

use ejia_acceptance::{Browser, House, Page};
use ejia_kernel::OrganizationKind;

/// The branch enters a meeting that was held yesterday, by the manual's words, with a photo of its minutes, and archives it.
fn recorded_afterwards(house: &House, branch: &mut Browser) {
    branch.open("/office");
    branch.click("【组织生活】");
    branch.click("【会议管理】");
    branch.click("【会后补录】");
    let day = house.desk().now().china_date().plus_days(-1);
    let form = branch.form("下一步").fill("会议类型", "党员大会").fill("会议名称", "第一季度党员大会");
    let form = form.fill("召开时间", &format!("{day}T14:30")).fill("结束时间", &format!("{day}T16:00"));
    let form = form.fill("会议地点", "三楼会议室").fill("会议主题", "讨论发展党员").fill("主持人", "陈书记");
    branch.submit(&form);
    let form = branch.form("保存").with("who", "all");
    assert!(branch.submit(&form).says("应到会名单已保存"), "{}", branch.page().text());
    branch.click("【会议记录】");
    let form = branch.form("保存会议记录").fill("会议记录", "一、学习文件\n二、讨论发展党员");
    assert!(branch.submit(&form).says("会议记录已保存"), "{}", branch.page().text());
    let form = branch.form("上传照片").fill("说明", "会议记录第 1 页").attach("IMG_2031.jpg", house.a_photo());
    assert!(branch.submit(&form).says("照片已上传"), "{}", branch.page().text());
    branch.click("【归档】");
    assert!(branch.page().says("还没有登记到会情况"), "{}", branch.page().text());
    let form = branch.form("确认归档");
    assert!(branch.submit(&form).says("工作台账已自动生成"), "{}", branch.page().text());
}

/// Lets an export be made and takes it away.
fn taken(house: &House, browser: &mut Browser, button: &str) -> Page {
    let form = browser.form(button);
    browser.submit(&form);
    let document = browser.page().path.clone();
    house.work();
    browser.open(&document);
    let file = browser.page().link("下载文件").unwrap_or_else(|| panic!("{}", browser.page().text()));
    browser.get(&file)
}

/// proves: L9
#[test]
fn a_meeting_that_was_held_is_entered_afterwards_with_photos_and_stands_in_the_register() {
    House::on_both(|house| {
        let mut branch = house.inside_as_officer_of(&house.branch_with_members());
        recorded_afterwards(house, &mut branch);
        let page = branch.page().clone();
        assert!(page.says("会后补录") && page.fact("校验码").is_some(), "{}", page.text());
        let photo = page.root().all("img").iter().find_map(|img| img.attribute("src")).map(str::to_owned);
        let photo = photo.expect("a photo");
        let shown = branch.get(&photo);
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        assert_ne!(house.visitor().get(&photo).status, 200, "nobody else gets it");
        // What was wrong is corrected in the open.
        branch.click("【更正】");
        let form = branch.form("保存更正").fill("主持人", "林书记").fill("更正原因", "主持人写错了");
        let page = branch.submit(&form).clone();
        for said in ["更正记录", "陈书记", "林书记", "主持人写错了"] {
            assert!(page.says(said), "{said}: {}", page.text());
        }
    });
}

/// proves: L9 L10
#[test]
fn the_register_of_a_year_is_exported_and_printed_with_its_photos() {
    House::on_both(|house| {
        let mut branch = house.inside_as_officer_of(&house.branch_with_members());
        recorded_afterwards(house, &mut branch);
        branch.click("【工作台账】");
        assert_eq!(branch.page().fact("党员大会").as_deref(), Some("1 次"), "{}", branch.page().text());
        assert_eq!(branch.page().fact("校验").as_deref(), Some("1 条，完整"));
        let code = branch.page().rows().last().and_then(|row| row.last().cloned()).expect("a line");
        let register = branch.page().path.clone();
        let text = taken(house, &mut branch, "导出PDF").pdf_text();
        for said in ["组织生活台账", "第一季度党员大会", "会后补录", "会议记录第1页", "二、讨论发展党员", &code]
        {
            assert!(text.contains(said), "{said} is not in: {text}");
        }
        branch.open(&register);
        let rows = taken(house, &mut branch, "导出表格").table_rows();
        assert!(rows.iter().any(|row| row.contains(&"第一季度党员大会".to_owned()) && row.contains(&code)), "{rows:?}");
    });
}

/// proves: L10
#[test]
fn the_city_checks_the_registers_of_all_under_it() {
    House::on_both(|house| {
        let mut branch = house.inside_as_officer_of(&house.branch_with_members());
        recorded_afterwards(house, &mut branch);
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        city.open("/office/meetings/register");
        let form = city.form("查询").fill("全部下级党组织", "true");
        assert!(city.submit(&form).says("第一季度党员大会"), "{}", city.page().text());
        let zip = taken(house, &mut city, "导出PDF");
        assert_eq!(zip.header("content-type"), Some("application/zip"));
        assert!(zip.body().contains("年度组织生活台账.pdf"));
    });
}
