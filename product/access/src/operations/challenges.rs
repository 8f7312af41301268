//! Begun logins: a code goes to the phone, and is tried at most five times.

use ejia_db::Txn;
use ejia_kernel::{Instant, Phone, Problem, narrow};
use ejia_messages::{About, Letter, Template};
use subtle::ConstantTimeEq;

use super::{Ended, on_field};
use crate::model::Account;
use crate::rules::{CHALLENGE_LIFE, CODE_LIFE, CODE_TRIES, NoCode, code_holds, one_more_code};
use crate::store::{self, Challenge, applicants};
use crate::tokens::{self, Token};

/// What a challenge leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A member's first login: code, then a password of his own.
    FirstLogin,
    /// An administrator's login: code, at the first time a password of his own.
    OfficeLogin,
    /// A forgotten password.
    Reset,
    /// Somebody from outside proves that a phone is his.
    Applicant,
    /// An administrator who has proven who he is enrols a computer.
    Computer,
    /// An administrator adds a passkey.
    Passkey,
}

impl Purpose {
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::FirstLogin => "first_login",
            Self::OfficeLogin => "office_login",
            Self::Reset => "reset",
            Self::Applicant => "applicant",
            Self::Computer => "computer",
            Self::Passkey => "passkey",
        }
    }

    const fn template(self) -> Template {
        match self {
            Self::FirstLogin => Template::FirstLoginCode,
            Self::OfficeLogin | Self::Computer | Self::Passkey => Template::AdministratorCode,
            Self::Reset => Template::ResetCode,
            Self::Applicant => Template::ApplicantCode,
        }
    }
}

/// A challenge that was begun.
pub(crate) struct Begun {
    /// The token that its owner sends with his code.
    pub(crate) pending: String,
    /// Whether a code went out just now; else the one sent before still counts.
    pub(crate) sent: bool,
}

/// Begins a challenge for an account that has given its password; with a phone a code goes there. A code sent less than
/// a minute ago is not sent again: it counts for the new challenge.
pub(crate) fn begin(
    txn: &mut Txn<'_>,
    account: Account,
    purpose: Purpose,
    phone: Option<&Phone>,
) -> Result<Begun, Problem> {
    let before = store::challenge_of(txn, account, purpose.code())?;
    store::end_challenges(txn, account)?;
    let mut challenge = blank(txn, Some(account), purpose);
    let token = Token::draw()?;
    challenge.token_hash = token.hash();
    let mut sent = false;
    match phone {
        None => challenge.passed_at = Some(txn.now()),
        Some(phone) => match (allow(txn, &receiver(txn, phone))?, before) {
            (Err(NoCode::TooSoon(_)), Some(before)) if still_good(&before, txn.now()) => {
                challenge.code_index = before.code_index;
                challenge.code_until = before.code_until;
                challenge.tries = before.tries;
            }
            (Err(refused), _) => return Err(too_many(refused)),
            (Ok(()), _) => {
                give_code(txn, &mut challenge, purpose, Some(phone))?;
                sent = true;
            }
        },
    }
    store::insert_challenge(txn, &challenge)?;
    Ok(Begun { pending: token.into_text(), sent })
}

/// Begins a challenge for an account that has given its password and goes on by something else than its phone: no code
/// goes out before one is asked for.
pub(crate) fn begin_without_code(txn: &mut Txn<'_>, account: Account, purpose: Purpose) -> Result<Begun, Problem> {
    store::end_challenges(txn, account)?;
    let mut challenge = blank(txn, Some(account), purpose);
    let token = Token::draw()?;
    challenge.token_hash = token.hash();
    store::insert_challenge(txn, &challenge)?;
    Ok(Begun { pending: token.into_text(), sent: false })
}

/// Begins a challenge that looks the same whether there is an account or not: without one the code goes nowhere, and
/// where the phone has had too many, none goes out either.
pub(crate) fn begin_blind(
    txn: &mut Txn<'_>,
    whose: Option<&(Account, Phone)>,
    purpose: Purpose,
) -> Result<String, Problem> {
    let challenge = blank(txn, whose.map(|(account, _)| *account), purpose);
    insert_blind(txn, challenge, purpose, whose.map(|(_, phone)| phone))
}

/// As [`begin_blind`], for whoever holds a phone: he has no account yet, so the challenge keeps the number.
pub(crate) fn begin_for_phone(txn: &mut Txn<'_>, phone: &Phone, purpose: Purpose) -> Result<String, Problem> {
    let mut challenge = blank(txn, None, purpose);
    challenge.phone_sealed = Some(applicants::sealed(txn.vault(), phone));
    insert_blind(txn, challenge, purpose, Some(phone))
}

fn insert_blind(
    txn: &mut Txn<'_>,
    mut challenge: Challenge,
    purpose: Purpose,
    phone: Option<&Phone>,
) -> Result<String, Problem> {
    let token = Token::draw()?;
    challenge.token_hash = token.hash();
    let mut to = None;
    if let Some(phone) = phone
        && allow(txn, &receiver(txn, phone))?.is_ok()
    {
        to = Some(phone);
    }
    give_code(txn, &mut challenge, purpose, to)?;
    store::insert_challenge(txn, &challenge)?;
    Ok(token.into_text())
}

/// Another code for a challenge that was begun blind; where the phone has had too many, the last code stands.
pub(crate) fn send_again_blind(
    txn: &mut Txn<'_>,
    mut challenge: Challenge,
    purpose: Purpose,
    phone: &Phone,
) -> Result<(), Problem> {
    if allow(txn, &receiver(txn, phone))?.is_ok() {
        give_code(txn, &mut challenge, purpose, Some(phone))?;
        store::update_challenge(txn, &challenge)?;
    }
    Ok(())
}

/// Sends another code for a begun challenge, as often as its phone allows.
pub(crate) fn send_again(txn: &mut Txn<'_>, pending: &str, purpose: Purpose, phone: &Phone) -> Result<(), Problem> {
    let mut challenge = find(txn, pending, purpose, true)?;
    allow(txn, &receiver(txn, phone))?.map_err(too_many)?;
    give_code(txn, &mut challenge, purpose, Some(phone))?;
    Ok(store::update_challenge(txn, &challenge)?)
}

/// The live challenge behind a token.
pub(crate) fn find(txn: &mut Txn<'_>, pending: &str, purpose: Purpose, locked: bool) -> Result<Challenge, Problem> {
    store::challenge(txn, &tokens::hash(pending), locked)?
        .filter(|challenge| challenge.purpose == purpose.code())
        .ok_or_else(gone)
}

/// Tries a code. Every try counts, right or wrong; a right one is used up.
pub(crate) fn try_code(txn: &mut Txn<'_>, mut challenge: Challenge, typed: &str) -> Result<Ended<Challenge>, Problem> {
    let typed: String = narrow(typed).chars().filter(|letter| !letter.is_whitespace()).collect();
    if typed.is_empty() {
        return Ok(Ended::Refused(on_field("code", "access.code_missing")));
    }
    if !still_good(&challenge, txn.now()) {
        return Ok(Ended::Refused(on_field("code", "access.code_expired")));
    }
    challenge.tries += 1;
    let wanted = challenge.code_index.clone().unwrap_or_default();
    let right: bool = tokens::code_index(txn.vault(), &typed).ct_eq(&wanted).into();
    if right && (challenge.account.is_some() || challenge.phone_sealed.is_some()) {
        challenge.code_index = None;
        challenge.passed_at = Some(txn.now());
        store::update_challenge(txn, &challenge)?;
        return Ok(Ended::Done(challenge));
    }
    store::update_challenge(txn, &challenge)?;
    let code = if challenge.tries < CODE_TRIES { "access.code_wrong" } else { "access.code_expired" };
    Ok(Ended::Refused(on_field("code", code)))
}

/// The refusal when a begun login is over.
pub(crate) fn gone() -> Problem {
    Problem::refused("access.login_begun_too_long_ago")
}

fn still_good(challenge: &Challenge, now: Instant) -> bool {
    challenge.code_index.is_some() && code_holds(now, challenge.code_until) && challenge.tries < CODE_TRIES
}

fn blank(txn: &Txn<'_>, account: Option<Account>, purpose: Purpose) -> Challenge {
    Challenge {
        token_hash: Vec::new(),
        purpose: purpose.code().to_owned(),
        account,
        phone_sealed: None,
        code_index: None,
        code_until: txn.now(),
        tries: 0,
        passed_at: None,
        until: txn.now().plus(CHALLENGE_LIFE),
    }
}

fn receiver(txn: &Txn<'_>, phone: &Phone) -> Vec<u8> {
    txn.vault().index("access.code_receiver", phone.expose())
}

/// Counts one more code for a receiver, if it may have one.
pub(crate) fn allow(txn: &mut Txn<'_>, receiver: &[u8]) -> Result<Result<(), NoCode>, Problem> {
    let sent = store::codes_sent(txn, receiver)?;
    match one_more_code(&sent, txn.now()) {
        Ok(sent) => Ok(Ok(store::save_codes_sent(txn, receiver, &sent)?)),
        Err(refused) => Ok(Err(refused)),
    }
}

/// The refusal of one code too many.
pub(crate) fn too_many(refused: NoCode) -> Problem {
    match refused {
        NoCode::TooSoon(seconds) => Problem::too_many("access.code_too_soon").with("seconds", seconds),
        NoCode::TooMany(minutes) => Problem::too_many("access.code_too_many").with("minutes", minutes),
    }
}

/// Draws a new code for a challenge and, when there is somebody, writes him.
fn give_code(
    txn: &mut Txn<'_>,
    challenge: &mut Challenge,
    purpose: Purpose,
    to: Option<&Phone>,
) -> Result<(), Problem> {
    let code = tokens::draw_code()?;
    let now = txn.now();
    challenge.code_index = Some(tokens::code_index(txn.vault(), &code));
    challenge.code_until = now.plus(CODE_LIFE);
    challenge.tries = 0;
    challenge.until = now.plus(CHALLENGE_LIFE);
    if let Some(phone) = to {
        let mut letter = Letter::new(phone.clone(), purpose.template())
            .with("code", code)
            .with("minutes", CODE_LIFE.as_secs() / 60)
            .until(challenge.code_until);
        letter.about = challenge.account.map(about);
        ejia_messages::send(txn, &letter)?;
    }
    Ok(())
}

/// The account as messages name it.
pub(crate) const fn about(account: Account) -> About {
    match account {
        Account::Member(id) => About::Member(id),
        Account::Administrator(id) => About::Administrator(id),
        Account::Applicant(id) => About::Applicant(id),
    }
}
