//! How letters went: those of one affair, and all of a day.

use std::collections::HashMap;

use ejia_db::{Txn, args};
use ejia_kernel::{Instant, MemberId, MessageId, Problem};

use super::{known_route, known_state};
use crate::letter::{Fate, Route, State};

/// How the letters went whose keys begin with `prefix`: for each member the last one written to him. One question, however
/// many letters there are.
///
/// # Errors
/// A fault of the database.
pub fn states_of(txn: &mut Txn<'_>, prefix: &str) -> Result<HashMap<MemberId, Fate>, Problem> {
    // No key goes on with a letter after this one.
    let end = format!("{prefix}\u{10ffff}");
    let found = txn.query(
        "SELECT reader_id, route, state FROM message
         WHERE idempotency_key >= $1 AND idempotency_key < $2 AND reader_id IS NOT NULL ORDER BY id",
        &args![prefix, end],
        |row| Ok((row.get::<MemberId>(0)?, row.get::<String>(1)?, row.get::<String>(2)?)),
    )?;
    let fate = |(member, route, state): (MemberId, String, String)| {
        Ok((member, Fate { route: known_route(&route)?, state: known_state(&state)? }))
    };
    found.into_iter().map(fate).collect()
}

/// How many letters written since then went which way and how far.
pub(crate) fn counted(txn: &mut Txn<'_>, since: Instant) -> Result<Vec<(Route, State, i64)>, Problem> {
    let found = txn.query(
        "SELECT route, state, COUNT(*) FROM message WHERE id >= $1 GROUP BY route, state",
        &args![MessageId::new(since)],
        |row| Ok((row.get::<String>(0)?, row.get::<String>(1)?, row.get::<i64>(2)?)),
    )?;
    found.into_iter().map(|(route, state, count)| Ok((known_route(&route)?, known_state(&state)?, count))).collect()
}

/// Why letters written since then have failed or still wait, the most frequent reason first.
pub(crate) fn reasons(txn: &mut Txn<'_>, since: Instant, limit: i64) -> Result<Vec<(String, i64)>, Problem> {
    Ok(txn.query(
        "SELECT reason, COUNT(*) AS letters FROM message
         WHERE id >= $1 AND reason IS NOT NULL AND state IN ($2, $3)
         GROUP BY reason ORDER BY letters DESC, reason LIMIT $4",
        &args![MessageId::new(since), State::Failed.code(), State::Waiting.code(), limit],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// Since when the letter waits that waits the longest.
pub(crate) fn waits_since(txn: &mut Txn<'_>) -> Result<Option<Instant>, Problem> {
    Ok(txn.first(
        "SELECT created_at FROM message WHERE ended_at IS NULL AND state IN ($1, $2) ORDER BY created_at LIMIT 1",
        &args![State::Waiting.code(), State::Sending.code()],
        |row| row.get(0),
    )?)
}
