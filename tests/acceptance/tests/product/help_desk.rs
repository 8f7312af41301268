//! 客服: two records that want the same number.

use ejia::city::InventedMember;
use ejia_acceptance::{Browser, House};
use ejia_kernel::OrganizationKind;

struct Scene {
    claimant: InventedMember,
    holder: InventedMember,
    officer: Browser,
    desk: Browser,
}

/// Two members of two branches, the first one's administrator, and the help desk.
fn scene(house: &House) -> Scene {
    let branches = house.branches_with_members();
    let person = |code: &str| {
        house.people_of(code).into_iter().find(|person| !person.phone().is_empty()).expect("somebody with a phone")
    };
    let (claimant, holder) = (person(&branches[0]), person(&branches[1]));
    let officer = house.inside_as_officer_of(&branches[0]);
    let desk = house.inside_as(OrganizationKind::HelpDesk);
    Scene { claimant, holder, officer, desk }
}

/// Enters the other's phone; answers the case number that the refusal tells.
fn clash(house: &House, scene: &mut Scene) -> String {
    let id = house.member(scene.claimant.id_card());
    scene.officer.open(&format!("/office/members/{id}/edit"));
    let form = scene.officer.form("保存").fill("手机号", scene.holder.phone());
    let refused = scene.officer.submit(&form);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("手机号被占用") && text.contains("客服"), "{text}");
    assert!(!text.contains(scene.holder.name()), "whose it is, is nobody's business here");
    number_in(&text)
}

fn number_in(text: &str) -> String {
    let at = text.find("K2026-").unwrap_or_else(|| panic!("no case number: {text}"));
    text[at..].chars().take(12).collect()
}

/// proves: M5
#[test]
fn a_duplicate_phone_is_refused_with_a_case_number_and_the_help_desk_resolves_it() {
    House::on_both(|house| {
        let mut scene = scene(house);
        let number = clash(house, &mut scene);
        assert_eq!(clash(house, &mut scene), number, "the same clash is the same case");
        let Scene { claimant, holder, mut officer, mut desk } = scene;
        desk.open("/office");
        desk.click("客服工作台");
        desk.click(&number);
        assert!(desk.page().says(claimant.name()) && desk.page().says(holder.name()), "both records");
        let form = desk.form("提交处理结果").fill("号码归申请方", "").fill("核实情况", "已与双方支部核实");
        desk.submit(&form);
        assert_eq!(desk.page().status, 200, "{}", desk.page().text());
        let holds = |person: &InventedMember| {
            let with_phone = "SELECT COUNT(*) FROM member WHERE id = $1 AND phone_index IS NOT NULL";
            house.look::<i64>(with_phone, &[house.member(person.id_card()).into()]) == 1
        };
        assert!(holds(&claimant));
        assert!(!holds(&holder), "the holder has no phone now");
        let id = house.member(claimant.id_card());
        assert!(officer.open(&format!("/office/members/{id}")).says(&number));
        assert!(desk.open("/office/cases").says("没有待处理的工单"));
    });
}

/// proves: M5
#[test]
fn a_duplicate_id_card_number_is_refused_and_may_turn_out_to_be_one_person() {
    House::on_both(|house| {
        let Scene { claimant, holder, mut officer, mut desk } = scene(house);
        let id = house.member(claimant.id_card());
        officer.open(&format!("/office/members/{id}/edit"));
        let [_, _, _, number, sex, _, born, ..] = &holder.cells;
        let form = officer.form("保存").fill("公民身份证号", number).fill("性别", sex).fill("出生日期", born);
        let refused = officer.submit(&form);
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.says("身份证重复"));
        let case = number_in(&refused.text());
        desk.open("/office/cases");
        desk.click(&case);
        let form = desk.form("提交处理结果").fill("同一人，删除重复档案", "").fill("核实情况", "本人确认");
        assert_eq!(desk.send(&form).status, 422, "which of the two?");
        let form = form.fill("删除申请方的档案", "");
        desk.submit(&form);
        assert_eq!(desk.page().status, 200, "{}", desk.page().text());
        let present = "SELECT COUNT(*) FROM member WHERE id = $1 AND departed_at IS NULL";
        assert_eq!(house.look::<i64>(present, &[id.into()]), 0);
        assert_eq!(house.look::<i64>(present, &[house.member(holder.id_card()).into()]), 1);
    });
}

/// proves: M5
#[test]
fn nobody_but_the_help_desk_sees_cases() {
    House::on_both(|house| {
        let mut scene = scene(house);
        clash(house, &mut scene);
        let case: String = house.look("SELECT id FROM record_case", &[]);
        for mut browser in [scene.officer, house.inside_as(OrganizationKind::CityCommittee)] {
            for path in ["/office/cases".to_owned(), format!("/office/cases/{case}")] {
                assert_eq!(browser.get(&path).status, 403, "{path}");
            }
        }
        // The help desk sees both records, and nothing else of members.
        let id = house.member(scene.holder.id_card());
        assert!(matches!(scene.desk.get(&format!("/office/members/{id}")).status, 403 | 404));
    });
}
