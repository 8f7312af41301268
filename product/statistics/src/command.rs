//! The same from the command line: into a file, with the authority of who runs the machine.

use std::path::Path;

use ejia_db::Desk;
use ejia_directory::export::{Given, Here, Line};
use ejia_directory::import::{OpenTable, TableKind};
use ejia_directory::tree;
use ejia_jobs::JobFault;
use ejia_kernel::Problem;
use ejia_kernel::table::TableFault;

use crate::comparison::{Aside, Rows, headings_of, lines_of};
use crate::model::Counts;

/// Writes lines under headings into a file.
pub type WriteLines<'a> =
    &'a dyn Fn(&[(&'static str, u16)], &mut dyn Iterator<Item = Vec<String>>) -> Result<(), TableFault>;

/// What became of an exported file.
#[derive(Clone, Copy, Debug)]
pub struct ExportedFile {
    /// Which table.
    pub kind: TableKind,
    /// How many lines say what.
    pub counts: Counts,
}

/// A command keeps nothing and tells nothing.
struct Nothing;

impl Aside for Nothing {
    fn note(&mut self, _: &[Line]) -> Result<(), JobFault> {
        Ok(())
    }

    fn tell(&mut self, _: usize) -> Result<(), JobFault> {
        Ok(())
    }
}

/// Exports a table of everything, or of what lies under the organization of this code: whole, or what differs from the
/// file `against`.
///
/// # Errors
/// `directory.no_such_organization`; `statistics.given_table` with the sentence when the other file cannot be read or is
/// the other table; `statistics.not_written`; a fault of the database.
pub fn export_file(
    desk: &Desk,
    open: &OpenTable,
    kind: TableKind,
    within: Option<&str>,
    against: Option<&Path>,
    write: WriteLines<'_>,
) -> Result<ExportedFile, Problem> {
    let within = within.map(str::to_owned);
    let here = desk.read_now(move |txn| {
        let tree = tree(txn)?;
        let node = within.as_deref().map_or_else(|| tree.root(), |code| tree.by_code(code));
        let scope = node.ok_or_else(|| Problem::not_found("directory.no_such_organization"))?.path.clone();
        Here::survey(txn, kind, &scope)
    })?;
    let given = against.map(|file| given(open, kind, file)).transpose()?;
    let (mut aside, differing) = (Nothing, given.is_some());
    let mut rows = match given {
        Some(given) => Rows::differing(desk, kind, here, lines_of(desk, given), &mut aside),
        None => Rows::whole(desk, kind, here, &mut aside),
    };
    let written = write(&headings_of(kind, differing), &mut rows);
    if let Some(JobFault::Retry(text) | JobFault::GiveUp(text)) = rows.fault {
        return Err(Problem::fault(text));
    }
    written.map_err(|fault| Problem::refused("statistics.not_written").with("reason", fault.sentence()))?;
    Ok(ExportedFile { kind, counts: rows.counts })
}

fn given(open: &OpenTable, kind: TableKind, file: &Path) -> Result<Given, Problem> {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let refused = |sentence: String| Problem::refused("statistics.given_table").with("reason", sentence);
    let given = Given::open(open, file, &name).map_err(refused)?;
    if given.kind() == kind { Ok(given) } else { Err(refused(format!("这是{}表", given.kind().label()))) }
}
