//! Loads and saves what people from outside have told of themselves.

use ejia_db::{Txn, args};
use ejia_documents::FileKey;
use ejia_kernel::{ApplicantId, IdCardNumber, Instant, Phone, Problem, TransferId};
use serde::{Deserialize, Serialize};

use super::entered::PersonEntered;
use crate::model::Transfer;
use crate::store::{COLUMNS, transfer};

pub(crate) const TOLD: &str = "transfers.told";
const ID_CARD: &str = "transfers.id_card";

/// What an applicant has told, as it lies sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// Who he is.
    pub(crate) person: PersonEntered,
    /// The phone he has proven.
    pub(crate) phone: String,
}

impl Told {
    /// The phone he has proven.
    pub(crate) fn phone(&self) -> Result<Phone, Problem> {
        Phone::parse(&self.phone).map_err(Problem::fault)
    }
}

/// Writes down who has applied.
///
/// # Errors
/// `transfers.applied_already` while another application of the same person is open.
pub(super) fn insert(
    txn: &mut Txn<'_>,
    id: TransferId,
    applicant: ApplicantId,
    id_card: &IdCardNumber,
    told: &Told,
) -> Result<(), Problem> {
    let (index, sealed) = (txn.vault().index(ID_CARD, id_card.expose()), sealed(txn, told)?);
    txn.execute(
        "INSERT INTO transfer_applicant (transfer_id, applicant_id, id_card_index, told_sealed, photo_key, ended_at)
         VALUES ($1, $2, $3, $4, NULL, NULL)",
        &args![id, applicant, index, sealed],
    )
    .map_err(already)?;
    Ok(())
}

/// Writes down anew what he has told.
///
/// # Errors
/// As [`insert`].
pub(super) fn update(txn: &mut Txn<'_>, id: TransferId, id_card: &IdCardNumber, told: &Told) -> Result<(), Problem> {
    let (index, sealed) = (txn.vault().index(ID_CARD, id_card.expose()), sealed(txn, told)?);
    txn.execute(
        "UPDATE transfer_applicant SET id_card_index = $2, told_sealed = $3 WHERE transfer_id = $1",
        &args![id, index, sealed],
    )
    .map_err(already)?;
    Ok(())
}

fn sealed(txn: &Txn<'_>, told: &Told) -> Result<Vec<u8>, Problem> {
    let text = serde_json::to_string(told).map_err(Problem::fault)?;
    Ok(txn.vault().seal(TOLD, &text))
}

fn already(error: ejia_db::DbError) -> Problem {
    if error.is_unique("transfer_applicant_id_card_index_key") {
        Problem::conflict("transfers.applied_already")
    } else {
        error.into()
    }
}

/// What was told with an application; nothing once it is forgotten.
pub(super) fn told(txn: &mut Txn<'_>, id: TransferId) -> Result<Option<Told>, Problem> {
    let sql = "SELECT told_sealed FROM transfer_applicant WHERE transfer_id = $1";
    let sealed = txn.first(sql, &args![id], |row| row.get::<Option<Vec<u8>>>(0))?.flatten();
    let Some(sealed) = sealed else { return Ok(None) };
    serde_json::from_str(&txn.vault().open(TOLD, &sealed)?).map(Some).map_err(Problem::fault)
}

/// Whose application this is.
pub(super) fn applicant(txn: &mut Txn<'_>, id: TransferId) -> Result<Option<ApplicantId>, Problem> {
    let sql = "SELECT applicant_id FROM transfer_applicant WHERE transfer_id = $1";
    Ok(txn.first(sql, &args![id], |row| row.get(0))?)
}

/// The applications made with one phone, the latest first.
pub(super) fn of_applicant(txn: &mut Txn<'_>, applicant: ApplicantId) -> Result<Vec<Transfer>, Problem> {
    let sql = format!(
        "SELECT {COLUMNS} FROM transfer_applicant a JOIN transfer t ON t.id = a.transfer_id
         WHERE a.applicant_id = $1 ORDER BY a.transfer_id DESC LIMIT 50"
    );
    Ok(txn.query(&sql, &args![applicant], transfer)?)
}

/// How many applications made with one phone are open.
pub(super) fn open_count(txn: &mut Txn<'_>, applicant: ApplicantId) -> Result<i64, Problem> {
    let sql = "SELECT count(*) FROM transfer_applicant WHERE applicant_id = $1 AND ended_at IS NULL";
    Ok(txn.one(sql, &args![applicant], |row| row.get(0))?)
}

/// Where the photo of an application lies, if there is one.
pub(super) fn photo(txn: &mut Txn<'_>, id: TransferId) -> Result<Option<FileKey>, Problem> {
    let sql = "SELECT photo_key FROM transfer_applicant WHERE transfer_id = $1";
    let key = txn.first(sql, &args![id], |row| row.get::<Option<String>>(0))?.flatten();
    key.map(|key| key.parse().map_err(Problem::fault)).transpose()
}

/// Says where the photo of an application lies.
pub(super) fn set_photo(txn: &mut Txn<'_>, id: TransferId, key: Option<&FileKey>) -> Result<(), Problem> {
    let sql = "UPDATE transfer_applicant SET photo_key = $2 WHERE transfer_id = $1";
    txn.execute(sql, &args![id, key.map(FileKey::as_str)])?;
    Ok(())
}

/// Forgets what was told: the application has ended.
pub(super) fn forget(txn: &mut Txn<'_>, id: TransferId) -> Result<(), Problem> {
    let now = txn.now();
    txn.execute(
        "UPDATE transfer_applicant SET told_sealed = NULL, photo_key = NULL, ended_at = $2 WHERE transfer_id = $1",
        &args![id, now],
    )?;
    Ok(())
}

/// Forgets applications that ended before this instant; their transfers stay as records.
pub(super) fn forget_ended(txn: &mut Txn<'_>, before: Instant) -> Result<(), Problem> {
    txn.execute("DELETE FROM transfer_applicant WHERE ended_at < $1", &args![before])?;
    Ok(())
}

/// Whether anything is kept of an applicant.
pub(super) fn is_known(txn: &mut Txn<'_>, applicant: ApplicantId) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM transfer_applicant WHERE applicant_id = $1 LIMIT 1";
    Ok(txn.first(sql, &args![applicant], |row| row.get::<i64>(0))?.is_some())
}
