//! What the two of a delegation do with it: the one asked confirms or declines 【代交党费授权确认】, either takes it back.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{DelegationId, MemberId, Problem};
use ejia_web::Member;

use super::jobs::{self, Told};
use super::model::{Delegation, Side, State};
use super::store;

/// The delegation, if this member is one of its two and it has not ended.
fn own(txn: &mut Txn<'_>, member: MemberId, id: DelegationId) -> Result<Delegation, Problem> {
    let found = store::load_locked(txn, id)?;
    let own = found.filter(|found| found.principal_id == member || found.payer_id == member);
    let own = own.ok_or_else(|| Problem::not_found("dues.no_such_delegation"))?;
    if own.ended_at.is_some() { Err(Problem::conflict("dues.delegation_ended")) } else { Ok(own) }
}

/// What this member was asked and has not answered.
fn asked(txn: &mut Txn<'_>, member: MemberId, id: DelegationId) -> Result<Delegation, Problem> {
    let found = own(txn, member, id)?;
    if found.payer_id != member {
        return Err(Problem::not_found("dues.no_such_delegation"));
    }
    if found.state == State::Asked { Ok(found) } else { Err(Problem::conflict("dues.delegation_answered")) }
}

fn entry(by: &Member, action: &'static str, found: &Delegation) -> Entry {
    Entry::new(&by.actor(), action)
        .about("member", found.principal_id)
        .within(found.organization_id)
        .with("delegation", found.id)
        .with("payer", found.payer_id)
}

/// The one asked confirms: from now on he may pay, this month and all later ones.
///
/// # Errors
/// Not found for somebody else's; `dues.delegation_answered` when it was answered before.
pub(crate) fn confirm(txn: &mut Txn<'_>, by: &Member, id: DelegationId) -> Result<(), Problem> {
    const ACTION: &str = "dues.delegation_confirmed";
    let found = asked(txn, by.id(), id)?;
    store::make_live(txn, id, found.source, found.organization_id)?;
    record(txn, entry(by, ACTION, &found))?;
    ejia_jobs::enqueue(txn, jobs::CONFIRMED, Told { delegation: id })?;
    Ok(())
}

/// The one asked declines.
///
/// # Errors
/// As [`confirm`].
pub(crate) fn decline(txn: &mut Txn<'_>, by: &Member, id: DelegationId) -> Result<(), Problem> {
    const ACTION: &str = "dues.delegation_declined";
    let found = asked(txn, by.id(), id)?;
    store::end(txn, id, State::Declined, Some(Side::Payer))?;
    record(txn, entry(by, ACTION, &found))
}

/// Either of the two takes it back. What has been paid stays paid.
///
/// # Errors
/// Not found for somebody else's; `dues.delegation_ended` when it has ended before.
pub(crate) fn revoke(txn: &mut Txn<'_>, by: &Member, id: DelegationId) -> Result<(), Problem> {
    const ACTION: &str = "dues.delegation_revoked";
    let found = own(txn, by.id(), id)?;
    let side = if found.principal_id == by.id() { Side::Principal } else { Side::Payer };
    store::end(txn, id, State::Revoked, Some(side))?;
    record(txn, entry(by, ACTION, &found).with("side", side.code()))
}
