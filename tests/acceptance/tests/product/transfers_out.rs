//! 【组织关系转移】 out of the city: the letter, printed once, void and issued again, and its receipt.

use ejia_acceptance::transfers::{THERE, course};
use ejia_acceptance::{Browser, House, Page};

/// The address of a member's transfer.
fn address(member: &mut Browser) -> String {
    member.open("/member/transfers");
    member.click(&format!("查看转到{THERE}的进度")).path.clone()
}

fn print(browser: &mut Browser) -> Page {
    let form = browser.form("打印介绍信");
    browser.send(&form)
}

/// proves: T3 T5 T6 T11
#[test]
fn a_letter_is_issued_at_the_first_level_that_may_and_prints_once() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (mut member, mut committee) = house.issued(&scene);
        assert!(house.last_message(&scene.person.phone).contains("介绍信已开具"));
        let home = address(&mut member);
        assert!(course(member.page()).iter().any(|step| step.starts_with("开具介绍信")), "{}", member.page().text());
        assert!(member.page().says("请务必使用彩色打印"));
        // Two browsers of the member and the committee's administrator press the button at the same moment.
        let mut other = member.clone();
        committee.open(&format!("{}/letter", home.replace("/member/", "/office/")));
        let printed: Vec<Page> = std::thread::scope(|scope| {
            let pressed: Vec<_> = [&mut member, &mut other, &mut committee]
                .map(|browser| scope.spawn(move || print(browser)))
                .into_iter()
                .collect();
            pressed.into_iter().map(|thread| thread.join().expect("it answers")).collect()
        });
        let papers: Vec<&Page> =
            printed.iter().filter(|page| page.header("content-type") == Some("application/pdf")).collect();
        assert_eq!(papers.len(), 1, "{:?}", printed.iter().map(|page| page.status).collect::<Vec<_>>());
        let text: String = papers[0].pdf_text().split_whitespace().collect();
        for words in ["介绍信", &scene.person.name, &scene.person.id_card, THERE, "叁拾", "中共福州市鼓楼区委组织部"]
        {
            assert!(text.contains(words), "{words} is not in: {text}");
        }
        let page = member.open(&home);
        assert!(
            page.says("重新开具") && page.form("打印介绍信").is_none(),
            "grey, and the page says why: {}",
            page.text()
        );
        assert_eq!(house.branch_of(&scene.person), scene.from.branch, "the old branch is responsible");
    });
}

/// proves: T13 T6
#[test]
fn a_letter_is_declared_void_and_issued_again_under_a_new_number() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (mut member, mut committee) = house.issued(&scene);
        let check = house.letter_check();
        assert!(house.visitor().open(&check).says("有效"), "anyone may look");
        committee.open("/office");
        committee.click("【组织关系接转】");
        committee.click("【介绍信管理】");
        committee.click("【作废】");
        let form = committee.form("作废").fill("作废原因", "打印成了黑白");
        committee.submit(&form);
        let page = house.visitor().open(&check).clone();
        assert!(page.says("作废") && !page.says(&scene.person.name), "no personal data: {}", page.text());
        committee.click("【转出办理】");
        committee.click("待回执");
        committee.click(&scene.person.name);
        committee.click("重新开具介绍信");
        committee.click("重新开具介绍信");
        house.work();
        let home = address(&mut member);
        let text = print(&mut member).pdf_text();
        assert!(text.contains("代替"), "it names the old one: {text}");
        assert!(house.visitor().open(&house.letter_check()).says("有效"));
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer_letter"), 2);
        let unknown = house.visitor().open("/letters/0000000000000000000000000000000000000000000").clone();
        assert!(unknown.status == 404, "{}", unknown.text());
        // Another committee has no letters of this one.
        let mut stranger = house.inside_as_officer_of(&scene.far.committee);
        assert!(!stranger.open("/office/transfers/letters").says(&scene.person.name));
        assert_eq!(stranger.open(&format!("{}/letter", home.replace("/member/", "/office/"))).status, 404);
    });
}

/// proves: T12 T14
#[test]
fn the_receipt_comes_as_a_photo_or_by_post_and_only_then_the_member_has_left() {
    House::on_both(|house| {
        let scene = house.a_move();
        let (mut member, _) = house.issued(&scene);
        member.open("/member/transfers");
        member.click("【回执】");
        let broken = member.form("上传回执").attach("回执.jpg", b"no photo".to_vec());
        let refused = member.submit(&broken);
        assert!(refused.status == 422 && refused.says("照片"), "{}: {}", refused.status, refused.text());
        let form = member.form("上传回执").attach("回执.jpg", house.a_photo());
        assert!(member.submit(&form).status == 200, "{}", member.page().text());
        assert_eq!(house.branch_of(&scene.person), scene.from.branch);
        // The branch sends it back once, the member sends another; then it comes by post as well.
        let mut branch = house.inside_as_officer_of(&scene.from.branch);
        branch.open("/office/transfers/out?list=receipt");
        branch.click("【回执】");
        let form = branch.form("退回回执").fill("退回原因", "没有盖章");
        branch.submit(&form);
        member.open("/member/transfers");
        assert!(member.click("【回执】").says("没有盖章"), "{}", member.page().text());
        branch.open("/office/transfers/out?list=receipt");
        branch.click("【回执】");
        branch.click("已收到纸质回执");
        let gone: i64 = house.look(
            "SELECT COUNT(*) FROM member WHERE id = $1 AND departed_at IS NOT NULL AND departed_reason = 'transferred'",
            &[scene.person.id.into()],
        );
        assert_eq!(gone, 1, "{}", branch.page().text());
        assert!(member.open("/member/record").says("登录"), "his account is closed with it");
        assert_eq!(house.count("SELECT COUNT(*) FROM transfer WHERE ended_at IS NULL"), 0);
    });
}
