//! Tokens: given out, grown old, taken or not.

use std::time::Duration;

use ejia_kernel::Instant;

use super::books::{Books, Token};
use super::{Mood, Sandbox, SandboxSettings};
use crate::chance;

/// How long a token, or a ticket for pages, is good.
pub(super) const LIFETIME: Duration = Duration::from_hours(2);
/// The last part of its life, in which another is given and both are good.
const OVERLAP: Duration = Duration::from_mins(5);
/// How soon a token may be forced again, and how often in a day.
const FORCED_APART: Duration = Duration::from_secs(30);
const FORCED_A_DAY: usize = 20;

/// Whether the caller is the account itself.
pub(super) fn know(account: &SandboxSettings, app_id: &str, secret: &str) -> Result<(), i64> {
    if app_id != account.app_id {
        return Err(40013);
    }
    if secret != account.app_secret {
        return Err(40125);
    }
    Ok(())
}

/// The token that stays the same while it is good (stable_token), and how many seconds it still is.
pub(super) fn stable_token(books: &mut Books, now: Instant, forced: bool) -> Result<(String, u64), i64> {
    books.token_calls += 1;
    if forced {
        books.forced.retain(|at| *at > now.minus(Duration::from_hours(24)));
        if books.forced.len() >= FORCED_A_DAY {
            return Err(45009);
        }
        if books.forced.last().is_some_and(|at| now.since(*at) < FORCED_APART) {
            return Err(45011);
        }
        books.forced.push(now);
        books.tokens.retain(|token| !token.stable);
    }
    let current = books.tokens.iter().rev().find(|token| token.stable && now < token.expires_at.minus(OVERLAP));
    if let Some(token) = current {
        return Ok((token.text.clone(), token.expires_at.since(now).as_secs()));
    }
    Ok((give(books, now, true), LIFETIME.as_secs()))
}

/// The older way (token): each call gives another and leaves the former five minutes.
pub(super) fn plain_token(books: &mut Books, now: Instant) -> (String, u64) {
    books.token_calls += 1;
    let end = now.plus(OVERLAP);
    for token in books.tokens.iter_mut().filter(|token| !token.stable) {
        token.expires_at = token.expires_at.min(end);
    }
    (give(books, now, false), LIFETIME.as_secs())
}

fn give(books: &mut Books, now: Instant, stable: bool) -> String {
    books.tokens.retain(|token| token.expires_at > now.minus(LIFETIME));
    let text = format!("{}_{}", books.tokens.len() + 70, chance::word::<136>());
    books.tokens.push(Token { text: text.clone(), expires_at: now.plus(LIFETIME), stable });
    text
}

/// Lets a call in by its token.
pub(super) fn admit(sandbox: &Sandbox, token: &str) -> Result<(), i64> {
    let now = sandbox.now();
    let books = sandbox.books();
    let known = books.tokens.iter().find(|known| known.text == token);
    match known {
        _ if token.is_empty() => Err(41001),
        Some(known) if now >= known.expires_at => Err(42001),
        Some(_) if books.mood == Mood::Busy => Err(-1),
        Some(_) => Ok(()),
        None if token.len() < 100 => Err(40014),
        None => Err(40001),
    }
}

/// The ticket for pages.
pub(super) fn page_ticket(books: &mut Books, now: Instant) -> (String, u64) {
    match &books.ticket {
        Some((ticket, end)) if now < end.minus(OVERLAP) => (ticket.clone(), end.since(now).as_secs()),
        _ => {
            let ticket = chance::word::<86>();
            books.ticket = Some((ticket.clone(), now.plus(LIFETIME)));
            (ticket, LIFETIME.as_secs())
        }
    }
}
