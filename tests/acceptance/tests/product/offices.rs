//! 三员分立: the offices of system, security and audit administrators, each with its own pages and no other.

use std::time::Duration;

use ejia::city::InventedOrganization;
use ejia_acceptance::routes::{self, Belongings};
use ejia_acceptance::{Browser, House, Page};
use ejia_access::{Account, Hash};
use ejia_db::args;
use ejia_kernel::OrganizationKind;
use ejia_kernel::OrganizationKind::{
    AuditOffice, Branch, CityCommittee, Committee, HelpDesk, SecurityOffice, SystemOffice,
};

const OWN: &str = "Gulangyu88";

/// What every office has: home, its own administrators, computers, password, files it asked for.
const OF_EVERYBODY: [&str; 7] = [
    "/office/administrators",
    "/office/computers",
    "/office/password",
    "/office/documents",
    "/office/logout",
    "/office/verification",
    "/office/devices",
];

fn is_own(kind: OrganizationKind, path: &str) -> bool {
    let rooms: &[&str] = match kind {
        SystemOffice => &["/office/system", "/office/messages"],
        SecurityOffice => &["/office/security"],
        _ => &["/office/audit"],
    };
    path == "/office" || OF_EVERYBODY.iter().chain(rooms).any(|room| path.starts_with(room))
}

fn form(browser: &mut Browser, path: &str, body: &str) -> Page {
    browser.post(path, "application/x-www-form-urlencoded", body.as_bytes())
}

/// proves: R2
#[test]
fn each_office_has_its_own_pages_and_is_refused_every_other() {
    House::on_both(|house| {
        let ids = Belongings::of_branch(house, &house.branch_with_members());
        for kind in [SystemOffice, SecurityOffice, AuditOffice] {
            let mut officer = house.inside_as(kind);
            let token = routes::csrf(&mut officer, "office", &ids);
            let (mut own, mut refused) = (0, 0);
            for route in routes::all().into_iter().filter(|route| route.portal == "office") {
                let path = ids.fill(&route.path);
                if is_own(kind, &route.path) {
                    if route.method == "GET" && !route.path.contains('{') {
                        let page = officer.get(&path);
                        assert!(matches!(page.status, 200 | 404 | 409), "{kind:?} {path}: {}", page.status);
                        own += u32::from(page.status == 200);
                    }
                    continue;
                }
                let answer = match route.method.as_str() {
                    "GET" => officer.get(&path),
                    _ => form(&mut officer, &path, &format!("csrf={token}")),
                };
                assert_eq!(answer.status, 403, "{kind:?} {} {path}", route.method);
                assert!(answer.says("不属于您的管理范围"), "{path}: {}", answer.text());
                refused += 1;
            }
            assert!(own >= 5 && refused > 100, "{kind:?}: {own} own, {refused} refused");
        }
    });
}

/// proves: R2
#[test]
fn nobody_else_sees_the_pages_of_the_offices() {
    House::on_both(|house| {
        let ids = Belongings::of_branch(house, &house.branch_with_members());
        for kind in [CityCommittee, Committee, Branch, HelpDesk] {
            let mut officer = house.inside_as(kind);
            let token = routes::csrf(&mut officer, "office", &ids);
            let rooms = ["/office/system", "/office/security", "/office/audit"];
            let theirs = |path: &str| rooms.iter().any(|room| path.starts_with(room));
            for route in routes::all().into_iter().filter(|route| theirs(&route.path)) {
                let path = ids.fill(&route.path);
                let answer = match route.method.as_str() {
                    "GET" => officer.get(&path),
                    _ => form(&mut officer, &path, &format!("csrf={token}")),
                };
                assert_eq!(answer.status, 403, "{kind:?} {} {path}", route.method);
            }
            let messages = officer.get("/office/messages").status;
            assert_eq!(messages, if kind == CityCommittee { 200 } else { 403 }, "{kind:?}");
        }
    });
}

/// A branch whose administrator has set his own password: code, name, phone.
fn a_branch(house: &House) -> (String, String, String) {
    let code = house.branch_with_members();
    let id = house.administrator_of(&code);
    let hash = Hash::of(OWN).expect("a hash");
    let set = move |txn: &mut ejia_db::Txn<'_>| ejia_access::set_password(txn, Account::Administrator(id), &hash);
    house.desk().write_now(set).expect("a password");
    let one = house.city().organizations().iter().find(|one| one.code() == code).expect("this branch");
    (code.clone(), one.name().to_owned(), one.contact_phone().to_owned())
}

fn knock(house: &House, code: &str, password: &str) -> Page {
    let mut browser = house.visitor();
    browser.open("/office/login");
    let form = browser.form("获取验证码").fill("组织编码或用户名", code).fill("密码", password);
    browser.submit(&form).clone()
}

/// proves: R2 R4
#[test]
fn the_security_office_opens_a_locked_login_and_ends_a_session_and_both_are_in_the_record() {
    House::on_both(|house| {
        let (code, name, _) = a_branch(house);
        for _ in 0..5 {
            knock(house, &code, "Wrong2026");
        }
        assert!(knock(house, &code, OWN).says("分钟后再试"));
        let mut security = house.inside_as(SecurityOffice);
        security.open("/office");
        security.click("管理员账号");
        let search = security.form("查找").fill("查找管理员", "").fill("只看已锁定的", "true");
        let page = security.submit(&search).clone();
        assert_eq!(page.rows().iter().filter(|row| row.iter().any(|cell| cell.contains("已锁定"))).count(), 1);
        assert!(page.says(&name) && page.says(&code), "{}", page.text());
        let unlock = security.form("解除锁定");
        assert!(security.submit(&unlock).says("登录锁定已解除"));
        house.pass(Duration::from_secs(61));
        assert!(knock(house, &code, OWN).form("登录").is_some(), "the door is open again");

        let mut officer = house.inside_as_officer_of(&code);
        assert_eq!(officer.get("/office").status, 200);
        let page = security.open(&format!("/office/security/sessions?q={code}")).clone();
        assert_eq!(page.rows().iter().filter(|row| row.iter().any(|cell| cell.contains(&code))).count(), 1);
        let end = security.form("结束登录");
        assert!(security.submit(&end).says("登录已结束"));
        assert_eq!(officer.get("/office").status, 303, "he must log in again");
        // His own account is not for him here, and members are no business of his.
        let own: String = house.look(
            "SELECT s.id FROM session s JOIN administrator a ON a.id = s.account_id
             JOIN organization o ON o.id = a.organization_id WHERE o.kind = 'security_office'",
            &args![],
        );
        let token = end.value("csrf").unwrap_or_default().to_owned();
        let refused = form(&mut security, &format!("/office/security/sessions/{own}/end"), &format!("csrf={token}"));
        assert_eq!(refused.status, 403);

        let mut audit = house.inside_as(AuditOffice);
        for act in ["access.login_unlocked", "access.session_ended"] {
            let page = audit.open(&format!("/office/audit/records?action={act}")).clone();
            assert!(page.says("安全管理办公室") && page.says(&name), "{act}: {}", page.text());
        }
    });
}

/// proves: R2
#[test]
fn the_security_office_shuts_out_a_computer() {
    House::with_channel_on_both(|house| {
        let code =
            house.city().organizations().iter().find(|one| one.kind == Committee).expect("one").code().to_owned();
        let phone = house.city().organizations().iter().find(|one| one.code() == code).expect("it").contact_phone();
        let enrolled = |code: &str, phone: &str| {
            let id = house.administrator_of(code);
            let hash = Hash::of(OWN).expect("a hash");
            let set =
                move |txn: &mut ejia_db::Txn<'_>| ejia_access::set_password(txn, Account::Administrator(id), &hash);
            house.desk().write_now(set).expect("a password");
            house.pass(Duration::from_secs(61));
            let mut browser = house.visitor();
            browser.open("/office/login");
            let form = browser.form("获取验证码").fill("组织编码或用户名", code).fill("密码", OWN);
            browser.submit(&form);
            let form = browser.form("登录").fill("手机验证码", &house.code(phone));
            browser.submit(&form);
            let computer = browser.enrol("办公室台式机");
            let mut inside = computer.browser(house);
            inside.open("/office/login");
            let form = inside.form("登录").fill("组织编码或用户名", code).fill("密码", OWN);
            inside.submit(&form);
            assert_eq!(inside.get("/office").status, 200);
            inside
        };
        let mut committee = enrolled(&code, phone);
        let office = house.city().organizations().iter().find(|one| one.kind == SecurityOffice).expect("one");
        let mut security = enrolled(office.code(), office.contact_phone());
        security.open("/office");
        security.click("已登记电脑");
        let search = security.form("查找").fill("查找管理员", &code);
        let page = security.submit(&search).clone();
        assert!(page.says("办公室台式机"), "{}", page.text());
        let shut = security.form("停用");
        assert!(security.submit(&shut).says("电脑已停用"));
        assert!(!committee.reaches("/office") || committee.get("/office").status != 200, "he is out at once");
        assert_eq!(security.get("/office").status, 200);
    });
}

/// proves: R2 R4
#[test]
fn the_audit_office_reads_exports_and_verifies_and_tampering_is_shown() {
    House::on_both(|house| {
        let (code, name, _) = a_branch(house);
        for _ in 0..60 {
            house.inside_as_officer_of(&code);
        }
        house.work();
        let mut audit = house.inside_as(AuditOffice);
        audit.open("/office");
        audit.click("操作记录");
        let search = audit.form("查询").fill("操作人", &code).fill("操作", "登录");
        let page = audit.submit(&search).clone();
        assert!(page.says(&name) && page.rows().len() >= 2, "{}", page.text());
        let search = audit.form("查询").fill("操作人", "000000000000");
        assert!(audit.submit(&search).says("没有符合条件的记录"));
        audit.open("/office/audit/records");
        let tomorrow = house.desk().now().china_date().plus_days(1).to_string();
        let search = audit.form("查询").fill("日期从", &tomorrow);
        assert!(audit.submit(&search).says("没有符合条件的记录"));
        // Leafing leads on and back.
        let first = audit.open("/office/audit/records").clone();
        let second = audit.click("下一页").clone();
        assert_ne!(first.rows(), second.rows());
        assert_eq!(audit.click("上一页").rows(), first.rows());

        let export = audit.form("导出表格");
        audit.submit(&export);
        house.work();
        let path = audit.page().path.clone();
        audit.open(&path);
        let file = audit.get(&audit.page().link("下载文件").expect("a file"));
        let rows = file.table_rows();
        assert!(rows.iter().any(|row| row.iter().any(|cell| cell.contains(&name))), "{} rows", rows.len());

        audit.open("/office");
        audit.click("记录校验");
        let verify = audit.form("校验全部记录");
        assert!(audit.submit(&verify).says("正在校验"), "{}", audit.page().text());
        assert_eq!(audit.send(&verify).status, 409, "one walk at a time");
        house.work();
        let page = audit.open("/office/audit/chain").clone();
        assert!(page.says("完整无误"), "{}", page.text());
        let file = audit.get(&page.link("下载检查点").expect("a checkpoint"));
        let checkpoint = ejia_audit::Checkpoint::parse(&file.body()).expect("a checkpoint");
        assert!(checkpoint.is_signed_by(&ejia_audit::PublicKey::of(house.desk().vault())));
        assert!(page.says(&checkpoint.installation));

        let sql = "UPDATE audit_entry SET action = 'access.logged_out'
             WHERE id = (SELECT entry_id FROM audit_link WHERE number = 7)";
        house.desk().write_now(move |txn| Ok(txn.execute(sql, &args![])?)).expect("tampering");
        let verify = audit.form("校验全部记录");
        audit.submit(&verify);
        house.work();
        let page = audit.open("/office/audit/chain").clone();
        assert!(page.says("第 7 条记录") && page.says("不符"), "{}", page.text());
    });
}

/// proves: R2
#[test]
fn the_system_office_sees_what_failed_and_has_it_done_again() {
    House::on_both(|house| {
        let fail = "INSERT INTO job (id, kind, payload, state, due_at, attempts, last_fault, enqueued_at, ended_at)
             VALUES ('01k0000000000000000000000b', 'access.sweep_test', 'null', 'failed', 0, 8, 'the line was broken', 0, 1)";
        house.desk().write_now(move |txn| Ok(txn.execute(fail, &args![])?)).expect("a failed job");
        let mut system = house.inside_as(SystemOffice);
        system.open("/office");
        let page = system.click("运行情况").clone();
        assert!(page.says("the line was broken") && page.says("access.sweep_test"), "{}", page.text());
        assert_eq!(page.fact("数据库").as_deref(), Some(house.desk().engine()), "{}", page.text());
        assert!(page.says("可用"), "the room on the disk: {}", page.text());
        let again = system.form("重新执行");
        assert!(system.submit(&again).says("重新排队"));
        assert_eq!(system.send(&again).status, 404, "it has failed no more");
        assert!(system.click("消息发送情况").says("近二十四小时"));
        let mut audit = house.inside_as(AuditOffice);
        assert!(audit.open("/office/audit/records?action=oversight.job_retried").says("系统管理办公室"));
    });
}

/// proves: R2
#[test]
fn an_office_has_two_administrators_and_its_password_and_nothing_of_members_points_at_it() {
    House::on_both(|house| {
        let mut audit = house.inside_as(AuditOffice);
        audit.open("/office");
        audit.click("管理员信息");
        audit.click("新增");
        let new = audit.form("保存").fill("用户名", "shenji2").fill("姓名", "林审").fill("手机号", "13900001234");
        assert!(audit.submit(&new).says("管理员已新增"), "{}", audit.page().text());
        let own = audit.page().clone();
        assert!(own.link("新增").is_none(), "at most two");
        assert!(audit.open("/office/password").form("保存").is_some(), "{}", audit.page().text());

        let offices: Vec<&str> = house
            .city()
            .organizations()
            .iter()
            .filter(|one| one.kind.is_separate())
            .map(InventedOrganization::name)
            .collect();
        assert_eq!(offices.len(), 3);
        let mut city = house.inside_as(CityCommittee);
        for path in [
            "/office/members",
            "/office/dues/standards",
            "/office/dues/records",
            "/office/dues/totals",
            "/office/transfers/records",
            "/office/transfers/issuers",
            "/office/meetings/overview",
        ] {
            let page = city.open(path).clone();
            assert!(!offices.iter().any(|office| page.says(office)), "{path}: {}", page.text());
        }
        let (branch, _, _) = a_branch(house);
        let mut member = house.inside_as_member(house.a_member_of(&branch));
        member.open("/member/transfers/new/within");
        let form = member.form("查找党支部").fill("拟转入党支部", "管理办公室");
        assert!(member.submit(&form).says("没有查到名称相近的党支部"), "{}", member.page().text());
        // The city committee looks after their administrators, as after everybody's.
        city.open("/office/administrators");
        city.click(offices[0]);
        assert!(city.page().says("每个党组织最多设两名管理员"), "{}", city.page().text());
    });
}
