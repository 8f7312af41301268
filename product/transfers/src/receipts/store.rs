//! The rows of receipts.

use ejia_db::{DbError, Row, Txn, args};
use ejia_documents::FileKey;
use ejia_kernel::{LetterId, OrganizationId, Problem, ReceiptId, TransferId};

use super::model::{Receipt, ReceiptState, Source};
use crate::letters::forget_file;

const COLUMNS: &str =
    "id, transfer_id, letter_id, source, state, photo_key, sent_at, sent_by, decided_at, decided_by, reason";

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("transfer_receipt.{name} is not understood")))
}

fn key(text: Option<String>) -> Result<Option<FileKey>, DbError> {
    text.map(|text| understood(text.parse().ok(), "photo_key")).transpose()
}

fn receipt(row: &Row<'_>) -> Result<Receipt, DbError> {
    Ok(Receipt {
        id: row.get(0)?,
        transfer_id: row.get(1)?,
        letter_id: row.get(2)?,
        source: understood(Source::from_code(&row.get::<String>(3)?), "source")?,
        state: understood(ReceiptState::from_code(&row.get::<String>(4)?), "state")?,
        photo: key(row.get(5)?)?,
        sent_at: row.get(6)?,
        sent_by: row.get(7)?,
        decided_at: row.get(8)?,
        decided_by: row.get(9)?,
        reason: row.get(10)?,
    })
}

/// Writes a new receipt down.
pub(super) fn insert(txn: &mut Txn<'_>, new: &Receipt) -> Result<(), Problem> {
    let Receipt { id, transfer_id, letter_id, source, state, photo, sent_at, sent_by, decided_at, decided_by, reason } =
        new;
    txn.execute(
        "INSERT INTO transfer_receipt (id, transfer_id, letter_id, source, state, photo_key, sent_at, sent_by,
             decided_at, decided_by, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        &args![
            *id,
            *transfer_id,
            *letter_id,
            source.code(),
            state.code(),
            photo.as_ref().map(FileKey::as_str),
            *sent_at,
            sent_by,
            *decided_at,
            decided_by,
            reason,
        ],
    )?;
    Ok(())
}

/// A receipt of a transfer.
pub(super) fn load(txn: &mut Txn<'_>, transfer: TransferId, id: ReceiptId) -> Result<Option<Receipt>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer_receipt WHERE id = $1 AND transfer_id = $2");
    Ok(txn.first(&sql, &args![id, transfer], receipt)?)
}

/// The receipts of a transfer, the latest first.
pub(super) fn of_transfer(txn: &mut Txn<'_>, transfer: TransferId) -> Result<Vec<Receipt>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer_receipt WHERE transfer_id = $1 ORDER BY id DESC LIMIT 50");
    Ok(txn.query(&sql, &args![transfer], receipt)?)
}

/// How many receipts of a letter wait.
pub(super) fn waiting(txn: &mut Txn<'_>, letter: LetterId) -> Result<i64, Problem> {
    let sql = "SELECT count(*) FROM transfer_receipt WHERE letter_id = $1 AND state = 'waiting'";
    Ok(txn.one(sql, &args![letter], |row| row.get(0))?)
}

/// Accepts a receipt; answers whether it waited.
pub(super) fn accept(txn: &mut Txn<'_>, id: ReceiptId, by: &str) -> Result<bool, Problem> {
    let now = txn.now();
    let sql = "UPDATE transfer_receipt SET state = 'accepted', decided_at = $2, decided_by = $3
               WHERE id = $1 AND state = 'waiting'";
    Ok(txn.execute(sql, &args![id, now, by])? == 1)
}

/// Refuses a receipt, and has its photo deleted: nobody needs it any longer. Answers whether it waited.
pub(super) fn refuse(txn: &mut Txn<'_>, receipt: &Receipt, by: &str, reason: &str) -> Result<bool, Problem> {
    let now = txn.now();
    let sql = "UPDATE transfer_receipt SET state = 'refused', decided_at = $2, decided_by = $3, reason = $4,
                   photo_key = NULL WHERE id = $1 AND state = 'waiting'";
    if txn.execute(sql, &args![receipt.id, now, by, reason])? == 0 {
        return Ok(false);
    }
    match &receipt.photo {
        Some(key) => forget_file(txn, key).map(|()| true),
        None => Ok(true),
    }
}

/// Refuses all receipts of a letter that wait.
pub(crate) fn refuse_all(txn: &mut Txn<'_>, letter: LetterId, by: &str, reason: &str) -> Result<(), Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer_receipt WHERE letter_id = $1 AND state = 'waiting'");
    for receipt in txn.query(&sql, &args![letter], receipt)? {
        refuse(txn, &receipt, by, reason)?;
    }
    Ok(())
}

/// Whether the branch that is left by this transfer is the organization or lies under it.
pub(crate) fn leaves_side(
    txn: &mut Txn<'_>,
    transfer: TransferId,
    organization: OrganizationId,
) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM transfer_party WHERE organization_id = $1 AND transfer_id = $2 AND leaves";
    Ok(txn.first(sql, &args![organization, transfer], |row| row.get::<i64>(0))?.is_some())
}
