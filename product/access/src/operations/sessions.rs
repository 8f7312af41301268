//! Opening and closing sessions.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem, SessionId};

use crate::model::{Account, Door};
use crate::store;
use crate::tokens::Token;

/// Opens a session on the web for an account that has proven who it is; answers its token.
pub fn open_session(txn: &mut Txn<'_>, account: Account) -> Result<String, Problem> {
    open_session_at(txn, account, Door::Web)
}

/// As [`open_session`], for a member under `/wechat`: it counts there and nowhere else.
pub fn open_phone_session(txn: &mut Txn<'_>, member: MemberId) -> Result<String, Problem> {
    open_session_at(txn, Account::Member(member), Door::Phone)
}

/// Opens a session at this door.
pub(crate) fn open_session_at(txn: &mut Txn<'_>, account: Account, door: Door) -> Result<String, Problem> {
    let action = match door {
        Door::Web => "access.logged_in",
        Door::Phone => "access.logged_in_on_phone",
    };
    open(txn, account, door, None, action)
}

/// Opens a session over the encrypted channel: it counts on this computer and nowhere else.
pub(crate) fn open_session_from(txn: &mut Txn<'_>, account: Account, computer: &str) -> Result<String, Problem> {
    open(txn, account, Door::Web, Some(computer), "access.logged_in_encrypted")
}

fn open(
    txn: &mut Txn<'_>,
    account: Account,
    door: Door,
    computer: Option<&str>,
    action: &'static str,
) -> Result<String, Problem> {
    let token = Token::draw()?;
    let id = SessionId::new(txn.now());
    store::sessions::open(txn, account, door, id, token.hash(), computer)?;
    record(txn, Entry::new(&account.actor(), action).about(account.kind(), account.id()))?;
    Ok(token.into_text())
}

/// Closes one session, as its owner asks.
pub(crate) fn log_out(txn: &mut Txn<'_>, account: Account, session: SessionId) -> Result<(), Problem> {
    store::sessions::end(txn, session)?;
    record(txn, Entry::new(&account.actor(), "access.logged_out").about(account.kind(), account.id()))
}
