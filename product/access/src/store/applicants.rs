//! Loads and saves people from outside, each known by a phone that is his.

use ejia_db::{DbError, Txn, args};
use ejia_kernel::{ApplicantId, Instant, Phone, Problem, Vault};

pub(crate) const PHONE: &str = "access.applicant_phone";

/// A phone as it is kept.
pub(crate) fn sealed(vault: &Vault, phone: &Phone) -> Vec<u8> {
    vault.seal(PHONE, phone.expose())
}

/// The phone that was kept.
pub(crate) fn opened(vault: &Vault, sealed: &[u8]) -> Result<Phone, Problem> {
    Phone::parse(&vault.open(PHONE, sealed)?).map_err(Problem::fault)
}

/// The applicant with this phone; the one who was there before if there is one, whoever comes at the same time.
pub(crate) fn admit(txn: &mut Txn<'_>, id: ApplicantId, phone: &Phone) -> Result<ApplicantId, DbError> {
    let (index, sealed) = (txn.vault().index(PHONE, phone.expose()), sealed(txn.vault(), phone));
    let now = txn.now();
    txn.one(
        "INSERT INTO applicant (id, phone_index, phone_sealed, created_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (phone_index) DO UPDATE SET phone_sealed = $3 RETURNING id",
        &args![id, index, sealed, now],
        |row| row.get(0),
    )
}

/// The phone of an applicant, if there is one of this id.
pub(crate) fn phone(txn: &mut Txn<'_>, id: ApplicantId) -> Result<Option<Phone>, Problem> {
    let sealed =
        txn.first("SELECT phone_sealed FROM applicant WHERE id = $1", &args![id], |row| row.get::<Vec<u8>>(0))?;
    sealed.map(|sealed| opened(txn.vault(), &sealed)).transpose()
}

/// How many applicants one statement looks at.
const PAGE: i64 = 500;

/// Applicants who came before this instant and have no session, behind this one in order; a page of them.
pub(crate) fn idle(
    txn: &mut Txn<'_>,
    before: Instant,
    behind: Option<ApplicantId>,
) -> Result<Vec<ApplicantId>, DbError> {
    let behind = behind.map(|id| id.to_string()).unwrap_or_default();
    txn.query(
        "SELECT a.id FROM applicant a
         WHERE a.created_at < $1 AND a.id > $2 AND NOT EXISTS
             (SELECT 1 FROM session s WHERE s.account_id = a.id AND s.account_kind = 'applicant')
         ORDER BY a.id LIMIT $3",
        &args![before, behind, PAGE],
        |row| row.get(0),
    )
}

/// Forgets an applicant.
pub(crate) fn forget(txn: &mut Txn<'_>, id: ApplicantId) -> Result<(), DbError> {
    txn.execute("DELETE FROM applicant WHERE id = $1", &args![id]).map(drop)
}
