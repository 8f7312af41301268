//! Whom the branches were warned of, and how far a month's round has come.

use ejia_db::{Txn, args};
use ejia_kernel::{MemberId, Month, OrganizationId, Problem};

/// Where a month's round has come to; none when it is over.
pub(in crate::records) fn round(txn: &mut Txn<'_>, month: Month) -> Result<Option<String>, Problem> {
    let found =
        txn.first("SELECT after_path, ended_at FROM dues_warning_round WHERE month = $1", &args![month], |row| {
            Ok((row.get::<String>(0)?, row.get::<Option<i64>>(1)?))
        })?;
    Ok(match found {
        Some((_, Some(_))) => None,
        Some((after, None)) => Some(after),
        None => Some(String::new()),
    })
}

/// Takes a month's round in hand: its row, locked, and where it has come to; none when it is over.
pub(in crate::records) fn take_round(txn: &mut Txn<'_>, month: Month) -> Result<Option<String>, Problem> {
    let now = txn.now();
    txn.execute(
        "INSERT INTO dues_warning_round (month, after_path, begun_at) VALUES ($1, '', $2)
         ON CONFLICT (month) DO UPDATE SET begun_at = dues_warning_round.begun_at",
        &args![month, now],
    )?;
    round(txn, month)
}

/// The round has come to this path.
pub(in crate::records) fn go_on(txn: &mut Txn<'_>, month: Month, after: &str) -> Result<(), Problem> {
    txn.execute("UPDATE dues_warning_round SET after_path = $2 WHERE month = $1", &args![month, after])?;
    Ok(())
}

/// The round is over.
pub(in crate::records) fn end_round(txn: &mut Txn<'_>, month: Month) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute("UPDATE dues_warning_round SET ended_at = $2 WHERE month = $1", &args![month, now])?;
    Ok(())
}

/// Notes that the branch is warned of a member; answers whether it is the first time for this run and length.
pub(in crate::records) fn note(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    member: MemberId,
    since: Month,
    months: i32,
) -> Result<bool, Problem> {
    let now = txn.now();
    let written = txn.execute(
        "INSERT INTO dues_warning (member_id, since, months, organization_id, warned_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (member_id, since, months) DO NOTHING",
        &args![member, since, months, branch, now],
    )?;
    Ok(written == 1)
}
