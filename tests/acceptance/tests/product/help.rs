//! 帮助中心: searched and read by everybody, on the web and inside WeChat; every way it shows leads where it says.

use std::collections::BTreeSet;

use ejia_acceptance::{Browser, Database, House, Page, routes};
use ejia_help::{Handbook, Link};
use ejia_kernel::OrganizationKind;

/// Types into the search of a page of help.
fn search(browser: &mut Browser, typed: &str) -> Page {
    let form = browser.form("搜索").fill("搜索帮助", typed);
    browser.submit(&form).clone()
}

/// proves: A14
#[test]
fn anybody_searches_and_reads_before_any_login_on_the_web_and_inside_wechat() {
    House::on_both(|house| {
        for root in ["/help", "/wechat/help"] {
            let mut visitor = house.visitor();
            let page = visitor.open(root).clone();
            assert_eq!(page.heading(), "帮助中心");
            assert!(page.says("还是不行，找谁") && page.says("党员怎样登录平台？"), "{}", page.text());
            for (typed, wanted) in [
                ("密码忘了", "党员忘记密码怎么办？"),
                ("缴党费", "怎样在网上交党费？"),
                ("开会打卡", "开会时怎样签到？"),
                ("介绍信 黑白", "介绍信打成黑白的了，打印按钮变灰，怎么办？"),
                ("vpn转圈圈", "加密通道的页面打不开，一直转圈，怎么办？"),
                ("手机号被占用", "改档案时提示身份证号重复、手机号被占用，怎么办？"),
                ("转移流程", "我的转移申请办到哪一步了？能撤回吗？"),
                ("台帐打印", "上级要检查台账，怎样导出、打印？"),
                ("看不清", "字太小看不清，怎样放大？"),
                ("导出到党统", "平台和党统软件的数据要维护两遍吗？怎样导出？"),
            ] {
                let found = search(&mut visitor, typed);
                assert!(found.says(&format!("“{typed}”的搜索结果")), "{}", found.text());
                let lists = found.root().matching(|e| e.attribute("class") == Some("rows"));
                assert!(lists.iter().any(|list| list.text().contains(wanted)), "{typed}: {}", found.text());
            }
            let none = search(&mut visitor, "红烧肉");
            assert!(none.says("没有找到相关的回答") && none.link("查看全部问题").is_some(), "{}", none.text());
            let odd = search(&mut visitor, "<script>alert(1)</script>");
            assert_eq!(odd.status, 200);
            assert!(!odd.body().contains("<script>alert"), "{}", odd.body());
            search(&mut visitor, "忘记密码");
            visitor.click("党员忘记密码怎么办？");
            let page = visitor.page().clone();
            assert_eq!(page.heading(), "党员忘记密码怎么办？");
            assert!(
                page.says("还是不行，找谁") && page.says("相关问题") && page.says("适用于：党员"),
                "{}",
                page.text()
            );
            assert_eq!(page.link("← 帮助中心").as_deref(), Some(root));
            assert_eq!(visitor.get(&format!("{root}/nothing-of-that-kind")).status, 404);
        }
    });
}

/// proves: A14
#[test]
fn each_page_leads_to_the_help_for_itself_and_names_nobody_in_the_address() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let mut officer = house.inside_as_officer_of(&branch);
        let member = house.a_member_of(&branch);
        officer.open(&format!("/office/members/{member}/edit"));
        assert_eq!(officer.page().link("帮助中心").as_deref(), Some("/help?at=/office/members/-/edit"));
        let page = officer.click("帮助中心").clone();
        assert!(page.says("这一页的常见问题"), "{}", page.text());
        assert!(page.link("改档案时提示身份证号重复、手机号被占用，怎么办？").is_some(), "{}", page.text());
        officer.open("/office/dues/unpaid");
        officer.click("帮助中心");
        assert_eq!(officer.page().link("← 返回刚才的页面").as_deref(), Some("/office/dues/unpaid"));
        officer.click("哪些党员没交党费，在哪里看？");
        officer.click("未交党费党员名单");
        assert_eq!(officer.page().heading(), "未交党费党员名单");
        // A page that is not there has no help of its own; help has none beside itself.
        assert_eq!(officer.open("/office/nowhere").link("帮助中心").as_deref(), Some("/help"));
        assert_eq!(officer.open("/help?at=/office").link("帮助中心").as_deref(), Some("/help"));
        // Whatever stands in the address, it leads to no other house.
        let page = officer.open("/help?at=//elsewhere.example/office/dues/unpaid").clone();
        assert!(page.link("← 返回刚才的页面").is_none() && !page.body().contains("elsewhere"), "{}", page.body());

        let mut phone = house.inside_on_phone(member);
        phone.open("/wechat/dues");
        assert_eq!(phone.page().link("帮助中心").as_deref(), Some("/wechat/help?at=/wechat/dues"));
        let page = phone.click("帮助中心").clone();
        assert!(page.link("怎样在网上交党费？").is_some() && page.link("参加会议").is_some(), "{}", page.text());
        phone.click("怎样请别人替我交党费？");
        let page = phone.page().clone();
        assert!(page.says("【代交党费授权】请用浏览器打开网页版平台办理"), "{}", page.text());
        assert_eq!(page.link("代交党费").as_deref(), Some("/wechat/dues/proxy"));
    });
}

/// What a page and its window are called, and what can be pressed on it.
fn names(page: &Page) -> BTreeSet<String> {
    let named = page.root().matching(|e| matches!(e.name.as_str(), "title" | "h1" | "a" | "button"));
    named.iter().map(|e| e.accessible_name().trim_end_matches(" · 党建e家").to_owned()).collect()
}

/// The people who have the page that a link leads to.
struct People {
    all: Vec<Browser>,
    /// A phone whose owner is a member and, so that it sees those pages too, an applicant.
    phone: Browser,
}

impl People {
    fn of(house: &House) -> Self {
        let branch = house.branch_with_members();
        let member = house.a_member_of(&branch);
        let offices = [
            OrganizationKind::Committee,
            OrganizationKind::CityCommittee,
            OrganizationKind::HelpDesk,
            OrganizationKind::SystemOffice,
            OrganizationKind::SecurityOffice,
            OrganizationKind::AuditOffice,
        ];
        let mut all = vec![house.visitor(), house.inside_as_member(member), house.inside_as_applicant("13611112222")];
        all.push(house.inside_as_officer_of(&branch));
        all.extend(offices.into_iter().map(|kind| house.inside_as(kind)));
        let mut phone = house.inside_on_phone(member);
        for (name, value) in house.inside_as_applicant("13611113333").cookies() {
            phone.set_cookie(name, value);
        }
        Self { all, phone }
    }

    /// Whether somebody finds there what the link says.
    fn find(&mut self, link: &Link) -> bool {
        self.all.iter_mut().any(|one| {
            let page = one.get(&link.to);
            page.status == 200 && names(&page).contains(&link.label)
        })
    }
}

#[test]
fn every_link_of_every_answer_leads_to_a_page_that_bears_its_name() {
    let mounted = routes::all();
    let blank = |path: &str| -> String {
        path.split('/').map(|part| if part.starts_with('{') { "-" } else { part }).collect::<Vec<_>>().join("/")
    };
    let shown: BTreeSet<String> =
        mounted.iter().filter(|route| route.method == "GET").map(|route| blank(&route.path)).collect();
    let known: BTreeSet<String> = mounted.iter().map(|route| blank(&route.path)).collect();
    let on_the_web = |path: &str| path.replacen("/wechat", "/member", 1);
    let book = Handbook::read("厦门").expect("the handbook");
    for article in book.articles() {
        for link in &article.links {
            assert!(shown.contains(&link.to), "{}: {} is no page", article.id, link.to);
        }
        for page in &article.pages {
            assert!(known.contains(page) || shown.contains(&on_the_web(page)), "{}: {page} is no route", article.id);
        }
    }
    let house = House::start(Database::Sqlite);
    let mut people = People::of(&house);
    let mut seen = BTreeSet::new();
    for (article, link) in book.articles().flat_map(|one| one.links.iter().map(move |link| (one, link))) {
        if link.is_open(false) && seen.insert((link.to.clone(), link.label.clone())) {
            assert!(people.find(link), "{}: nobody finds 【{}】 at {}", article.id, link.label, link.to);
        }
        if link.is_open(true) && seen.insert((format!("phone {}", link.to), String::new())) {
            let page = people.phone.get(&format!("/wechat/help/{}", article.id));
            let to = page.link(&link.label).unwrap_or_else(|| panic!("{}: no 【{}】", article.id, link.label));
            let there = people.phone.get(&to);
            assert!(to.starts_with("/wechat") || to == link.to, "{to}");
            assert!(matches!(there.status, 200 | 303), "{}: {to}: {}", article.id, there.text());
        }
    }
}
