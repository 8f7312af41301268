//! The pages themselves, as a browser without JavaScript and as a program see them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use super::browser::{Browser, on_pages};
use crate::model::Account;
use crate::tests::city::*;

const OWN: &str = "lujiang2026";
const NEW: &str = "huandao2027";

#[test]
fn a_member_finishes_his_first_login_on_the_pages() {
    on_pages(|city, mut browser| {
        browser.get("/member/login").shows("身份证号或手机号码").shows("忘记密码");
        browser.post("/member/login", &[("login", CHEN), ("password", "")]);
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        browser.shows("请输入密码");
        browser.post("/member/login", &[("login", CHEN), ("password", "wrong")]);
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        browser.shows("联系支部管理员核对身份证号").shows(CHEN);
        browser.post("/member/login", &[("login", CHEN), ("password", CHEN)]);
        assert_eq!(browser.status, StatusCode::OK);
        browser.shows("138****8003").shows("手机验证码").shows("再次输入新密码");
        let code = city.code(CHEN);
        let answer = [("code", code.as_str()), ("password", "12345678"), ("again", "12345678")];
        browser.post("/member/login/first", &answer).shows("必须同时包含字母和数字").shows(&code);
        assert!(!browser.page.contains("12345678"), "a password is never shown");
        browser.post("/member/login/first", &[("want", "code")]).shows("秒后再获取");
        assert_eq!(browser.status, StatusCode::TOO_MANY_REQUESTS);
        let answer = [("code", code.as_str()), ("password", OWN), ("again", OWN)];
        assert_eq!(browser.post("/member/login/first", &answer).goes_to(), "/member/record");
        browser.get("/member/password").shows("新密码已设置").shows("陈建国");
        let change = [("old", OWN), ("password", NEW), ("again", NEW)];
        assert_eq!(browser.post("/member/password", &change).goes_to(), "/member/record");
        browser.get("/member/password");
        assert_eq!(browser.post("/member/logout", &[]).goes_to(), "/member/login");
        assert_eq!(browser.get("/member/password").goes_to(), "/member/login?next=/member/password");
        browser.get("/member/login?next=/member/readers");
        let login = [("login", CHEN_ID), ("password", NEW)];
        assert_eq!(browser.post("/member/login", &login).goes_to(), "/member/readers");
    });
}

#[test]
fn an_administrator_logs_in_by_any_of_the_two_buttons() {
    on_pages(|city, mut browser| {
        browser.get("/office/login").shows("组织编码或用户名").shows("获取验证码");
        let (first, phone) = ([("login", BRANCH), ("password", "123456"), ("code", "")], phone_of(BRANCH));
        browser.post("/office/login", &first).shows("139****0011");
        assert!(!browser.page.contains("name=\"password\""), "the password is not asked for again");
        browser.post("/office/login", &[("code", "")]).shows("请输入手机收到的6位验证码");
        let wrong = city.wrong_code(&phone);
        browser.post("/office/login", &[("code", &wrong)]).shows("验证码不正确");
        let code = city.code(&phone);
        browser.post("/office/login", &[("code", &code)]).shows("设置新的密码");
        let weak = [("password", "x350200000011"), ("again", "x350200000011")];
        browser.post("/office/login/first", &weak).shows("不能包含手机号、身份证号、组织编码");
        let own = [("password", OWN), ("again", OWN)];
        assert_eq!(browser.post("/office/login/first", &own).goes_to(), "/office");
        browser.get("/office/password").shows("第11党支部");
        assert_eq!(browser.post("/office/logout", &[]).goes_to(), "/office/login");

        city.pass(60);
        browser.get("/office/login?next=/office/members");
        let second = [("login", BRANCH), ("password", OWN), ("want", "code")];
        browser.post("/office/login", &second).shows("139****0011");
        let code = city.code(&phone);
        assert_eq!(browser.post("/office/login", &[("code", &code)]).goes_to(), "/office/members");
    });
}

#[test]
fn a_forgotten_password_shows_the_same_page_to_everybody() {
    on_pages(|city, mut browser| {
        city.settled(Account::Member(city.chen), OWN);
        let mut pages = Vec::new();
        for login in ["13811112222", CHEN] {
            browser.get("/member/forgotten");
            browser.post("/member/forgotten", &[("login", login)]).shows("如果信息正确，验证码已发送到登记的手机");
            assert!(!browser.page.contains(login), "a number is not carried along");
            let pending = browser.hidden("pending").unwrap();
            let csrf = browser.hidden("csrf").unwrap();
            pages.push(browser.page.replace(&pending, "").replace(&csrf, ""));
        }
        assert_eq!(pages[0], pages[1]);
        browser.post("/member/reset", &[("want", "code")]).shows("秒后再获取");
        city.pass(60);
        browser.get("/member/forgotten?next=/member/readers");
        city.pass(60 * 60);
        browser.post("/member/forgotten", &[("login", CHEN)]);
        city.pass(60);
        browser.post("/member/reset", &[("want", "code")]).shows("如果信息正确");
        let code = city.code(CHEN);
        let answer = [("code", code.as_str()), ("password", NEW), ("again", NEW)];
        assert_eq!(browser.post("/member/reset", &answer).goes_to(), "/member/login?next=%2Fmember%2Freaders");
        browser.get("/member/login?next=%2Fmember%2Freaders").shows("密码已重设");
        let login = [("login", CHEN), ("password", NEW)];
        assert_eq!(browser.post("/member/login", &login).goes_to(), "/member/readers");
    });
}

#[test]
fn somebody_from_outside_comes_in_by_his_phone_and_goes_on_where_he_wanted() {
    const HUANG: &str = "13611112222";
    on_pages(|city, mut browser| {
        browser.get("/transfers/in/phone?next=/transfers/in/new").shows("手机号").shows("获取验证码");
        for (typed, said) in [("", "请输入手机号"), ("1361111", "手机号应为11位数字")] {
            browser.post("/transfers/in/phone", &[("phone", typed)]).shows(said);
            assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        browser.post("/transfers/in/phone", &[("phone", HUANG)]).shows("136****2222").shows("重新发送验证码");
        browser.post("/transfers/in/code", &[("want", "code")]).shows("秒后再获取").shows("136****2222");
        assert_eq!(browser.status, StatusCode::TOO_MANY_REQUESTS);
        browser.post("/transfers/in/code", &[("code", "")]).shows("请输入手机收到的6位验证码");
        let wrong = city.wrong_code(HUANG);
        browser.post("/transfers/in/code", &[("code", &wrong)]).shows("验证码不正确");
        assert!(!browser.page.contains(&wrong), "a code is never shown");
        let code = city.code(HUANG);
        let pending = browser.hidden("pending").unwrap();
        assert_eq!(browser.post("/transfers/in/code", &[("code", &code)]).goes_to(), "/transfers/in/new");
        assert!(browser.cookies.iter().any(|(name, _)| name == "ejia_applicant"));
        browser.get("/transfers/in/phone");
        browser.post("/transfers/in/code", &[("code", &code), ("pending", &pending)]).shows("请从这里重新开始");
        browser.shows("获取验证码");
    });
}

#[test]
fn a_phone_is_answered_alike_whoever_has_it_and_nobody_is_led_elsewhere() {
    on_pages(|city, mut browser| {
        city.settled(Account::Member(city.chen), OWN);
        let (mut pages, phones) = (Vec::new(), [CHEN, "13811118003"]);
        for phone in phones {
            browser.get("/wechat/transfers/in/phone?next=//elsewhere.example/transfers/in");
            browser.post("/wechat/transfers/in/phone", &[("phone", phone)]);
            let pending = browser.hidden("pending").unwrap();
            let csrf = browser.hidden("csrf").unwrap();
            pages.push(browser.page.replace(&pending, "").replace(&csrf, ""));
        }
        assert_eq!(pages[0], pages[1]);
        let code = city.code(phones[1]);
        let to = browser.post("/wechat/transfers/in/code", &[("code", &code)]).goes_to().to_owned();
        assert_eq!(to, "/wechat/transfers/in/applications");
    });
}

#[test]
fn administrators_are_kept_on_the_pages() {
    on_pages(|city, mut browser| {
        let account = Account::Administrator(city.administrator(COMMITTEE));
        let token = city.write(move |txn| crate::open_session(txn, account)).unwrap();
        browser.cookies.push(("ejia_office".to_owned(), token));
        let branch = city.organization(BRANCH);
        let list = format!("/office/administrators?organization={branch}");
        browser.get("/office/administrators").shows("第11党支部").shows("新增");
        browser.get("/office/administrators?name=%E5%85%9A%E6%94%AF%E9%83%A8").shows("第12党支部");
        browser.get("/office/administrators?name=nowhere").shows("没有找到");
        browser.get(&list).shows("139****0011").shows("初始密码");
        browser.get(&format!("/office/administrators/new?organization={branch}")).shows("用户名");
        let typed =
            [("user_name", "蔡"), ("name", "蔡二"), ("phone", "13700137001"), ("organization_id", &branch.to_string())];
        browser.post("/office/administrators", &typed).shows("用户名只能由字母和数字组成").shows("蔡二");
        let typed = [
            ("user_name", "cai2"),
            ("name", "蔡二"),
            ("phone", "13700137001"),
            ("organization_id", &branch.to_string()),
        ];
        assert_eq!(browser.post("/office/administrators", &typed).goes_to(), list);
        browser.get(&list).shows("cai2").shows("137****7001").shows("管理员已新增");
        assert!(!browser.page.contains("新增</a>"));
        browser.get(&format!("/office/administrators/new?organization={branch}")).shows("最多设两名");
        let second = city.administrator("cai2");
        let one = format!("/office/administrators/{second}");
        browser.get(&one).shows("重置密码").shows("删除管理员");
        browser.post(&one, &[("name", "蔡三"), ("phone", "1")]).shows("手机号应为11位数字");
        browser.get(&one);
        assert_eq!(browser.post(&one, &[("name", "蔡三"), ("phone", "")]).goes_to(), list);
        browser.get(&one).shows("蔡三");
        assert_eq!(browser.post(&format!("{one}/reset"), &[]).goes_to(), list);
        browser.get(&one);
        assert_eq!(browser.post(&format!("{one}/remove"), &[]).goes_to(), list);
        browser.get(&one);
        assert_eq!(browser.status, StatusCode::NOT_FOUND);

        let page = format!("/office/members/{}/password", city.lin);
        browser.get(&page).shows("林秀英").shows("没有登记手机");
        let answer = [("password", OWN), ("again", NEW)];
        browser.post(&page, &answer).shows("两次输入的新密码不一致");
        let answer = [("password", OWN), ("again", OWN)];
        assert_eq!(browser.post(&page, &answer).goes_to(), format!("/office/members/{}", city.lin));

        let lin = city.id_card(city.lin);
        let mut member = Browser::new(city);
        member.get("/wechat/login");
        member.post("/wechat/login", &[("login", &lin), ("password", OWN)]).shows("请设置您自己的密码");
        assert!(!member.page.contains("手机验证码"));
        let answer = [("password", NEW), ("again", NEW)];
        assert_eq!(member.post("/wechat/login/first", &answer).goes_to(), "/wechat");
    });
}

#[test]
fn a_program_logs_in_with_json_and_bears_its_token() {
    on_pages(|city, mut browser| {
        city.settled(Account::Member(city.chen), OWN);
        let post = |body: String| {
            Request::post("/api/v1/member/login")
                .header(header::CONTENT_TYPE, "application/json")
                .body(Body::from(body))
                .unwrap()
        };
        browser.send(post(format!(r#"{{"login":"{CHEN}","password":"wrong"}}"#)));
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
        browser.shows("\"code\":\"access.wrong_login\"");
        browser.send(post(format!(r#"{{"login":"{CHEN}","password":"{OWN}"}}"#)));
        let token = browser.page.split("\"token\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert!(city.member_of(&token).is_some());
        assert!(browser.headers.get(header::SET_COOKIE).is_none());
        for login in [r#"{"login":{},"password":[]}"#, "{}", "nothing", r#"{"login":"1","password":"\u0000"}"#] {
            browser.send(post(login.to_owned()));
            assert!(browser.status.is_client_error(), "{login}");
        }
    });
}
