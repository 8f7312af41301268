//! Loads and saves whose WeChat is whose, and which events were heard.

use ejia_db::{DbError, Txn, args};
use ejia_kernel::{Instant, MemberId, OpenId, Problem, Vault};

pub(crate) const OPEN_ID: &str = "access.open_id";

fn index(vault: &Vault, open_id: &OpenId) -> Vec<u8> {
    vault.index(OPEN_ID, open_id.expose())
}

/// A WeChat as it is kept.
pub(crate) fn sealed(vault: &Vault, open_id: &OpenId) -> Vec<u8> {
    vault.seal(OPEN_ID, open_id.expose())
}

/// The WeChat that was kept.
pub(crate) fn opened(vault: &Vault, sealed: &[u8]) -> Result<OpenId, Problem> {
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

/// The member on the list to whom a WeChat is bound.
pub(crate) fn member_of(txn: &mut Txn<'_>, open_id: &OpenId) -> Result<Option<MemberId>, DbError> {
    let index = index(txn.vault(), open_id);
    txn.first(
        "SELECT b.member_id FROM wechat_binding b JOIN member m ON m.id = b.member_id
         WHERE b.open_id_index = $1 AND m.departed_at IS NULL",
        &args![index],
        |row| row.get(0),
    )
}

/// Since when a member has been bound, if he is.
pub(crate) fn bound_at(txn: &mut Txn<'_>, member: MemberId) -> Result<Option<Instant>, DbError> {
    txn.first("SELECT bound_at FROM wechat_binding WHERE member_id = $1", &args![member], |row| row.get(0))
}

/// Binds a member who is not bound to a WeChat that nobody is bound to. Answers whether it came so far: somebody else
/// may have been faster, at either of the two.
pub(crate) fn bind(txn: &mut Txn<'_>, member: MemberId, open_id: &OpenId) -> Result<bool, DbError> {
    let (index, sealed, now) = (index(txn.vault(), open_id), sealed(txn.vault(), open_id), txn.now());
    let bound = txn.execute(
        "INSERT INTO wechat_binding (member_id, open_id_index, open_id_sealed, bound_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
        &args![member, index, sealed, now],
    )?;
    Ok(bound == 1)
}

/// Unbinds a member. Answers whether he was bound.
pub(crate) fn unbind(txn: &mut Txn<'_>, member: MemberId) -> Result<bool, DbError> {
    Ok(txn.execute("DELETE FROM wechat_binding WHERE member_id = $1", &args![member])? == 1)
}

/// Unbinds whoever left the list with this WeChat bound to him.
pub(crate) fn forget_departed(txn: &mut Txn<'_>, open_id: &OpenId) -> Result<(), DbError> {
    let index = index(txn.vault(), open_id);
    txn.execute(
        "DELETE FROM wechat_binding WHERE open_id_index = $1
         AND EXISTS
             (SELECT 1 FROM member m WHERE m.id = wechat_binding.member_id AND m.departed_at IS NOT NULL)",
        &args![index],
    )
    .map(drop)
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
