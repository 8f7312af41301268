//! Keeps the counts of the branches in line with their members, without counting the others again, and marks the branches
//! whose figures are no longer true.

use ejia_db::Txn;
use ejia_kernel::{MemberKind, Problem};

use crate::figures::mark_changed;
use crate::members::model::Member;
use crate::members::record::MemberRecord;
use crate::organizations::{Counts, add_to_counts};

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
    add_to_counts(txn, (before.organization_id, &before.path), is - was)
}
