//! What follows a knock: wrong, in, or one step further to a code and a new password.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::Problem;

use super::challenges::{self, Begun, Purpose};
use super::factors::{Factors, by_authenticator};
use super::knock::{self, Knock, Known};
use super::sessions::open_from;
use super::{Ended, computers, on_field};
use crate::model::{Account, Came};
use crate::passwords::Secret;
use crate::store::{self, Challenge};

/// How far a login has come.
#[derive(Debug)]
pub(crate) enum Step {
    /// A session is open.
    In(String),
    /// The code that went to the phone is wanted (of a member, with his new password).
    Code(Awaited),
    /// An administrator has more than his phone: something of that is wanted, and no code has gone out.
    Factor(Awaited),
    /// A new password is wanted; the code was right, or there is no phone.
    NewPassword(Awaited),
    /// He has proven who he is, and works over the encrypted channel alone: his computer is to be enrolled.
    Computer(Awaited),
}

/// What the next page needs.
#[derive(Debug)]
pub(crate) struct Awaited {
    /// The token of the begun login.
    pub(crate) pending: String,
    /// Where the code went, masked.
    pub(crate) phone: String,
    /// Whether a code went out just now.
    pub(crate) sent: bool,
    /// What he has beside the phone.
    pub(crate) factors: Factors,
}

impl Awaited {
    fn of(begun: Begun, known: &Known) -> Self {
        let phone = known.phone.as_ref().map_or_else(String::new, ejia_kernel::Phone::masked);
        Self { pending: begun.pending, phone, sent: begun.sent, factors: Factors::default() }
    }

    fn with(self, factors: Factors) -> Self {
        Self { factors, ..self }
    }
}

/// A member has typed a password that was right or wrong.
pub(crate) fn member(txn: &mut Txn<'_>, knock: &Knock, right: bool, came: &Came) -> Result<Ended<Step>, Problem> {
    let Some(known) = confirmed(txn, knock, right)? else {
        return refused(txn, knock, "access.login_failed", "access.wrong_login");
    };
    knock::open(txn, knock)?;
    if known.must_change || matches!(known.secret, Secret::First(_)) {
        let begun = challenges::begin(txn, known.account, Purpose::FirstLogin, known.phone.as_ref())?;
        let awaited = Awaited::of(begun, &known);
        return Ok(Ended::Done(match known.phone {
            Some(_) => Step::Code(awaited),
            None => Step::NewPassword(awaited),
        }));
    }
    open_from(txn, known.account, came).map(Step::In).map(Ended::Done)
}

/// What an administrator sends beside his password.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    /// A code that he has already; empty when he has none.
    pub(crate) code: String,
    /// Whether he asks for one to his phone, whatever else he has.
    pub(crate) wants_code: bool,
}

/// An administrator has typed a password that was right or wrong, and perhaps a code already. Over the encrypted channel
/// the certificate of his computer stands for the code, unless his first password still stands.
pub(crate) fn officer(
    txn: &mut Txn<'_>,
    knock: &Knock,
    right: bool,
    beside: &Beside,
    came: &Came,
) -> Result<Ended<Step>, Problem> {
    let Some(known) = confirmed(txn, knock, right)? else {
        return refused(txn, knock, "access.login_failed", "access.wrong_office_login");
    };
    knock::open(txn, knock)?;
    if came.computer.is_some() && matches!(known.secret, Secret::Set(_)) {
        return let_in(txn, known.account, came);
    }
    let factors = Factors::of(txn, known.account)?;
    let code = if beside.wants_code { "" } else { beside.code.trim() };
    if !code.is_empty() {
        return with_code_at_once(txn, &known, &factors, code, came);
    }
    if factors.any() && !beside.wants_code {
        let begun = challenges::begin_without_code(txn, known.account, Purpose::OfficeLogin)?;
        return Ok(Ended::Done(Step::Factor(Awaited::of(begun, &known).with(factors))));
    }
    let Some(phone) = &known.phone else {
        return Ok(Ended::Refused(Problem::refused("access.administrator_without_phone")));
    };
    let begun = challenges::begin(txn, known.account, Purpose::OfficeLogin, Some(phone))?;
    Ok(Ended::Done(Step::Code(Awaited::of(begun, &known).with(factors))))
}

/// Password and code came together: it is the phone's where one is under way, else his app's.
fn with_code_at_once(
    txn: &mut Txn<'_>,
    known: &Known,
    factors: &Factors,
    code: &str,
    came: &Came,
) -> Result<Ended<Step>, Problem> {
    match store::challenge_of(txn, known.account, Purpose::OfficeLogin.code())? {
        Some(challenge) if challenge.code_index.is_some() => with_code(txn, challenge, code, came),
        _ if factors.authenticator => {
            let begun = challenges::begin_without_code(txn, known.account, Purpose::OfficeLogin)?;
            by_authenticator(txn, &begun.pending, code, came)
        }
        _ => Ok(Ended::Refused(on_field("code", "access.code_expired"))),
    }
}

/// An administrator who has given his password before now brings the code.
pub(crate) fn officer_code(txn: &mut Txn<'_>, pending: &str, code: &str, came: &Came) -> Result<Ended<Step>, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::OfficeLogin, true)?;
    with_code(txn, challenge, code, came)
}

fn with_code(txn: &mut Txn<'_>, challenge: Challenge, code: &str, came: &Came) -> Result<Ended<Step>, Problem> {
    let account = challenge.account.ok_or_else(challenges::gone)?;
    let challenge = match challenges::try_code(txn, challenge, code)? {
        Ended::Done(challenge) => challenge,
        Ended::Refused(problem) => {
            let entry = Entry::new(&Actor::Visitor, "access.wrong_code");
            record(txn, entry.about(account.kind(), account.id()))?;
            return Ok(Ended::Refused(problem));
        }
    };
    proven(txn, &challenge, came)
}

/// An administrator has given his password and a second proof.
pub(super) fn proven(txn: &mut Txn<'_>, challenge: &Challenge, came: &Came) -> Result<Ended<Step>, Problem> {
    let account = challenge.account.ok_or_else(challenges::gone)?;
    let known = knock::known_account(txn, account, true)?.ok_or_else(challenges::gone)?;
    if matches!(known.secret, Secret::First(_)) {
        // A new token, so that the one the code was sent with opens nothing any more.
        store::end_challenge(txn, &challenge.token_hash)?;
        let begun = challenges::begin(txn, account, Purpose::OfficeLogin, None)?;
        return Ok(Ended::Done(Step::NewPassword(Awaited::of(begun, &known))));
    }
    store::end_challenges(txn, account)?;
    let_in(txn, account, came)
}

/// An administrator has proven who he is: he is let in where his organization exists, or his computer is to be enrolled.
pub(crate) fn let_in(txn: &mut Txn<'_>, account: Account, came: &Came) -> Result<Ended<Step>, Problem> {
    let Some(known) = knock::known_account(txn, account, false)? else { return Err(challenges::gone()) };
    if let Some(serial) = &came.computer {
        if !computers::arrive(txn, account, serial)? {
            let entry = Entry::new(&Actor::Visitor, "access.strange_computer").about(account.kind(), account.id());
            record(txn, entry.within(known.organization_id).with("computer", serial))?;
            return Ok(Ended::Refused(Problem::forbidden("access.computer_of_another")));
        }
        return open_from(txn, account, came).map(Step::In).map(Ended::Done);
    }
    let kind = ejia_directory::tree(txn)?.find(known.organization_id)?.kind;
    if came.channel && computers::is_above_branches(kind) {
        let begun = challenges::begin(txn, account, Purpose::Computer, None)?;
        return Ok(Ended::Done(Step::Computer(Awaited::of(begun, &known))));
    }
    open_from(txn, account, came).map(Step::In).map(Ended::Done)
}

/// The known account, if the password was right and is still the same.
pub(crate) fn confirmed(txn: &mut Txn<'_>, knock: &Knock, right: bool) -> Result<Option<Known>, Problem> {
    match &knock.known {
        Some(then) if right => {
            let now = knock::known_account(txn, then.account, true)?;
            Ok(now.filter(|now| now == then))
        }
        _ => Ok(None),
    }
}

/// The refusal of a wrong password, and of an account that is none; `action` is how the record names it.
pub(crate) fn refused<T>(
    txn: &mut Txn<'_>,
    knock: &Knock,
    action: &'static str,
    code: &'static str,
) -> Result<Ended<T>, Problem> {
    let mut entry = Entry::new(&Actor::Visitor, action);
    if let Some(Known { account, organization_id, .. }) = &knock.known {
        entry = entry.about(Account::kind(*account), account.id()).within(*organization_id);
    }
    record(txn, entry)?;
    Ok(Ended::Refused(Problem::refused(code)))
}

/// Another code for a login that was begun.
pub(crate) fn another_code(txn: &mut Txn<'_>, pending: &str, purpose: Purpose) -> Result<Awaited, Problem> {
    let known = behind(txn, pending, purpose)?;
    let missing = || Problem::refused("access.administrator_without_phone");
    let phone = known.phone.as_ref().ok_or_else(missing)?;
    challenges::send_again(txn, pending, purpose, phone)?;
    let factors = Factors::of(txn, known.account)?;
    Ok(Awaited::of(Begun { pending: pending.to_owned(), sent: true }, &known).with(factors))
}

/// What the page of a begun login needs when it is shown again.
pub(crate) fn awaited(txn: &mut Txn<'_>, pending: &str, purpose: Purpose) -> Result<Step, Problem> {
    let known = behind(txn, pending, purpose)?;
    let passed = challenges::find(txn, pending, purpose, false)?.passed_at.is_some();
    let factors = Factors::of(txn, known.account)?;
    let awaited = Awaited::of(Begun { pending: pending.to_owned(), sent: false }, &known).with(factors);
    Ok(if passed { Step::NewPassword(awaited) } else { Step::Code(awaited) })
}

fn behind(txn: &mut Txn<'_>, pending: &str, purpose: Purpose) -> Result<Known, Problem> {
    let account = challenges::find(txn, pending, purpose, false)?.account.ok_or_else(challenges::gone)?;
    knock::known_account(txn, account, false)?.ok_or_else(challenges::gone)
}
