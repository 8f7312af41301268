//! 【我的档案】 and 【党员档案管理】: what a member may change, what is reviewed, what is locked.

use ejia::city::InventedMember;
use ejia_acceptance::{Browser, House};
use ejia_kernel::{MemberId, OrganizationKind};

struct Scene {
    branch: String,
    person: InventedMember,
    id: MemberId,
    member: Browser,
    officer: Browser,
}

/// A full member with a phone, his browser, and that of his branch's administrator.
fn scene(house: &House) -> Scene {
    let branch = house.branch_with_members();
    let ordinary = |person: &InventedMember| {
        let [_, _, _, _, _, people, _, _, kind, ..] = &person.cells;
        !person.phone().is_empty() && people == "汉族" && kind == "正式党员"
    };
    let person = house.people_of(&branch).into_iter().find(ordinary).expect("an ordinary member");
    let id = house.member(person.id_card());
    let (member, officer) = (house.inside_as_member(id), house.inside_as_officer_of(&branch));
    Scene { branch, person, id, member, officer }
}

/// proves: M2 M3 A2
#[test]
fn what_a_member_changes_is_reviewed_and_then_locked() {
    House::on_both(|house| {
        let Scene { person, id, mut member, mut officer, .. } = scene(house);
        member.open("/member/record");
        let form = member.page().form_with("民族");
        assert!(form.is_open("民族") && form.is_open("家庭住址") && !form.is_open("党籍状态"));
        let form = form.fill("民族", "满族").fill("家庭住址", "思明区环岛路8号");
        assert!(member.submit(&form).says("待审核"), "{}", member.page().text());
        assert!(member.page().says("满族"));

        officer.open("/office");
        officer.click("【党员管理】");
        officer.click("【档案审核】");
        let rows = officer.page().rows();
        let row = rows.iter().find(|row| row.first().is_some_and(|cell| cell == "民族")).expect("the change");
        assert_eq!((row[1].as_str(), row[2].as_str()), ("汉族", "满族"), "old and new stand side by side");
        assert!(!officer.page().says("环岛路"), "his own address is his own to change");
        officer.click(&format!("通过{}的民族", person.name()));
        assert!(officer.page().says("没有待审核的修改"), "{}", officer.page().text());

        let record = member.open("/member/record");
        assert!(!record.says("正在等待审核"));
        let form = record.form_with("家庭住址");
        assert!(!form.is_open("民族") && !form.is_open("姓名") && !form.is_open("公民身份证号"), "grey and locked");
        assert!(form.is_open("家庭住址") && form.is_open("工作岗位"), "the rest stays open");
        // A locked item is refused also when it is sent past the form.
        let refused = member.send(&form.with("name", "王改名"));
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert_eq!(house.look::<String>("SELECT name FROM member WHERE id = $1", &[id.into()]), person.name());
    });
}

/// proves: M3
#[test]
fn a_change_is_sent_back_with_a_reason_and_can_be_mended() {
    House::on_both(|house| {
        let Scene { mut member, mut officer, .. } = scene(house);
        member.open("/member/record");
        let form = member.page().form_with("民族").fill("民族", "满族");
        member.submit(&form);
        officer.open("/office/reviews");
        let silent = officer.page().form_to("/return");
        assert_eq!(officer.send(&silent).status, 422, "not without a reason");
        let form = officer.page().form_to("/return").fill("退回原因", "请附户口簿");
        officer.submit(&form);
        assert!(member.open("/member/record").says("请附户口簿"));
        let form = member.page().form_with("民族").fill("民族", "回族");
        assert!(member.submit(&form).says("待审核"));
        // And taken back by himself.
        member.click("撤回民族");
        assert!(!member.page().says("正在等待审核"));
        assert!(officer.open("/office/reviews").says("没有待审核的修改"));
    });
}

/// proves: M3 R2
#[test]
fn only_the_members_own_branch_reviews() {
    House::on_both(|house| {
        let Scene { branch, mut member, .. } = scene(house);
        member.open("/member/record");
        let form = member.page().form_with("民族").fill("民族", "满族");
        member.submit(&form);
        let change: String = house.look("SELECT id FROM record_change WHERE state = 'waiting'", &[]);
        let path = format!("/office/reviews/{change}/accept");
        let other = house.branches_with_members().into_iter().find(|code| *code != branch).expect("another branch");
        for (mut browser, statuses) in [
            (house.inside_as_officer_of(&other), [403, 404]),
            (house.inside_as(OrganizationKind::CityCommittee), [403, 422]),
        ] {
            browser.open("/office/password");
            let form = browser.page().form_to("/office/password");
            let token = form.value("csrf").expect("a token").to_owned();
            let answer = browser.post(&path, "application/x-www-form-urlencoded", format!("csrf={token}").as_bytes());
            assert!(statuses.contains(&answer.status), "{}: {}", answer.status, answer.text());
        }
        assert_eq!(house.count("SELECT COUNT(*) FROM record_change WHERE state = 'waiting'"), 1);
    });
}

/// proves: M4
#[test]
fn an_administrator_edits_locked_items_too() {
    House::on_both(|house| {
        let Scene { person, id, mut officer, .. } = scene(house);
        officer.open("/office");
        officer.click("【党员管理】");
        officer.click("【党员档案管理】");
        officer.click(person.name());
        officer.click("编辑");
        let form = officer.form("保存").fill("民族", "满族").fill("工作岗位", "退役军人事务员");
        officer.submit(&form);
        assert_eq!(officer.page().fact("民族").as_deref(), Some("满族"));
        assert!(officer.page().rows().iter().any(|row| row.contains(&"民族".to_owned())), "the history shows it");
        // What contradicts the ID-card number is refused at its field.
        officer.click("编辑");
        let form = officer.form("保存").fill("出生日期", "1950-01-01");
        assert_eq!(officer.submit(&form).status, 422);
        assert!(officer.page().says("出生日期与公民身份证号不一致"));
        assert_eq!(house.look::<String>("SELECT ethnic_group FROM member WHERE id = $1", &[id.into()]), "满族");
    });
}

/// proves: M4
#[test]
fn two_who_edit_at_once_do_not_overwrite_one_another() {
    House::on_both(|house| {
        let Scene { branch, id, mut officer, .. } = scene(house);
        let mut second = house.inside_as_officer_of(&branch);
        let path = format!("/office/members/{id}/edit");
        officer.open(&path);
        second.open(&path);
        let form = officer.form("保存").fill("工作岗位", "教师");
        assert_eq!(officer.submit(&form).status, 200);
        let form = second.form("保存").fill("工作岗位", "医生");
        assert!(matches!(second.submit(&form).status, 409 | 422), "{}", second.page().text());
        assert_eq!(house.look::<String>("SELECT post FROM member WHERE id = $1", &[id.into()]), "教师");
    });
}

/// proves: M4 R4
#[test]
fn numbers_are_masked_until_a_reason_is_given_and_the_member_sees_who_read_them() {
    House::on_both(|house| {
        let Scene { person, id, mut member, mut officer, .. } = scene(house);
        let path = format!("/office/members/{id}");
        let record = officer.open(&path);
        assert!(!record.body().contains(person.id_card()) && !record.body().contains(person.phone()));
        assert!(!officer.get("/office/members").body().contains(person.phone()));
        let silent = officer.form("查看完整信息");
        assert_eq!(officer.send(&silent).status, 422);
        let form = officer.form("查看完整信息").fill("查看原因", "核对党统");
        let record = officer.submit(&form);
        assert!(record.says(person.id_card()) && record.says(person.phone()));
        let readers = member.open("/member/readers");
        assert!(readers.says("核对党统"), "{}", readers.text());
        // His own data in his own hands, complete.
        let data = member.get("/member/my-data");
        assert_eq!(data.status, 200);
        for fact in [person.id_card(), person.phone(), person.name(), "核对党统"] {
            assert!(data.body().contains(fact), "{fact}");
        }
        // The audit record knows of it, without names and numbers, and its chain holds.
        ejia_audit::seal(house.desk()).expect("sealed");
        assert!(ejia_audit::verify(house.desk()).expect("whole").sealed > 0);
        let spoken =
            "SELECT COUNT(*) FROM audit_entry WHERE facts LIKE '%' || $1 || '%' OR facts LIKE '%' || $2 || '%'";
        assert_eq!(house.look::<i64>(spoken, &[person.name().into(), person.phone().into()]), 0);
    });
}

/// proves: R1 M2
#[test]
fn the_record_does_not_pass_through_wechat() {
    House::on_both(|house| {
        let mut phone = house.inside_on_phone(scene(house).id);
        for page in ["/wechat/record", "/wechat/readers", "/wechat/my-data"] {
            let page = phone.get(page);
            assert!(page.status == 403 && page.says("只能在网页端进行"), "{}", page.text());
        }
    });
}

/// proves: M8
#[test]
fn a_member_without_a_phone_is_a_full_member_whom_administrators_act_for() {
    House::on_both(|house| {
        let city = house.city();
        let person = city.members().find(|person| person.phone().is_empty()).expect("somebody without a phone");
        let branch = city.organizations().iter().find(|one| one.name() == person.branch()).expect("his branch");
        let mut officer = house.inside_as_officer_of(branch.code());
        officer.open("/office/members?without_phone=true");
        officer.click(person.name());
        officer.click("核对无误，审核通过");
        assert!(officer.page().says("已审核"));
        officer.click("编辑");
        let form = officer.form("保存").fill("家庭住址", "集美区石鼓路9号");
        assert_eq!(officer.submit(&form).status, 200);
        // A phone may come and go.
        for (phone, registered) in [(Some("13700137055"), true), (None, false)] {
            officer.click("编辑");
            let form = officer.form("保存");
            let form = match phone {
                Some(phone) => form.fill("手机号", phone),
                None => form.fill("清空手机号", ""),
            };
            officer.submit(&form);
            assert_eq!(officer.page().status, 200, "{}", officer.page().text());
            let id = house.member(person.id_card());
            let with_phone = "SELECT COUNT(*) FROM member WHERE id = $1 AND phone_index IS NOT NULL";
            assert_eq!(house.look::<i64>(with_phone, &[id.into()]) == 1, registered);
        }
    });
}

/// proves: M4
#[test]
fn members_are_found_by_name_part_initials_id_card_and_phone() {
    House::on_both(|house| {
        let Scene { person, .. } = scene(house);
        let mut city = house.inside_as(OrganizationKind::CityCommittee);
        let initials = ejia_directory::spellings(person.name())[0].0.clone();
        let part: String = person.name().chars().skip(1).collect();
        for asked in [person.name(), &part, &initials, person.id_card(), person.phone()] {
            city.open("/office/members");
            let form = city.form("查找").fill("查找党员", asked);
            let found = city.submit(&form);
            assert!(found.link(person.name()).is_some(), "{asked}: {}", found.text());
            // What names a person stands in no address, which proxies log and browsers remember.
            let digits = asked.chars().filter(char::is_ascii_digit).count();
            assert!(digits == 0 || (found.path.contains("?q=~") && !found.path.contains(asked)), "{}", found.path);
        }
        assert!(city.open("/office/members?q=13800").says("号码还不完整"));
        assert!(city.open("/office/members?q=查无此人").says("没有符合条件的党员"));
        // Page after page, every member once.
        let mut seen = std::collections::BTreeSet::new();
        let mut path = "/office/members".to_owned();
        loop {
            let page = city.open(&path).clone();
            let people = page.links().into_iter().filter(|link| link.starts_with("/office/members/01"));
            for link in people {
                assert!(seen.insert(link.clone()), "{link} twice");
            }
            match page.links().into_iter().find(|link| link.contains("after=")) {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(seen.len(), house.city().members().len());
    });
}
