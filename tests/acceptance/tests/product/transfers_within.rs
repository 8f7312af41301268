//! 【组织关系转移】 inside the city: from the application to the branch that takes the member in.

use ejia_acceptance::House;
use ejia_acceptance::transfers::course;

/// proves: T1 T2 T4 T11 T14
#[test]
fn between_two_committees_every_level_reviews_and_the_member_arrives() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (person, from, far) = (&scene.person, &scene.from, &scene.far);
        let mut member = house.apply_within(person, far);
        assert_eq!(member.page().fact("拟转入单位"), Some(far.unit.clone()), "the unit follows from the branch");
        // What is still to come was computed from the tree: three reviews, the other committee, the branch.
        let ahead = course(member.page());
        assert!(ahead[1].starts_with("待审核") && ahead[1].contains(&from.name), "{ahead:?}");
        assert!(ahead[4].contains(&far.committee_name) && ahead[5].contains(&far.name), "{ahead:?}");
        house.review(&from.branch);
        house.review(from.general.as_deref().expect("under a general branch"));
        assert_eq!(
            house.branch_of(person),
            from.branch,
            "the old branch is responsible until the new one has accepted"
        );
        house.review(&from.committee);
        let officer = house.handle(&far.committee, "【转入办理】", "待划拨", "【划拨】", "【划拨】");
        assert!(officer.page().says("已划拨"), "{}", officer.page().text());
        house.work();
        let branch_phone = house.administrator_phone(&far.branch);
        assert!(house.last_message(&branch_phone).contains("有一条组织关系转接申请"));
        assert_eq!(house.branch_of(person), from.branch);
        let officer = house.handle(&far.branch, "【转入办理】", "待接收", "确认接收", "确认接收");
        assert!(officer.page().says("已确认接收") && officer.page().says("转接完成后"), "{}", officer.page().text());
        assert_eq!(house.branch_of(person), far.branch);
        house.work();
        assert!(house.last_message(&person.phone).contains("已转入新的党支部"));
        // Step by step with organization and time, for the member and for both branches.
        member.open("/member/transfers");
        let done = course(member.click(&format!("查看转到{}的进度", far.name)));
        let acts: Vec<&str> = done.iter().filter_map(|step| step.split(' ').next()).collect();
        assert_eq!(acts, ["提交申请", "审核通过", "审核通过", "审核通过", "划拨", "确认接收"]);
        assert!(done[3].contains(&from.committee_name) && done[4].contains(&far.committee_name), "{done:?}");
        let mut old = house.inside_as_officer_of(&from.branch);
        let page = old.open(&member.page().path.replace("/member/", "/office/"));
        assert!(
            page.status == 200 && page.says("转接完成后") && page.says("原党支部的委托自动失效"),
            "{}",
            page.text()
        );
        // The branch he came to has his record now; the one he left sees him no more.
        let record = format!("/office/members/{}", person.id);
        assert_eq!(house.inside_as_officer_of(&far.branch).open(&record).status, 200);
        assert_eq!(old.open(&record).status, 404);
    });
}

/// proves: T4
#[test]
fn within_one_committee_its_review_leads_straight_to_the_allocation() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (person, from, near) = (&scene.person, &scene.from, &scene.near);
        house.apply_within(person, near);
        house.review(&from.branch);
        house.review(from.general.as_deref().expect("under a general branch"));
        let mut committee = house.review(&from.committee);
        assert_eq!(
            committee.page().heading(),
            "划拨",
            "the next step lies with the same committee and opens by itself"
        );
        assert!(committee.click("【划拨】").says("已划拨"), "{}", committee.page().text());
        house.handle(&near.branch, "【转入办理】", "待接收", "确认接收", "确认接收");
        assert_eq!(house.branch_of(person), near.branch);
    });
}

/// proves: T2
#[test]
fn only_an_exact_branch_is_accepted_and_part_of_its_name_finds_it() {
    House::on_both(|house| {
        let scene = house.a_move();
        let mut member = house.inside_as_member(scene.person.id);
        member.open("/member/transfers/new/within");
        let part: String = scene.far.name.chars().skip(2).take(6).collect();
        let form = member.form("提交申请").fill("拟转入党支部", &part).fill("转出原因", "工作调动");
        let refused = member.submit(&form);
        assert!(refused.status == 422 && refused.says("请输入拟转入党支部"), "{}: {}", refused.status, refused.text());
        assert!(member.form("提交申请").entered("转出原因") == Some("工作调动"), "nothing is lost");
        // Without scripts: 查找党支部, then the button of the branch.
        let form = member.form("查找党支部").fill("拟转入党支部", &part);
        member.submit(&form);
        let form = member.form(&scene.far.name);
        let page = member.submit(&form);
        assert!(
            page.says("办理流程") && page.says(&scene.far.committee_name),
            "the road is shown before: {}",
            page.text()
        );
        assert_eq!(page.form_with("拟转入党支部").entered("拟转入党支部"), Some(scene.far.name.as_str()));
        let own = member.form("提交申请").fill("拟转入党支部", &scene.from.name).fill("转出原因", "工作调动");
        let refused = member.submit(&own);
        assert!(refused.status == 422 && refused.says("就是现在所在的党支部"), "{}", refused.text());
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer"), 0);
    });
}

/// proves: T10
#[test]
fn an_application_is_sent_back_with_a_reason_mended_and_taken_back() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (person, from, far) = (&scene.person, &scene.from, &scene.far);
        let mut member = house.apply_within(person, far);
        let address = member.page().path.clone();
        house.review(&from.branch);
        let mut general = house.inside_as_officer_of(from.general.as_deref().expect("under a general branch"));
        general.open("/office/transfers/out");
        general.click("【审核】");
        let refused = general.click("退回").clone();
        assert!(refused.status == 422 && refused.says("请填写退回原因"), "{}", refused.text());
        let form = general.form("退回").fill("退回原因", "请转到近处的支部");
        assert!(general.submit(&form).says("已退回"), "{}", general.page().text());
        house.work();
        assert!(house.last_message(&person.phone).contains("已被退回"));
        assert!(member.open(&address).says("请转到近处的支部"));
        member.click("修改申请");
        let form = member.form("提交申请").fill("拟转入党支部", &scene.near.name).fill("转出原因", "迁居");
        assert!(member.submit(&form).says("申请已提交"), "{}", member.page().text());
        assert_eq!(member.page().fact("拟转入党支部"), Some(scene.near.name.clone()));
        // It begins anew at the branch.
        assert!(course(member.page()).iter().any(|step| step.starts_with("待审核") && step.contains(&from.name)));
        assert!(member.click("确认撤回").says("申请已撤回"), "{}", member.page().text());
        assert!(house.inside_as_officer_of(&from.branch).open("/office/transfers/out").says("没有需要办理的转出申请"));
        house.apply_within(person, far);
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer WHERE ended_at IS NULL"), 1);
    });
}

/// proves: T4 T10 R2
#[test]
fn only_whose_turn_it_is_acts_and_nobody_else_learns_of_it() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (person, from, far) = (&scene.person, &scene.from, &scene.far);
        let mut member = house.apply_within(person, far);
        let id = member.page().path.rsplit('/').next().expect("an id").to_owned();
        let address = format!("/office/transfers/{id}");
        let mut branch = house.inside_as_officer_of(&from.branch);
        let form = branch.open(&address).form("审核通过").expect("his turn");
        // The committee is above, but it is not its turn: it sees and cannot act.
        let mut committee = house.inside_as_officer_of(&from.committee);
        let page = committee.open(&address);
        assert!(page.status == 200 && page.form("审核通过").is_none(), "{}", page.text());
        let logout = page.form_to("/logout");
        let early = committee.send(&logout_with(&logout, &form.action));
        assert_eq!(early.status, 409, "{}", early.text());
        // A branch beside it learns nothing.
        let stranger = house
            .places()
            .into_iter()
            .find(|place| place.committee != from.committee && place.committee != far.committee);
        let mut stranger = house.inside_as_officer_of(&stranger.expect("a third committee").branch);
        assert_eq!(stranger.open(&address).status, 404);
        let logout = stranger.open("/office").form_to("/logout");
        assert_eq!(stranger.send(&logout_with(&logout, &form.action)).status, 404);
        let other = house.persons_of(&from.branch).swap_remove(1);
        assert_eq!(house.inside_as_member(other.id).open(&format!("/member/transfers/{id}")).status, 404);
        // Two who press the button: one step.
        assert_eq!(branch.send(&form).status, 303);
        assert_eq!(branch.send(&form).status, 409);
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer_step WHERE act = 'reviewed'"), 1);
        // A second application while one is open is refused.
        let page = member.open("/member/transfers/new");
        assert!(page.says("已有一项组织关系转移正在办理"), "{}", page.text());
    });
}

/// The log-out form of a page, sent elsewhere: it bears the caller's token.
fn logout_with(form: &ejia_acceptance::Form, action: &str) -> ejia_acceptance::Form {
    let mut form = form.clone();
    action.clone_into(&mut form.action);
    form
}

/// proves: T1
#[test]
fn of_many_applications_at_once_one_is_written() {
    House::on_both(|house| {
        let scene = house.a_move();
        let mut member = house.inside_as_member(scene.person.id);
        member.open("/member/transfers/new/within");
        let form = member.form("提交申请").fill("拟转入党支部", &scene.far.name).fill("转出原因", "工作调动");
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let pressed: Vec<_> = (0..6)
                .map(|_| {
                    let (mut browser, form) = (member.clone(), form.clone());
                    scope.spawn(move || browser.send(&form).status)
                })
                .collect();
            pressed.into_iter().map(|thread| thread.join().expect("it answers")).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 303).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| matches!(status, 303 | 409)), "{statuses:?}");
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer"), 1);
    });
}

/// proves: T4
#[test]
fn an_organization_that_is_closed_meanwhile_strands_nobody() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (person, from, far) = (&scene.person, &scene.from, &scene.far);
        let general = from.general.clone().expect("under a general branch");
        house.apply_within(person, far);
        house.review(&from.branch);
        // What lies with the general branch is handled by the committee above it.
        house.close(&general);
        house.review(&from.committee);
        house.close(&far.branch);
        let page = house.handle(&far.committee, "【转入办理】", "待划拨", "【划拨】", "【划拨】").page().clone();
        assert!(page.status == 422 && page.says("请输入拟转入党支部"), "the branch is gone: {}", page.text());
        let instead =
            house.places().into_iter().find(|place| place.committee == far.committee && place.branch != far.branch);
        let instead = instead.expect("another branch");
        let mut committee = house.inside_as_officer_of(&far.committee);
        committee.open("/office/transfers/in");
        committee.click("【划拨】");
        let form = committee.form("【划拨】").fill("拟转入党支部", &instead.name);
        assert!(committee.submit(&form).says("已划拨"), "{}", committee.page().text());
        house.handle(&instead.branch, "【转入办理】", "待接收", "确认接收", "确认接收");
        assert_eq!(house.branch_of(person), instead.branch);
    });
}

/// proves: T14 D2
#[test]
fn dues_follow_the_member_from_the_next_month_on_and_nothing_is_lost_or_charged_twice() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (person, from, near) = (&scene.person, &scene.from, &scene.near);
        house.set_dues(&from.branch, "2026-03", "3000");
        // Another member pays for him: his own leave stays, whatever branch he is in.
        let friend = house.persons_of(&from.branch).swap_remove(1);
        let mut member = house.inside_as_member(person.id);
        member.open("/member/dues/delegations");
        let form = member.form("提交授权").fill("对方姓名", &friend.name).fill("对方手机号", &friend.phone);
        member.submit(&form);
        let mut other = house.inside_as_member(friend.id);
        other.open("/member/dues/delegations/asked");
        other.click(&format!("确认{}的授权", person.name));
        house.apply_within(person, near);
        house.review(&from.branch);
        house.review(from.general.as_deref().expect("under a general branch"));
        house.review(&from.committee);
        house.handle(&near.committee, "【转入办理】", "待划拨", "【划拨】", "【划拨】");
        house.handle(&near.branch, "【转入办理】", "待接收", "确认接收", "确认接收");
        // March was set by the old branch: he owes it there, and only there.
        house.set_dues(&near.branch, "2026-03", "3000");
        assert_eq!(house.bills_of(person.id, "due"), 1);
        house.at("2026-04-20 09:00");
        let sheet =
            house.set_dues(&near.branch, "2026-04", "3000").open("/office/dues/standards?month=2026-04").clone();
        assert!(sheet.says(&person.name), "{}", sheet.text());
        let sheet =
            house.set_dues(&from.branch, "2026-04", "3000").open("/office/dues/standards?month=2026-04").clone();
        assert!(!sheet.says(&person.name), "the old branch sets no more for him: {}", sheet.text());
        // His arrears of the old branch and this month of the new one are paid in one order, by his friend.
        let mut other = house.inside_as_member(friend.id);
        other.open("/member/dues/proxy");
        let form = other.form("下一步：查看合计").fill(&format!("选择{}", person.name), "");
        assert!(other.submit(&form).says("合计 30.00 元"), "{}", other.page().text());
        other.order_over("支付宝", "");
        assert!(other.pay_at_the_counter().says("交纳成功"), "{}", other.page().text());
        assert_eq!((house.bills_of(person.id, "paid"), house.bills_of(person.id, "due")), (2, 0));
        let homes: i64 = house
            .look("SELECT COUNT(DISTINCT organization_id) FROM dues_bill WHERE member_id = $1", &[person.id.into()]);
        assert_eq!(homes, 2, "each month stays with the branch that set it");
    });
}
