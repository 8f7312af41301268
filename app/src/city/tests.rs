//! The invented city keeps every rule that the import checks.

use std::collections::{BTreeMap, HashMap, HashSet};

use ejia_kernel::{
    Date, IdCardNumber, MemberKind, OrganizationCode, OrganizationKind, PersonName, Phone, Sex, Standing,
};

use super::{City, InventedMember, MEMBER_HEADINGS, ORGANIZATION_HEADINGS};

fn today() -> Date {
    "2026-03-20".parse().unwrap()
}

fn cell<'a>(member: &'a InventedMember, heading: &str) -> &'a str {
    let place = MEMBER_HEADINGS.iter().position(|known| *known == heading).unwrap();
    &member.cells[place]
}

fn check(member: &InventedMember) {
    let number = IdCardNumber::parse(member.id_card()).unwrap();
    let born: Date = cell(member, "出生日期").parse().unwrap();
    assert_eq!(number.birth_date(), born);
    assert_eq!(Some(number.sex()), Sex::from_label(cell(member, "性别")));
    assert_eq!(PersonName::parse(member.name()).unwrap().as_str(), member.name());
    assert!(cell(member, "民族").ends_with('族'));
    let admitted: Date = cell(member, "加入党组织日期").parse().unwrap();
    assert!(admitted.years_since(born) >= 18 && admitted < today());
    match MemberKind::from_label(cell(member, "人员类别")).unwrap() {
        MemberKind::Full => {
            let full: Date = cell(member, "转为正式党员日期").parse().unwrap();
            assert!(full == admitted.plus_years(1) && full <= today());
        }
        MemberKind::Probationary => {
            assert_eq!(cell(member, "转为正式党员日期"), "");
            assert!(admitted > today().plus_years(-1));
        }
    }
    if !member.phone().is_empty() {
        assert_eq!(Phone::parse(member.phone()).unwrap().expose(), member.phone());
    }
    assert!(Standing::from_label(cell(member, "党籍状态")).is_some());
    assert_eq!(cell(member, "是否为失联党员") == "是", !cell(member, "失去联系日期").is_empty());
    assert_eq!(cell(member, "是否为流动党员") == "是", !cell(member, "外出流向").is_empty());
}

#[test]
fn the_demo_has_forty_organizations_of_every_kind_and_600_members() {
    let city = City::demo(today());
    let mut kinds = BTreeMap::new();
    for organization in city.organizations() {
        *kinds.entry(organization.kind).or_insert(0) += 1;
    }
    let expected = [
        (OrganizationKind::CityCommittee, 1),
        (OrganizationKind::WorkingCommittee, 2),
        (OrganizationKind::DistrictCommittee, 2),
        (OrganizationKind::Committee, 6),
        (OrganizationKind::GeneralBranch, 4),
        (OrganizationKind::Branch, 24),
        (OrganizationKind::HelpDesk, 1),
        (OrganizationKind::SystemOffice, 1),
        (OrganizationKind::SecurityOffice, 1),
        (OrganizationKind::AuditOffice, 1),
    ];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    assert_eq!((city.members().len(), city.members().count()), (600, 600));
}

#[test]
fn every_organization_is_sound_and_stands_under_an_earlier_one() {
    for scale in [1, 2, 60] {
        let city = City::invent(scale, 0, today());
        let mut kinds = HashMap::new();
        let (mut names, mut phones) = (HashSet::new(), HashSet::new());
        for organization in city.organizations() {
            assert!(OrganizationCode::parse(organization.code()).is_ok());
            let parent = kinds.get(organization.parent_code());
            let fits = match organization.kind {
                OrganizationKind::CityCommittee => parent.is_none() && kinds.is_empty(),
                OrganizationKind::WorkingCommittee
                | OrganizationKind::DistrictCommittee
                | OrganizationKind::HelpDesk
                | OrganizationKind::SystemOffice
                | OrganizationKind::SecurityOffice
                | OrganizationKind::AuditOffice => parent == Some(&OrganizationKind::CityCommittee),
                OrganizationKind::Committee => {
                    matches!(parent, Some(OrganizationKind::WorkingCommittee | OrganizationKind::DistrictCommittee))
                }
                OrganizationKind::GeneralBranch => parent == Some(&OrganizationKind::Committee),
                OrganizationKind::Branch => {
                    matches!(parent, Some(OrganizationKind::Committee | OrganizationKind::GeneralBranch))
                }
            };
            assert!(fits, "{} under {parent:?}", organization.name());
            assert!(names.insert(organization.name()), "{} twice", organization.name());
            assert!(phones.insert(organization.contact_phone()));
            assert!(Phone::parse(organization.contact_phone()).is_ok());
            assert!(kinds.insert(organization.code(), organization.kind).is_none());
            assert_eq!(organization.cells[3], organization.kind.label());
        }
        assert_eq!(ORGANIZATION_HEADINGS.len(), city.organizations()[0].cells.len());
    }
}

#[test]
fn a_parent_comes_before_its_children() {
    let city = City::demo(today());
    let mut seen = HashSet::from([""]);
    for organization in city.organizations() {
        assert!(seen.contains(organization.parent_code()));
        seen.insert(organization.code());
    }
}

#[test]
fn every_member_is_sound_and_nobody_shares_a_number_or_a_phone() {
    for (scale, members) in [(1, 600), (3, 20_000)] {
        let city = City::invent(scale, members, today());
        let (mut numbers, mut phones) = (HashSet::new(), HashSet::new());
        phones.extend(city.organizations().iter().map(|row| row.contact_phone().to_owned()));
        for member in city.members() {
            check(&member);
            assert!(numbers.insert(member.id_card().to_owned()));
            assert!(member.phone().is_empty() || phones.insert(member.phone().to_owned()));
        }
    }
}

#[test]
fn every_branch_has_between_ten_and_fifty_members() {
    let city = City::demo(today());
    let mut branches: HashMap<String, u32> = HashMap::new();
    for member in city.members() {
        *branches.entry(member.branch().to_owned()).or_default() += 1;
    }
    let known: HashSet<&str> = city
        .organizations()
        .iter()
        .filter(|row| row.kind == OrganizationKind::Branch)
        .map(super::InventedOrganization::name)
        .collect();
    assert_eq!(branches.len(), known.len());
    for (branch, members) in branches {
        assert!(known.contains(branch.as_str()), "{branch}");
        assert!((10..=50).contains(&members), "{branch}: {members}");
    }
}

#[test]
fn what_is_rare_in_life_is_in_the_demo() {
    let members: Vec<_> = City::demo(today()).members().collect();
    let count = |wanted: &dyn Fn(&InventedMember) -> bool| members.iter().filter(|member| wanted(member)).count();
    let found = [
        ("probationary", count(&|member| cell(member, "人员类别") == "预备党员")),
        ("without a phone", count(&|member| member.phone().is_empty())),
        ("lost", count(&|member| cell(member, "是否为失联党员") == "是")),
        ("floating", count(&|member| cell(member, "是否为流动党员") == "是")),
        ("with a dot", count(&|member| member.name().contains('·'))),
        ("beyond the basic plane", count(&|member| member.name().chars().any(|c| c > '\u{ffff}'))),
        ("of another people", count(&|member| cell(member, "民族") != "汉族")),
        ("women", count(&|member| cell(member, "性别") == "女")),
        ("students", count(&|member| cell(member, "工作岗位") == "学生")),
        ("stopped", count(&|member| cell(member, "党籍状态") == "停止")),
        ("retained", count(&|member| cell(member, "党籍状态") == "保留")),
        ("restored", count(&|member| cell(member, "党籍状态") == "恢复")),
    ];
    for (what, number) in found {
        assert!((1..=300).contains(&number), "{what}: {number}");
    }
}

#[test]
fn the_same_day_gives_the_same_city() {
    let (one, two) = (City::demo(today()), City::demo(today()));
    assert_eq!(one.organizations(), two.organizations());
    assert!(one.members().eq(two.members()));
}

#[test]
fn a_city_of_any_day_is_sound() {
    for day in ["2024-02-29", "2025-12-31", "2026-01-01"] {
        let day: Date = day.parse().unwrap();
        let city = City::demo(day);
        for member in city.members() {
            let admitted: Date = cell(&member, "加入党组织日期").parse().unwrap();
            assert!(IdCardNumber::parse(member.id_card()).is_ok() && admitted < day);
        }
    }
}
