//! The rows of letters, the counters of their numbers, and letterheads.

use std::collections::BTreeMap;

use ejia_db::{DbError, Row, Txn, args};
use ejia_documents::{FileKey, SignatureKind};
use ejia_kernel::{Date, LetterId, OrganizationId, Problem, TransferId, Vault};

use super::model::{Letter, Letterhead, Voided};
use super::token::Token;
use crate::model::Stage;

const COLUMNS: &str =
    "l.id, l.transfer_id, l.organization_id, l.issuer, l.year, l.sequence, l.number, l.name, l.content,
    l.check_token, l.signature_kind, l.signature, l.issued_at, l.valid_until, l.file_key, l.printed_at, l.void_at,
    l.void_reason, l.answered_at";

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("transfer_letter.{name} is not understood")))
}

fn letter(row: &Row<'_>) -> Result<Letter, DbError> {
    let voided = match row.get(16)? {
        Some(at) => Some(Voided { at, reason: row.get::<Option<String>>(17)?.unwrap_or_default() }),
        None => None,
    };
    Ok(Letter {
        id: row.get(0)?,
        transfer_id: row.get(1)?,
        organization_id: row.get(2)?,
        issuer: row.get(3)?,
        year: row.get(4)?,
        sequence: row.get(5)?,
        number: row.get(6)?,
        name: row.get(7)?,
        content: row.get(8)?,
        check_token: understood(Token::read(&row.get::<String>(9)?), "check_token")?,
        signature_kind: understood(SignatureKind::from_code(&row.get::<String>(10)?), "signature_kind")?,
        signature: row.get(11)?,
        issued_at: row.get(12)?,
        valid_until: row.get(13)?,
        file: match row.get::<Option<String>>(14)? {
            Some(key) => Some(understood(key.parse().ok(), "file_key")?),
            None => None,
        },
        printed_at: row.get(15)?,
        voided,
        answered_at: row.get(18)?,
    })
}

/// What the index of receipts is found by: whoever holds only the database cannot send one.
fn receipt_index(vault: &Vault, token: &Token) -> Vec<u8> {
    vault.index("transfer_letter.receipt", token.as_str())
}

/// The next number of this organization and year. Its row stays locked until the transaction ends, so that numbers have
/// neither gaps nor doubles.
pub(super) fn next_sequence(txn: &mut Txn<'_>, issuer: OrganizationId, year: i64) -> Result<i64, Problem> {
    Ok(txn.one(
        "INSERT INTO transfer_letter_counter (organization_id, year, issued) VALUES ($1, $2, 1)
         ON CONFLICT (organization_id, year) DO UPDATE SET issued = transfer_letter_counter.issued + 1
         RETURNING issued",
        &args![issuer, year],
        |row| row.get(0),
    )?)
}

/// Writes a new letter down.
///
/// # Errors
/// `transfers.letter_out` when the transfer has one that is not void.
pub(super) fn insert(txn: &mut Txn<'_>, new: &Letter, receipt_token: &Token) -> Result<(), Problem> {
    let receipt = receipt_index(txn.vault(), receipt_token);
    let Letter {
        id,
        transfer_id,
        organization_id,
        issuer,
        year,
        sequence,
        number,
        name,
        content,
        check_token,
        signature_kind,
        signature,
        issued_at,
        valid_until,
        file: _,
        printed_at: _,
        voided: _,
        answered_at: _,
    } = new;
    txn.execute(
        "INSERT INTO transfer_letter (id, transfer_id, organization_id, issuer, year, sequence, number, name, content,
             check_token, receipt_index, signature_kind, signature, issued_at, valid_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        &args![
            *id,
            *transfer_id,
            *organization_id,
            issuer,
            *year,
            *sequence,
            number,
            name,
            content,
            check_token.as_str(),
            receipt,
            signature_kind.code(),
            signature,
            *issued_at,
            *valid_until,
        ],
    )
    .map_err(|error| {
        let out = error.is_unique("transfer_letter_transfer_id_key");
        if out { Problem::conflict("transfers.letter_out") } else { error.into() }
    })?;
    Ok(())
}

/// The letter with this id.
pub(crate) fn load(txn: &mut Txn<'_>, id: LetterId) -> Result<Option<Letter>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer_letter l WHERE l.id = $1");
    Ok(txn.first(&sql, &args![id], letter)?)
}

/// The last letter of a transfer, void or not.
pub(crate) fn latest(txn: &mut Txn<'_>, transfer: TransferId) -> Result<Option<Letter>, Problem> {
    // Two of one instant are told apart by the one that is not void, then by the number.
    let sql = format!(
        "SELECT {COLUMNS} FROM transfer_letter l WHERE l.transfer_id = $1
         ORDER BY l.issued_at DESC, CASE WHEN l.void_at IS NULL THEN 0 ELSE 1 END, l.year DESC, l.sequence DESC LIMIT 1"
    );
    Ok(txn.first(&sql, &args![transfer], letter)?)
}

/// The letter of a transfer that is not void.
pub(crate) fn live(txn: &mut Txn<'_>, transfer: TransferId) -> Result<Option<Letter>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer_letter l WHERE l.transfer_id = $1 AND l.void_at IS NULL");
    Ok(txn.first(&sql, &args![transfer], letter)?)
}

/// The letter that is verified by this code.
pub(super) fn by_check_token(txn: &mut Txn<'_>, token: &Token) -> Result<Option<Letter>, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM transfer_letter l WHERE l.check_token = $1");
    Ok(txn.first(&sql, &args![token.as_str()], letter)?)
}

/// The letter whose receipt part bears this code.
pub(crate) fn by_receipt_token(txn: &mut Txn<'_>, token: &Token) -> Result<Option<Letter>, Problem> {
    let index = receipt_index(txn.vault(), token);
    let sql = format!("SELECT {COLUMNS} FROM transfer_letter l WHERE l.receipt_index = $1");
    Ok(txn.first(&sql, &args![index], letter)?)
}

/// Says where the PDF of a letter lies, if it still waits for one; answers its transfer.
pub(super) fn set_file(txn: &mut Txn<'_>, id: LetterId, key: &FileKey) -> Result<Option<TransferId>, Problem> {
    Ok(txn.first(
        "UPDATE transfer_letter SET file_key = $2
         WHERE id = $1 AND file_key IS NULL AND printed_at IS NULL AND void_at IS NULL AND answered_at IS NULL
         RETURNING transfer_id",
        &args![id, key.as_str()],
        |row| row.get(0),
    )?)
}

/// Forgets where the PDF of a letter lay; answers whether it was to be found there.
pub(super) fn forget_file(txn: &mut Txn<'_>, id: LetterId, key: &FileKey) -> Result<bool, Problem> {
    let sql = "UPDATE transfer_letter SET file_key = NULL WHERE id = $1 AND file_key = $2 AND printed_at IS NULL";
    Ok(txn.execute(sql, &args![id, key.as_str()])? == 1)
}

/// What became of the wish to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// This attempt has marked it now.
    Now,
    /// This attempt had marked it before.
    Before,
    /// It cannot be printed any longer.
    No,
}

/// Marks a letter as printed, if nobody has: the one statement that decides who prints.
pub(super) fn mark_printed(txn: &mut Txn<'_>, id: LetterId, key: &FileKey, attempt: &Token) -> Result<Mark, Problem> {
    let now = txn.now();
    let touched = txn.execute(
        "UPDATE transfer_letter SET printed_at = $3, print_attempt = $4, file_key = NULL
         WHERE id = $1 AND file_key = $2 AND printed_at IS NULL AND void_at IS NULL AND answered_at IS NULL",
        &args![id, key.as_str(), now, attempt.as_str()],
    )?;
    if touched == 1 {
        return Ok(Mark::Now);
    }
    let sql = "SELECT 1 FROM transfer_letter WHERE id = $1 AND print_attempt = $2";
    let before = txn.first(sql, &args![id, attempt.as_str()], |row| row.get::<i64>(0))?;
    Ok(if before.is_some() { Mark::Before } else { Mark::No })
}

/// Declares a letter void; answers whether it was not yet.
pub(super) fn void(txn: &mut Txn<'_>, id: LetterId, reason: &str) -> Result<bool, Problem> {
    let now = txn.now();
    let sql = "UPDATE transfer_letter SET void_at = $2, void_reason = $3, file_key = NULL
               WHERE id = $1 AND void_at IS NULL AND answered_at IS NULL";
    Ok(txn.execute(sql, &args![id, now, reason])? == 1)
}

/// Writes down that a letter's receipt is in; answers whether it was out.
pub(crate) fn answered(txn: &mut Txn<'_>, id: LetterId) -> Result<bool, Problem> {
    let now = txn.now();
    let sql = "UPDATE transfer_letter SET answered_at = $2, file_key = NULL
               WHERE id = $1 AND void_at IS NULL AND answered_at IS NULL";
    Ok(txn.execute(sql, &args![id, now])? == 1)
}

/// Until when the letters are good that are out for members at or under this organization, by transfer.
pub(crate) fn valid_until_under(
    txn: &mut Txn<'_>,
    organization: OrganizationId,
) -> Result<BTreeMap<TransferId, Date>, Problem> {
    let found = txn.query(
        "SELECT l.transfer_id, l.valid_until FROM transfer_party p
         JOIN transfer t ON t.id = p.transfer_id JOIN transfer_letter l ON l.transfer_id = t.id
         WHERE p.organization_id = $1 AND p.leaves AND t.ended_at IS NULL AND t.stage = $2 AND l.void_at IS NULL",
        &args![organization, Stage::Receipt.code()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    Ok(found.into_iter().collect())
}

/// Letters of an organization, the latest first: at most so many, issued before the one named, whose number or name
/// holds the text.
pub(super) fn of_issuer(
    txn: &mut Txn<'_>,
    issuer: OrganizationId,
    (year, sequence): (i64, i64),
    text: &str,
    limit: i64,
) -> Result<Vec<Letter>, Problem> {
    let mut like = "%".to_owned();
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            like.push('\\');
        }
        like.push(letter);
    }
    like.push('%');
    let sql = format!(
        "SELECT {COLUMNS} FROM transfer_letter l
         WHERE l.organization_id = $1 AND (l.year < $2 OR (l.year = $2 AND l.sequence < $3))
           AND (l.name LIKE $4 ESCAPE '\\' OR l.number LIKE $4 ESCAPE '\\')
         ORDER BY l.year DESC, l.sequence DESC LIMIT $5"
    );
    Ok(txn.query(&sql, &args![issuer, year, sequence, like, limit], letter)?)
}

/// What an organization has set to stand on its letters.
pub(super) fn letterhead(txn: &mut Txn<'_>, id: OrganizationId) -> Result<Option<Letterhead>, Problem> {
    Ok(txn.first(
        "SELECT word, seal, address, phone, fax, postcode FROM transfer_letterhead WHERE organization_id = $1",
        &args![id],
        |row| {
            Ok(Letterhead {
                word: row.get(0)?,
                seal: row.get(1)?,
                address: row.get(2)?,
                phone: row.get(3)?,
                fax: row.get(4)?,
                postcode: row.get(5)?,
            })
        },
    )?)
}

/// Sets what stands on an organization's letters.
pub(super) fn set_letterhead(txn: &mut Txn<'_>, id: OrganizationId, head: &Letterhead) -> Result<(), Problem> {
    let Letterhead { word, seal, address, phone, fax, postcode } = head;
    txn.execute(
        "INSERT INTO transfer_letterhead (organization_id, word, seal, address, phone, fax, postcode)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (organization_id) DO UPDATE SET word = excluded.word, seal = excluded.seal,
             address = excluded.address, phone = excluded.phone, fax = excluded.fax, postcode = excluded.postcode",
        &args![id, word, seal, address, phone, fax, postcode],
    )?;
    Ok(())
}
