//! Issues a month's sheet of a branch as bills, or corrects those issued before.

use std::collections::HashMap;

use ejia_db::{DbError, Txn};
use ejia_kernel::{BillId, Fen, MemberId, Month, OrganizationId, Problem};
use serde::{Deserialize, Serialize};

use super::model::{Bill, BillState, Issued, NewBill, Total};
use super::plan::{Outcome, Step, plan};
use super::store::{self, Changed, NewRow};

/// Gives back what was paid too much; done by `paying`, which has the cashier.
pub(crate) const GIVE_BACK: &str = "dues.give_back";
/// How many bills one such job looks after.
const PER_JOB: usize = 50;
/// Another transaction was faster with one of these bills: look again, at most so often.
const LOOKS: usize = 4;
/// The one key that tells of it.
const ONE_BILL_A_MONTH: &str = "dues_bill_member_id_month_sequence_key";

/// What the job is to give back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ToGiveBack {
    /// Differences in the state `given_back`.
    pub(crate) bills: Vec<BillId>,
}

/// Issues the whole sheet of a branch and month, again and again if need be: bills that are unpaid become what the sheet
/// says, what was paid gets a difference entry (one that is due, or one that goes back by itself), and whoever is no
/// longer in the sheet is not to pay. A member is billed by one branch a month; whom another has billed is left out and
/// named. A handful of statements for 500 members.
///
/// Who may issue, and for which month, is the caller's to decide, and so are the trace and the letters.
///
/// # Errors
/// A fault when a member stands twice in the sheet or an amount is negative; busy when others issue the same bills
/// without end.
pub(crate) fn issue(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    bills: &[NewBill],
) -> Result<Issued, Problem> {
    let sheet = checked(bills)?;
    let members: Vec<MemberId> = bills.iter().map(|bill| bill.member_id).collect();
    for _ in 0..LOOKS {
        let known = store::of_sheet(txn, branch, month, &members)?;
        let planned = planned(branch, bills, &sheet, &known);
        match write_new(txn, branch, month, &planned.steps) {
            Ok(()) => {
                write_changes(txn, branch, &planned.steps)?;
                let change = change_of(&planned.steps);
                store::add_to_total(txn, branch, month, change)?;
                store::count_set(txn, branch, month, set_by(total_of(branch, &known), change))?;
                return Ok(planned.issued);
            }
            Err(Stopped::Overtaken) => {}
            Err(Stopped::Broken(problem)) => return Err(problem),
        }
    }
    Err(Problem::busy())
}

/// The sheet by member.
fn checked(bills: &[NewBill]) -> Result<HashMap<MemberId, &NewBill>, Problem> {
    let sheet: HashMap<MemberId, &NewBill> = bills.iter().map(|bill| (bill.member_id, bill)).collect();
    if sheet.len() != bills.len() {
        return Err(Problem::fault("a member stands twice in a sheet"));
    }
    if bills.iter().any(|bill| bill.amount < Fen::ZERO) {
        return Err(Problem::fault("an amount of a sheet is negative"));
    }
    Ok(sheet)
}

/// The whole plan: every step, and what is said of it.
struct Planned<'a> {
    issued: Issued,
    steps: Vec<Step<'a>>,
}

fn planned<'a>(
    branch: OrganizationId,
    bills: &'a [NewBill],
    sheet: &HashMap<MemberId, &'a NewBill>,
    known: &'a [Bill],
) -> Planned<'a> {
    let mut whole = Planned { issued: Issued::default(), steps: Vec::new() };
    let mut seen: HashMap<MemberId, &'a [Bill]> = HashMap::new();
    for rows in known.chunk_by(|one, next| one.member_id == next.member_id) {
        let Some(first) = rows.first() else { continue };
        seen.insert(first.member_id, rows);
        if !sheet.contains_key(&first.member_id) {
            whole.add(first.member_id, plan(branch, None, rows));
        }
    }
    for bill in bills {
        let rows = seen.get(&bill.member_id).copied().unwrap_or_default();
        whole.add(bill.member_id, plan(branch, Some(bill), rows));
    }
    whole
}

impl<'a> Planned<'a> {
    fn add(&mut self, member: MemberId, (outcome, steps): (Outcome, Vec<Step<'a>>)) {
        let Issued { new, changed, differences, billed_elsewhere, withdrawn } = &mut self.issued;
        match outcome {
            Outcome::Same => {}
            Outcome::New => new.push(member),
            Outcome::Changed => changed.push(member),
            Outcome::Difference => differences.push(member),
            Outcome::Elsewhere => billed_elsewhere.push(member),
            Outcome::Withdrawn => withdrawn.push(member),
        }
        self.steps.extend(steps);
    }
}

/// What the steps add to the branch's total. A bill taken over from another branch was cancelled there and counted for
/// nothing.
fn change_of(steps: &[Step<'_>]) -> Total {
    steps.iter().fold(Total::default(), |sum, step| match step {
        Step::Insert { sequence, amount, state, .. } => sum.plus(Total::of(*sequence, *amount, *state)),
        Step::Change { was, amount, state, .. } => {
            sum.minus(Total::of(was.sequence, was.amount, was.state)).plus(Total::of(was.sequence, *amount, *state))
        }
        Step::Cancel(was) => sum.minus(Total::of(was.sequence, was.amount, was.state)),
    })
}

/// What a branch's bills come to as they stand.
fn total_of(branch: OrganizationId, known: &[Bill]) -> Total {
    let own = known.iter().filter(|bill| bill.organization_id == branch);
    own.fold(Total::default(), |sum, bill| sum.plus(Total::of(bill.sequence, bill.amount, bill.state)))
}

/// 1 where a change makes a branch one that has set the month's dues, -1 where it makes it one that has not.
fn set_by(before: Total, change: Total) -> i64 {
    let set = |total: Total| i64::from(total.billed + total.exempt > 0);
    set(before.plus(change)) - set(before)
}

/// Why the new bills are not written.
enum Stopped {
    /// Somebody else has just written one of them.
    Overtaken,
    /// Anything else.
    Broken(Problem),
}

impl From<DbError> for Stopped {
    fn from(error: DbError) -> Self {
        if error.is_unique(ONE_BILL_A_MONTH) { Self::Overtaken } else { Self::Broken(error.into()) }
    }
}

/// Writes what was not there, in the order of members, and the jobs that give back.
fn write_new(txn: &mut Txn<'_>, branch: OrganizationId, month: Month, steps: &[Step<'_>]) -> Result<(), Stopped> {
    let now = txn.now();
    let mut rows: Vec<NewRow<'_>> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Insert { new, sequence, amount, state, source } => Some(NewRow {
                id: BillId::new(now),
                new,
                sequence: *sequence,
                amount: *amount,
                state: *state,
                source: *source,
            }),
            Step::Change { .. } | Step::Cancel(_) => None,
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by_key(|row| (row.new.member_id, row.sequence));
    txn.attempt(|txn| store::insert(txn, branch, month, &rows).map_err(Stopped::from))?;
    let back: Vec<BillId> = rows.iter().filter(|row| row.state == BillState::GivenBack).map(|row| row.id).collect();
    for bills in back.chunks(PER_JOB) {
        let payload = ToGiveBack { bills: bills.to_vec() };
        ejia_jobs::enqueue(txn, GIVE_BACK, payload).map_err(Stopped::Broken)?;
    }
    Ok(())
}

/// Changes and takes back what was unpaid.
fn write_changes(txn: &mut Txn<'_>, branch: OrganizationId, steps: &[Step<'_>]) -> Result<(), Problem> {
    let mut changes = Vec::new();
    let mut cancelled = Vec::new();
    for step in steps {
        match step {
            Step::Insert { .. } => {}
            Step::Change { was, new, amount, state } => {
                changes.push(Changed { id: was.id, new, amount: *amount, state: *state });
            }
            Step::Cancel(was) => cancelled.push(was.id),
        }
    }
    store::change(txn, branch, &changes)?;
    store::cancel(txn, &cancelled)
}
