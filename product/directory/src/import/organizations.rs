//! One line of the table of organizations, with types that are true.

use ejia_kernel::{OrganizationCode, OrganizationKind, Phone, narrow};

use super::cells::Cells;
use super::columns::TableKind;
use super::refusals::Refusal;
use crate::organizations::OrganizationCard;

const TABLE: TableKind = TableKind::Organizations;

/// A line of the table of organizations.
#[derive(Clone, Debug)]
pub(crate) struct OrganizationRow {
    pub(crate) card: OrganizationCard,
    /// None for the root.
    pub(crate) parent: Option<OrganizationCode>,
    /// The line gave a number to call that is no mobile number.
    pub(crate) phone_not_mobile: bool,
}

impl OrganizationRow {
    /// Reads a line; the first thing wrong with it is the refusal.
    pub(crate) fn parse(cells: &Cells) -> Result<Self, Refusal> {
        let code = |code: &str, column| {
            OrganizationCode::parse(cells.text(code)).map_err(|fault| Refusal::new(fault.code(), column))
        };
        let name: String = cells.text("name").chars().filter(|letter| !letter.is_whitespace()).collect();
        if name.is_empty() {
            return Err(Refusal::new("directory.import_needed", "党组织名称"));
        }
        if name.chars().count() > 100 {
            return Err(Refusal::new("directory.import_too_long", "党组织名称").with("most", 100));
        }
        let kind =
            kind(cells.text("kind")).ok_or_else(|| Refusal::new("directory.import_organization_kind", "组织类别"))?;
        let parent = match cells.text("parent") {
            "" | "无" | "-" | "0" => None,
            _ => Some(code("parent", "上级党组织代码")?),
        };
        let phone = cells.text("contact_phone");
        let contact_phone = Phone::parse(phone).ok();
        Ok(Self {
            phone_not_mobile: !phone.is_empty() && contact_phone.is_none(),
            card: OrganizationCard {
                code: code("code", "党组织代码")?,
                name,
                kind,
                work_unit: cells.short(TABLE, "work_unit", 100)?.unwrap_or_default(),
                secretary: cells.short(TABLE, "secretary", 50)?.unwrap_or_default(),
                contact: cells.short(TABLE, "contact", 50)?.unwrap_or_default(),
                contact_phone,
                founded_on: cells.date(TABLE, "founded_on")?,
                term_ends_on: cells.date(TABLE, "term_ends_on")?,
            },
            parent,
        })
    }

    /// What a known organization says after this line: an empty cell leaves what is there.
    pub(crate) fn onto(&self, known: &OrganizationCard) -> OrganizationCard {
        let or = |said: &String, known: &String| if said.is_empty() { known.clone() } else { said.clone() };
        let OrganizationCard {
            code,
            name,
            kind,
            work_unit,
            secretary,
            contact,
            contact_phone,
            founded_on,
            term_ends_on,
        } = &self.card;
        OrganizationCard {
            code: code.clone(),
            name: name.clone(),
            kind: *kind,
            work_unit: or(work_unit, &known.work_unit),
            secretary: or(secretary, &known.secretary),
            contact: or(contact, &known.contact),
            contact_phone: contact_phone.clone().or_else(|| known.contact_phone.clone()),
            founded_on: founded_on.or(known.founded_on),
            term_ends_on: term_ends_on.or(known.term_ends_on),
        }
    }
}

/// The word for a kind; joint, temporary and directly subordinate branches are branches.
fn kind(text: &str) -> Option<OrganizationKind> {
    let text: String = narrow(text).chars().filter(|letter| !letter.is_whitespace()).collect();
    OrganizationKind::from_label(&text).or(match text.as_str() {
        "支部" | "联合党支部" | "临时党支部" | "直属党支部" => Some(OrganizationKind::Branch),
        "总支" => Some(OrganizationKind::GeneralBranch),
        "基层党委" => Some(OrganizationKind::Committee),
        "工委" | "党的工作委员会" => Some(OrganizationKind::WorkingCommittee),
        _ => None,
    })
}

/// One item that differs, in the words people read: label, before, after.
pub(crate) fn differences(before: &OrganizationCard, after: &OrganizationCard) -> Vec<(String, String, String)> {
    fn items(card: &OrganizationCard) -> [(&'static str, String); 8] {
        let date = |date: Option<ejia_kernel::Date>| date.map(|date| date.to_string()).unwrap_or_default();
        let OrganizationCard {
            code: _,
            name,
            kind,
            work_unit,
            secretary,
            contact,
            contact_phone,
            founded_on,
            term_ends_on,
        } = card;
        [
            ("党组织名称", name.clone()),
            ("组织类别", kind.label().to_owned()),
            ("党组织书记", secretary.clone()),
            ("联系人", contact.clone()),
            ("联系电话", contact_phone.as_ref().map(Phone::masked).unwrap_or_default()),
            ("组织所在单位", work_unit.clone()),
            ("成立日期", date(*founded_on)),
            ("届满日期", date(*term_ends_on)),
        ]
    }
    let mut found: Vec<(String, String, String)> = items(before)
        .into_iter()
        .zip(items(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((label, before), (_, after))| (label.to_owned(), before, after))
        .collect();
    // Two numbers may look alike once masked.
    if before.contact_phone != after.contact_phone && !found.iter().any(|(label, ..)| label == "联系电话") {
        let masked = |card: &OrganizationCard| card.contact_phone.as_ref().map(Phone::masked).unwrap_or_default();
        found.push(("联系电话".to_owned(), masked(before), masked(after)));
    }
    found
}
