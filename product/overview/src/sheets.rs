//! The overview as a sheet to be handed out: the numbers of an organization, or those of the organizations right under it.

use ejia_db::Txn;
use ejia_directory::Way;
use ejia_documents::{Documents, Form, Paper};
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::{OrganizationId, Problem};
use ejia_web::Officer;

use crate::asked::OverviewAsked;
use crate::sections::{Section, sections};
use crate::store;
use crate::views::{Scope, UNDER, numbers};

/// No organization has so many right under it.
const MOST: i64 = 20_000;

/// A sheet, whole: however many members there are, it has a line for each number, or for each organization right under
/// one.
#[derive(Clone, Debug)]
pub(crate) struct Sheet {
    pub(crate) name: String,
    /// Whose numbers these are.
    pub(crate) organization: OrganizationId,
    around: Around,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// The sheet that is asked for.
    ///
    /// # Errors
    /// Not found for an organization that does not stand under the officer; a fault of the database.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &OverviewAsked) -> Result<Self, Problem> {
        let scope = Scope::of(txn, by, &asked.organization)?;
        let state = store::state(txn)?;
        let day = state.day(txn);
        let organizations = asked.content == "organizations";
        let (columns, rows) = if organizations {
            let found = store::right_under(txn, &scope.node.path, asked.order(), None, Way::On, MOST)?;
            let row = |shown: &store::Shown| {
                let numbers = numbers(&shown.figures, "", day).into_iter().map(|number| Cell::from(number.number));
                std::iter::once(Cell::from(scope.tree.name(shown.id))).chain(numbers).collect()
            };
            (under_columns(), found.iter().map(row).collect())
        } else {
            let figures = store::of_organization(txn, &scope.node.path)?;
            (columns(), rows(&sections(&figures, "", day)))
        };
        let title = if organizations { "数据概览（下级党组织）" } else { "数据概览" };
        let mut facts = vec![("党组织".to_owned(), scope.node.name.clone())];
        facts.extend(state.counted_at.map(|at| ("截至".to_owned(), at.to_string())));
        Ok(Self {
            organization: scope.node.id,
            name: format!("{}{title}", scope.node.name),
            around: Around { title: title.to_owned(), facts, landscape: organizations, ..Around::default() },
            columns,
            rows,
        })
    }

    /// As a file. Blocks: called aside.
    ///
    /// # Errors
    /// Those of [`Documents::write`] and [`Documents::set`].
    pub(crate) fn file(self, documents: &Documents, form: Form) -> Result<Vec<u8>, Problem> {
        let Self { around, columns, rows, .. } = self;
        match form {
            Form::Table => documents.write(&around, &columns, rows),
            Form::Paper => documents.set(&Paper::sheet(&around, &columns, &rows)),
        }
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::words("统计内容", 16),
        Column::words("项目", 10).wide(),
        Column::words("指标", 7),
        Column::numbers("数量", 6),
        Column::words("占比、金额或要求", 10),
    ]
}

fn under_columns() -> Vec<Column> {
    let mut columns = vec![Column::words("党组织", 20).wide()];
    columns.extend(UNDER.map(|name| Column::numbers(name, 6)));
    columns
}

/// A row for each number; the words of a line stand beside its first one.
fn rows(sections: &[Section]) -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for table in sections.iter().flat_map(|section| &section.tables) {
        for line in &table.lines {
            let mut words = line.words.join("，");
            for (name, number) in table.numbers.iter().zip(&line.numbers) {
                rows.push(vec![
                    Cell::from(table.caption.clone()),
                    Cell::from(line.label.clone()),
                    Cell::from(*name),
                    Cell::from(number.number),
                    Cell::from(std::mem::take(&mut words)),
                ]);
            }
        }
    }
    rows
}
