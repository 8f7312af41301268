//! Tables that go in without a preview, as fast as the database takes them: those of an invented city, in which there is
//! nothing to decide.
//!
//! Each line is read, checked and entered by the rules of every import, and what stands against one of them ends it all.
//! What is left out is what a preview is for: lines are not staged, and nobody is asked about differences. While one piece
//! is written, the next is read and sealed. What is there already stays as it is, so that an interrupted one can be begun
//! again.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use ejia_db::Desk;
use ejia_kernel::table::TableRow;
use ejia_kernel::{ImportId, Instant, MemberId, Problem, Vault};

use super::cells::Cells;
use super::columns::{Headings, TableKind};
use super::command::unreadable;
use super::members::MemberRow;
use super::model::{Outcome, Run, StagedRow};
use super::operations::new_run;
use super::organization_plan::{ReadOrganization, plan_organizations};
use super::organizations::OrganizationRow;
use super::plan::{Branch, Branches, Known, Verdict, compare};
use super::refusals::Refusal;
use super::writing::{record_end, write_organizations};
use crate::members::NewMember;
use crate::members::store::{Entering, anybody};
use crate::sums::gather_sums;

/// Organizations entered at a time; the tree is loaded anew for each piece.
const ORGANIZATIONS: usize = 50_000;
/// Members entered at a time: enough that neighbours in an index meet, and few enough for the memory.
const MEMBERS: usize = 50_000;

/// Enters the organizations and members of two tables, row by row as texts, each table's headings first. `told` hears how
/// many members are in.
///
/// # Errors
/// `directory.import_file` with the sentence of the first line that cannot be taken; a fault of the database.
pub fn import_straight(
    desk: &Desk,
    organizations: impl Iterator<Item = Vec<String>>,
    members: impl Iterator<Item = Vec<String>> + Send,
    told: &mut dyn FnMut(u64),
) -> Result<(), Problem> {
    let run = desk.read_now(|txn| Ok(new_run(txn, ImportId::new(txn.now()), None, "")))?;
    let mut organizations = pieces(organizations, TableKind::Organizations, ORGANIZATIONS)?;
    while let Some(piece) = organizations.next()? {
        enter_organizations(desk, &run, piece)?;
    }
    let members = pieces(members, TableKind::Members, MEMBERS)?;
    let reader = Reader::new(desk, &run)?;
    let entered = thread::scope(|scope| {
        let (ready, pieces_ready) = sync_channel(1);
        let reading = scope.spawn(move || reader.read(desk, members, &ready));
        let mut entered = 0_u64;
        for piece in pieces_ready {
            told(entered);
            entered += u64::try_from(piece.len()).unwrap_or_default();
            desk.write_now(move |txn| Entering::clone(&piece).write(txn))?;
        }
        reading.join().unwrap_or_else(|_| Err(Problem::fault("the reader fell")))?;
        Ok::<_, Problem>(entered)
    })?;
    gather_sums(desk)?;
    told(entered);
    let mut run = Run { kind: Some(TableKind::Members), done: i64::try_from(entered).unwrap_or(i64::MAX), ..run };
    run.counts.fresh = run.done;
    desk.write_now(move |txn| record_end(txn, &run))
}

/// A table a piece at a time.
struct Pieces<R> {
    /// The rows below the headings, with their numbers.
    rows: R,
    headings: Headings,
    most: usize,
}

/// The pieces of a table; its first row is its headings.
fn pieces(
    rows: impl Iterator<Item = Vec<String>>,
    kind: TableKind,
    most: usize,
) -> Result<Pieces<impl Iterator<Item = TableRow>>, Problem> {
    let mut rows = (1..).zip(rows).map(|(number, cells)| TableRow::new(number, cells));
    let headings = Headings::find(rows.next().as_slice()).ok().filter(|headings| headings.kind == kind);
    let headings = headings.ok_or_else(|| Problem::fault("a table begins without its headings"))?;
    Ok(Pieces { rows, headings, most })
}

impl<R: Iterator<Item = TableRow>> Pieces<R> {
    /// The next lines with their numbers; none at the end.
    fn next(&mut self) -> Result<Option<Vec<(u32, Cells)>>, Problem> {
        let kind = self.headings.kind;
        let mut lines = Vec::new();
        for row in self.rows.by_ref().take(self.most) {
            let cells = Cells::of(&row, &self.headings).map_err(|(_, refusal)| refused(kind, row.number, &refusal))?;
            lines.push((row.number, cells));
        }
        Ok(Some(lines).filter(|lines| !lines.is_empty()))
    }
}

fn refused(kind: TableKind, number: u32, refusal: &Refusal) -> Problem {
    unreadable(kind.label(), &refusal.sentence(number))
}

/// Enters a piece of the table of organizations. Parents stand in it or in a piece before it.
fn enter_organizations(desk: &Desk, run: &Run, piece: Vec<(u32, Cells)>) -> Result<(), Problem> {
    let read = |(number, cells): (u32, Cells)| ReadOrganization { number, row: OrganizationRow::parse(&cells), cells };
    let (planned, lines): (_, Vec<ReadOrganization>) = (run.clone(), piece.into_iter().map(read).collect());
    let mut staged = desk.read_now(move |txn| plan_organizations(txn, &planned, &lines))?;
    if let Some(refused) = staged.iter().find(|line| line.outcome == Outcome::Refused) {
        return Err(unreadable(TableKind::Organizations.label(), &refused.sentence));
    }
    staged.retain(|line| line.outcome == Outcome::New);
    staged.sort_by_key(|line| (line.rank, line.number));
    let (run, staged): (_, Arc<Vec<StagedRow>>) = (run.clone(), Arc::new(staged));
    desk.write_now(move |txn| write_organizations(txn, &run, &staged))
}

/// Reads members and makes them ready.
struct Reader {
    run: Run,
    branches: Branches,
    vault: Vault,
    now: Instant,
    /// Nobody is there yet, so that nobody need be looked up: the unique keys see who stands in the table twice.
    anew: bool,
}

impl Reader {
    fn new(desk: &Desk, run: &Run) -> Result<Self, Problem> {
        let run = run.clone();
        desk.read_now(move |txn| {
            let branches = Branches::new(txn, &run, &Arc::new(HashSet::new()))?;
            let (vault, now, anew) = (txn.vault().clone(), txn.now(), !anybody(txn)?);
            Ok(Self { run: run.clone(), branches, vault, now, anew })
        })
    }

    /// Hands over piece after piece, until the table ends or nobody takes them any more.
    fn read(
        &self,
        desk: &Desk,
        mut pieces: Pieces<impl Iterator<Item = TableRow>>,
        ready: &SyncSender<Entering>,
    ) -> Result<(), Problem> {
        while let Some(piece) = pieces.next()? {
            let members = self.new_members(desk, piece)?;
            if ready.send(Entering::of(&self.vault, self.now, &members)).is_err() {
                break;
            }
        }
        Ok(())
    }

    fn new_members(&self, desk: &Desk, piece: Vec<(u32, Cells)>) -> Result<Vec<NewMember>, Problem> {
        let read = |(number, cells): (u32, Cells)| {
            let row = MemberRow::parse(&cells).map_err(|refusal| refused(TableKind::Members, number, &refusal))?;
            Ok((number, row))
        };
        let rows: Vec<(u32, MemberRow)> = piece.into_iter().map(read).collect::<Result<_, Problem>>()?;
        let rows = Arc::new(rows);
        let known = if self.anew {
            Known::default()
        } else {
            let rows = Arc::clone(&rows);
            desk.read_now(move |txn| Known::look_up(txn, rows.iter().map(|(_, row)| row)))?
        };
        let new = rows.iter().filter_map(|(number, row)| {
            let new = self.new_member(&known, row);
            new.map_err(|refusal| refused(TableKind::Members, *number, &refusal)).transpose()
        });
        new.collect()
    }

    /// A member who is not there yet.
    fn new_member(&self, known: &Known, row: &MemberRow) -> Result<Option<NewMember>, Refusal> {
        let branch = self.branches.find(&row.branch)?;
        let verdict = compare(&self.run, &self.branches, known, row, &branch)?;
        let (Verdict::New(record), Branch::Known { id, path }) = (verdict, branch) else { return Ok(None) };
        Ok(Some(NewMember { id: MemberId::new(self.now), organization_id: id, path, record: *record }))
    }
}
