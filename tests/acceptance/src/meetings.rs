//! Meetings of the city, as a branch's administrator publishes them by the manual's words.

use crate::browser::Browser;
use crate::house::House;

/// A meeting that was published.
pub struct Published {
    /// The administrator's browser, on 【会议详情】.
    pub officer: Browser,
    /// The path of 【会议详情】.
    pub path: String,
}

impl House {
    /// The branch's administrator publishes an assembly for 14:30 to 16:00 of this day and calls everybody to it.
    ///
    /// # Panics
    /// When it is refused.
    pub fn publish_meeting(&self, branch: &str, day: &str, way: &str) -> Published {
        let mut officer = self.inside_as_officer_of(branch);
        officer.open("/office");
        officer.click("【组织生活】");
        officer.click("【会议管理】");
        officer.click("【发布会议】");
        let form = officer.form("【通知党员】").fill("会议类型", "党员大会").fill("会议名称", "第一季度党员大会");
        let form = form.fill("召开时间", &format!("{day}T14:30")).fill("结束时间", &format!("{day}T16:00"));
        let form = form.fill(way, "").fill("会议地点", "三楼会议室").fill("会议主题", "学习讨论");
        officer.submit(&form);
        let form = officer.form("保存").fill("全体党员", "");
        let page = officer.submit(&form);
        assert!(page.says("参会名单已保存"), "{}: {}", page.status, page.text());
        let path = page.path.split('?').next().unwrap_or_default().to_owned();
        Published { officer, path }
    }
}

impl Browser {
    /// The administrator adds an item to the agenda, by the manual's words.
    ///
    /// # Panics
    /// When it is refused.
    pub fn add_item(&mut self, meeting: &str, kind: &str, title: &str) {
        self.open(meeting);
        self.click("【添加议题】");
        let form = self.form("保存").fill("议题类型", kind).fill("议题名称", title);
        assert!(self.submit(&form).says("议题已添加"), "{}", self.page().text());
    }
}
