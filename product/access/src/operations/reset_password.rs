//! 【忘记密码】: a code to the phone, then a new password. Nothing tells whether the account exists.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::Problem;

use super::challenges::{self, Purpose};
use super::change_password::{off_limits, refuse_weak};
use super::finish_first_login::set_own_password;
use super::{Ended, knock};
use crate::model::{Account, Side, spelled};
use crate::passwords::Hash;
use crate::rules::ADDRESS_FAILURES;

/// Sends a code to the phone of the member who is named, if there is one; the answer is the same if there is none.
/// What is typed counts against the limits, whoever it names.
pub(crate) fn request(txn: &mut Txn<'_>, login: &str, address: &str) -> Result<String, Problem> {
    let asked = txn.vault().index("access.reset_asked", &spelled(login));
    challenges::allow(txn, &asked)?.map_err(challenges::too_many)?;
    let door = txn.vault().index("access.reset_address", address);
    knock::count(txn, &door, ADDRESS_FAILURES, "access.locked")?;
    let whose = knock::known(txn, Side::Member, login, false)?
        .and_then(|known| known.phone.map(|phone| (known.account, phone)));
    let pending = challenges::begin_blind(txn, whose.as_ref(), Purpose::Reset)?;
    allow_again(txn, &pending)?;
    Ok(pending)
}

/// Sends another code for what was begun, as often as one may be asked for, whoever it is for.
pub(crate) fn request_again(txn: &mut Txn<'_>, pending: &str) -> Result<(), Problem> {
    let challenge = challenges::find(txn, pending, Purpose::Reset, true)?;
    allow_again(txn, pending)?;
    let account = challenge.account.map(|account| knock::known_account(txn, account, false)).transpose()?.flatten();
    if let Some(phone) = account.and_then(|known| known.phone) {
        challenges::send_again_blind(txn, challenge, Purpose::Reset, &phone)?;
    }
    Ok(())
}

fn allow_again(txn: &mut Txn<'_>, pending: &str) -> Result<(), Problem> {
    let begun = txn.vault().index("access.reset_begun", pending);
    challenges::allow(txn, &begun)?.map_err(challenges::too_many)
}

/// Sets the new password if the code was right. The doors that were locked for the member open again.
pub(crate) fn finish(
    txn: &mut Txn<'_>,
    pending: &str,
    code: &str,
    password: &str,
    hash: &Hash,
) -> Result<Ended<()>, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::Reset, true)?;
    let challenge = match challenges::try_code(txn, challenge, code)? {
        Ended::Done(challenge) => challenge,
        Ended::Refused(problem) => return Ok(Ended::Refused(problem)),
    };
    let account = challenge.account.ok_or_else(challenges::gone)?;
    refuse_weak(password, &off_limits(txn, account)?)?;
    set_own_password(txn, account, hash)?;
    if let Account::Member(id) = account
        && let Some(member) = ejia_directory::load(txn, id)?
    {
        knock::open_doors(txn, &member.record)?;
    }
    record(txn, Entry::new(&account.actor(), "access.password_reset").about(account.kind(), account.id()))?;
    Ok(Ended::Done(()))
}
