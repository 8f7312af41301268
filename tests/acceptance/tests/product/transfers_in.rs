//! 【组织关系转入】 of a person from outside the city, who has no account: from the front page to his own record.

use std::time::Duration;

use ejia_acceptance::transfers::{course, outsiders_id_card};
use ejia_acceptance::{Browser, House};

const PHONE: &str = "13950001234";

/// The person proves his phone, by the manual's words, and stands before the form.
fn at_the_form(house: &House) -> Browser {
    let mut person = house.visitor();
    person.open("/");
    person.click("【组织关系转入】");
    person.click("【添加申请】");
    let form = person.form("获取验证码").fill("手机号", PHONE);
    person.submit(&form);
    house.work();
    let form = person.form("确认").fill("验证码", &house.code(PHONE));
    person.submit(&form);
    assert_eq!(person.page().heading(), "添加申请", "{}", person.page().text());
    person
}

/// proves: T7 T9 T11 T14
#[test]
fn a_person_from_outside_is_allocated_reviewed_and_becomes_a_member_with_an_account() {
    House::on_both(|house| {
        let place = house.a_move().far;
        let mut person = at_the_form(house);
        let form = person.application_to(&place);
        assert!(person.submit(&form).says("申请已提交"), "{}", person.page().text());
        let ahead = course(person.page());
        assert!(ahead[1].contains(&place.committee_name) && ahead[2].contains(&place.name), "{ahead:?}");
        // The committee sees him, his numbers masked.
        let mut committee = house.inside_as_officer_of(&place.committee);
        committee.open("/office");
        committee.click("【组织关系接转】");
        committee.click("【转入办理】");
        committee.click("【待划拨】");
        let page = committee.click("【划拨】");
        assert!(page.says("欧阳·𬱖㛃") && !page.body().contains(&outsiders_id_card()) && !page.body().contains(PHONE));
        assert!(committee.click("【划拨】").says("已划拨"), "{}", committee.page().text());
        house.work();
        assert!(house.last_message(&house.administrator_phone(&place.branch)).contains("有一条组织关系转接申请"));
        // The branch reviews, and he is a member.
        let officer = house.handle(&place.branch, "【转入办理】", "待接收", "【审核】", "审核通过");
        assert!(officer.page().says("已确认接收"), "{}", officer.page().text());
        house.work();
        assert!(house.last_message(PHONE).contains("您的组织关系已转入"));
        let member = house.member(&outsiders_id_card());
        let record = house.inside_as_member(member).open("/member/record").clone();
        assert!(record.says("欧阳·𬱖㛃"), "{}", record.text());
        // What he had told lies nowhere but in his record.
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer_applicant WHERE told_sealed IS NOT NULL"), 0);
        // He logs in as a member for the first time, by his phone and a code.
        let mut newcomer = house.visitor();
        newcomer.open("/member/login");
        let form = newcomer.form("登录").fill("身份证号或手机号码", PHONE).fill("密码", PHONE);
        assert!(newcomer.submit(&form).says("验证码"), "{}", newcomer.page().text());
    });
}

/// proves: T8 T10
#[test]
fn a_wrong_committee_is_found_by_keyword_and_corrected_and_what_came_back_is_mended() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (wrong, right) = (&scene.from, &scene.far);
        let mut person = at_the_form(house);
        // Part of the committee's name is not enough, and nothing entered is lost.
        let part: String = wrong.committee_name.chars().skip(2).take(4).collect();
        let form = person.application_to(wrong).fill("拟转入党委", &part);
        let refused = person.submit(&form);
        assert!(refused.status == 422 && refused.says("请输入拟转入党委"), "{}", refused.text());
        assert_eq!(person.form("提交申请").entered("原党组织"), Some("中共福州市鼓楼区东街街道第一支部委员会"));
        // Searching sends nothing in an address: neither name nor number.
        let form = person.form("查找党组织");
        assert_eq!(form.method, "post");
        person.submit(&form);
        let chosen = person.form(&wrong.committee_name);
        person.submit(&chosen);
        let form = person.form("提交申请").fill("拟转入党支部", "不存在的支部");
        assert!(person.submit(&form).says("申请已提交"), "{}", person.page().text());
        // The wrong committee has it; he corrects it before anybody has acted.
        let mut other = house.inside_as_officer_of(&right.committee);
        assert!(other.open("/office/transfers/in").says("没有需要办理的转入申请"));
        person.open("/transfers/in");
        person.click("【修改申请】");
        person.click("修改");
        let form = person.form("提交申请").fill("拟转入党委", &right.committee_name).fill("拟转入党支部", "写错的支部");
        assert!(person.submit(&form).says("已修改并重新提交"), "{}", person.page().text());
        // The right committee corrects the branch itself, and places him.
        other.open("/office/transfers/in");
        let page = other.click("【划拨】");
        assert!(page.says("请更正拟转入党支部"), "{}", page.text());
        let form = other.form("退回").fill("退回原因", "请写清支部全称");
        other.submit(&form);
        house.work();
        assert!(house.last_message(PHONE).contains("已被退回"));
        person.open("/transfers/in/applications");
        assert!(person.click("查看进度").says("请写清支部全称"));
        person.click("修改");
        let form = person.form("提交申请").fill("拟转入党支部", &right.name);
        assert!(person.submit(&form).says("已修改并重新提交"));
        assert_eq!(person.page().fact("拟转入单位"), Some(right.unit.clone()), "the unit follows from the branch");
        house.handle(&right.committee, "【转入办理】", "待划拨", "【划拨】", "【划拨】");
        let page = person.open("/transfers/in/applications").clone();
        assert!(
            page.link("修改申请").is_some_and(|link| link == "/transfers/in/applications"),
            "only the menu: {}",
            page.text()
        );
    });
}

/// proves: T7 M5
#[test]
fn numbers_that_a_member_bears_are_refused_with_a_case_number_and_the_photo_is_forgotten() {
    House::on_both(|house| {
        let place = house.a_move().far;
        let known = house.people_of(&place.branch).remove(0);
        let mut person = at_the_form(house);
        let form = person.application_to(&place).fill("公民身份证号", known.id_card());
        assert!(
            person.submit(&form).says("申请已提交"),
            "nobody learns here who is a member: {}",
            person.page().text()
        );
        let form = person.form("上传照片").attach("证件.jpg", house.a_photo());
        assert!(person.submit(&form).says("照片已上传"), "{}", person.page().text());
        house.handle(&place.committee, "【转入办理】", "待划拨", "【划拨】", "【划拨】");
        let officer = house.handle(&place.branch, "【转入办理】", "待接收", "【审核】", "审核通过");
        assert!(officer.page().status == 409 && officer.page().says("请把编号"), "{}", officer.page().text());
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer WHERE ended_at IS NULL"), 1, "it stays where it is");
        let photo = format!("/office/transfers/{}/photo", person.page().path.rsplit('/').next().expect("an id"));
        let mut branch = house.inside_as_officer_of(&place.branch);
        assert_eq!(branch.get(&photo).header("content-type"), Some("image/jpeg"));
        let stranger = house.places().into_iter().find(|other| other.committee != place.committee).expect("another");
        assert_eq!(house.inside_as_officer_of(&stranger.branch).get(&photo).status, 404);
        person.open("/transfers/in/applications");
        person.click("查看进度");
        assert!(person.click("确认撤回").says("申请已撤回"), "{}", person.page().text());
        house.work();
        assert_eq!(branch.get(&photo).status, 404);
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer_applicant WHERE told_sealed IS NOT NULL"), 0);
    });
}

/// proves: T7 R2
#[test]
fn nobody_sees_an_application_but_who_has_proven_its_phone() {
    House::on_both(|house| {
        let place = house.a_move().far;
        let mut person = at_the_form(house);
        let form = person.application_to(&place);
        person.submit(&form);
        let address = person.page().path.clone();
        let mut other = house.inside_as_applicant("13950005678");
        assert_eq!(other.open(&address).status, 404);
        assert_eq!(other.open(&format!("{address}/correct")).status, 404);
        assert!(house.visitor().open(&address).says("手机号"), "a phone is asked for first");
        // The same phone, another browser, another day: his applications are there.
        let mut again = house.inside_as_applicant(PHONE);
        assert!(again.open(&address).says("办理进度"));
        // The same person applies once, whoever's phone it is.
        other.open("/transfers/in/new");
        let form = other.application_to(&place);
        let refused = other.submit(&form);
        assert!(refused.status == 409 && refused.says("已有一项转入申请"), "{}: {}", refused.status, refused.text());
    });
}

/// proves: T7
#[test]
fn a_month_after_it_has_ended_nothing_is_known_of_an_applicant() {
    House::on_both(|house| {
        let place = house.a_move().far;
        let mut person = at_the_form(house);
        let form = person.application_to(&place);
        person.submit(&form);
        person.click("确认撤回");
        house.inside_as_applicant("13950005678");
        house.pass(Duration::from_hours(20 * 24));
        house.work();
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer_applicant"), 1, "he may still look it up");
        house.pass(Duration::from_hours(11 * 24));
        house.work();
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer_applicant"), 0);
        assert_eq!(house.count("SELECT COUNT(*) FROM applicant"), 0);
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer"), 1, "the record stays");
    });
}
