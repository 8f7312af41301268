//! 【划拨】 and deletion: what committees may do with the members under them.

use ejia_acceptance::{Browser, House};
use ejia_kernel::{MemberId, OrganizationKind};

struct Scene {
    /// A committee with two branches that have members.
    committee: String,
    from: String,
    to: String,
    member: MemberId,
    name: String,
}

fn scene(house: &House) -> Scene {
    let organizations = house.city().organizations();
    let peopled = house.branches_with_members();
    let parent =
        |code: &str| organizations.iter().find(|one| one.code() == code).map(|one| one.parent_code().to_owned());
    for from in &peopled {
        let committee = parent(from).unwrap_or_default();
        let is_committee =
            organizations.iter().any(|one| one.code() == committee && one.kind == OrganizationKind::Committee);
        let sibling = peopled.iter().find(|to| *to != from && parent(to).as_ref() == Some(&committee));
        if let (true, Some(to)) = (is_committee, sibling) {
            let person = house.people_of(from).into_iter().find(|person| !person.phone().is_empty()).expect("somebody");
            let (member, name) = (house.member(person.id_card()), person.name().to_owned());
            return Scene { committee, from: from.clone(), to: to.clone(), member, name };
        }
    }
    panic!("no committee with two peopled branches");
}

fn name_of(house: &House, code: &str) -> String {
    let found = house.city().organizations().iter().find(|one| one.code() == code);
    found.map(|one| one.name().to_owned()).expect("an organization")
}

fn branch_of(house: &House, member: MemberId) -> String {
    house.look(
        "SELECT o.code FROM member m JOIN organization o ON o.id = m.organization_id WHERE m.id = $1",
        &[member.into()],
    )
}

/// proves: M6
#[test]
fn a_committee_allocates_members_between_branches_under_it() {
    House::on_both(|house| {
        let Scene { committee, from, to, member, name } = scene(house);
        let mut officer = house.inside_as_officer_of(&committee);
        officer.open("/office/members?q=".to_owned().as_str());
        officer.open(&format!("/office/members/{member}"));
        officer.click("【划拨】");
        let form = officer.form("划拨").fill("拟划入党支部", "没有这个支部");
        assert_eq!(officer.submit(&form).status, 422);
        let form = officer.form("划拨").fill("拟划入党支部", &name_of(house, &to));
        officer.submit(&form);
        assert_eq!(branch_of(house, member), to);
        assert!(house.inside_as_officer_of(&to).open("/office/members").says(&name));
        let mut old = house.inside_as_officer_of(&from);
        assert!(!old.open("/office/members").links().contains(&format!("/office/members/{member}")));
        assert_eq!(old.get(&format!("/office/members/{member}")).status, 404);
        // He is found under his new branch at once.
        assert!(house.inside_as_officer_of(&to).open(&format!("/office/members?q={}", encoded(&name))).says(&name));
    });
}

/// proves: M6
#[test]
fn several_members_are_allocated_at_once_from_the_list() {
    House::on_both(|house| {
        let Scene { committee, from, to, .. } = scene(house);
        let people: Vec<_> = house.people_of(&from).into_iter().take(2).collect();
        let mut officer = house.inside_as_officer_of(&committee);
        officer.open("/office/members");
        let mut form = officer.page().form("划拨").expect("the list's button");
        for person in &people {
            form = form.with("none", "").fill(&format!("选择{}", person.name()), "");
        }
        officer.submit(&form);
        let form = officer.form("划拨").fill("拟划入党支部", &name_of(house, &to));
        officer.submit(&form);
        for person in people {
            assert_eq!(branch_of(house, house.member(person.id_card())), to, "{}", officer.page().text());
        }
    });
}

/// proves: M6 M7 R2
#[test]
fn a_branch_neither_allocates_nor_deletes_and_a_committee_only_under_itself() {
    House::on_both(|house| {
        let Scene { committee, from, member, .. } = scene(house);
        let mut branch = house.inside_as_officer_of(&from);
        let record = branch.open(&format!("/office/members/{member}"));
        assert!(record.link("划拨").is_none() && record.link("删除").is_none());
        assert_eq!(branch.get(&format!("/office/members/allocate?member={member}")).status, 403);
        assert_eq!(branch.get(&format!("/office/members/{member}/remove")).status, 403);
        let other = house
            .city()
            .organizations()
            .iter()
            .find(|one| one.kind == OrganizationKind::Committee && one.code() != committee);
        let mut stranger = house.inside_as_officer_of(other.expect("another committee").code());
        for path in [
            format!("/office/members/{member}"),
            format!("/office/members/{member}/remove"),
            format!("/office/members/allocate?member={member}"),
        ] {
            assert_eq!(stranger.get(&path).status, 404, "{path}");
        }
        // A committee cannot reach into a branch of another.
        let foreign = house.branches_with_members().into_iter().find(|code| {
            house.city().organizations().iter().any(|one| one.code() == code && one.parent_code() != committee)
        });
        let mut officer = house.inside_as_officer_of(&committee);
        officer.open(&format!("/office/members/allocate?member={member}"));
        let form = officer.form("划拨").fill("拟划入党支部", &name_of(house, &foreign.expect("a foreign branch")));
        assert!((400..500).contains(&officer.submit(&form).status));
        assert_eq!(branch_of(house, member), from);
    });
}

/// proves: M7
#[test]
fn a_committee_deletes_a_member_with_a_reason_and_the_record_stays_in_history() {
    House::on_both(|house| {
        let Scene { committee, member, name, .. } = scene(house);
        let mut himself = house.inside_as_member(member);
        let mut officer = house.inside_as_officer_of(&committee);
        officer.open(&format!("/office/members/{member}"));
        officer.click("删除");
        let silent = officer.form("删除");
        assert_eq!(officer.send(&silent).status, 422, "not without a reason");
        let form = officer.form("删除").fill("已转出", "").fill("说明", "转往福州");
        officer.submit(&form);
        assert!(officer.page().says("已转出"), "{}", officer.page().text());
        assert!(!officer.open("/office/members").links().contains(&format!("/office/members/{member}")));
        assert!(officer.open("/office/departed").says(&name));
        assert_eq!(himself.open("/member/record").heading(), "党员登录", "he is logged out");
        assert_eq!(house.look::<i64>("SELECT COUNT(*) FROM member WHERE id = $1", &[member.into()]), 1);
        // A mistake can be undone.
        officer.open(&format!("/office/members/{member}"));
        officer.click("恢复");
        assert!(officer.open("/office/members").links().contains(&format!("/office/members/{member}")));
    });
}

fn encoded(text: &str) -> String {
    let pair = ejia_acceptance::browser::encoded(&[("q".to_owned(), text.to_owned())]);
    pair.trim_start_matches("q=").to_owned()
}

/// The counts of the tree follow every act.
/// proves: M6 M7
#[test]
fn the_counts_of_the_tree_follow() {
    House::on_both(|house| {
        let Scene { committee, to, member, .. } = scene(house);
        let agree = |house: &House| {
            let counted = "SELECT COUNT(*) FROM branch_count c WHERE c.members <>
                (SELECT COUNT(*) FROM member m WHERE m.path = c.path AND m.departed_at IS NULL)";
            assert_eq!(house.count(counted), 0);
        };
        agree(house);
        let mut officer: Browser = house.inside_as_officer_of(&committee);
        officer.open(&format!("/office/members/allocate?member={member}"));
        let form = officer.form("划拨").fill("拟划入党支部", &name_of(house, &to));
        officer.submit(&form);
        agree(house);
        officer.open(&format!("/office/members/{member}/remove"));
        let form = officer.form("删除").fill("已转出", "");
        officer.submit(&form);
        agree(house);
    });
}
