//! A small city, and its people, as tables.

use super::{Shelf, cells, id_card};

/// Headings of the table of organizations.
pub(super) const ORGANIZATIONS: [&str; 10] = [
    "党组织代码",
    "党组织名称",
    "上级党组织代码",
    "组织类别",
    "党组织书记",
    "联系人",
    "联系电话",
    "组织所在单位",
    "成立日期",
    "届满日期",
];

/// Headings of the table of members.
pub(super) const MEMBERS: [&str; 13] = [
    "序号",
    "姓名",
    "所在党支部",
    "公民身份证号",
    "性别",
    "民族",
    "出生日期",
    "学历",
    "人员类别",
    "加入党组织日期",
    "手机号",
    "家庭住址",
    "党籍状态",
];

/// The code of an organization of the city.
pub(super) fn code(number: u32) -> String {
    format!("35020000{number:04}")
}

/// One line of the table of organizations.
pub(super) fn organization(number: u32, name: &str, parent: u32, kind: &str) -> Vec<String> {
    let phone = format!("139000000{number:02}");
    let parent = if parent == 0 { String::new() } else { code(parent) };
    let mut line = cells(&["", name, "", kind, "书记甲", "联系人乙", &phone, "某单位", "1990-07-01", "2027-07-01"]);
    line[0] = code(number);
    line[2] = parent;
    line
}

/// A city, a working committee, two committees and three branches; children stand before their parents.
pub(super) fn organizations() -> Vec<Vec<String>> {
    vec![
        cells(&ORGANIZATIONS),
        organization(6, "第二支部", 4, "党支部"),
        organization(4, "甲党委", 2, "党委"),
        organization(5, "第一支部", 4, "联合党支部"),
        organization(2, "某街道工委", 1, "党工委"),
        organization(1, "某市委", 0, "市委"),
        organization(3, "乙党委", 1, "党委"),
        organization(7, "第三支部", 3, "党支部"),
    ]
}

/// One line of the table of members.
pub(super) fn member(index: u32, name: &str, branch: &str) -> Vec<String> {
    let phone = format!("138000{index:05}");
    let number = index.to_string();
    let id = id_card(index, true);
    cells(&[
        &number,
        name,
        branch,
        &id,
        "男",
        "汉族",
        "1980-01-01",
        "高中",
        "正式党员",
        "2001-07-01",
        &phone,
        "某区某路1号",
        "正常",
    ])
}

/// A table of these members.
pub(super) fn members(lines: impl IntoIterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    let mut table = vec![cells(&["党员基本信息采集汇总表"]), Vec::new(), cells(&MEMBERS)];
    table.extend(lines);
    table
}

/// A shelf with the city's organizations on it.
pub(super) fn shelf() -> Shelf {
    let shelf = Shelf::default();
    shelf.put("党组织.xls", &organizations());
    shelf
}
