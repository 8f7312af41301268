//! A branch takes a person from outside in: his record is made, and he is a member with an account (T9).

use ejia_db::Txn;
use ejia_directory::{
    Author, Claim, Claimant, ClashKind, MemberRecord, RecordField, admit_member, member_by_id_card, member_by_phone,
    open_case,
};
use ejia_kernel::{MemberId, OrganizationId, Phone, Problem};
use serde::Serialize;

use super::{photo, store};
use crate::model::Transfer;

/// What became of an admission.
pub(crate) enum Admitted {
    /// He is a member now.
    Member(MemberId),
    /// Another member bears his ID-card number or phone: a case was opened for the help desk, nothing else was written.
    Clashed(Problem),
}

/// Makes the record of the person a transfer is about, in this branch; what he had told is forgotten.
///
/// # Errors
/// A fault when nothing is known of him any more.
pub(crate) fn admit(
    txn: &mut Txn<'_>,
    transfer: &Transfer,
    branch: OrganizationId,
    by: &Author,
) -> Result<Admitted, Problem> {
    let told = store::told(txn, transfer.id)?.ok_or_else(|| Problem::fault("an applicant who was forgotten"))?;
    let record = told.person.record(&told.phone()?, txn.now().china_date())?;
    if let Some(problem) = clash(txn, &record, branch, by)? {
        return Ok(Admitted::Clashed(problem));
    }
    let member = admit_member(txn, record, branch, by)?;
    photo::forget_later(txn, transfer.id)?;
    store::forget(txn, transfer.id)?;
    Ok(Admitted::Member(member))
}

/// The number that a member bears already, as the refusal that tells the help desk's case (M5).
fn clash(
    txn: &mut Txn<'_>,
    record: &MemberRecord,
    branch: OrganizationId,
    by: &Author,
) -> Result<Option<Problem>, Problem> {
    let mut found = member_by_id_card(txn, &record.id_card)?.map(|holder| (ClashKind::IdCard, holder));
    if let (None, Some(phone)) = (&found, &record.phone) {
        found = member_by_phone(txn, phone)?.map(|holder| (ClashKind::Phone, holder));
    }
    let Some((kind, holder)) = found else { return Ok(None) };
    let claim = Claim {
        kind,
        claim: &record.text(kind.field()),
        claimant: Claimant::Newcomer,
        claimant_name: record.name.as_str(),
        claimant_organization_id: branch,
        holder: holder.id,
        holder_organization_id: holder.organization_id,
    };
    let clash = open_case(txn, &claim, by)?;
    let code = match kind {
        ClashKind::IdCard => "transfers.id_card_clash",
        ClashKind::Phone => "transfers.phone_clash",
    };
    Ok(Some(Problem::conflict(code).with("number", clash.number)))
}

/// What an officer sees of an applicant: his items, numbers masked.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct PersonFacts {
    pub(crate) facts: Vec<(&'static str, String)>,
    /// Whether a photo lies beside the application.
    pub(crate) photo: bool,
}

/// The person a transfer is about, as officers see him until he is a member.
pub(crate) fn person(txn: &mut Txn<'_>, transfer: &Transfer) -> Result<PersonFacts, Problem> {
    let Some(told) = store::told(txn, transfer.id)? else { return Ok(PersonFacts::default()) };
    let record = told.person.record(&told.phone()?, txn.now().china_date())?;
    let shown = [
        RecordField::Sex,
        RecordField::EthnicGroup,
        RecordField::BornOn,
        RecordField::IdCard,
        RecordField::Kind,
        RecordField::AdmittedOn,
        RecordField::FullOn,
        RecordField::Phone,
    ];
    let facts = shown.into_iter().map(|field| (field.label(), record.masked(field))).collect();
    Ok(PersonFacts { facts, photo: store::photo(txn, transfer.id)?.is_some() })
}

/// The phone of the person a transfer is about, as long as he is no member.
pub(crate) fn person_phone(txn: &mut Txn<'_>, transfer: &Transfer) -> Result<Option<Phone>, Problem> {
    store::told(txn, transfer.id)?.map(|told| told.phone()).transpose()
}
