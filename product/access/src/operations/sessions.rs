//! Opening and closing sessions.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{Problem, SessionId};

use crate::model::Account;
use crate::store;
use crate::tokens::Token;

/// Opens a session for an account that has proven who it is; answers its token.
pub fn open_session(txn: &mut Txn<'_>, account: Account) -> Result<String, Problem> {
    let token = Token::draw()?;
    let id = SessionId::new(txn.now());
    store::sessions::open(txn, account, id, token.hash())?;
    record(txn, Entry::new(&account.actor(), "access.logged_in").about(account.kind(), account.id()))?;
    Ok(token.into_text())
}

/// Closes one session, as its owner asks.
pub(crate) fn log_out(txn: &mut Txn<'_>, account: Account, session: SessionId) -> Result<(), Problem> {
    store::sessions::end(txn, session)?;
    record(txn, Entry::new(&account.actor(), "access.logged_out").about(account.kind(), account.id()))
}
