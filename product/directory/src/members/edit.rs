//! An administrator corrects a record of his organization, locked items included (M4).

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use ejia_web::Officer;

use super::authority::{author, overseen_current};
use super::entered::RecordEntered;
use super::model::Source;
use super::record::RecordField;
use super::store;
use crate::cases::{self, Clash};

/// What became of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Edited {
    /// These items changed; none when nothing differed.
    Saved(Vec<RecordField>),
    /// A number belongs to somebody else: nothing was saved, a case was opened.
    Clashed(Clash),
}

/// Corrects a record.
///
/// # Errors
/// A refusal that names the fields; not found for a member of another organization.
pub(crate) fn edit_record(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MemberId,
    entered: &RecordEntered,
) -> Result<Edited, Problem> {
    let member = overseen_current(txn, by, id)?;
    if entered.version.is_some_and(|version| version != member.version) {
        return Err(Problem::conflict("directory.changed_meanwhile"));
    }
    let after = entered.applied(&member.record, txn.now().china_date())?;
    if let Some(clash) = cases::check(txn, &member, &after, &author(by))? {
        return Ok(Edited::Clashed(clash));
    }
    let fields = store::update_member(txn, &member, &after, &author(by), Source::Office)?;
    if fields.is_empty() {
        return Ok(Edited::Saved(fields));
    }
    let names: Vec<&str> = fields.iter().map(|field| field.code()).collect();
    record(
        txn,
        Entry::new(&by.actor(), "directory.record_edited")
            .about("member", id)
            .within(member.organization_id)
            .with("fields", names.join(",")),
    )?;
    Ok(Edited::Saved(fields))
}
