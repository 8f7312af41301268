//! 通行密钥: passkeys of administrators, added by themselves, used at the login in place of the phone's code.
//!
//! What an authenticator signs is the token of what was begun: drawn for it, known to nobody before, good once.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::Officer;

use super::challenges::{self, Purpose};
use super::factors::changed;
use super::log_in::{Step, proven};
use super::{Ended, on_field};
use crate::model::{Account, Came};
use crate::passkeys::{Doubt, Made, PasskeyOrigins, Used};
use crate::store::{self, passkeys};

/// So many passkeys has one administrator at most.
const MOST: usize = 10;

/// Begins to add a passkey; answers the token that is to be signed.
pub(crate) fn begin(txn: &mut Txn<'_>, by: &Officer, name: &str) -> Result<String, Problem> {
    named(name)?;
    if passkeys::of(txn, by.id())?.len() >= MOST {
        return Err(Problem::refused("access.passkeys_too_many").with("count", MOST));
    }
    let account = Account::Administrator(by.id());
    Ok(challenges::begin_without_code(txn, account, Purpose::Passkey)?.pending)
}

/// Adds the passkey that a browser has made.
pub(crate) fn add(
    txn: &mut Txn<'_>,
    by: &Officer,
    origins: &PasskeyOrigins,
    pending: &str,
    name: &str,
    made: &Made,
) -> Result<(), Problem> {
    let account = Account::Administrator(by.id());
    let challenge = challenges::find(txn, pending, Purpose::Passkey, true)?;
    if challenge.account != Some(account) {
        return Err(challenges::gone());
    }
    let passkey = made.checked(origins, pending).map_err(refused)?;
    store::end_challenge(txn, &challenge.token_hash)?;
    if !passkeys::insert(txn, by.id(), &named(name)?, &passkey)? {
        return Err(Problem::conflict("access.passkey_there_already"));
    }
    changed(txn, by, "access.passkey_added")
}

/// Takes a passkey away.
pub(crate) fn remove(txn: &mut Txn<'_>, by: &Officer, credential: &[u8]) -> Result<(), Problem> {
    if !passkeys::remove(txn, by.id(), credential)? {
        return Err(Problem::not_found("access.no_such_passkey"));
    }
    changed(txn, by, "access.passkey_removed")
}

/// An administrator who has given his password before now has used a passkey.
pub(crate) fn by_passkey(
    txn: &mut Txn<'_>,
    origins: &PasskeyOrigins,
    pending: &str,
    used: &Used,
    came: &Came,
) -> Result<Ended<Step>, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::OfficeLogin, true)?;
    let Some(Account::Administrator(id)) = challenge.account else { return Err(challenges::gone()) };
    let known = passkeys::find(txn, id, &used.credential)?;
    let checked = known.ok_or("nobody's").and_then(|known| used.checked(origins, pending, &known));
    match checked {
        Ok(counter) => {
            passkeys::used(txn, &used.credential, counter)?;
            proven(txn, &challenge, came)
        }
        Err(doubt) => {
            let account = Account::Administrator(id);
            let entry = Entry::new(&Actor::Visitor, "access.wrong_passkey");
            record(txn, entry.about(account.kind(), account.id()).with("doubt", doubt))?;
            Ok(Ended::Refused(Problem::refused("access.passkey_refused")))
        }
    }
}

fn refused(doubt: Doubt) -> Problem {
    tracing::info!(doubt, "a passkey was refused");
    Problem::refused("access.passkey_refused")
}

fn named(typed: &str) -> Result<String, Problem> {
    let name = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(on_field("name", "access.passkey_name_missing")),
        1..=30 if !name.chars().any(char::is_control) => Ok(name),
        _ => Err(on_field("name", "access.passkey_name_length")),
    }
}
