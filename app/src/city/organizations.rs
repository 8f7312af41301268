//! The city's tree, from the city committee to the branches.

use ejia_kernel::{Date, OrganizationKind, Sex};

use super::InventedOrganization;
use super::chance::{Chance, at};
use super::identity;
use super::words::{COMPANIES, COMPANY_PARTS, DISTRICTS, PREFIXES, SCHOOL_PARTS, SCHOOLS, STREET_PARTS};

const CITY: &str = "鹭岛市";

/// The organizations of a city of this scale, parents first.
pub(super) fn invent(scale: u32, today: Date) -> Vec<InventedOrganization> {
    let mut tree = Tree { rows: Vec::new(), today };
    let root = tree.add(OrganizationKind::CityCommittee, "", &format!("中共{CITY}委员会"), &format!("中共{CITY}委"));
    tree.add(OrganizationKind::HelpDesk, &root, &format!("{CITY}党建平台客服中心"), CITY);
    let education = tree.add(
        OrganizationKind::WorkingCommittee,
        &root,
        &format!("中共{CITY}委教育工作委员会"),
        &format!("{CITY}教育局"),
    );
    let companies = tree.add(
        OrganizationKind::WorkingCommittee,
        &root,
        &format!("中共{CITY}委国有企业工作委员会"),
        &format!("{CITY}国有资产监督管理委员会"),
    );
    let districts: Vec<(String, &str)> = DISTRICTS
        .iter()
        .take(usize::try_from(scale).unwrap_or(usize::MAX).saturating_mul(2))
        .map(|district| {
            let name = format!("中共{CITY}{district}委员会");
            let unit = format!("{CITY}{district}");
            (tree.add(OrganizationKind::DistrictCommittee, &root, &name, &unit), *district)
        })
        .collect();
    for round in 0..scale {
        tree.add_committee(&education, &school(round), &SCHOOL_PARTS, true);
        tree.add_committee(&companies, &company(round), &COMPANY_PARTS, true);
        for place in 0..4 {
            let number = round * 4 + place;
            // Two streets to a district, the districts taking turns.
            let turn = usize::try_from(number / 2).unwrap_or_default() % districts.len().max(1);
            let Some((district, name)) = districts.get(turn) else {
                continue;
            };
            let street = street(number, name);
            tree.add_committee(district, &street, &STREET_PARTS, place % 2 == 0);
        }
    }
    let offices = [
        (OrganizationKind::SystemOffice, "系统管理办公室"),
        (OrganizationKind::SecurityOffice, "安全管理办公室"),
        (OrganizationKind::AuditOffice, "审计管理办公室"),
    ];
    for (kind, name) in offices {
        tree.add(kind, &root, &format!("{CITY}党建平台{name}"), CITY);
    }
    tree.rows
}

fn school(number: u32) -> String {
    numbered(at(&PREFIXES, number / 5), at(&SCHOOLS, number), number / 120, "分校")
}

fn company(number: u32) -> String {
    numbered(at(&PREFIXES, number / 5), at(&COMPANIES, number), number / 120, "公司")
}

fn street(number: u32, district: &str) -> String {
    let kind = if number % 3 == 2 { "镇" } else { "街道" };
    let place = format!("{district}{}", at(&PREFIXES, number));
    numbered(&place, kind, number / 24, "片区")
}

/// `白鹭大学`, and after all names have been given `白鹭大学第2分校`.
fn numbered(first: &str, second: &str, round: u32, part: &str) -> String {
    if round == 0 { format!("{first}{second}") } else { format!("{first}{second}第{}{part}", round + 1) }
}

struct Tree {
    rows: Vec<InventedOrganization>,
    today: Date,
}

impl Tree {
    /// A committee with four branches, of which, if it has a general branch, three more lie under that.
    fn add_committee(&mut self, parent: &str, unit: &str, parts: &[&'static str], general: bool) {
        let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let name = format!("中共{unit}委员会");
        let committee = self.add(OrganizationKind::Committee, parent, &name, unit);
        let mut chance = Chance::of("parts", number);
        let first = chance.below(u32::try_from(parts.len()).unwrap_or(1));
        for place in 0..2 {
            let part = format!("{unit}{}", at(parts, first + place));
            let name = format!("中共{part}支部委员会");
            self.add(OrganizationKind::Branch, &committee, &name, &part);
        }
        if !general {
            return;
        }
        let part = format!("{unit}{}", at(parts, first + 2));
        let name = format!("中共{part}总支部委员会");
        let general = self.add(OrganizationKind::GeneralBranch, &committee, &name, &part);
        for order in ["第一", "第二", "第三"] {
            let name = format!("中共{part}{order}支部委员会");
            self.add(OrganizationKind::Branch, &general, &name, &part);
        }
    }

    /// Adds one organization and gives its code.
    fn add(&mut self, kind: OrganizationKind, parent: &str, name: &str, unit: &str) -> String {
        let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let mut chance = Chance::of("organization", number);
        let code = identity::organization_code(number);
        let founded = self.today.plus_days(-days(chance.between(4_000, 24_000)));
        let term = if kind == OrganizationKind::Branch { 3 * 365 } else { 5 * 365 };
        // The first branch's term ends in three months, so that a reminder is due.
        let first_branch =
            kind == OrganizationKind::Branch && !self.rows.iter().any(|row| row.kind == OrganizationKind::Branch);
        let left = if first_branch { 90 } else { chance.between(200, term) };
        let ends = self.today.plus_days(days(left));
        let mut person = || {
            let sex = if chance.percent(50) { Sex::Male } else { Sex::Female };
            identity::name(&mut chance, sex)
        };
        let (secretary, contact) = (person(), person());
        self.rows.push(InventedOrganization {
            kind,
            cells: [
                code.clone(),
                name.to_owned(),
                parent.to_owned(),
                kind.label().to_owned(),
                secretary,
                contact,
                identity::organization_phone(number),
                unit.to_owned(),
                founded.to_string(),
                if kind.is_party() { ends.to_string() } else { String::new() },
            ],
        });
        code
    }
}

fn days(count: u32) -> i32 {
    i32::try_from(count).unwrap_or_default()
}
