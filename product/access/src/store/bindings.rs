//! Loads and saves whose WeChat is whose, which events were heard, and phones on their way in.

use ejia_db::{DbError, Txn, args};
use ejia_kernel::{Instant, MemberId, OpenId, Problem, Vault};

const OPEN_ID: &str = "access.open_id";

fn index(vault: &Vault, open_id: &OpenId) -> Vec<u8> {
    vault.index(OPEN_ID, open_id.expose())
}

fn opened(vault: &Vault, sealed: &[u8]) -> Result<OpenId, Problem> {
    OpenId::parse(&vault.open(OPEN_ID, sealed)?).map_err(Problem::fault)
}

/// The WeChat of a member who is on the list.
pub(crate) fn open_id_of(txn: &mut Txn<'_>, member: MemberId) -> Result<Option<OpenId>, Problem> {
    let sealed = txn.first(
        "SELECT b.open_id_sealed FROM wechat_binding b JOIN member m ON m.id = b.member_id
         WHERE b.member_id = $1 AND m.departed_at IS NULL",
        &args![member],
        |row| row.get::<Vec<u8>>(0),
    )?;
    sealed.map(|sealed| opened(txn.vault(), &sealed)).transpose()
}

/// Unbinds a WeChat that was bound no later than `latest`; answers whose it was.
pub(crate) fn unbind_open_id(
    txn: &mut Txn<'_>,
    open_id: &OpenId,
    latest: Instant,
) -> Result<Option<MemberId>, DbError> {
    let index = index(txn.vault(), open_id);
    txn.first(
        "DELETE FROM wechat_binding WHERE open_id_index = $1 AND bound_at <= $2 RETURNING member_id",
        &args![index, latest],
        |row| row.get(0),
    )
}

/// Notes that an event was heard; false when it was before. Its key names a WeChat, so only its index is kept.
pub(crate) fn hear(txn: &mut Txn<'_>, key: &str) -> Result<bool, DbError> {
    let (index, now) = (txn.vault().index("access.wechat_event", key), txn.now());
    let heard = txn.execute(
        "INSERT INTO wechat_event (key_index, heard_at) VALUES ($1, $2) ON CONFLICT (key_index) DO NOTHING",
        &args![index, now],
    )?;
    Ok(heard == 1)
}
