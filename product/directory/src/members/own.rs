//! The member at his own record: what he changes at once, what goes to his branch for review, what he takes back (M2).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{ChangeId, Problem};
use ejia_web::Member as Caller;

use super::authority::{own_author, own_locked};
use super::entered::RecordEntered;
use super::model::{Member, Source};
use super::record::{Difference, MemberRecord, RecordField};
use super::rules::{Openness, openness};
use super::store::{self, history};
use crate::cases::{self, Clash};

/// What became of the member's own form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OwnSaved {
    /// So many items changed at once, so many go to review.
    Saved {
        /// Changed at once.
        at_once: usize,
        /// Sent to the branch.
        for_review: usize,
    },
    /// A number belongs to somebody else: nothing was saved, a case was opened.
    Clashed(Clash),
}

/// The member changes his own record.
///
/// # Errors
/// A refusal that names the fields, locked ones among them.
pub(crate) fn change_own(txn: &mut Txn<'_>, by: &Caller, entered: &RecordEntered) -> Result<OwnSaved, Problem> {
    let member = own_locked(txn, by)?;
    let reviewed = member.reviewed_at.is_some();
    let after = entered.applied(&member.record, txn.now().china_date())?;
    let differences = member.record.differences(&after);
    let mut locked = Problem::refused("directory.field_locked");
    for Difference { field, .. } in &differences {
        if openness(*field, reviewed) == Openness::Locked {
            locked = locked.on(field.code(), "directory.field_locked");
        }
    }
    if !locked.fields.is_empty() {
        return Err(locked);
    }
    if member.record.phone.is_some() && after.phone.is_none() {
        return Err(Problem::refused("kernel.check_fields").on("phone", "directory.keep_a_phone"));
    }
    if let Some(clash) = cases::check(txn, &member, &after, &own_author(by))? {
        return Ok(OwnSaved::Clashed(clash));
    }
    let now = save_at_once(txn, by, &member, &after)?;
    let later = propose(txn, by, &member, &differences, entered)?;
    if now.is_empty() && later.is_empty() {
        return Ok(OwnSaved::Saved { at_once: 0, for_review: 0 });
    }
    store::set_waiting(txn, &member)?;
    let codes = |fields: &[RecordField]| fields.iter().map(|field| field.code()).collect::<Vec<_>>().join(",");
    record(
        txn,
        Entry::new(&by.actor(), "directory.own_record_changed")
            .about("member", member.id)
            .within(member.organization_id)
            .with("at_once", codes(&now))
            .with("for_review", codes(&later)),
    )?;
    Ok(OwnSaved::Saved { at_once: now.len(), for_review: later.len() })
}

/// Takes over the items that are the member's own.
fn save_at_once(
    txn: &mut Txn<'_>,
    by: &Caller,
    member: &Member,
    after: &MemberRecord,
) -> Result<Vec<RecordField>, Problem> {
    let mut free = member.record.clone();
    free.education.clone_from(&after.education);
    free.post.clone_from(&after.post);
    free.landline.clone_from(&after.landline);
    free.address.clone_from(&after.address);
    free.floating = after.floating;
    free.floating_to.clone_from(&after.floating_to);
    store::update_member(txn, member, &free, &own_author(by), Source::Member)
}

/// Sends the other items to review; a later word on an item replaces the one that waits.
fn propose(
    txn: &mut Txn<'_>,
    by: &Caller,
    member: &Member,
    differences: &[Difference],
    entered: &RecordEntered,
) -> Result<Vec<RecordField>, Problem> {
    let author = own_author(by);
    let waiting = history::waiting_of(txn, member.id)?;
    let mut sent = Vec::new();
    for field in RecordField::ALL {
        if openness(field, member.reviewed_at.is_some()) != Openness::AfterReview || entered.sent(field).is_none() {
            continue;
        }
        let proposed = differences.iter().find(|difference| difference.field == field);
        let waits = waiting.iter().find(|change| change.item == history::Item::Field(field));
        if waits.map(|change| &change.after) == proposed.map(|difference| &difference.after) {
            continue;
        }
        if let Some(change) = waits {
            history::decide(txn, change, history::ChangeState::Withdrawn, &author, None)?;
        }
        if let Some(Difference { before, after, .. }) = proposed {
            history::insert(
                txn,
                member,
                history::Item::Field(field),
                (before, after),
                (&author, Source::Member),
                history::ChangeState::Waiting,
            )?;
        }
        sent.push(field);
    }
    Ok(sent)
}

/// The member says that all is right as it stands, and asks for the first review.
///
/// # Errors
/// `directory.review_underway` when the record is reviewed, or something of it awaits review.
pub(crate) fn ask_review(txn: &mut Txn<'_>, by: &Caller) -> Result<(), Problem> {
    let member = own_locked(txn, by)?;
    if member.reviewed_at.is_some() || member.waiting > 0 {
        return Err(Problem::conflict("directory.review_underway"));
    }
    history::insert(
        txn,
        &member,
        history::Item::Checked,
        ("", "本人核对无误"),
        (&own_author(by), Source::Member),
        history::ChangeState::Waiting,
    )?;
    store::set_waiting(txn, &member)?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.own_record_checked")
            .about("member", member.id)
            .within(member.organization_id),
    )
}

/// The member takes back a change that awaits review.
///
/// # Errors
/// Not found for a change of somebody else; `directory.change_decided` when it no longer waits.
pub(crate) fn withdraw(txn: &mut Txn<'_>, by: &Caller, id: ChangeId) -> Result<(), Problem> {
    let member = own_locked(txn, by)?;
    let change = history::load(txn, id)?.filter(|change| change.member_id == member.id);
    let change = change.ok_or_else(|| Problem::not_found("directory.no_such_change"))?;
    history::decide(txn, &change, history::ChangeState::Withdrawn, &own_author(by), None)?;
    store::set_waiting(txn, &member)?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.own_change_withdrawn")
            .about("member", member.id)
            .within(member.organization_id)
            .with("field", change.item.code()),
    )
}
