//! The branch reviews what its members changed: takes it over, or sends it back with a reason (M3).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{ChangeId, MemberId, OrganizationKind, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::cases::{self, Clash};
use crate::members::authority::{author, current, overseen_current};
use crate::members::store::history::{self, Change, ChangeState, Item};
use crate::members::store::{self, set_reviewed, set_waiting};
use crate::members::{Author, Member, ends_review, enter, new_contradictions, settle};

/// Why something is sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct SendBack {
    /// 退回原因.
    pub(crate) reason: String,
}

/// What became of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Accepted {
    /// So many changes were taken over; the record may be locked now.
    Done {
        /// How many.
        changes: usize,
        /// Whether this ended the first review.
        locked: bool,
    },
    /// A number belongs to somebody else: nothing was taken over, a case was opened.
    Clashed(Clash),
}

/// What the messages about a review are told: ids only.
#[derive(Serialize)]
struct Announced {
    member_id: MemberId,
    change_ids: Vec<ChangeId>,
}

/// The member of the officer's own branch. Organizations above look, but the branch decides.
fn of_own_branch(by: &Officer, member: Member) -> Result<Member, Problem> {
    if by.kind() == OrganizationKind::Branch { Ok(member) } else { Err(Problem::forbidden("directory.branch_reviews")) }
}

/// Takes over one change.
///
/// # Errors
/// Not found for a change of another organization; a refusal that names what contradicts it.
pub(crate) fn accept(txn: &mut Txn<'_>, by: &Officer, id: ChangeId) -> Result<(MemberId, Accepted), Problem> {
    let (change, member) = change(txn, by, id)?;
    Ok((member.id, accept_changes(txn, by, &member, &[change])?))
}

/// Takes over everything that awaits review of a member.
///
/// # Errors
/// As [`accept`].
pub(crate) fn accept_all(txn: &mut Txn<'_>, by: &Officer, id: MemberId) -> Result<Accepted, Problem> {
    let member = of_own_branch(by, overseen_current(txn, by, id)?)?;
    let changes = history::waiting_of(txn, id)?;
    if changes.is_empty() {
        return Err(Problem::conflict("directory.change_decided"));
    }
    accept_changes(txn, by, &member, &changes)
}

/// A change and its member, who is of the officer's own branch.
fn change(txn: &mut Txn<'_>, by: &Officer, id: ChangeId) -> Result<(Change, Member), Problem> {
    // A change of another's member answers as one that does not exist, not as a member who does not.
    let found = history::load_with_member(txn, id)?.filter(|(_, member)| by.oversees(&member.path));
    let (change, member) = found.ok_or_else(|| Problem::not_found("directory.no_such_change"))?;
    Ok((change, of_own_branch(by, current(by, Some(member))?)?))
}

fn accept_changes(txn: &mut Txn<'_>, by: &Officer, member: &Member, changes: &[Change]) -> Result<Accepted, Problem> {
    let mut after = member.record.clone();
    for change in changes {
        if let Item::Field(field) = change.item {
            enter(&mut after, field, &change.after)
                .map_err(|code| Problem::refused("directory.change_not_fitting").on(field.code(), code))?;
        }
    }
    settle(&mut after);
    let faults = new_contradictions(&member.record, &after, txn.now().china_date());
    if !faults.is_empty() {
        let mut problem = Problem::refused("directory.change_not_fitting");
        problem.fields = faults;
        return Err(problem);
    }
    if let Some(clash) = cases::check(txn, member, &after, &author(by))? {
        return Ok(Accepted::Clashed(clash));
    }
    let author = author(by);
    for change in changes {
        history::decide(txn, change, ChangeState::Accepted, &author, None)?;
    }
    let (waiting, locked) = still_waiting(txn, member)?;
    let reviewed_at = if locked { Some(txn.now()) } else { member.reviewed_at };
    store::write_decided(txn, member, &after, reviewed_at, waiting)?;
    let fields: Vec<&str> = changes.iter().map(|change| change.item.code()).collect();
    record(
        txn,
        Entry::new(&by.actor(), "directory.change_accepted")
            .about("member", member.id)
            .within(member.organization_id)
            .with("fields", fields.join(",")),
    )?;
    let ids: Vec<ChangeId> = changes.iter().map(|change| change.id).collect();
    let changes = ids.len();
    ejia_jobs::enqueue(txn, "messages.record_reviewed", Announced { member_id: member.id, change_ids: ids })?;
    Ok(Accepted::Done { changes, locked })
}

/// How many changes still wait, and whether the first review of the record is over with this: then it is locked.
fn still_waiting(txn: &mut Txn<'_>, member: &Member) -> Result<(i64, bool), Problem> {
    if member.reviewed_at.is_some() {
        return Ok((history::count_waiting(txn, member.id)?, false));
    }
    let latest = history::latest_reviewed(txn, member.id)?;
    let waiting = latest.iter().filter(|change| change.state == ChangeState::Waiting).count();
    // What was sent back stays open until the member has submitted something after it.
    let submitted = latest.iter().map(|change| change.made_at).max();
    let sent_back =
        latest.iter().filter(|change| change.state == ChangeState::Returned && change.decided_at >= submitted).count();
    Ok((i64::try_from(waiting).map_err(Problem::fault)?, ends_review(waiting, sent_back)))
}

/// Sends one change back with a reason.
///
/// # Errors
/// A refusal without a reason; not found for a change of another organization.
pub(crate) fn send_back(txn: &mut Txn<'_>, by: &Officer, id: ChangeId, input: &SendBack) -> Result<MemberId, Problem> {
    let (change, member) = change(txn, by, id)?;
    let reason = input.reason.trim();
    let code = match reason.chars().count() {
        0 => Some("directory.send_back_reason_needed"),
        1..=200 => None,
        _ => Some("directory.too_long"),
    };
    if let Some(code) = code {
        return Err(Problem::refused("kernel.check_fields").on("reason", code));
    }
    history::decide(txn, &change, ChangeState::Returned, &author(by), Some(reason))?;
    set_waiting(txn, &member)?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.change_returned")
            .about("member", member.id)
            .within(member.organization_id)
            .with("fields", change.item.code()),
    )?;
    ejia_jobs::enqueue(txn, "messages.record_returned", Announced { member_id: member.id, change_ids: vec![id] })?;
    Ok(member.id)
}

/// An administrator declares a record reviewed as it stands: for members who never log in (M8).
///
/// # Errors
/// `directory.review_underway` when it is reviewed, or something of it awaits review.
pub(crate) fn review_as_it_stands(txn: &mut Txn<'_>, by: &Officer, id: MemberId) -> Result<(), Problem> {
    let member = of_own_branch(by, overseen_current(txn, by, id)?)?;
    if member.reviewed_at.is_some() || member.waiting > 0 {
        return Err(Problem::conflict("directory.review_underway"));
    }
    set_reviewed(txn, &member)?;
    let by_officer: Author = author(by);
    history::insert(
        txn,
        &member,
        Item::Review,
        ("", "核对无误"),
        (&by_officer, crate::members::Source::Office),
        ChangeState::Made,
    )?;
    record(txn, Entry::new(&by.actor(), "directory.record_reviewed").about("member", id).within(member.organization_id))
}
