//! Loads and saves cases, and counts their numbers: each year from one, without gaps.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{CaseId, MemberId, Problem, Vault};

use super::model::{Case, Claim, Claimant, ClashKind, Outcome};
use crate::leafing::Way;
use crate::members::Author;

pub(crate) const CLAIM: &str = "record_case.claim";

const COLUMNS: &str = "id, number, kind, claim_sealed, claimant_member_id, claimant_name, claimant_organization_id,
    holder_member_id, holder_organization_id, opened_at, opened_by_name, outcome, note, resolved_by_name, resolved_at";

fn case(vault: &Vault, row: &Row<'_>) -> Result<Case, DbError> {
    let not_understood = |name: &str| DbError::Column(format!("record_case.{name} is not understood"));
    let sealed: Vec<u8> = row.get(3)?;
    let outcome = match row.get::<Option<String>>(11)? {
        Some(code) => Some(Outcome::from_code(&code).ok_or_else(|| not_understood("outcome"))?),
        None => None,
    };
    Ok(Case {
        id: row.get(0)?,
        number: row.get(1)?,
        kind: ClashKind::from_code(&row.get::<String>(2)?).ok_or_else(|| not_understood("kind"))?,
        claim: vault.open(CLAIM, &sealed).map_err(|problem| DbError::Column(problem.to_string()))?,
        claimant: row.get::<Option<MemberId>>(4)?.map_or(Claimant::Newcomer, Claimant::Member),
        claimant_name: row.get(5)?,
        claimant_organization_id: row.get(6)?,
        holder_member_id: row.get(7)?,
        holder_organization_id: row.get(8)?,
        opened_at: row.get(9)?,
        opened_by_name: row.get(10)?,
        outcome,
        note: row.get::<Option<String>>(12)?.unwrap_or_default(),
        resolved_by_name: row.get(13)?,
        resolved_at: row.get(14)?,
    })
}

/// The next number of this year: `K2026-000012`. The counter's row is held until the transaction ends.
fn next_number(txn: &mut Txn<'_>) -> Result<String, DbError> {
    let year = i64::from(txn.now().china_date().year());
    let last: i64 = txn.one(
        "INSERT INTO case_counter (year, last) VALUES ($1, 1)
         ON CONFLICT (year) DO UPDATE SET last = case_counter.last + 1 RETURNING last",
        &args![year],
        |row| row.get(0),
    )?;
    Ok(format!("K{year}-{last:06}"))
}

/// Opens a case, or answers the number of the one that is open for the same clash.
pub(super) fn open(txn: &mut Txn<'_>, claim: &Claim<'_>, by: &Author) -> Result<String, Problem> {
    let Claim { kind, claim, claimant, claimant_name, claimant_organization_id, holder, holder_organization_id } =
        claim;
    let (member, key) = match claimant {
        Claimant::Member(id) => (Some(*id), id.to_string()),
        Claimant::Newcomer => (None, format!("{claimant_organization_id} {claimant_name}")),
    };
    let index = txn.vault().index(CLAIM, claim);
    let known = txn.first(
        "SELECT number FROM record_case
         WHERE claim_index = $1 AND claimant_key = $2 AND holder_member_id = $3 AND state = 'open'",
        &args![&index, &key, *holder],
        |row| row.get::<String>(0),
    )?;
    if let Some(number) = known {
        return Ok(number);
    }
    let number = next_number(txn)?;
    let id = CaseId::new(txn.now());
    let sealed = txn.vault().seal(CLAIM, claim);
    let now = txn.now();
    txn.execute(
        "INSERT INTO record_case (id, number, kind, claim_index, claim_sealed, claimant_key, claimant_member_id,
             claimant_name, claimant_organization_id, holder_member_id, holder_organization_id, opened_at, opened_by_id,
             opened_by_name, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'open')",
        &args![
            id,
            &number,
            kind.code(),
            index,
            sealed,
            key,
            member,
            *claimant_name,
            *claimant_organization_id,
            *holder,
            *holder_organization_id,
            now,
            by.id(),
            by.name(),
        ],
    )
    .map_err(|error| match error {
        // Somebody opened the same case in the same moment: the next try finds it.
        DbError::Unique { .. } => Problem::conflict("directory.changed_meanwhile"),
        error => error.into(),
    })?;
    Ok(number)
}

/// One case, locked until the transaction ends.
pub(super) fn load(txn: &mut Txn<'_>, id: CaseId, locked: bool) -> Result<Option<Case>, Problem> {
    let vault = txn.vault().clone();
    let lock = if locked { txn.for_update() } else { "" };
    let sql = format!("SELECT {COLUMNS} FROM record_case WHERE id = $1{lock}");
    Ok(txn.first(&sql, &args![id], |row| case(&vault, row))?)
}

/// Cases of one state that way from a number: open ones oldest first, resolved ones newest first.
pub(super) fn listed(
    txn: &mut Txn<'_>,
    open: bool,
    from: Option<&String>,
    way: Way,
    limit: i64,
) -> Result<Vec<Case>, Problem> {
    let vault = txn.vault().clone();
    let state = if open { "open" } else { "resolved" };
    let rising = open == (way == Way::On);
    let (compared, order, edge) = if rising { (">", "", "") } else { ("<", " DESC", "L") };
    let sql = format!(
        "SELECT {COLUMNS} FROM record_case WHERE state = '{state}' AND number {compared} $1 ORDER BY number{order} LIMIT $2"
    );
    Ok(txn.query(&sql, &args![from.map_or(edge, String::as_str), limit], |row| case(&vault, row))?)
}

/// The case with this number.
pub(super) fn by_number(txn: &mut Txn<'_>, number: &str) -> Result<Option<Case>, Problem> {
    let vault = txn.vault().clone();
    let sql = format!("SELECT {COLUMNS} FROM record_case WHERE number = $1");
    Ok(txn.first(&sql, &args![number], |row| case(&vault, row))?)
}

/// The cases a member is part of, newest first.
pub(super) fn of_member(txn: &mut Txn<'_>, member: MemberId, limit: i64) -> Result<Vec<Case>, Problem> {
    let vault = txn.vault().clone();
    let sql = format!(
        "SELECT {COLUMNS} FROM record_case WHERE claimant_member_id = $1 OR holder_member_id = $1
         ORDER BY number DESC LIMIT $2"
    );
    Ok(txn.query(&sql, &args![member, limit], |row| case(&vault, row))?)
}

/// Writes down what was decided.
pub(super) fn resolve(txn: &mut Txn<'_>, id: CaseId, outcome: Outcome, note: &str, by: &Author) -> Result<(), Problem> {
    let now = txn.now();
    let touched = txn.execute(
        "UPDATE record_case SET state = 'resolved', outcome = $2, note = $3, resolved_by_name = $4, resolved_at = $5
         WHERE id = $1 AND state = 'open'",
        &args![id, outcome.code(), note, by.name(), now],
    )?;
    if touched == 1 { Ok(()) } else { Err(Problem::conflict("directory.case_already_resolved")) }
}
