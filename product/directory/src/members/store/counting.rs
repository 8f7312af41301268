//! Keeps the counts of the branches in line with their members, without counting the others again, and marks the branches
//! whose figures are no longer true.

use std::collections::BTreeMap;

use ejia_db::{Txn, args};
use ejia_kernel::{MemberKind, OrganizationId, Problem};

use crate::figures::mark_changed;
use crate::members::model::{Member, NewMember};
use crate::members::record::MemberRecord;
use crate::organizations::{Counts, add_to_counts};

/// Adds new members to the counts of their branches, without counting the others again.
pub(super) fn count_in(txn: &mut Txn<'_>, members: &[NewMember]) -> Result<(), Problem> {
    let mut sums: BTreeMap<&str, (OrganizationId, i64, i64, i64)> = BTreeMap::new();
    for NewMember { organization_id, path, record, .. } in members {
        let (_, all, probationary, without_phone) = sums.entry(path.as_str()).or_insert((*organization_id, 0, 0, 0));
        *all += 1;
        *probationary += i64::from(record.kind == MemberKind::Probationary);
        *without_phone += i64::from(record.phone.is_none());
    }
    for (path, (id, all, probationary, without_phone)) in sums {
        txn.execute(
            "INSERT INTO branch_count (path, organization_id, members, probationary, without_phone, waiting)
             VALUES ($1, $2, $3, $4, $5, 0)
             ON CONFLICT (path) DO UPDATE SET members = branch_count.members + excluded.members,
                 probationary = branch_count.probationary + excluded.probationary,
                 without_phone = branch_count.without_phone + excluded.without_phone",
            &args![path, id, all, probationary, without_phone],
        )?;
        mark_changed(txn, id)?;
    }
    Ok(())
}

/// Brings the counts of his branch in line with what has become of one member. `before` is as his row was locked.
pub(super) fn count_again(
    txn: &mut Txn<'_>,
    before: &Member,
    after: &MemberRecord,
    waiting: i64,
) -> Result<(), Problem> {
    let share = |record: &MemberRecord, waiting: i64| Counts {
        members: 1,
        probationary: i64::from(record.kind == MemberKind::Probationary),
        without_phone: i64::from(record.phone.is_none()),
        waiting: i64::from(waiting > 0),
    };
    if before.departed.is_some() {
        return Ok(());
    }
    let counted = |record: &MemberRecord| {
        let MemberRecord { sex, ethnic_group, born_on, education, kind, .. } = record;
        (*sex, *ethnic_group, *born_on, education.clone(), *kind)
    };
    if counted(&before.record) != counted(after) {
        mark_changed(txn, before.organization_id)?;
    }
    let (was, is) = (share(&before.record, before.waiting), share(after, waiting));
    Ok(add_to_counts(txn, &before.path, is - was)?)
}
