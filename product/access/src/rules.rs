//! Decisions of access as pure functions: which password is good enough, when a door is locked, how many codes a phone
//! gets, how long a session lives.

mod guessed;

use std::time::Duration;

use ejia_kernel::{Instant, narrow};

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(count * 60)
}

/// The first password of every administrator (manual, 党组织登录).
pub(crate) const FIRST_ADMINISTRATOR_PASSWORD: &str = "123456";

/// Failures are counted over this time, and a locked door stays locked as long.
pub(crate) const LOCK_TIME: Duration = minutes(15);
/// So many failures lock an account.
pub(crate) const ACCOUNT_FAILURES: usize = 5;
/// So many failures lock an address, behind which a whole office may sit.
pub(crate) const ADDRESS_FAILURES: usize = 30;

/// How long a code is good for.
pub(crate) const CODE_LIFE: Duration = minutes(5);
/// How often one code may be tried.
pub(crate) const CODE_TRIES: i64 = 5;
/// The time between two codes to one phone.
const CODE_PAUSE: Duration = minutes(1);
const HOUR: Duration = minutes(60);
const DAY: Duration = minutes(24 * 60);
const CODES_AN_HOUR: usize = 5;
const CODES_A_DAY: usize = 10;

/// How long a begun login waits for its code and new password.
pub(crate) const CHALLENGE_LIFE: Duration = minutes(15);

/// How long a phone may be away at WeChat.
pub(crate) const AWAY_LIFE: Duration = minutes(10);

/// Live sessions of one account at one door at once; one more ends the oldest.
pub(crate) const SESSIONS: usize = 5;
/// A session ends after this time, used or not.
pub(crate) const SESSION_LIFE: Duration = minutes(12 * 60);
/// A member's session ends after this time without a request.
pub(crate) const MEMBER_IDLE: Duration = minutes(60);
/// An officer's session ends after this time without a request.
pub(crate) const OFFICER_IDLE: Duration = minutes(30);
/// An applicant's session ends after this time without a request.
pub(crate) const APPLICANT_IDLE: Duration = minutes(30);
/// "Last seen" is written at most this often.
pub(crate) const SEEN_PAUSE: Duration = minutes(1);

/// For how many days a token of an organization holds when nothing else is said, and at most.
pub(crate) const TOKEN_DAYS: i64 = 90;
pub(crate) const MOST_TOKEN_DAYS: i64 = 365;
/// Tokens of one organization at once.
pub(crate) const TOKENS: usize = 20;
/// So long before a token runs out the organization's administrators are reminded.
pub(crate) const TOKEN_REMINDER: Duration = Duration::from_hours(14 * 24);
/// How long a token that is over stays in the list.
pub(crate) const TOKEN_KEPT: Duration = Duration::from_hours(180 * 24);
/// Addresses and networks that a token may be bound to.
pub(crate) const TOKEN_ADDRESSES: usize = 20;

/// How far our clock and WeChat's may be apart. An event this much older than a binding may still have come after it.
pub(crate) const CLOCKS_APART: Duration = Duration::from_secs(3);
/// How long it is known which events of the official account were heard; they are told again for some seconds.
pub(crate) const EVENTS_KEPT: Duration = DAY;

/// How long the certificate of a computer holds.
pub(crate) const COMPUTER_LIFE: Duration = Duration::from_hours(365 * 24);
/// So long before a certificate runs out its owner is reminded, and can renew it.
pub(crate) const RENEWAL_TIME: Duration = Duration::from_hours(30 * 24);
/// Computers of one administrator that could come in at once.
pub(crate) const COMPUTERS: usize = 10;
/// How long the file of a computer waits to be taken.
pub(crate) const FILE_LIFE: Duration = minutes(15);
/// How long an authority holds.
pub(crate) const AUTHORITY_LIFE: Duration = Duration::from_hours(10 * 365 * 24);
/// An authority with less than this left is followed by the next one.
pub(crate) const AUTHORITY_REST: Duration = Duration::from_hours(2 * 365 * 24);
/// Certificates hold from a little before they are made: clocks of computers are not exact.
pub(crate) const BACKDATED: Duration = minutes(24 * 60);

/// Clocks of machines of one house may be apart by so much; what lies further ahead was written before the clock was set
/// back.
const APART: Duration = minutes(1);

/// Whether a session still lives. One that is of a time far ahead, before the clock was set back, does not.
pub(crate) fn lives(now: Instant, opened: Instant, seen: Instant, idle: Duration) -> bool {
    let of_another_time = opened.max(seen).since(now) > SESSION_LIFE;
    !of_another_time && now.since(opened) < SESSION_LIFE && now.since(seen) < idle
}

/// Whether a code is still good: its end lies ahead, and no further than the end of any code does.
pub(crate) fn code_holds(now: Instant, until: Instant) -> bool {
    now < until && until.since(now) <= CODE_LIFE + APART
}

/// What a new password must not hold: the numbers everybody knows of its owner.
#[derive(Default, Clone)]
pub(crate) struct OffLimits {
    /// Phone, ID-card number, organization code, user name.
    pub(crate) numbers: Vec<String>,
    /// The first password itself.
    pub(crate) first: Option<String>,
}

/// A password as it is kept and compared: full-width letters count as what they look like.
pub(crate) fn folded(password: &str) -> String {
    narrow(password)
}

/// Whether a new password is good enough; the code of the refusal names the rule that fails.
pub(crate) fn good_password(password: &str, off_limits: &OffLimits) -> Result<(), &'static str> {
    let length = password.chars().count();
    if length == 0 {
        return Err("kernel.required");
    }
    if off_limits.first.as_deref() == Some(password) {
        return Err("access.password_is_first");
    }
    if !(8..=64).contains(&length) || password.chars().any(char::is_control) {
        return Err("access.password_length");
    }
    let letters = password.chars().any(|letter| letter.is_ascii_alphabetic());
    let digits = password.chars().any(|letter| letter.is_ascii_digit());
    if !letters || !digits {
        return Err("access.password_letters_digits");
    }
    let small = password.to_lowercase();
    if off_limits.numbers.iter().any(|number| !number.is_empty() && small.contains(&number.to_lowercase())) {
        return Err("access.password_holds_number");
    }
    if guessed::is_guessed(&small) {
        return Err("access.password_common");
    }
    Ok(())
}

/// The failures at one door (an account as it was typed, or an address).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Failures {
    /// When, oldest first.
    pub(crate) at: Vec<Instant>,
    /// Until when the door is locked.
    pub(crate) until: Option<Instant>,
}

impl Failures {
    /// Counts a try as failed *before* it is checked, so that many at once cannot slip through; a right password takes
    /// it back. Refused, with the time the lock ends, when the door is locked.
    pub(crate) fn count(&mut self, now: Instant, limit: usize) -> Result<(), Instant> {
        match self.until {
            Some(until) if now < until && until.since(now) <= LOCK_TIME + APART => return Err(until),
            Some(_) => *self = Self::default(),
            None => self.at.retain(|at| *at <= now.plus(APART) && now.since(*at) < LOCK_TIME),
        }
        self.at.push(now);
        if self.at.len() >= limit {
            self.until = Some(now.plus(LOCK_TIME));
        }
        Ok(())
    }

    /// Takes back what [`Failures::count`] counted at that time.
    pub(crate) fn forgive(&mut self, at: Instant) {
        if let Some(place) = self.at.iter().rposition(|counted| *counted == at) {
            self.at.remove(place);
            self.until = None;
        }
    }
}

/// Why a phone gets no code now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoCode {
    /// One has only just gone; seconds to wait.
    TooSoon(u64),
    /// Five within the hour, or ten within the day; minutes to wait.
    TooMany(u64),
}

/// Whether one more code may go to a phone that got codes at these times (oldest first); answers the times to keep.
pub(crate) fn one_more_code(sent: &[Instant], now: Instant) -> Result<Vec<Instant>, NoCode> {
    let recent = |at: &Instant| *at <= now.plus(APART) && now.since(*at) < DAY;
    let mut kept: Vec<Instant> = sent.iter().copied().filter(recent).collect();
    let ends = |at: Instant, span: Duration| at.plus(span).since(now);
    if let Some(last) = kept.last().filter(|last| now.since(**last) < CODE_PAUSE) {
        return Err(NoCode::TooSoon(ends(*last, CODE_PAUSE).as_millis().div_ceil(1000).try_into().unwrap_or(60)));
    }
    for (most, span) in [(CODES_AN_HOUR, HOUR), (CODES_A_DAY, DAY)] {
        let within: Vec<Instant> = kept.iter().copied().filter(|at| now.since(*at) < span).collect();
        if let Some(oldest) = within.len().checked_sub(most).and_then(|place| within.get(place)) {
            return Err(NoCode::TooMany(ends(*oldest, span).as_secs().div_ceil(60)));
        }
    }
    kept.push(now);
    Ok(kept)
}

#[cfg(test)]
mod tests;
