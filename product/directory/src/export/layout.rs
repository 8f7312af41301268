//! What is kept, as cells of the national layout.

use ejia_kernel::{Date, OrganizationKind, Phone};

use crate::import::{Column, TableKind};
use crate::members::{Member, RecordField};
use crate::organizations::{Node, Organization, Tree};

/// The running number says nothing of anybody: it goes out with nobody.
const NUMBER: &str = "number";

/// The columns that go out, in the order of the layout.
pub(super) fn columns(kind: TableKind) -> impl Iterator<Item = &'static Column> {
    kind.columns().iter().filter(|column| column.code != NUMBER)
}

/// The headings of a table with how many Chinese characters each column should hold.
pub fn headings(kind: TableKind) -> Vec<(&'static str, u16)> {
    let width = |code: &str| match code {
        "branch" | "name" if kind == TableKind::Organizations => 24,
        "branch" | "work_unit" | "address" => 24,
        "id_card" => 11,
        "code" | "parent" | "phone" | "contact_phone" | "landline" | "post" | "floating_to" => 9,
        _ => 7,
    };
    columns(kind).map(|column| (column.label, width(column.code))).collect()
}

/// The names of the columns alone.
pub fn column_names(kind: TableKind) -> Vec<&'static str> {
    columns(kind).map(|column| column.label).collect()
}

/// A member's cells.
pub(super) fn member_cells(tree: &Tree, member: &Member) -> Vec<String> {
    columns(TableKind::Members)
        .map(|column| match RecordField::from_code(column.code) {
            Some(field) => member.record.text(field),
            None => branch_cell(tree, tree.get(member.organization_id)),
        })
        .collect()
}

/// A branch is known by its name; where another open one bears the same, by its code.
pub(super) fn branch_cell(tree: &Tree, branch: Option<&Node>) -> String {
    let Some(branch) = branch else { return String::new() };
    let open = |node: &&&Node| node.kind == OrganizationKind::Branch && !node.closed;
    let alone = tree.by_name(&branch.name).iter().filter(open).count() <= 1;
    if alone { branch.name.clone() } else { branch.code.to_string() }
}

/// An organization's cells.
pub(super) fn organization_cells(tree: &Tree, organization: &Organization) -> Vec<String> {
    let date = |date: Option<Date>| date.map(|date| date.to_string()).unwrap_or_default();
    let card = &organization.card;
    columns(TableKind::Organizations)
        .map(|column| match column.code {
            "code" => card.code.to_string(),
            "name" => card.name.clone(),
            "parent" => {
                let parent = organization.parent_id.and_then(|id| tree.get(id));
                parent.map(|node| node.code.to_string()).unwrap_or_default()
            }
            "kind" => card.kind.label().to_owned(),
            "secretary" => card.secretary.clone(),
            "contact" => card.contact.clone(),
            "contact_phone" => card.contact_phone.as_ref().map(Phone::expose).map(str::to_owned).unwrap_or_default(),
            "work_unit" => card.work_unit.clone(),
            "founded_on" => date(card.founded_on),
            _ => date(card.term_ends_on),
        })
        .collect()
}
