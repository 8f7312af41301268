//! A list of records as a sheet to be handed out. No numbers of people stand on it.

use ejia_db::{Desk, Txn};
use ejia_directory::{Tree, Way, tree};
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::{OrganizationId, Problem, TransferId};

use super::asked::Filter;
use crate::model::Transfer;
use crate::store;

/// A sheet of few rows, whole.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub(super) around: Around,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// The columns of a sheet of records.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::words("姓名", 4),
        Column::words("方式", 5),
        Column::words("转出党组织", 10).wide(),
        Column::words("拟转入党组织", 10).wide(),
        Column::words("拟转入单位", 7),
        Column::words("转出原因", 6),
        Column::words("申请日期", 6),
        Column::words("当前状态", 5),
        Column::words("办理组织", 8),
        Column::words("办结日期", 6),
    ]
}

/// A transfer as a row.
pub(super) fn row(tree: &Tree, transfer: &Transfer) -> Vec<Cell> {
    let Transfer { direction, name, from, to, unit, reason, standing, opened_at, ended_at, .. } = transfer;
    vec![
        Cell::from(name.clone()),
        Cell::from(direction.label()),
        Cell::from(from.name.clone()),
        Cell::from(to.name.clone()),
        Cell::from(unit.clone()),
        Cell::from(reason.clone()),
        Cell::from(opened_at.china_date().to_string()),
        Cell::from(standing.stage.label()),
        Cell::from(standing.at.map(|at| tree.name(at)).unwrap_or_default()),
        Cell::from(ended_at.map(|at| at.china_date().to_string()).unwrap_or_default()),
    ]
}

/// What the sheet is called.
pub(super) fn title(filter: &Filter) -> String {
    format!("组织关系转接记录（{}）", filter.tab.label())
}

/// What stands around the rows: whose records, what they were narrowed by, how many.
pub(super) fn around(organization: &str, filter: &Filter, count: i64) -> Around {
    let Filter { tab: _, name, state, direction, organization: _, from, to } = filter;
    let fact = |word: &str, value: String| (word.to_owned(), value);
    let mut facts = vec![fact("党组织", organization.to_owned())];
    if !name.is_empty() {
        facts.push(fact("姓名", name.clone()));
    }
    facts.extend(direction.map(|direction| fact("方式", direction.label().to_owned())));
    facts.extend(state.map(|state| fact("办理状态", state.label().to_owned())));
    facts.extend(match (from, to) {
        (Some(from), Some(to)) => Some(fact("申请日期", format!("{from}至{to}"))),
        (Some(from), None) => Some(fact("申请日期", format!("{from}起"))),
        (None, Some(to)) => Some(fact("申请日期", format!("至{to}"))),
        (None, None) => None,
    });
    Around {
        title: title(filter),
        facts,
        sums: vec![fact("合计", format!("{count} 项"))],
        landscape: true,
        ..Around::default()
    }
}

/// A list that fits into memory.
pub(super) fn sheet(tree: &Tree, organization: &str, filter: &Filter, found: &[Transfer]) -> Sheet {
    let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let rows = found.iter().map(|transfer| row(tree, transfer)).collect();
    Sheet { around: around(organization, filter, count), columns: columns(), rows }
}

/// So many rows of a long list are read at once.
const READ: i64 = 1_000;

/// The rows of a long list, the newest first, some of them in memory at a time.
pub(super) struct Rows<'a, E, F> {
    pub(super) desk: &'a Desk,
    pub(super) organization: OrganizationId,
    pub(super) filter: &'a Filter,
    /// Hears how many there have been.
    pub(super) told: F,
    /// The first problem ends the rows and is left here.
    pub(super) problem: &'a mut Option<E>,
    pub(super) last: Option<TransferId>,
    pub(super) loaded: std::vec::IntoIter<Vec<Cell>>,
    pub(super) done: i64,
}

impl<E: From<Problem>, F: FnMut(i64) -> Result<(), E>> Rows<'_, E, F> {
    fn load(&mut self) -> Result<(), E> {
        let (organization, filter, last) = (self.organization, self.filter.clone(), self.last);
        let read = move |txn: &mut Txn<'_>| {
            let tree = tree(txn)?;
            let found = store::records(txn, organization, &filter, last, Way::On, READ)?;
            let rows: Vec<_> = found.iter().map(|transfer| row(&tree, transfer)).collect();
            Ok((found.last().map(|transfer| transfer.id), rows))
        };
        let (last, rows) = self.desk.read_now(read)?;
        self.last = last.or(self.last);
        self.done += i64::try_from(rows.len()).unwrap_or(0);
        self.loaded = rows.into_iter();
        (self.told)(self.done)
    }
}

impl<E: From<Problem>, F: FnMut(i64) -> Result<(), E>> Iterator for Rows<'_, E, F> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        if self.problem.is_some() {
            return None;
        }
        if let Some(row) = self.loaded.next() {
            return Some(row);
        }
        match self.load() {
            Ok(()) => self.loaded.next(),
            Err(problem) => {
                *self.problem = Some(problem);
                None
            }
        }
    }
}
