//! Bills as lists show them, a branch at a time.

use ejia_db::{DbError, Row, Txn, Value, args, filled, places};
use ejia_kernel::{Fen, Instant, MemberId, Month, OrderId, OrganizationId, Problem};
use ejia_payments::ChannelKind;

use super::TOGETHER;
use crate::bills::BillState;
use crate::records::scope::Scope;

/// As much of a bill as lists show.
#[derive(Clone, Debug)]
pub(in crate::records) struct BillLine {
    pub(in crate::records) member_id: MemberId,
    pub(in crate::records) member_name: String,
    pub(in crate::records) organization_id: OrganizationId,
    pub(in crate::records) month: Month,
    pub(in crate::records) sequence: i64,
    pub(in crate::records) amount: Fen,
    pub(in crate::records) state: BillState,
    pub(in crate::records) paid_at: Option<Instant>,
    pub(in crate::records) order_id: Option<OrderId>,
    pub(in crate::records) channel: Option<ChannelKind>,
    pub(in crate::records) payer_id: String,
    pub(in crate::records) payer_name: String,
}

const COLUMNS: &str = "b.member_id, b.member_name, b.organization_id, b.month, b.sequence, b.amount, b.state,
    b.paid_at, b.order_id, b.channel, b.payer_id, b.payer_name";

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("dues_bill.{name} is not understood")))
}

fn bill(row: &Row<'_>) -> Result<BillLine, DbError> {
    Ok(BillLine {
        member_id: row.get(0)?,
        member_name: row.get(1)?,
        organization_id: row.get(2)?,
        month: row.get(3)?,
        sequence: row.get(4)?,
        amount: row.get(5)?,
        state: understood(BillState::from_code(&row.get::<String>(6)?), "state")?,
        paid_at: row.get(7)?,
        order_id: row.get(8)?,
        channel: match row.get::<Option<String>>(9)? {
            Some(code) => Some(understood(ChannelKind::from_code(&code), "channel")?),
            None => None,
        },
        payer_id: row.get::<Option<String>>(10)?.unwrap_or_default(),
        payer_name: row.get::<Option<String>>(11)?.unwrap_or_default(),
    })
}

fn select(txn: &mut Txn<'_>, rest: &str, args: &[Value]) -> Result<Vec<BillLine>, Problem> {
    Ok(txn.query(&format!("SELECT {COLUMNS} FROM dues_bill b {rest}"), args, bill)?)
}

/// The branches of a scope, from a path on, that have unpaid bills of this month or earlier ones.
pub(in crate::records) fn branches_unpaid(
    txn: &mut Txn<'_>,
    scope: &Scope,
    from: &str,
    until: Month,
    limit: i64,
) -> Result<Vec<OrganizationId>, Problem> {
    unpaid_between(txn, from, &scope.path.upper_bound(), until, limit)
        .map(|found| found.into_iter().map(|(id, _)| id).collect())
}

/// As [`branches_unpaid`], between two texts that sort like paths, with the branches' paths.
pub(in crate::records) fn unpaid_between(
    txn: &mut Txn<'_>,
    from: &str,
    to: &str,
    until: Month,
    limit: i64,
) -> Result<Vec<(OrganizationId, String)>, Problem> {
    Ok(txn.query(
        "SELECT o.id, o.path FROM organization o WHERE o.path >= $1 AND o.path < $2 AND EXISTS (
             SELECT 1 FROM dues_bill b WHERE b.organization_id = o.id AND b.state = 'due' AND b.month <= $3)
         ORDER BY o.path LIMIT $4",
        &args![from, to, until, limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// The branches of a scope, from a path on, that have set dues for this month.
pub(in crate::records) fn branches_billed(
    txn: &mut Txn<'_>,
    scope: &Scope,
    from: &str,
    month: Month,
    limit: i64,
) -> Result<Vec<OrganizationId>, Problem> {
    Ok(txn.query(
        "SELECT o.id FROM organization o WHERE o.path >= $1 AND o.path < $2 AND EXISTS (
             SELECT 1 FROM dues_bill b WHERE b.organization_id = o.id AND b.month = $3)
         ORDER BY o.path LIMIT $4",
        &args![from, scope.path.upper_bound(), month, limit],
        |row| row.get(0),
    )?)
}

/// What a branch's members have not paid up to this month, each member's months in order.
pub(in crate::records) fn unpaid_of_branch(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    until: Month,
) -> Result<Vec<BillLine>, Problem> {
    let rest = "WHERE b.organization_id = $1 AND b.state = 'due' AND b.month <= $2
                ORDER BY b.member_id, b.month, b.sequence";
    select(txn, rest, &args![branch, until])
}

/// The same of several organizations, one after the other.
pub(in crate::records) fn unpaid_of_organizations(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
    until: Month,
) -> Result<Vec<BillLine>, Problem> {
    let rest = format!(
        "WHERE b.organization_id IN ({}) AND b.state = 'due' AND b.month <= $1
         ORDER BY b.organization_id, b.member_id, b.month, b.sequence",
        places(2, TOGETHER)
    );
    let mut found = Vec::new();
    for piece in organizations.chunks(TOGETHER) {
        let mut args = args![until].to_vec();
        args.extend(filled(piece, TOGETHER));
        found.extend(select(txn, &rest, &args)?);
    }
    Ok(found)
}

/// The bills a branch has set for a month, those taken back left out.
pub(in crate::records) fn of_branch(
    txn: &mut Txn<'_>,
    branch: OrganizationId,
    month: Month,
) -> Result<Vec<BillLine>, Problem> {
    let rest = "WHERE b.organization_id = $1 AND b.month = $2 AND b.state <> 'cancelled'
                ORDER BY b.member_id, b.sequence";
    select(txn, rest, &args![branch, month])
}

/// The bills of a member, the latest month first, those taken back left out.
pub(in crate::records) fn of_member(txn: &mut Txn<'_>, member: MemberId, limit: i64) -> Result<Vec<BillLine>, Problem> {
    let rest = "WHERE b.member_id = $1 AND b.state <> 'cancelled' ORDER BY b.month DESC, b.sequence LIMIT $2";
    select(txn, rest, &args![member, limit])
}

/// The months of a member that were billed, in order, each with whether nothing of it is left to pay.
pub(in crate::records) fn months_settled(txn: &mut Txn<'_>, member: MemberId) -> Result<Vec<(Month, bool)>, Problem> {
    Ok(txn.query(
        "SELECT month, count(CASE WHEN state = 'due' THEN 1 END) FROM dues_bill
         WHERE member_id = $1 AND state <> 'cancelled' GROUP BY month ORDER BY month",
        &args![member],
        |row| Ok((row.get(0)?, row.get::<i64>(1)? == 0)),
    )?)
}

/// The bills of these members for a month, those taken back left out.
pub(in crate::records) fn of_members(
    txn: &mut Txn<'_>,
    members: &[MemberId],
    month: Month,
) -> Result<Vec<BillLine>, Problem> {
    let rest = format!(
        "WHERE b.member_id IN ({}) AND b.month = $1 AND b.state <> 'cancelled' ORDER BY b.member_id, b.sequence",
        places(2, TOGETHER)
    );
    let mut found = Vec::new();
    for piece in members.chunks(TOGETHER) {
        let mut args = args![month].to_vec();
        args.extend(filled(piece, TOGETHER));
        found.extend(select(txn, &rest, &args)?);
    }
    Ok(found)
}
