//! What the codes of a meeting hold: a token, and on the screen a mark that is good for a minute.

use std::fmt::Write;

use ejia_db::Txn;
use ejia_kernel::{Instant, Problem, Vault};
use subtle::ConstantTimeEq;

use crate::model::Meeting;
use crate::store;
use crate::token::Token;

/// So long the screen shows the same code, in milliseconds.
const WINDOW: i64 = 30_000;
/// How long a token is, in letters.
const TOKEN: usize = 26;
/// How much of its mark a code bears: eighty bits, two letters for eight of them.
const MARK_BYTES: usize = 10;

/// A meeting as a code leads to it.
pub(super) struct Scanned {
    pub(super) meeting: Meeting,
    /// Whether the code is still good: that of the screen is, while it is shown and for one window more.
    pub(super) fresh: bool,
}

/// What the printed code holds.
pub(super) fn printed(token: &Token) -> String {
    token.as_str().to_owned()
}

/// What the code on the screen holds now.
pub(super) fn on_screen(vault: &Vault, token: &Token, now: Instant) -> String {
    format!("{}{}", token.as_str(), mark(vault, token, window(now)))
}

/// The meeting that a code leads to.
pub(super) fn scanned(txn: &mut Txn<'_>, text: &str) -> Result<Option<Scanned>, Problem> {
    let Some((head, tail)) = text.split_at_checked(TOKEN) else { return Ok(None) };
    let Some(token) = Token::read(head) else { return Ok(None) };
    if tail.is_empty() {
        return Ok(store::by_token(txn, &token)?.map(|meeting| Scanned { meeting, fresh: true }));
    }
    let now = window(txn.now());
    let fresh = [now, now - 1].iter().any(|window| {
        let genuine = mark(txn.vault(), &token, *window);
        genuine.as_bytes().ct_eq(tail.as_bytes()).into()
    });
    Ok(store::by_screen_token(txn, &token)?.map(|meeting| Scanned { meeting, fresh }))
}

const fn window(now: Instant) -> i64 {
    now.ms().div_euclid(WINDOW)
}

fn mark(vault: &Vault, token: &Token, window: i64) -> String {
    let mark = vault.index("meeting_code", &format!("{}\n{window}", token.as_str()));
    mark.iter().take(MARK_BYTES).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
