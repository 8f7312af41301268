//! 数据导入: organizations and members come in from tables of the statistics software (M1).
//!
//! An import is a *run* over one file. First the file is read and every line compared with what is known; the result is
//! staged, sealed, in `import_row`: new, changed, unchanged or refused, the last with a sentence that names line, column
//! and what to do. Nothing else is written. The person looks at the preview, ticks the differences to be taken over, and
//! confirms. Then the lines are written piece by piece, some fifty milliseconds each when a job does it, so that others can work meanwhile;
//! each line is compared once more in the transaction that writes it, and what is not true any more is refused. The same
//! file a second time finds everything unchanged. Both halves can be interrupted: reading begins anew, writing goes
//! on where it stopped.
//!
//! An empty cell says nothing: it never empties what is known. A number that another person bears is refused and, once
//! the import is confirmed, becomes a case for the help desk (M5). Whoever imports touches nothing outside the tree under
//! his own organization; only the command, run by who runs the machine, may begin a tree.
//!
//! Reading and writing table files is not this crate's business: [`ImportDesk`] brings it along.
//!
//! `columns.rs` finds headings; `members.rs` and `organizations.rs` read lines; `plan.rs` and `organization_plan.rs` compare
//! them; `reading.rs` and `writing.rs` are the two halves; `operations.rs` is what people do; `command.rs` is the command;
//! `straight.rs` enters tables in which there is nothing to decide.

mod cells;
mod columns;
mod command;
mod jobs;
mod members;
mod model;
mod operations;
mod organization_plan;
mod organizations;
mod pace;
mod pages;
mod plan;
mod reading;
mod refusals;
mod report;
pub(crate) mod schema;
pub(crate) mod store;
mod straight;
mod views;
mod writing;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use ejia_web::SiteBuilder;

pub(crate) use cells::Cells;
pub(crate) use columns::Column;
pub use columns::{Headings, TableKind};
pub use command::{ImportReport, import_files};
pub use jobs::handlers;
pub(crate) use members::MemberRow;
pub use model::{Change, ImportDesk, OpenTable, Outcome, Run, RunCounts, RunState, TableRows, WriteTable};
pub(crate) use organizations::OrganizationRow;
pub use pages::{IMPORTS, RUN, routes};
pub(crate) use reading::{is_line, surveyed};
pub(crate) use refusals::Refusal;
pub use report::write_report;
pub use straight::import_straight;
pub use views::{ChangeLine, ImportsView, ProblemLine, RunLine, RunView};

/// Hands the pages what they need to take files in and write reports.
pub fn part(site: SiteBuilder, imports: &Arc<ImportDesk>) -> SiteBuilder {
    site.part(Arc::clone(imports))
}
