//! A run of an import, its lines as they are staged, and what each of them will do.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ejia_jobs::Depot;
use ejia_kernel::table::{TableFault, TableRow};
use ejia_kernel::{AdministratorId, ImportId, Instant, OrganizationId, OrganizationPath, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tempfile::TempPath;

use super::cells::Cells;
use super::columns::TableKind;
use super::refusals::Refusal;
use crate::members::Author;

/// The rows of an opened table file.
pub type TableRows = Box<dyn Iterator<Item = Result<TableRow, TableFault>> + Send>;
/// Opens a table file; the second argument is the name the person gave it.
pub type OpenTable = Arc<dyn Fn(&Path, &str) -> Result<TableRows, TableFault> + Send + Sync>;
/// Writes a table file: sheet name, headings with their widths in Chinese characters, rows.
pub type WriteTable = Arc<
    dyn Fn(&Path, &str, &[(&str, u16)], &mut dyn Iterator<Item = Vec<String>>) -> Result<(), TableFault> + Send + Sync,
>;

/// What imports need from outside: how table files are read and written, and where uploads wait for their job.
#[derive(Clone)]
pub struct ImportDesk {
    /// Opens a table file.
    pub open: OpenTable,
    /// Writes a table file.
    pub write: WriteTable,
    /// A folder of this machine in which reports are written.
    pub folder: PathBuf,
    depot: Arc<dyn Depot>,
}

impl ImportDesk {
    /// The desk with this folder, and this depot in which an uploaded file waits until it has been read.
    pub fn new(folder: PathBuf, depot: Arc<dyn Depot>, open: OpenTable, write: WriteTable) -> Self {
        Self { open, write, folder, depot }
    }

    /// Keeps an uploaded file until its run has been read.
    pub(crate) fn keep(&self, file: &Path, run: ImportId) -> Result<(), Problem> {
        self.depot.keep(&key(run), file)
    }

    /// The file of a run that is to be read.
    pub(crate) fn fetch(&self, run: ImportId) -> Result<Option<TempPath>, Problem> {
        self.depot.fetch(&key(run))
    }

    /// The file of a run goes: it has been read, or never will be.
    pub(crate) fn forget(&self, run: ImportId) -> Result<(), Problem> {
        self.depot.forget(&key(run))
    }
}

/// Under what the file of a run waits.
fn key(run: ImportId) -> String {
    format!("import/{run}")
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunState {
    /// The file is being read and compared.
    Reading,
    /// Everything is compared and nothing written: the person decides.
    Preview,
    /// Confirmed, being written.
    Writing,
    /// Written.
    Done,
    /// The file could not be read; nothing was written.
    Failed,
    /// Given up by the person; nothing was written.
    Cancelled,
}

impl RunState {
    const ALL: [Self; 6] = [Self::Reading, Self::Preview, Self::Writing, Self::Done, Self::Failed, Self::Cancelled];

    /// As rows and templates have it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Preview => "preview",
            Self::Writing => "writing",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reading => "正在核对",
            Self::Preview => "待确认",
            Self::Writing => "正在导入",
            Self::Done => "已完成",
            Self::Failed => "未能读取",
            Self::Cancelled => "已取消",
        }
    }

    /// The state that [`RunState::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// How many lines of each outcome a run has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunCounts {
    /// New.
    pub fresh: i64,
    /// Different from what is known.
    pub changed: i64,
    /// The same as what is known.
    pub unchanged: i64,
    /// Refused.
    pub refused: i64,
}

/// One import of one file.
#[derive(Clone, Debug)]
pub struct Run {
    /// Which.
    pub id: ImportId,
    /// The organization for which it runs; none for a command, which may do everything.
    pub organization_id: Option<OrganizationId>,
    /// Where that organization stands: nothing outside is touched.
    pub path: Option<OrganizationPath>,
    /// Who started it; none for a command.
    pub by_id: Option<AdministratorId>,
    /// His name.
    pub by_name: String,
    /// What the person calls the file.
    pub file_name: String,
    /// Which table it is, once that is known.
    pub kind: Option<TableKind>,
    /// How far it has come.
    pub state: RunState,
    /// Lines to go through in this state.
    pub total: i64,
    /// Lines gone through.
    pub done: i64,
    /// Lines by outcome.
    pub counts: RunCounts,
    /// Headings that mean nothing here, and those the file does not have.
    pub unknown_columns: Vec<String>,
    /// Headings of the layout that the file does not have.
    pub missing_columns: Vec<String>,
    /// The last line written.
    pub cursor: (i64, i64),
    /// Why the file could not be read.
    pub failure: Option<String>,
    /// When it was started.
    pub created_at: Instant,
}

impl Run {
    /// How the history of records names who did it.
    pub(crate) fn author(&self) -> Author {
        match self.by_id {
            Some(id) => Author::Administrator(id, self.by_name.clone()),
            None => Author::System("系统导入"),
        }
    }

    /// How the audit names who did it.
    pub(crate) fn actor(&self) -> ejia_audit::Actor {
        self.by_id.map_or(ejia_audit::Actor::System, ejia_audit::Actor::Administrator)
    }

    /// Whether something at this path may be touched.
    pub(crate) fn covers(&self, path: &OrganizationPath) -> bool {
        self.path.as_ref().is_none_or(|own| own.contains(path))
    }
}

/// What a line will do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Enters something new.
    New,
    /// Changes something known, if that is accepted.
    Changed,
    /// Says what is known.
    Unchanged,
    /// Is not taken.
    Refused,
}

impl Outcome {
    const ALL: [Self; 4] = [Self::New, Self::Changed, Self::Unchanged, Self::Refused];

    /// As rows hold it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }

    /// The outcome that [`Outcome::code`] names.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }
}

/// One item that the file says differently.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// The item.
    pub label: String,
    /// What is known; numbers of people masked.
    pub before: String,
    /// What the file says; numbers of people masked.
    pub after: String,
}

/// What of a line is kept sealed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Whom or what the line is about.
    pub(crate) name: String,
    /// The differences it would make.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) changes: Vec<Change>,
    /// Its cells, while it waits to be written.
    #[serde(default)]
    pub(crate) cells: Cells,
}

/// One line of a file, read and compared.
#[derive(Clone, Debug)]
pub(crate) struct StagedRow {
    /// Parents before children: the order in which lines are written.
    pub(crate) rank: i64,
    pub(crate) number: u32,
    pub(crate) outcome: Outcome,
    pub(crate) code: Option<String>,
    /// Why it is refused, or what should be known about it; may be empty.
    pub(crate) sentence: String,
    /// The version of what it changes: what is shown is what is done.
    pub(crate) version: Option<i64>,
    pub(crate) accepted: bool,
    pub(crate) kept: Kept,
}

impl StagedRow {
    pub(crate) fn refused(number: u32, name: String, refusal: &Refusal) -> Self {
        Self {
            rank: 0,
            number,
            outcome: Outcome::Refused,
            code: Some(refusal.code.to_owned()),
            sentence: refusal.sentence(number),
            version: None,
            accepted: false,
            kept: Kept { name, ..Kept::default() },
        }
    }
}
