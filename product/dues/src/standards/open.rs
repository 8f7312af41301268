//! Opens a sheet: everybody who is in the branch now, with this month's figures or those of the month before.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::BranchMember;
use ejia_kernel::{MemberId, Month, OrganizationId, Problem};

use super::model::{Figure, Line, Origin, Sheet, SheetRow};
use super::{rounding, store};
use crate::rules::{owes, reckon};

/// The sheet of a branch for a month. Nothing is written: a month that has not been opened shows the figures of the
/// latest one before it. Who has left is not there, who has come is empty, who was admitted later owes nothing yet.
///
/// # Errors
/// `dues.month_ahead`, `dues.month_without_rule`; a fault of the database.
pub(crate) fn open(txn: &mut Txn<'_>, branch: OrganizationId, month: Month) -> Result<Sheet, Problem> {
    allowed(txn, month)?;
    let row = store::sheet(txn, branch, month)?;
    let (mut figures, carried_from) = carried(txn, branch, month, row.as_ref())?;
    let rounding = rounding::in_force(txn, branch, month)?;
    let mut members = ejia_directory::branch_members(txn, branch)?;
    members.retain(|member| owes(member.admitted_on, month));
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    let elsewhere = store::billed_elsewhere(txn, branch, month, &ids)?;
    let line = |member: BranchMember| {
        let known = figures.remove(&member.id);
        let origin = match (elsewhere.get(&member.id), &known) {
            (Some(other), _) => Origin::BilledElsewhere(*other),
            (None, Some(_)) => Origin::Known,
            (None, None) => Origin::New,
        };
        let figure = known.unwrap_or_else(Figure::empty);
        let reckoned = reckon(figure.basis, figure.base, month, rounding)?;
        Ok(Line { member, figure: figure.under(&reckoned), reckoned, origin })
    };
    let lines = members.into_iter().map(line).collect::<Result<_, Problem>>()?;
    Ok(Sheet { organization_id: branch, month, row, carried_from, rounding, lines })
}

/// A month's dues are set from the first regulation on to the month that comes next, not further ahead.
fn allowed(txn: &Txn<'_>, month: Month) -> Result<(), Problem> {
    if month > Month::of(txn.now().china_date()).next() {
        return Err(Problem::refused("dues.month_ahead").on("month", "dues.month_ahead"));
    }
    Ok(())
}

/// The figures of a month, or of the one before while nobody has opened it.
fn carried(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
    row: Option<&SheetRow>,
) -> Result<(HashMap<MemberId, Figure>, Option<Month>), Problem> {
    if let Some(row) = row {
        let from = if row.version == 0 { store::month_before(txn, branch, month)? } else { None };
        return Ok((store::figures(txn, branch, month)?, from));
    }
    match store::month_before(txn, branch, month)? {
        Some(before) => Ok((store::figures(txn, branch, before)?, Some(before))),
        None => Ok((HashMap::new(), None)),
    }
}
