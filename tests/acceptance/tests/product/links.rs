//! Every link on every page leads to a page, and every page is in order.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ejia_acceptance::{Browser, House, Page};
use ejia_kernel::OrganizationKind;

/// Pages looked at for one person, and pages of one kind among them: the tenth member's page is as the first.
const MOST: usize = 300;
const MOST_OF_A_KIND: usize = 4;

/// An address without whose it is: ids, articles of help and what is asked for by value are left out.
fn kind_of(link: &str) -> String {
    let (path, asked) = link.split_once('?').unwrap_or((link, ""));
    if let Some((root, _)) = path.split_once("help/") {
        return format!("{root}help/{{article}}");
    }
    let part =
        |part: &str| if part.len() == 26 && part.starts_with("01") { "{id}".to_owned() } else { part.to_owned() };
    let names = asked.split('&').map(|pair| pair.split('=').next().unwrap_or_default());
    format!("{}?{}", path.split('/').map(part).collect::<Vec<_>>().join("/"), names.collect::<Vec<_>>().join("&"))
}

/// Follows every link from `start`, some of each kind; answers the paths seen.
fn walk(browser: &mut Browser, start: &str) -> BTreeSet<String> {
    let mut seen = BTreeSet::from([start.to_owned()]);
    let mut waiting = VecDeque::from([start.to_owned()]);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    let mut looked_at = 0;
    while let Some(path) = waiting.pop_front() {
        let page = browser.get(&path);
        assert!(matches!(page.status, 200 | 303), "{path}: {}: {}", page.status, page.text());
        looked_at += 1;
        if page.status == 303 || !page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")) {
            continue;
        }
        is_in_order(&page);
        // Help leads to pages of all people; each of its links is followed by a test of its own.
        if path.starts_with("/help") && start != "/" {
            continue;
        }
        for link in page.links() {
            let link = link.split('#').next().unwrap_or_default().to_owned();
            let leaves = link.contains("logout") || !link.starts_with('/');
            if link.is_empty() || leaves || !seen.insert(link.clone()) {
                continue;
            }
            let of_its_kind = kinds.entry(kind_of(&link)).or_default();
            *of_its_kind += 1;
            if *of_its_kind <= MOST_OF_A_KIND {
                assert!(looked_at + waiting.len() < MOST, "more pages than this test looks at: {kinds:?}");
                waiting.push_back(link);
            }
        }
    }
    seen
}

fn is_in_order(page: &Page) {
    let path = &page.path;
    let heading = page.heading();
    assert!(!heading.is_empty(), "{path}: an empty heading");
    let root = page.root();
    let off_the_phone = |link: &String| link.starts_with("/member/") || link.starts_with("/office");
    assert!(!path.starts_with("/wechat") || !page.links().iter().any(off_the_phone), "{path} leads off the phone");
    assert!(root.matching(|e| e.attribute("style").is_some() || e.attribute("onclick").is_some()).is_empty(), "{path}");
    assert!(root.all("script").iter().all(|script| script.attribute("src").is_some()), "{path}: an inline script");
    for form in page.forms().iter().filter(|form| form.method == "post") {
        assert!(form.value("csrf").is_some_and(|token| !token.is_empty()), "{path}: {} without proof", form.action);
    }
    let named = |e: &&ejia_acceptance::html::Element| e.accessible_name().is_empty() && e.all("img").is_empty();
    let nameless: Vec<_> = root.matching(|e| e.name == "a" || e.name == "button").into_iter().filter(named).collect();
    assert!(nameless.is_empty(), "{path}: {nameless:?}");
    let policy = page.header("content-security-policy").unwrap_or_default();
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe-inline"), "{path}: {policy}");
}

/// proves: A14
#[test]
fn every_link_of_every_portal_leads_to_a_page_without_scripts() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.live_dues(&branch);
        let tomorrow = house.desk().now().china_date().plus_days(1).to_string();
        let mut meeting = house.publish_meeting(&branch, &tomorrow, "线下");
        meeting.officer.click("【添加议题】");
        let form = meeting.officer.form("保存").fill("议题类型", "讨论").fill("议题名称", "学习心得");
        meeting.officer.submit(&form);
        let front = walk(&mut house.visitor(), "/");
        assert!(front.len() >= 4, "{front:?}");
        let member = people[0].id;
        let record = walk(&mut house.inside_as_member(member), "/member/record");
        for room in [
            "/member/password",
            "/member/wechat",
            "/member/dues/receipts/",
            "/member/dues/delegations/",
            "/member/dues/proxy",
        ] {
            assert!(record.iter().any(|path| path.starts_with(room)), "{room}: {record:?}");
        }
        let of_agenda = |seen: &BTreeSet<String>| seen.iter().filter(|path| path.contains("/agenda")).count();
        assert!(of_agenda(&record) >= 2, "{record:?}");
        for root in ["", "/wechat"] {
            let applicant = walk(&mut house.inside_as_applicant("13611112222"), &format!("{root}/transfers/in"));
            for page in ["new", "applications"] {
                assert!(applicant.contains(&format!("{root}/transfers/in/{page}")), "{page}: {applicant:?}");
            }
        }
        let phone = walk(&mut house.inside_on_phone(member), "/wechat");
        assert!(phone.iter().filter(|path| path.starts_with("/wechat/")).count() >= 3, "{phone:?}");
        assert!(of_agenda(&phone) >= 2, "{phone:?}");
        for kind in [
            OrganizationKind::CityCommittee,
            OrganizationKind::Committee,
            OrganizationKind::HelpDesk,
            OrganizationKind::SystemOffice,
            OrganizationKind::SecurityOffice,
            OrganizationKind::AuditOffice,
        ] {
            let office = walk(&mut house.inside_as(kind), "/office");
            assert!(office.len() > 3, "{kind:?}: {office:?}");
            let money = office.iter().any(|path| path.starts_with("/office/payments/orders/"));
            assert!(money || kind != OrganizationKind::CityCommittee, "{kind:?}: {office:?}");
        }
        let office = walk(&mut house.inside_as_officer_of(&branch), "/office");
        assert!(of_agenda(&office) >= 4, "{office:?}");
        for room in
            ["/office/members", "/office/dues/cash/", "/office/dues/records/members/", "/office/payments/refunds/"]
        {
            assert!(office.iter().any(|path| path.starts_with(room)), "{room}: {office:?}");
        }
    });
}
