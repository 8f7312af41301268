//! What is shown of organizations.

use ejia_db::Txn;
use ejia_kernel::{OrganizationKind, OrganizationPath, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use super::counts::{Counts, counts_of_children, counts_under};
use super::reminders::{Reminder, Reminders};
use super::store::organization;
use super::tree::{Node, Tree, tree};

/// A link to an organization.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LinkView {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// One organization right under the one that is shown.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ChildView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) code: String,
    pub(crate) kind: &'static str,
    pub(crate) is_branch: bool,
    /// How many organizations stand under it.
    pub(crate) under: usize,
    pub(crate) counts: Counts,
}

/// One line of what the table says of an organization.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FactView {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// An organization and what stands right under it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OrganizationView {
    pub(crate) id: String,
    pub(crate) name: String,
    /// From the officer's organization down to this one, itself not included.
    pub(crate) way: Vec<LinkView>,
    pub(crate) facts: Vec<FactView>,
    pub(crate) is_branch: bool,
    pub(crate) counts: Counts,
    pub(crate) branches: usize,
    pub(crate) children: Vec<ChildView>,
    /// What was typed to find an organization.
    pub(crate) q: String,
    pub(crate) found: Vec<LinkView>,
}

fn link(node: &Node) -> LinkView {
    LinkView { id: node.id.to_string(), name: node.name.clone() }
}

impl OrganizationView {
    pub(super) fn of(txn: &mut Txn<'_>, officer: &Officer, path: &OrganizationPath, q: &str) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let node = tree.at(path).ok_or_else(|| Problem::not_found("directory.no_such_organization"))?;
        let sums = counts_of_children(txn, &tree, path)?;
        let children = tree.children(path).map(|child| ChildView {
            id: child.id.to_string(),
            name: child.name.clone(),
            code: child.code.to_string(),
            kind: child.kind.label(),
            is_branch: child.kind == OrganizationKind::Branch,
            under: tree.count_under(&child.path).saturating_sub(1),
            counts: sums.get(&child.id).copied().unwrap_or_default(),
        });
        let way = tree.way(path).into_iter().filter(|above| officer.oversees(&above.path) && above.path != *path);
        let typed = q.trim();
        let found = if typed.is_empty() { Vec::new() } else { tree.named(officer.path(), typed) };
        Ok(Self {
            id: node.id.to_string(),
            name: node.name.clone(),
            way: way.map(link).collect(),
            facts: facts(txn, &tree, node)?,
            is_branch: node.kind == OrganizationKind::Branch,
            counts: counts_under(txn, path)?,
            branches: tree.branches_under(path),
            children: children.collect(),
            q: typed.to_owned(),
            found: found.into_iter().map(link).collect(),
        })
    }
}

fn facts(txn: &mut Txn<'_>, tree: &Tree, node: &Node) -> Result<Vec<FactView>, Problem> {
    let card = organization(txn, node.id)?.card;
    let date = |date: Option<ejia_kernel::Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let level = match node.level {
        Some(1) => "一级权限",
        Some(2) => "二级权限",
        _ => "无",
    };
    let fact = |label, value| FactView { label, value };
    Ok(vec![
        fact("党组织代码", card.code.to_string()),
        fact("组织类别", card.kind.label().to_owned()),
        fact("权限", level.to_owned()),
        fact("上级党组织", node.parent_id.map(|id| tree.name(id)).unwrap_or_default()),
        fact("组织所在单位", card.work_unit),
        fact("党组织书记", card.secretary),
        fact("联系人", card.contact),
        fact("联系电话", card.contact_phone.map(|phone| phone.masked()).unwrap_or_default()),
        fact("成立日期", date(card.founded_on)),
        fact("届满日期", date(card.term_ends_on)),
    ])
}

/// The first page of the organisation portal: what there is, and what is to be done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct HomeView {
    pub(crate) name: String,
    pub(crate) kind: &'static str,
    pub(crate) help_desk: bool,
    /// Whether it is an organization of the Party, which has members.
    pub(crate) party: bool,
    pub(crate) branch: bool,
    pub(crate) counts: Counts,
    pub(crate) branches: usize,
    /// What waits for the officer.
    pub(crate) reminders: Vec<Reminder>,
    /// Notes on the organization's size and term; they warn and block nothing.
    pub(crate) notes: Vec<String>,
}

impl HomeView {
    pub(super) fn of(txn: &mut Txn<'_>, officer: &Officer, reminders: &Reminders) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let card = organization(txn, officer.organization_id())?.card;
        let counts = counts_under(txn, officer.path())?;
        let mut waits: Vec<Reminder> = records_to_review(officer, &counts).into_iter().collect();
        waits.extend(reminders.of(txn, officer)?);
        let mut notes = Vec::new();
        if card.kind == OrganizationKind::Branch {
            let full = counts.members - counts.probationary;
            if full < 3 {
                notes.push(format!("本支部现有正式党员{full}人，少于3人。"));
            } else if full > 50 {
                notes.push(format!("本支部现有正式党员{full}人，超过50人。"));
            }
        }
        let today = txn.now().china_date();
        if let Some(end) = card.term_ends_on
            && today.plus_months(6) >= end
        {
            notes.push(if end < today {
                format!("本届任期已于{}届满，请及时换届。", end.chinese())
            } else {
                format!("本届任期将于{}届满，请提前安排换届。", end.chinese())
            });
        }
        Ok(Self {
            name: card.name,
            kind: card.kind.label(),
            help_desk: officer.is_help_desk(),
            party: card.kind.is_party(),
            branch: card.kind == OrganizationKind::Branch,
            counts,
            branches: tree.branches_under(officer.path()),
            reminders: waits,
            notes,
        })
    }
}

/// The directory's own: changes of records await the branch's review.
fn records_to_review(officer: &Officer, counts: &Counts) -> Option<Reminder> {
    let waits = officer.kind() == OrganizationKind::Branch && counts.waiting > 0;
    waits.then_some(Reminder {
        text: "档案修改待审核",
        count: counts.waiting,
        late: 0,
        href: "/office/reviews",
        action: "去审核",
    })
}
