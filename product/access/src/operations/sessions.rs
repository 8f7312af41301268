//! Opening and closing sessions, and what their owner sees of them.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem, SessionId};

use crate::model::{Account, Came, Door};
use crate::store;
use crate::tokens::Token;

/// Opens a session on the web for an account that has proven who it is; answers its token.
pub fn open_session(txn: &mut Txn<'_>, account: Account) -> Result<String, Problem> {
    open_from(txn, account, &Came::default())
}

/// As [`open_session`], for a member under `/wechat`: it counts there and nowhere else.
pub fn open_phone_session(txn: &mut Txn<'_>, member: MemberId) -> Result<String, Problem> {
    open_from(txn, Account::Member(member), &Came { door: Door::Phone, ..Came::default() })
}

/// Opens a session that counts where its owner came in: at this door, and on this computer of the encrypted channel.
pub(crate) fn open_from(txn: &mut Txn<'_>, account: Account, came: &Came) -> Result<String, Problem> {
    let action = match (came.door, &came.computer) {
        (_, Some(_)) => "access.logged_in_encrypted",
        (Door::Web, None) => "access.logged_in",
        (Door::Phone, None) => "access.logged_in_on_phone",
    };
    let token = Token::draw()?;
    let id = SessionId::new(txn.now());
    store::sessions::open(txn, account, came, id, token.hash())?;
    record(txn, Entry::new(&account.actor(), action).about(account.kind(), account.id()))?;
    Ok(token.into_text())
}

/// Closes one session, as its owner asks.
pub(crate) fn log_out(txn: &mut Txn<'_>, account: Account, session: SessionId) -> Result<(), Problem> {
    store::sessions::end(txn, session)?;
    record(txn, Entry::new(&account.actor(), "access.logged_out").about(account.kind(), account.id()))
}

/// Ends another session of one's own; one that is over already, or somebody else's, is none.
pub(crate) fn end_own(txn: &mut Txn<'_>, account: Account, session: SessionId) -> Result<(), Problem> {
    if !store::sessions::end_of(txn, account, session)? {
        return Err(Problem::not_found("access.no_such_session"));
    }
    ended(txn, account, 1)
}

/// Ends all sessions of one's own but the one that asks.
pub(crate) fn end_others(txn: &mut Txn<'_>, account: Account, but: SessionId) -> Result<u64, Problem> {
    let count = store::sessions::end_all(txn, account, Some(but))?;
    if count > 0 {
        ended(txn, account, count)?;
    }
    Ok(count)
}

fn ended(txn: &mut Txn<'_>, account: Account, count: u64) -> Result<(), Problem> {
    let entry = Entry::new(&account.actor(), "access.sessions_ended").about(account.kind(), account.id());
    record(txn, entry.with("sessions_ended", count))
}
