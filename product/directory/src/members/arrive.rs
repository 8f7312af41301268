//! Members come and go: placed into another branch, admitted from outside, released to elsewhere. For whoever has
//! decided it: 【划拨】 of a committee, a transfer that has arrived.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, OrganizationId, Problem};

use super::authority::no_such_member;
use super::model::{Author, Departure, DepartureReason, Member, NewMember, Source};
use super::record::MemberRecord;
use super::remove::take_off;
use super::store::{self, history};
use crate::organizations::{Node, tree};

/// Places a member into a branch, with his history; answers whether he moved.
///
/// # Errors
/// Not found when there is no such member or branch; `directory.member_departed` when he has left the list.
pub fn place_member(txn: &mut Txn<'_>, id: MemberId, branch: OrganizationId, by: &Author) -> Result<bool, Problem> {
    let tree = tree(txn)?;
    let member = current(txn, id)?;
    let branch = tree.find(branch)?;
    place(txn, &member, &tree.name(member.organization_id), branch, by)
}

/// Places a member that was loaded for it.
pub(super) fn place(
    txn: &mut Txn<'_>,
    member: &Member,
    home: &str,
    branch: &Node,
    by: &Author,
) -> Result<bool, Problem> {
    if member.organization_id == branch.id {
        return Ok(false);
    }
    store::move_member(txn, member, branch.id, &branch.path)?;
    let names = (home, branch.name.as_str());
    let state = history::ChangeState::Made;
    history::insert(txn, member, history::Item::Branch, names, (by, Source::Office), state)?;
    let entry = Entry::new(&by.actor(), "directory.member_allocated").about("member", member.id);
    record(txn, entry.within(branch.id).with("from", member.organization_id))?;
    Ok(true)
}

/// Admits a person from outside into a branch; answers who he is from now on.
///
/// # Errors
/// `directory.id_card_taken`, `directory.phone_taken` when a member bears the number; not found without such a branch.
pub fn admit_member(
    txn: &mut Txn<'_>,
    record: MemberRecord,
    branch: OrganizationId,
    by: &Author,
) -> Result<MemberId, Problem> {
    let tree = tree(txn)?;
    let branch = tree.find(branch)?;
    let id = MemberId::new(txn.now());
    let new = NewMember { id, organization_id: branch.id, path: branch.path.clone(), record };
    store::insert_members(txn, &[new])?;
    let member = store::load(txn, id)?.ok_or_else(no_such_member)?;
    let state = history::ChangeState::Made;
    history::insert(txn, &member, history::Item::Presence, ("", "在册"), (by, Source::Office), state)?;
    let entry = Entry::new(&by.actor(), "directory.member_admitted").about("member", id);
    ejia_audit::record(txn, entry.within(branch.id))?;
    Ok(id)
}

/// Takes a member off the list because he has arrived elsewhere (已转出); his record stays in history.
///
/// # Errors
/// As [`place_member`].
pub fn release_member(txn: &mut Txn<'_>, id: MemberId, note: &str, by: &Author) -> Result<(), Problem> {
    let member = current(txn, id)?;
    let departure = Departure { at: txn.now(), reason: DepartureReason::Transferred, note: note.to_owned() };
    take_off(txn, &member, &departure, by, Source::Office)?;
    let entry = Entry::new(&by.actor(), "directory.member_removed").about("member", id);
    record(txn, entry.within(member.organization_id).with("reason", departure.reason.code()))
}

fn current(txn: &mut Txn<'_>, id: MemberId) -> Result<Member, Problem> {
    let member = store::load_locked(txn, id)?.ok_or_else(no_such_member)?;
    if member.departed.is_some() { Err(Problem::conflict("directory.member_departed")) } else { Ok(member) }
}
