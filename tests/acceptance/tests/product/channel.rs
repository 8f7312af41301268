//! The encrypted channel over real TLS: above branch level nothing is there without it.

use std::time::Duration;

use ejia::secure::Maker;
use ejia_acceptance::routes::{self, Belongings};
use ejia_acceptance::{Browser, Computer, House};
use ejia_access::{Account, rotate_authority};
use ejia_db::args;
use ejia_kernel::OrganizationKind;

const OWN: &str = "Gulangyu88";
const YEAR: Duration = Duration::from_hours(365 * 24);
const DAY: Duration = Duration::from_hours(24);

/// An organization with its administrator, who has set his own password.
struct Office {
    code: String,
    name: String,
    phone: String,
}

impl Office {
    fn of(house: &House, kind: OrganizationKind) -> Self {
        let one = house.city().organizations().iter().find(|one| one.kind == kind).expect("one of each kind");
        Self::with_code(house, one.code())
    }

    fn with_code(house: &House, code: &str) -> Self {
        let one = house.city().organizations().iter().find(|one| one.code() == code).expect("this one");
        let id = house.administrator_of(code);
        let hash = ejia_access::Hash::of(OWN).expect("a hash");
        let set = move |txn: &mut ejia_db::Txn<'_>| ejia_access::set_password(txn, Account::Administrator(id), &hash);
        house.desk().write_now(set).expect("a password");
        Self { code: code.to_owned(), name: one.name().to_owned(), phone: one.contact_phone().to_owned() }
    }

    /// Code, password and the code from the phone, on the open side.
    fn log_in_openly(&self, house: &House) -> Browser {
        house.pass(Duration::from_mins(20));
        let mut browser = house.visitor();
        browser.open("/");
        browser.click("【党组织登录】");
        let form = browser.form("获取验证码").fill("组织编码或用户名", &self.code).fill("密码", OWN);
        browser.submit(&form);
        let code = house.code(&self.phone);
        let form = browser.form("登录").fill("手机验证码", &code);
        browser.submit(&form);
        browser
    }

    /// The second login, on the encrypted side: code and password.
    fn log_in_again(&self, house: &House, computer: &Computer) -> Browser {
        let mut browser = computer.browser(house);
        browser.open("/office/login");
        let form = browser.form("登录").fill("组织编码或用户名", &self.code).fill("密码", OWN);
        browser.submit(&form);
        browser
    }

    fn enrolled(&self, house: &House, name: &str) -> Computer {
        self.log_in_openly(house).enrol(name)
    }
}

fn is_inside(browser: &Browser, office: &Office) -> bool {
    browser.bears("ejia_office").is_some() && browser.page().says(&office.name)
}

/// The serial number of the newest computer.
fn newest(house: &House) -> String {
    house.look("SELECT serial FROM computer ORDER BY issued_at DESC, serial LIMIT 1", &args![])
}

/// proves: A8 R3
#[test]
fn a_committee_enrols_a_computer_and_logs_in_a_second_time_over_the_channel() {
    House::with_channel_on_both(|house| {
        for kind in [OrganizationKind::CityCommittee, OrganizationKind::Committee] {
            let office = Office::of(house, kind);
            let mut open = office.log_in_openly(house);
            assert!(open.bears("ejia_office").is_none(), "the first login opens nothing");
            assert_eq!(open.page().heading(), "登记这台电脑");
            assert_eq!(open.submit(&open.form("登记并生成证书")).status, 422, "a computer has a name");
            let computer = open.enrol("办公室台式机");
            assert!(open.page().says("Windows") && open.page().says("macOS") && open.page().says("360"));
            let login = format!("{}/office/login", house.secure_origin());
            assert_eq!(open.page().link("打开加密通道登录页面").as_deref(), Some(login.as_str()));
            assert_eq!(open.open("/office").heading(), "党组织登录", "still outside on the open side");

            let inside = office.log_in_again(house, &computer);
            assert!(is_inside(&inside, &office), "{}", inside.page().text());
        }
    });
}

/// proves: A8
#[test]
fn a_branch_works_without_the_channel_and_may_come_over_it() {
    House::with_channel_on_both(|house| {
        let office = Office::with_code(house, &house.branch_with_members());
        let mut open = office.log_in_openly(house);
        assert!(is_inside(&open, &office), "{}", open.page().text());
        open.open("/office/administrators");
        open.click("登录电脑");
        let computer = open.enrol("支部电脑");
        let mut inside = office.log_in_again(house, &computer);
        assert!(is_inside(&inside, &office), "{}", inside.page().text());
        inside.open("/office/computers");
        inside.click("停用");
        assert_eq!(inside.get("/office").status, 404);
        assert!(is_inside(&open, &office));
    });
}

/// proves: R3
#[test]
fn above_branch_level_the_pages_are_not_there_on_the_open_listener() {
    House::with_channel_on_both(|house| {
        let committee = Office::of(house, OrganizationKind::Committee);
        let computer = committee.enrolled(house, "办公室");
        let inside = committee.log_in_again(house, &computer);
        let token = inside.bears("ejia_office").expect("a session").to_owned();
        let ids = Belongings::of_branch(house, &house.branch_with_members());
        // His session from the encrypted side, and one that was opened by no login at all.
        let mut left = house.inside_as_officer_of(&committee.code);
        let mut carried = house.visitor();
        carried.set_cookie("ejia_office", &token);
        let mut program = house.visitor();
        program.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        let mut tried = 0;
        for route in routes::all().iter().filter(|route| route.portal == "office") {
            let path = ids.fill(&route.path);
            for (browser, path) in
                [(&mut left, path.clone()), (&mut carried, path.clone()), (&mut program, format!("/api/v1{path}"))]
            {
                let answer = match route.method.as_str() {
                    "GET" => browser.get(&path),
                    _ => browser.post(&path, "application/x-www-form-urlencoded", b"csrf=none"),
                };
                assert_eq!(answer.status, 404, "{} {path}: {}", route.method, answer.text());
            }
            tried += 1;
        }
        assert!(tried > 50, "only {tried} routes tried");
        let (there, nowhere) = (left.get("/office/members"), left.get("/office/no-such-page"));
        assert_eq!(there.text(), nowhere.text(), "not there is not there");
    });
}

/// proves: R3
#[test]
fn without_a_certificate_of_ours_no_handshake_comes_about() {
    House::with_channel_on_both(|house| {
        assert!(!Computer::without().browser(house).reaches("/office/login"));
        let committee = Office::of(house, OrganizationKind::Committee);
        let computer = committee.enrolled(house, "办公室");
        assert!(computer.browser(house).reaches("/office/login"));
        house.pass(YEAR + DAY);
        assert!(!computer.browser(house).reaches("/office/login"), "run out");
    });
}

/// proves: R3
#[test]
fn a_certificate_serves_the_administrator_it_was_issued_to_and_nobody_else() {
    House::with_channel_on_both(|house| {
        let (city, committee) =
            (Office::of(house, OrganizationKind::CityCommittee), Office::of(house, OrganizationKind::Committee));
        let computer = committee.enrolled(house, "办公室");
        let other = city.log_in_again(house, &computer);
        assert_eq!(other.page().status, 403);
        assert!(other.page().says("不属于该账号") && other.bears("ejia_office").is_none());
        // A session carried over to another computer is none there.
        let second = city.enrolled(house, "市委电脑");
        let inside = committee.log_in_again(house, &computer);
        let token = inside.bears("ejia_office").expect("a session");
        let mut carried = second.browser(house);
        carried.set_cookie("__Host-ejia_office", token);
        assert_eq!(carried.open("/office").heading(), "党组织登录");
    });
}

/// proves: R3
#[test]
fn a_lost_computer_is_out_at_once() {
    House::with_channel_on_both(|house| {
        let city = Office::of(house, OrganizationKind::CityCommittee);
        let committee = Office::with_code(
            house,
            house.city().organizations().iter().find(|one| one.parent_code() == city.code).expect("one below").code(),
        );
        let lost = committee.enrolled(house, "丢失的笔记本");
        let serial = newest(house);
        let kept = committee.enrolled(house, "办公室台式机");
        let (mut thief, mut office) = (committee.log_in_again(house, &lost), committee.log_in_again(house, &kept));
        assert_eq!(thief.open("/office/members").status, 200);
        // The superior finds it in the list of his subordinate's computers.
        let superior = city.enrolled(house, "市委电脑");
        let mut superior = city.log_in_again(house, &superior);
        let id = house.administrator_of(&committee.code);
        superior.open(&format!("/office/computers?administrator={id}"));
        assert!(superior.page().says("丢失的笔记本") && superior.page().says("办公室台式机"));
        let form = superior.page().forms().into_iter().find(|form| form.action.contains(&serial)).expect("停用");
        assert!(superior.submit(&form).says("电脑已停用"));
        for path in ["/office/members", "/office/login", "/", "/api/v1/office/members"] {
            assert_eq!(thief.get(path).status, 404, "{path}");
        }
        assert_eq!(office.open("/office/members").status, 200);
        house.until("the listener refuses it", |house| !lost.browser(house).reaches("/office/login"));
    });
}

/// proves: R3
#[test]
fn a_certificate_is_renewed_on_its_computer_after_a_reminder_on_the_first_page() {
    House::with_channel_on_both(|house| {
        let committee = Office::of(house, OrganizationKind::Committee);
        let before = committee.enrolled(house, "办公室");
        let early = committee.log_in_again(house, &before);
        assert!(!early.page().says("证书即将到期"));
        house.pass(345 * DAY);
        let mut late = committee.log_in_again(house, &before);
        assert!(late.page().says("证书即将到期"), "{}", late.page().text());
        late.click("去续期");
        late.click("续期");
        let text = late.page().text();
        let password = text.split_whitespace().skip_while(|word| *word != "证书密码").nth(1).expect("a password");
        let file = late.send(&late.form("下载证书"));
        let after = Computer::with_file(&file.bytes, password);
        assert!(is_inside(&committee.log_in_again(house, &after), &committee));
        assert_eq!(late.get("/office").status, 404, "the one before has ended");
    });
}

/// proves: R3
#[test]
fn authorities_change_and_every_computer_goes_on() {
    House::with_channel_on_both(|house| {
        let committee = Office::of(house, OrganizationKind::Committee);
        let before = committee.enrolled(house, "老电脑");
        house.desk().write_now(|txn| rotate_authority(txn, &Maker, false)).expect("another authority");
        let after = committee.enrolled(house, "新电脑");
        house.until("the listener believes the new authority", |house| after.browser(house).reaches("/office/login"));
        for computer in [&before, &after] {
            assert!(is_inside(&committee.log_in_again(house, computer), &committee));
        }
        // A key that a stranger knows: everybody enrols again.
        house.desk().write_now(|txn| rotate_authority(txn, &Maker, true)).expect("another authority");
        for computer in [&before, &after] {
            house.until("nobody is believed", |house| !computer.browser(house).reaches("/office/login"));
        }
        let anew = committee.enrolled(house, "重新登记");
        assert!(is_inside(&committee.log_in_again(house, &anew), &committee));
    });
}

/// proves: R3
#[test]
fn a_gateway_in_front_names_the_computer_and_only_it_is_believed() {
    House::with_channel_on_both(|house| {
        let committee = Office::of(house, OrganizationKind::Committee);
        committee.enrolled(house, "办公室");
        let serial = newest(house);
        let naming = |origin: &str, serial: &str| {
            let mut browser = Browser::new(origin);
            browser.headers.push(("x-ejia-computer".to_owned(), serial.to_owned()));
            browser
        };
        assert_eq!(Browser::new(house.gateway_origin()).get("/office/login").status, 404, "no computer is named");
        assert_eq!(naming(house.gateway_origin(), "0123").get("/office/login").status, 404, "an unknown one");
        let mut behind = naming(house.gateway_origin(), &serial.to_uppercase());
        behind.open("/office/login");
        let form = behind.form("登录").fill("组织编码或用户名", &committee.code).fill("密码", OWN);
        behind.submit(&form);
        assert!(is_inside(&behind, &committee), "{}", behind.page().text());
        // The same words on the open listener are only words.
        let mut liar = naming(house.origin(), &serial);
        liar.set_cookie("ejia_office", behind.bears("ejia_office").expect("a session"));
        assert_eq!(liar.get("/office").status, 404);
        behind.open("/office/computers");
        behind.click("停用");
        assert_eq!(behind.get("/office/login").status, 404);
    });
}
