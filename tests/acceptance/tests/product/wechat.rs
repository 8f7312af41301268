//! 【身份绑定】: members bind their WeChat, come in by it, and end it.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::{Browser, House, Person};
use ejia_access::AccountEvent;

/// A person types who he is on 【身份绑定】.
fn bind(phone: &mut Browser, id_card: &str, password: &str) {
    let form = phone.form("绑定").fill("身份证号", id_card).fill("密码", password);
    phone.submit(&form);
}

/// A phone whose user has bound himself as this member, who has a password of his own.
fn bound(house: &House, person: &Person, user: &str) -> Browser {
    house.inside_on_phone(person.id);
    let mut phone = house.in_wechat(user);
    phone.open("/wechat/enter");
    bind(&mut phone, &person.id_card, OWN_PASSWORD);
    assert!(phone.page().path == "/wechat" && phone.page().says("绑定成功"), "{}", phone.page().text());
    phone
}

/// proves: A12
#[test]
fn a_member_binds_by_his_id_card_number_and_the_password_he_has_changed_on_the_web() {
    House::on_both(|house| {
        let branch = house.branch_with_members();
        let person = house.people_of(&branch).into_iter().rfind(|person| !person.phone().is_empty()).expect("somebody");
        let mut phone = house.in_wechat("o-first");
        let page = phone.open("/wechat/enter?to=/wechat/meetings");
        assert_eq!((page.heading(), page.path.as_str()), ("身份绑定".to_owned(), "/wechat/bind"));
        bind(&mut phone, person.id_card(), person.phone());
        let said = phone.page().says("请先登录网页版党员服务平台修改密码");
        assert!(said && phone.page().status == 422, "{}", phone.page().text());
        // He does so, on the web, and comes back to where he was.
        let mut web = house.visitor();
        web.open("/member/login");
        let form = web.form("登录").fill("身份证号或手机号码", person.id_card()).fill("密码", person.phone());
        web.submit(&form);
        let code = house.code(person.phone());
        let form = web.form("确定").fill("手机验证码", &code).fill("新密码", "Gulangyu88");
        let form = form.fill("再次输入新密码", "Gulangyu88");
        assert_eq!(web.submit(&form).heading(), "我的档案");
        bind(&mut phone, person.id_card(), "gulangyu88");
        assert!(phone.page().says("请核对后重试") && phone.page().form("绑定").is_some(), "{}", phone.page().text());
        bind(&mut phone, person.id_card(), "Gulangyu88");
        assert!(phone.page().path == "/wechat/meetings" && phone.page().says("绑定成功"), "{}", phone.page().text());
        // From now on he comes in by himself; the web shows since when.
        let mut later = house.in_wechat("o-first");
        assert_eq!(later.open("/wechat/meetings").path, "/wechat/meetings");
        web.click("【微信绑定】");
        assert!(web.page().says("已绑定") && web.page().fact("绑定时间").is_some(), "{}", web.page().text());
        // A second WeChat is told how; he unbinds on the web, and then it works.
        let mut second = house.in_wechat("o-second");
        second.open("/wechat/bind");
        bind(&mut second, person.id_card(), "Gulangyu88");
        assert!(second.page().says("在【微信绑定】中解除绑定后再绑定"), "{}", second.page().text());
        web.click("【解除绑定】");
        assert!(web.click("确认解除绑定").says("微信绑定已解除"), "{}", web.page().text());
        assert_eq!(later.open("/wechat/meetings").path, "/wechat/bind", "the first phone is shut");
        bind(&mut second, person.id_card(), "Gulangyu88");
        assert!(second.page().says("绑定成功"), "{}", second.page().text());
    });
}

/// proves: A13
#[test]
fn who_unfollows_is_unbound_and_binds_again_when_he_follows_again() {
    House::on_both(|house| {
        let (_, people) = house.paying_branch();
        let mut phone = bound(house, &people[0], "o-one");
        let mut web = house.inside_as_member(people[0].id);
        house.pass(Duration::from_mins(1));
        let left = house.desk().now();
        house.wechat_tells("o-one", AccountEvent::Unsubscribed, left);
        assert_eq!(phone.open("/wechat").path, "/wechat/bind");
        assert!(web.open("/member/wechat").says("您还没有绑定微信"), "{}", web.page().text());
        house.pass(Duration::from_mins(1));
        house.wechat_tells("o-one", AccountEvent::Subscribed, house.desk().now());
        assert_eq!(phone.open("/wechat").path, "/wechat/bind", "following alone binds nobody");
        bind(&mut phone, &people[0].id_card, OWN_PASSWORD);
        assert!(phone.page().says("绑定成功"), "{}", phone.page().text());
        // What WeChat tells twice, or late, takes nothing away.
        house.wechat_tells("o-one", AccountEvent::Unsubscribed, left);
        assert_eq!(phone.open("/wechat").path, "/wechat");
    });
}

/// proves: L6 A12
#[test]
fn a_code_scanned_inside_wechat_is_checked_in_with_one_press_and_by_the_unbound_after_binding() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let day = house.desk().now().china_date().plus_days(1).to_string();
        house.publish_meeting(&branch, &day, "线下");
        let token: String = house.look("SELECT token FROM meeting", &[]);
        let path = format!("/wechat/check-in/{token}");
        bound(house, &people[0], "o-one");
        house.at(&format!("{day} 14:20"));
        let mut phone = house.in_wechat("o-one");
        assert_eq!(phone.open(&path).path, path, "silently through WeChat");
        assert!(phone.click("【签到】").says("签到成功"), "{}", phone.page().text());
        house.inside_on_phone(people[1].id);
        let mut other = house.in_wechat("o-two");
        assert_eq!(other.open(&path).path, "/wechat/bind");
        bind(&mut other, &people[1].id_card, OWN_PASSWORD);
        assert_eq!(other.page().path, path, "{}", other.page().text());
        assert!(other.click("【签到】").says("签到成功"), "{}", other.page().text());
        // Who has never logged in, and comes with a phone's own browser, ends there too.
        let newcomer = house
            .people_of(&branch)
            .into_iter()
            .rfind(|one| !one.phone().is_empty() && people.iter().take(2).all(|known| known.phone != one.phone()));
        let newcomer = newcomer.expect("somebody new");
        let member = house.member(newcomer.id_card());
        let first = house
            .desk()
            .read_now(move |txn| ejia_access::first_password_stands(txn, ejia_access::Account::Member(member)));
        assert_eq!(first, Ok(true));
        let mut browser = house.visitor();
        browser.open(&path);
        let form = browser.form("登录").fill("身份证号或手机号码", newcomer.phone()).fill("密码", newcomer.phone());
        browser.submit(&form);
        let code = house.code(newcomer.phone());
        let form = browser.form("确定").fill("手机验证码", &code).fill("新密码", OWN_PASSWORD);
        let page = browser.submit(&form.fill("再次输入新密码", OWN_PASSWORD));
        assert_eq!(page.path, path, "{}", page.text());
    });
}

/// proves: A12
#[test]
fn when_wechat_does_not_answer_the_page_says_so_and_the_next_try_works() {
    House::on_both(|house| {
        let (_, people) = house.paying_branch();
        bound(house, &people[0], "o-one");
        let mut phone = house.in_wechat("o-one");
        house.wechat().keep_silent(true);
        let page = phone.open("/wechat/dues");
        assert!(page.says("微信暂时没有应答") && page.link("用密码登录").is_some(), "{}", page.text());
        house.wechat().keep_silent(false);
        assert_eq!(phone.click("重试").path, "/wechat/dues");
    });
}

/// proves: R1
#[test]
fn no_page_inside_wechat_holds_a_number_or_an_address() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.live_dues(&branch);
        let day = house.desk().now().china_date().plus_days(1).to_string();
        house.publish_meeting(&branch, &day, "线下");
        let person = house.city().members().find(|one| one.phone() == people[0].phone).expect("a member of the city");
        let [.., address, _, _, _, _, _] = &person.cells;
        let secrets = [person.id_card(), person.phone(), address];
        let holds_none = |browser: &Browser| {
            for secret in secrets {
                assert!(!browser.page().body().contains(secret), "{secret} on {}", browser.page().path);
            }
        };
        // What is typed is not shown again, right or wrong.
        let mut phone = house.in_wechat("o-one");
        house.inside_on_phone(people[0].id);
        for password in ["wrong2026", person.phone(), OWN_PASSWORD] {
            phone.open("/wechat/login?by=password");
            let form = phone.form("登录").fill("身份证号或手机号码", person.id_card()).fill("密码", password);
            phone.submit(&form);
            holds_none(&phone);
        }
        phone.open("/wechat/forgotten");
        let form = phone.form("获取验证码").fill("身份证号或手机号码", person.phone());
        phone.submit(&form);
        holds_none(&phone);
        phone.forget_cookies();
        phone.open("/wechat/bind");
        for password in ["wrong2026", OWN_PASSWORD] {
            bind(&mut phone, person.id_card(), password);
            holds_none(&phone);
        }
        let mut seen = BTreeSet::from(["/wechat".to_owned()]);
        let mut waiting = VecDeque::from(["/wechat".to_owned()]);
        while let Some(path) = waiting.pop_front() {
            phone.open(&path);
            holds_none(&phone);
            let ours = |link: &String| link.starts_with("/wechat") && !link.contains("logout");
            let links: Vec<String> = phone.page().links().iter().filter(|link| ours(link)).cloned().collect();
            waiting.extend(links.into_iter().filter(|link| seen.len() < 200 && seen.insert(link.clone())));
        }
        assert!(seen.len() > 5, "{seen:?}");
    });
}
