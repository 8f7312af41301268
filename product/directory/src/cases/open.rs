//! A number that another member bears is refused with a case number, for the help desk to resolve (M5).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::Problem;

use super::model::{Claim, Claimant, Clash, ClashKind};
use super::store;
use crate::members::{Author, Member, MemberRecord, member_by_id_card, member_by_phone};

/// Whether a changed number belongs to somebody else; then a case is opened and nothing else may be saved.
pub(crate) fn check(
    txn: &mut Txn<'_>,
    member: &Member,
    after: &MemberRecord,
    by: &Author,
) -> Result<Option<Clash>, Problem> {
    let mut found = None;
    if after.id_card != member.record.id_card {
        found = member_by_id_card(txn, &after.id_card)?.map(|holder| (ClashKind::IdCard, holder));
    }
    if found.is_none()
        && after.phone != member.record.phone
        && let Some(phone) = &after.phone
    {
        found = member_by_phone(txn, phone)?.map(|holder| (ClashKind::Phone, holder));
    }
    let Some((kind, holder)) = found.filter(|(_, holder)| holder.id != member.id) else { return Ok(None) };
    let claim = after.text(kind.field());
    let claim = Claim {
        kind,
        claim: &claim,
        claimant: Claimant::Member(member.id),
        claimant_name: member.record.name.as_str(),
        claimant_organization_id: member.organization_id,
        holder: holder.id,
        holder_organization_id: holder.organization_id,
    };
    open_case(txn, &claim, by).map(Some)
}

/// Opens a case; the same clash again has the same number as long as it is open.
///
/// # Errors
/// A fault of the database.
pub fn open_case(txn: &mut Txn<'_>, claim: &Claim<'_>, by: &Author) -> Result<Clash, Problem> {
    let number = store::open(txn, claim, by)?;
    record(
        txn,
        Entry::new(&by.actor(), "directory.number_clashed")
            .about("case", &number)
            .within(claim.claimant_organization_id)
            .with("kind", claim.kind.code()),
    )?;
    Ok(Clash { number, kind: claim.kind })
}
