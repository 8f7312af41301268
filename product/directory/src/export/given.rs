//! A table that somebody else keeps, read to be compared with what is here.

use std::collections::HashMap;
use std::path::Path;

use ejia_db::Txn;
use ejia_kernel::table::TableRow;
use ejia_kernel::{IdCardNumber, Phone, Problem};

use super::layout::{branch_cell, columns};
use crate::import::{
    Cells, Headings, MemberRow, OpenTable, OrganizationRow, Refusal, TableKind, TableRows, is_line, surveyed,
};
use crate::members::{Member, RecordField, members_by_id_cards};
use crate::organizations::{Tree, tree};

/// A table that was given, at its first line.
pub struct Given {
    headings: Headings,
    rows: TableRows,
    /// How many lines it has.
    pub total: i64,
}

/// A line of it, as far as it is understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GivenLine {
    /// Where it stands in its file.
    pub number: u32,
    /// Whom it is about, by his id here; none for somebody who is not here.
    pub key: Option<String>,
    /// Its cells in the order of [`super::headings`], spelt as ours are where they mean the same; `None` for a column that the
    /// table does not have.
    pub cells: Vec<Option<String>>,
    /// Why it says nothing that could be compared.
    pub refusal: Option<String>,
}

impl Given {
    /// Opens a table file and finds its headings.
    ///
    /// # Errors
    /// The sentence that says why it is no such table.
    pub fn open(open: &OpenTable, file: &Path, name: &str) -> Result<Self, String> {
        let (headings, total) = surveyed(open, file, name)?;
        let rows = open(file, name).map_err(|fault| fault.sentence())?;
        Ok(Self { headings, rows, total })
    }

    /// Which table it is.
    pub const fn kind(&self) -> TableKind {
        self.headings.kind
    }

    /// The next lines, `count` of them or fewer at the end, as they stand in the file.
    ///
    /// # Errors
    /// The sentence that says why the file cannot be read on.
    pub fn next(&mut self, count: usize) -> Result<Vec<TableRow>, String> {
        let mut lines = Vec::with_capacity(count);
        for row in self.rows.by_ref() {
            let row = row.map_err(|fault| fault.sentence())?;
            if is_line(&row, &self.headings) {
                lines.push(row);
            }
            if lines.len() >= count {
                break;
            }
        }
        Ok(lines)
    }

    /// The headings, to understand lines by in a transaction.
    pub fn headings(&self) -> Headings {
        self.headings.clone()
    }
}

impl GivenLine {
    /// Understands lines of a table under these headings; who they are about is looked up together.
    ///
    /// # Errors
    /// A fault of the database.
    pub fn of(txn: &mut Txn<'_>, headings: &Headings, rows: &[TableRow]) -> Result<Vec<Self>, Problem> {
        let tree = tree(txn)?;
        match headings.kind {
            TableKind::Members => of_members(txn, &tree, headings, rows),
            TableKind::Organizations => Ok(rows.iter().map(|row| of_organization(&tree, headings, row)).collect()),
        }
    }

    fn refused(row: &TableRow, headings: &Headings, cells: &Cells, refusal: &Refusal) -> Self {
        let cells = raw(headings, cells);
        Self { number: row.number, key: None, cells, refusal: Some(refusal.sentence(row.number)) }
    }
}

/// The cells as they stand, of those columns that are there.
fn raw(headings: &Headings, cells: &Cells) -> Vec<Option<String>> {
    spelt(headings, |code| cells.text(code).to_owned())
}

/// What `spell` says of each column that the table has.
fn spelt(headings: &Headings, spell: impl Fn(&str) -> String) -> Vec<Option<String>> {
    let has = |code| headings.kind.columns().iter().zip(&headings.places).any(|(c, at)| c.code == code && at.is_some());
    columns(headings.kind).map(|column| has(column.code).then(|| spell(column.code))).collect()
}

fn of_members(
    txn: &mut Txn<'_>,
    tree: &Tree,
    headings: &Headings,
    rows: &[TableRow],
) -> Result<Vec<GivenLine>, Problem> {
    let read: Vec<(Cells, Result<MemberRow, Refusal>)> = rows
        .iter()
        .map(|row| match Cells::of(row, headings) {
            Ok(cells) => {
                let parsed = MemberRow::read(&cells);
                (cells, parsed)
            }
            Err((cells, refusal)) => (cells, Err(refusal)),
        })
        .collect();
    let numbers: Vec<IdCardNumber> =
        read.iter().filter_map(|(_, row)| row.as_ref().ok()).map(|row| row.id_card.clone()).collect();
    let known: HashMap<IdCardNumber, Member> = members_by_id_cards(txn, &numbers)?;
    let line = |(row, (cells, parsed)): (&TableRow, &(Cells, Result<MemberRow, Refusal>))| match parsed {
        Err(refusal) => GivenLine::refused(row, headings, cells, refusal),
        Ok(parsed) => {
            let member = known.get(&parsed.id_card);
            let cells = member.map_or_else(
                || raw(headings, cells),
                |member| spelt(headings, |code| member_cell(tree, cells, parsed, member, code)),
            );
            let key = member.map(|member| member.id.to_string());
            GivenLine { number: row.number, key, cells, refusal: None }
        }
    };
    Ok(rows.iter().zip(&read).map(line).collect())
}

/// A cell of somebody who is here, spelt as we spell what it means.
fn member_cell(tree: &Tree, cells: &Cells, row: &MemberRow, member: &Member, code: &str) -> String {
    match RecordField::from_code(code) {
        // An empty cell says that the other side knows nothing.
        _ if cells.text(code).is_empty() => String::new(),
        Some(field) => row.onto(&member.record).text(field),
        None => {
            let own = tree.get(member.organization_id);
            let same = own.is_some_and(|own| row.branch == own.name || row.branch == own.code.as_str());
            if same { branch_cell(tree, own) } else { row.branch.clone() }
        }
    }
}

fn of_organization(tree: &Tree, headings: &Headings, row: &TableRow) -> GivenLine {
    let (cells, parsed) = match Cells::of(row, headings) {
        Ok(cells) => {
            let parsed = OrganizationRow::parse(&cells);
            (cells, parsed)
        }
        Err((cells, refusal)) => (cells, Err(refusal)),
    };
    let parsed = match parsed {
        Ok(parsed) => parsed,
        Err(refusal) => return GivenLine::refused(row, headings, &cells, &refusal),
    };
    let (card, date) = (&parsed.card, |date: Option<ejia_kernel::Date>| date.map(|date| date.to_string()));
    let spell = |code: &str| {
        let typed = match code {
            "code" => Some(card.code.to_string()),
            "name" => Some(card.name.clone()),
            "parent" => Some(parsed.parent.as_ref().map(ToString::to_string).unwrap_or_default()),
            "kind" => Some(card.kind.label().to_owned()),
            "contact_phone" => card.contact_phone.as_ref().map(Phone::expose).map(str::to_owned),
            "founded_on" => date(card.founded_on),
            "term_ends_on" => date(card.term_ends_on),
            _ => None,
        };
        typed.unwrap_or_else(|| cells.text(code).to_owned())
    };
    GivenLine {
        number: row.number,
        key: tree.by_code(card.code.as_str()).map(|node| node.id.to_string()),
        cells: spelt(headings, spell),
        refusal: None,
    }
}
