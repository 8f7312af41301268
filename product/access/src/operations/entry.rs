//! A phone's way in from WeChat: away with a state that only this browser can bring back, back with a code, and then
//! inside or, where nobody is bound to the WeChat, to the page where he binds himself.
//!
//! A browser is known by its mark, a cookie. What is kept of a way is one row, found by state and mark together while the
//! phone is away, and by the mark alone while its owner types; another browser finds neither. The WeChat itself is never
//! on a page.

use ejia_db::Txn;
use ejia_kernel::{OpenId, Problem};

use super::sessions::open_from;
use crate::model::{Account, Came};
use crate::rules::{AWAY_LIFE, CHALLENGE_LIFE};
use crate::store::bindings;
use crate::store::entries::{self, Entry};
use crate::tokens::{self, Token};

/// A phone that is sent to WeChat.
#[derive(Debug)]
pub(crate) struct Away {
    /// Comes back with the code.
    pub(crate) state: String,
    /// What the browser is known by.
    pub(crate) mark: String,
}

/// How a phone came in.
#[derive(Debug)]
pub(crate) enum Entered {
    /// Its WeChat is bound: a session is open.
    In(String),
    /// Nobody is bound to its WeChat. What the browser is known by from now on.
    Unbound(String),
}

/// A WeChat whose owner is to say who he is.
pub(crate) struct Waiting {
    pub(crate) open_id: OpenId,
    /// Where he wanted to go.
    pub(crate) onward: String,
}

/// Sends a phone away. A browser that bears a mark keeps it: it may be on its way twice.
pub(crate) fn send_away(txn: &mut Txn<'_>, mark: Option<&str>, onward: &str) -> Result<Away, Problem> {
    let state = Token::draw()?.into_text();
    let mark = mark.map_or_else(|| Token::draw().map(Token::into_text), |mark| Ok(mark.to_owned()))?;
    let entry = Entry { onward: onward.to_owned(), open_id: None };
    entries::insert(txn, &away_key(&state, &mark), &entry, txn.now().plus(AWAY_LIFE))?;
    Ok(Away { state, mark })
}

/// A phone is back: answers where it wanted to go. Once, and only in the browser that was sent.
pub(crate) fn take_back(txn: &mut Txn<'_>, state: &str, mark: Option<&str>) -> Result<String, Problem> {
    let mark = mark.ok_or_else(gone)?;
    Ok(entries::take(txn, &away_key(state, mark))?.ok_or_else(gone)?.onward)
}

/// Lets the owner of a WeChat in if he is bound, else notes him under a new mark: an old one may be known to others.
pub(crate) fn enter(txn: &mut Txn<'_>, open_id: &OpenId, onward: &str, came: &Came) -> Result<Entered, Problem> {
    if let Some(member) = bindings::member_of(txn, open_id)? {
        return open_from(txn, Account::Member(member), came).map(Entered::In);
    }
    let mark = Token::draw()?.into_text();
    let entry = Entry { onward: onward.to_owned(), open_id: Some(open_id.clone()) };
    entries::insert(txn, &waiting_key(&mark), &entry, txn.now().plus(CHALLENGE_LIFE))?;
    Ok(Entered::Unbound(mark))
}

/// Whose WeChat waits in this browser.
pub(crate) fn waiting(txn: &mut Txn<'_>, mark: Option<&str>) -> Result<Waiting, Problem> {
    let mark = mark.ok_or_else(gone)?;
    let Entry { onward, open_id } = entries::find(txn, &waiting_key(mark))?.ok_or_else(gone)?;
    Ok(Waiting { open_id: open_id.ok_or_else(gone)?, onward })
}

/// As [`waiting`], for the last time.
pub(crate) fn take_waiting(txn: &mut Txn<'_>, mark: Option<&str>) -> Result<(), Problem> {
    if let Some(mark) = mark {
        entries::take(txn, &waiting_key(mark))?;
    }
    Ok(())
}

/// The refusal of a way that is over, or never was this browser's.
pub(crate) fn gone() -> Problem {
    Problem::refused("access.entry_gone")
}

fn away_key(state: &str, mark: &str) -> Vec<u8> {
    tokens::hash(&format!("away.{state}.{mark}"))
}

fn waiting_key(mark: &str) -> Vec<u8> {
    tokens::hash(&format!("waiting.{mark}"))
}
