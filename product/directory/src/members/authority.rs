//! Who is whose: every load for an officer or a member goes through here.

use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use ejia_web::{Member as Caller, Officer};

use super::model::{Author, Member};
use super::store;

/// The member, if his branch stands under the officer's organization. For everybody else there is none.
pub(crate) fn overseen(txn: &mut Txn<'_>, officer: &Officer, id: MemberId) -> Result<Member, Problem> {
    let member = store::load(txn, id)?;
    member.filter(|member| officer.oversees(&member.path)).ok_or_else(no_such_member)
}

/// As [`overseen`], for writing: the row is locked, and the member has not departed.
pub(crate) fn overseen_current(txn: &mut Txn<'_>, officer: &Officer, id: MemberId) -> Result<Member, Problem> {
    current(officer, store::load_locked(txn, id)?)
}

/// As [`overseen_current`], of a member whose row is locked already.
pub(crate) fn current(officer: &Officer, member: Option<Member>) -> Result<Member, Problem> {
    let member = member.filter(|member| officer.oversees(&member.path)).ok_or_else(no_such_member)?;
    if member.departed.is_some() {
        return Err(Problem::conflict("directory.member_departed"));
    }
    Ok(member)
}

/// The member's own record.
pub(crate) fn own(txn: &mut Txn<'_>, caller: &Caller) -> Result<Member, Problem> {
    let member = store::load(txn, caller.id())?;
    member.filter(|member| member.departed.is_none()).ok_or_else(Problem::login_needed)
}

/// The member's own record, its row locked.
pub(crate) fn own_locked(txn: &mut Txn<'_>, caller: &Caller) -> Result<Member, Problem> {
    let member = store::load_locked(txn, caller.id())?;
    member.filter(|member| member.departed.is_none()).ok_or_else(Problem::login_needed)
}

/// What somebody hears who asks for a member that is not his.
pub(crate) fn no_such_member() -> Problem {
    Problem::not_found("directory.no_such_member")
}

/// The officer as history names him.
pub fn author(officer: &Officer) -> Author {
    Author::Administrator(officer.id(), format!("{}（{}）", officer.name(), officer.organization_name()))
}

/// The member as history names him.
pub(crate) fn own_author(caller: &Caller) -> Author {
    Author::Member(caller.id(), caller.name().to_owned())
}
