//! 【身份绑定】: members bind their WeChat, come in by it, and end it.

use std::collections::{BTreeSet, VecDeque};
use std::time::Duration;

use ejia_acceptance::actors::OWN_PASSWORD;
use ejia_acceptance::{Browser, House};
use ejia_access::AccountEvent;
use ejia_wechat::sandbox::{Mood, PHONE_COOKIE};

/// A person types who he is on 【身份绑定】.
fn bind(phone: &mut Browser, id_card: &str, password: &str) {
    let form = phone.form("绑定").fill("身份证号", id_card).fill("密码", password);
    phone.submit(&form);
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
        let mut phone = house.bound(&people[0], "o-one");
        let mut web = house.inside_as_member(people[0].id);
        house.pass(Duration::from_mins(1));
        let left = house.desk().now();
        house.follows("o-one", false);
        assert_eq!(phone.open("/wechat").path, "/wechat/bind");
        assert!(web.open("/member/wechat").says("您还没有绑定微信"), "{}", web.page().text());
        house.pass(Duration::from_mins(1));
        house.follows("o-one", true);
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
        house.bound(&people[0], "o-one");
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
        house.bound(&people[0], "o-one");
        let mut phone = house.in_wechat("o-one");
        house.phones().behave(Mood::Busy);
        let page = phone.open("/wechat/dues");
        assert!(page.says("微信暂时没有应答") && page.link("用密码登录").is_some(), "{}", page.text());
        house.phones().behave(Mood::Kind);
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
        phone.set_cookie(PHONE_COOKIE, "o-one");
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

/// proves: L2 L4
#[test]
fn who_is_bound_is_told_by_wechat_alone_and_signs_up_from_there() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        let mut phone = house.bound(&people[0], "o-one");
        let day = house.desk().now().china_date().plus_days(1).to_string();
        let mut published = house.publish_meeting(&branch, &day, "线下");
        let before = [house.messages(&people[0].phone), house.messages(&people[1].phone)];
        published.officer.open(&published.path);
        published.officer.click("【通知】");
        house.work();
        let pushed = house.phones().messages("o-one");
        let notice = pushed.iter().find(|shown| shown.title == "会议通知").expect("a notice");
        assert!(notice.text.contains("党员大会") && notice.text.contains("14:30"), "{}", notice.text);
        let told = [house.messages(&people[0].phone), house.messages(&people[1].phone)];
        assert_eq!(told, [before[0], before[1] + 1], "by WeChat alone, and by text message who is not bound");
        phone.forget_cookies();
        phone.set_cookie(PHONE_COOKIE, "o-one");
        assert!(phone.open(&notice.url).status == 200, "{}", phone.page().text());
        phone.open("/wechat/meetings");
        phone.click("【查看报名】");
        assert!(phone.click("【报名】").says("报名成功"), "{}", phone.page().text());
        house.until("the report has come", |house| {
            house.work();
            house.count("SELECT count(*) FROM message WHERE state = 'delivered' AND template = 'meeting_called'") >= 1
        });
    });
}

/// proves: L2
#[test]
fn while_wechat_takes_nothing_notices_go_by_text_message_and_nobody_is_told_twice() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.bound(&people[0], "o-one");
        let day = house.desk().now().china_date().plus_days(1).to_string();
        house.at(&format!("{} 09:00", house.desk().now().china_date()));
        let mut published = house.publish_meeting(&branch, &day, "线下");
        let before = house.messages(&people[0].phone);
        house.phones().behave(Mood::Limited);
        published.officer.open(&published.path);
        published.officer.click("【通知】");
        for _ in 0..6 {
            house.work();
            house.pass(Duration::from_mins(5));
        }
        house.phones().behave(Mood::Kind);
        house.work();
        let pushed = house.phones().messages("o-one").iter().filter(|shown| shown.title == "会议通知").count();
        let sent = house.messages(&people[0].phone) - before;
        assert_eq!((pushed, sent), (0, 1), "told once");
    });
}

/// proves: D5
#[test]
fn a_bound_member_pays_his_dues_inside_wechat() {
    House::on_both(|house| {
        let (branch, people) = house.paying_branch();
        house.set_dues(&branch, "2026-03", "3000");
        house.at("2026-03-20 09:00");
        let mut phone = house.bound(&people[0], "o-one");
        phone.open("/wechat/dues");
        phone.order_over("支付宝", "");
        let page = phone.pay_at_the_counter();
        assert!(
            page.path.starts_with("/wechat/dues/orders/") && page.says("交纳成功"),
            "{}: {}",
            page.path,
            page.text()
        );
    });
}

/// proves: T1 T3
#[test]
fn a_bound_member_applies_to_move_inside_the_city_and_out_of_it() {
    House::on_both(|house| {
        let scene = house.a_move();
        let mut phone = house.bound(&scene.person, "o-one");
        phone.open("/wechat/transfers/new");
        phone.click("【平台内】");
        let form = phone.form("提交申请").fill("拟转入党支部", &scene.far.name).fill("转出原因", "工作调动");
        assert!(phone.submit(&form).says("申请已提交"), "{}", phone.page().text());
        assert!(phone.page().path.starts_with("/wechat/transfers/"), "{}", phone.page().path);
        phone.open("/wechat");
        assert!(phone.page().says("组织关系转移待审核"), "{}", phone.page().text());
        let transfer =
            phone.page().links().into_iter().find(|link| link.contains("/transfers/0")).expect("his transfer");
        phone.open(&transfer);
        let form = phone.form("确认撤回");
        phone.submit(&form);
        phone.open("/wechat/transfers/new");
        phone.click("【平台外】");
        let form = phone.form("提交申请").fill("介绍信接受地党组织", "中共福州市鼓楼区委组织部");
        let form =
            form.fill("拟转入党组织", "中共福州市鼓楼区东街街道第一支部委员会").fill("拟转入单位", "东街街道办事处");
        assert!(phone.submit(&form.fill("转出原因", "工作调动")).says("申请已提交"), "{}", phone.page().text());
    });
}

/// proves: T7
#[test]
fn somebody_from_outside_applies_inside_wechat_and_what_he_types_is_not_shown_again() {
    House::on_both(|house| {
        let mut phone = house.in_wechat("o-outside");
        phone.open("/wechat/transfers/in");
        phone.click("【添加申请】");
        let form = phone.form("获取验证码").fill("手机号", "13959210001");
        phone.submit(&form);
        let code = house.code("13959210001");
        let form = phone.form("确认").fill("验证码", &code);
        assert_eq!(phone.submit(&form).heading(), "添加申请");
        let form = phone.form("提交申请").fill("姓名", "陈晓").fill("公民身份证号", "350102198808081232");
        let page = phone.submit(&form).clone();
        assert!(page.status == 422 && !page.body().contains("350102198808081232"), "{}", page.text());
    });
}
