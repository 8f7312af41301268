//! A committee takes a member off the list with a reason; the record is kept, and he can be put back (M7).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use ejia_web::CommitteeOfficer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::authority::{author, no_such_member, overseen, overseen_current};
use super::model::{Author, Departure, DepartureReason, Member, Source};
use super::store::{self, history};

/// Why a member is taken off the list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Remove {
    /// A reason by its code or its words.
    pub(crate) reason: String,
    /// More about it; needed for 其他.
    pub(crate) note: String,
}

impl Remove {
    fn departure(&self) -> Result<(DepartureReason, String), Problem> {
        let by_label = DepartureReason::ALL.into_iter().find(|reason| reason.label() == self.reason);
        let reason = DepartureReason::from_code(&self.reason)
            .or(by_label)
            .ok_or_else(|| Problem::refused("kernel.check_fields").on("reason", "directory.reason_needed"))?;
        let note = self.note.trim().to_owned();
        if note.chars().count() > 200 {
            return Err(Problem::refused("kernel.check_fields").on("note", "directory.too_long"));
        }
        if reason == DepartureReason::Other && note.is_empty() {
            return Err(Problem::refused("kernel.check_fields").on("note", "directory.note_needed"));
        }
        Ok((reason, note))
    }
}

/// Takes a member off the list.
///
/// # Errors
/// A refusal that names the field; not found for a member of another organization.
pub(crate) fn remove(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: MemberId, input: &Remove) -> Result<(), Problem> {
    let (reason, note) = input.departure()?;
    let member = overseen_current(txn, by, id)?;
    let departure = Departure { at: txn.now(), reason, note };
    take_off(txn, &member, &departure, &author(by), Source::Office)?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.member_removed")
            .about("member", id)
            .within(member.organization_id)
            .with("reason", reason.code()),
    )
}

/// Takes a member off the list, with what awaited review of him.
pub(crate) fn take_off(
    txn: &mut Txn<'_>,
    member: &Member,
    departure: &Departure,
    by: &Author,
    source: Source,
) -> Result<(), Problem> {
    for change in history::waiting_of(txn, member.id)? {
        history::decide(txn, &change, history::ChangeState::Withdrawn, by, None)?;
    }
    store::depart(txn, member, departure)?;
    history::insert(
        txn,
        member,
        history::Item::Presence,
        ("在册", departure.reason.label()),
        (by, source),
        history::ChangeState::Made,
    )?;
    Ok(())
}

/// What became of a member put back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Restored {
    /// As he was.
    Whole,
    /// Without his phone: somebody else bears the number now.
    WithoutPhone,
}

/// Puts a departed member back onto the list of his branch.
///
/// # Errors
/// `directory.restore_id_card_taken` when the same ID-card number stands on the list again.
pub(crate) fn restore(txn: &mut Txn<'_>, by: &CommitteeOfficer, id: MemberId) -> Result<Restored, Problem> {
    let member = overseen(txn, by, id)?;
    let Some(departure) = member.departed.clone() else {
        return Err(Problem::conflict("directory.member_present"));
    };
    if store::member_by_id_card(txn, &member.record.id_card)?.is_some() {
        return Err(Problem::conflict("directory.restore_id_card_taken"));
    }
    let mut restored = Restored::Whole;
    if let Some(phone) = &member.record.phone
        && store::member_by_phone(txn, phone)?.is_some()
    {
        store::clear_phone(txn, &member)?;
        restored = Restored::WithoutPhone;
    }
    store::restore(txn, &member)?;
    let member = store::load(txn, id)?.ok_or_else(no_such_member)?;
    history::insert(
        txn,
        &member,
        history::Item::Presence,
        (departure.reason.label(), "在册"),
        (&author(by), Source::Office),
        history::ChangeState::Made,
    )?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.member_restored").about("member", id).within(member.organization_id),
    )?;
    Ok(restored)
}
