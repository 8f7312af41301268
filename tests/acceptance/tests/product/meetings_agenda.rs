//! 【添加议题】, 在线投票, 发表意见 and 【议题结果】 by the manual's words.

use ejia_acceptance::{Browser, House};
use ejia_db::args;
use ejia_kernel::MemberId;

const RESOLUTION: &str = "关于修缮党员活动室的决议";

/// An assembly online, under way, in which every member of the branch takes part; answers the branch, those with a vote
/// and the path of the meeting in the office.
fn online(house: &House) -> (String, Vec<MemberId>, String) {
    let (branch, _) = house.paying_branch();
    let day = house.desk().now().china_date().plus_days(1).to_string();
    let path = house.publish_meeting(&branch, &day, "线上").path;
    house.at(&format!("{day} 14:35"));
    let people = |voting: bool| -> Vec<MemberId> {
        let sql = "SELECT member_id FROM meeting_person WHERE voting = $1 ORDER BY sort_key, member_id";
        let read = move |txn: &mut ejia_db::Txn<'_>| Ok(txn.query(sql, &args![voting], |row| row.get(0))?);
        house.desk().read_now(read).expect("the list")
    };
    let voters = people(true);
    for member in &voters {
        let mut member = house.inside_on_phone(*member);
        member.open(&path.replace("/office/", "/wechat/"));
        assert!(member.click("【参加】").says("签到成功"), "{}", member.page().text());
    }
    (branch, voters, path)
}

/// A member before the agenda, by the manual's words.
fn at_the_agenda(house: &House, member: MemberId) -> Browser {
    let mut member = house.inside_as_member(member);
    member.open("/member/record");
    member.click("【组织生活】");
    member.click("【会议】");
    member.click("【查看报名】");
    member.click("【会议议题】");
    member
}

/// He votes; answers the code he has noted.
fn vote(house: &House, member: MemberId, answer: &str) -> String {
    let mut member = at_the_agenda(house, member);
    member.click(&format!("在线投票：{RESOLUTION}"));
    let page = member.click("【投票】");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.says("请先把查票码抄在纸上"), "{}", page.text());
    let form = member.form("投票").fill(answer, "");
    let code = form.value("code").expect("a code").to_owned();
    assert!(member.page().says(&code));
    let page = member.submit(&form).clone();
    assert!(page.says("投票成功") && !page.path.contains(&code) && !page.says(&code), "{}", page.text());
    assert!(member.open(&page.path).form("投票").is_none(), "each votes once");
    code
}

/// 【党员大会】→【查看】→【议题结果】.
fn at_the_results(house: &House, branch: &str) -> Browser {
    let mut officer = house.inside_as_officer_of(branch);
    officer.open("/office");
    officer.click("【组织生活】");
    officer.click("【党员大会】");
    officer.click("【查看】");
    officer.click("【议题结果】");
    officer
}

/// proves: L3
#[test]
fn an_online_meeting_has_an_agenda_on_which_members_speak_and_vote() {
    House::on_both(|house| {
        let (branch, voters, meeting) = online(house);
        let mut officer = house.inside_as_officer_of(&branch);
        officer.add_item(&meeting, "讨论", "学习心得");
        officer.add_item(&meeting, "表决", RESOLUTION);
        let mut member = at_the_agenda(house, voters[0]);
        member.click("发表意见：学习心得");
        let form = member.form("【发表意见】").fill("我的意见", "理论联系实际");
        assert!(member.submit(&form).says("意见已发表"), "{}", member.page().text());
        // The others read it, on their phones too.
        let mut other = house.inside_on_phone(voters[1]);
        other.open(&format!("{}/agenda", meeting.replace("/office/", "/wechat/")));
        let page = other.click("发表意见：学习心得");
        assert!(page.says("理论联系实际") && page.path.starts_with("/wechat/"), "{}", page.text());
        officer.open(&format!("{meeting}/agenda"));
        assert!(officer.click("查看：学习心得").says("理论联系实际"));
        let form = officer.form("结束讨论").fill("讨论结果", "每月集中学习一次");
        assert!(officer.submit(&form).says("结果已登记"), "{}", officer.page().text());
        officer.open(&format!("{meeting}/agenda"));
        officer.click(&format!("查看：{RESOLUTION}"));
        assert_eq!(officer.page().fact("实到有表决权"), Some(format!("{} 人", voters.len())));
        assert!(officer.click("【开始投票】").says("投票已开始"), "{}", officer.page().text());
        vote(house, voters[0], "赞成");
        let item = officer.page().path.clone();
        let told = officer.open(&item).fact("已投票");
        assert_eq!(told, Some(format!("1 / {}", voters.len())));
    });
}

/// proves: L5
#[test]
fn a_vote_is_secret_everybody_votes_once_and_the_results_stand_under_their_tab() {
    House::on_both(|house| {
        let (branch, voters, meeting) = online(house);
        let mut officer = house.inside_as_officer_of(&branch);
        officer.add_item(&meeting, "表决", RESOLUTION);
        officer.click(&format!("查看：{RESOLUTION}"));
        officer.click("【开始投票】");
        let item = officer.page().path.clone();
        let against = voters.len() / 4;
        let answer = |place: usize| if place < against { "反对" } else { "赞成" };
        let ballots: Vec<(String, &str)> = voters
            .iter()
            .enumerate()
            .map(|(place, member)| (vote(house, *member, answer(place)), answer(place)))
            .collect();
        let open = officer.open(&item);
        assert!(!open.says("通过：") && !ballots.iter().any(|(code, _)| open.body().contains(code)), "{}", open.text());
        assert!(officer.click("【确认结束投票】").says("投票已结束"), "{}", officer.page().text());
        house.work();
        let mut officer = at_the_results(house, &branch);
        let passed = format!("通过：赞成{}票", voters.len() - against);
        assert!(officer.page().says(&passed), "{}", officer.page().text());
        let page = officer.click(&format!("查看：{RESOLUTION}"));
        assert!(!ballots.iter().any(|(code, _)| page.body().contains(code)), "the office sees counts");
        // Each finds his own ballot, by a code that stands in no address.
        for (member, (code, answer)) in [(voters[0], &ballots[0]), (voters[3], &ballots[3])] {
            let mut member = at_the_agenda(house, member);
            assert!(member.click(&format!("查看：{RESOLUTION}")).says(&passed), "{}", member.page().text());
            let form = member.form("【查票】").fill("查票码", code);
            let page = member.submit(&form);
            assert!(page.says(&format!("查票码 {code} 的选票：{answer}")), "{}", page.text());
            assert!(!page.path.contains(code.as_str()) && page.header("cache-control") == Some("no-store"));
        }
        // Nothing that is kept ties a ballot to a member.
        assert_eq!(house.count("SELECT COUNT(*) FROM ballot_sealed"), 0);
        assert_eq!(house.count("SELECT COUNT(*) FROM ballot_key"), 0, "the key is destroyed");
    });
}
