//! 【修改密码】: the old password and a new one, from inside a session.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{Problem, SessionId};

use super::knock::{self, Known};
use super::{Ended, on_field};
use crate::model::Account;
use crate::passwords::Hash;
use crate::rules::{ACCOUNT_FAILURES, FIRST_ADMINISTRATOR_PASSWORD, OffLimits, good_password};
use crate::store;

/// What the passwords of an account may not hold.
pub(crate) fn off_limits(txn: &mut Txn<'_>, account: Account) -> Result<OffLimits, Problem> {
    match account {
        Account::Member(id) => {
            let Some(member) = ejia_directory::load(txn, id)? else { return Ok(OffLimits::default()) };
            let phone = member.record.phone.map(|phone| phone.expose().to_owned());
            let mut numbers = vec![member.record.id_card.expose().to_owned()];
            numbers.extend(phone.clone());
            Ok(OffLimits { numbers, first: phone })
        }
        Account::Administrator(id) => {
            let Some(administrator) = ejia_directory::administrator(txn, id)? else {
                return Ok(OffLimits::default());
            };
            let tree = ejia_directory::tree(txn)?;
            let code = tree.get(administrator.organization_id).map(|node| node.code.to_string());
            let phone = administrator.phone.map(|phone| phone.expose().to_owned());
            let numbers = code.into_iter().chain(phone).chain(administrator.user_name).collect();
            Ok(OffLimits { numbers, first: Some(FIRST_ADMINISTRATOR_PASSWORD.to_owned()) })
        }
        Account::Applicant(_) => Ok(OffLimits::default()),
    }
}

/// Refuses a new password that is not good enough, beside its field.
pub(crate) fn refuse_weak(password: &str, off_limits: &OffLimits) -> Result<(), Problem> {
    good_password(password, off_limits).map_err(|code| on_field("password", code))
}

/// Counts a try with the old password before it is checked, so that a session left open is no place for guessing.
pub(crate) fn begin(txn: &mut Txn<'_>, account: Account) -> Result<Known, Problem> {
    knock::count(txn, &door(txn, account), ACCOUNT_FAILURES, "access.locked")?;
    knock::known_account(txn, account, false)?.ok_or_else(Problem::login_needed)
}

/// Sets the new password if the old one was right; all other sessions end.
pub(crate) fn finish(
    txn: &mut Txn<'_>,
    known: &Known,
    session: SessionId,
    right: bool,
    hash: &Hash,
) -> Result<Ended<()>, Problem> {
    let account = known.account;
    let entry = |action| Entry::new(&account.actor(), action).about(account.kind(), account.id());
    let now = knock::known_account(txn, account, true)?;
    if !right || now.as_ref() != Some(known) {
        record(txn, entry("access.old_password_wrong"))?;
        return Ok(Ended::Refused(on_field("old", "access.old_password_wrong")));
    }
    let door = door(txn, account);
    store::forget_failures(txn, &door)?;
    store::set_password(txn, account, hash, false)?;
    store::end_challenges(txn, account)?;
    let ended = store::sessions::end_all(txn, account, Some(session))?;
    record(txn, entry("access.password_changed").with("sessions_ended", ended))?;
    Ok(Ended::Done(()))
}

/// Where tries with one's own password from inside a session are counted.
pub(super) fn door(txn: &Txn<'_>, account: Account) -> Vec<u8> {
    txn.vault().index("access.old_password", &account.id())
}
