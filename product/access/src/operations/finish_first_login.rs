//! The end of a first login: the code is right, a password of one's own is set, and the first session opens.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::Problem;

use super::challenges::{self, Purpose};
use super::change_password::{off_limits, refuse_weak};
use super::log_in::{Step, let_in};
use super::sessions::open_from;
use super::{Ended, on_field};
use crate::model::{Account, Came};
use crate::passwords::Hash;
use crate::store;

/// Finishes a member's first login with the code (where one was sent) and the new password; answers the session's token.
pub(crate) fn finish_first_login(
    txn: &mut Txn<'_>,
    pending: &str,
    purpose: Purpose,
    came: &Came,
    code: &str,
    password: &str,
    hash: &Hash,
) -> Result<Ended<String>, Problem> {
    let mut challenge = challenges::find(txn, pending, purpose, true)?;
    if challenge.passed_at.is_none() {
        challenge = match challenges::try_code(txn, challenge, code)? {
            Ended::Done(challenge) => challenge,
            Ended::Refused(problem) => return Ok(Ended::Refused(problem)),
        };
    }
    let account = challenge.account.ok_or_else(challenges::gone)?;
    choose(txn, account, password, hash)?;
    open_from(txn, account, came).map(Ended::Done)
}

/// Finishes an administrator's first login with the new password; the code came before it.
pub(crate) fn finish_office_login(
    txn: &mut Txn<'_>,
    pending: &str,
    password: &str,
    hash: &Hash,
    came: &Came,
) -> Result<Ended<Step>, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::OfficeLogin, true)?;
    if challenge.passed_at.is_none() {
        return Ok(Ended::Refused(on_field("code", "access.code_missing")));
    }
    let account = challenge.account.ok_or_else(challenges::gone)?;
    choose(txn, account, password, hash)?;
    let_in(txn, account, came)
}

/// Sets the password that ends a first login. A weak one leaves everything as it was, the code included: only the
/// password is to be typed anew.
fn choose(txn: &mut Txn<'_>, account: Account, password: &str, hash: &Hash) -> Result<(), Problem> {
    refuse_weak(password, &off_limits(txn, account)?)?;
    set_own_password(txn, account, hash)?;
    record(txn, Entry::new(&account.actor(), "access.first_password_changed").about(account.kind(), account.id()))
}

/// Sets a password that its owner has chosen: whatever was begun or open before is over.
pub(crate) fn set_own_password(txn: &mut Txn<'_>, account: Account, hash: &Hash) -> Result<(), Problem> {
    store::set_password(txn, account, hash, false)?;
    store::end_challenges(txn, account)?;
    store::sessions::end_all(txn, account, None)?;
    Ok(())
}
