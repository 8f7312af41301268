//! 身份验证器: an administrator's app that shows codes, set up by himself and confirmed with one of its codes; and ten codes
//! on paper for the day on which the app is not at hand.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{AdministratorId, Instant, Problem, narrow};
use ejia_web::Officer;

use super::factors::changed;
use super::{Ended, on_field};
use crate::model::Account;
use crate::store::authenticators as store;
use crate::tokens::draw_recovery_code;
use crate::totp::TotpSecret;

/// How many codes for paper there are.
const RECOVERY_CODES: usize = 10;

/// Draws a secret for an app; it opens nothing before [`confirm`].
pub(crate) fn begin(txn: &mut Txn<'_>, by: &Officer) -> Result<(), Problem> {
    if store::find(txn, by.id(), true)?.is_some_and(|app| app.confirmed) {
        return Err(Problem::conflict("access.authenticator_there_already"));
    }
    Ok(store::begin(txn, by.id(), &TotpSecret::draw()?)?)
}

/// Lets the app count if it shows the right code; answers the codes for paper, which are said once and never again.
pub(crate) fn confirm(txn: &mut Txn<'_>, by: &Officer, typed: &str) -> Result<Vec<String>, Problem> {
    let app = store::find(txn, by.id(), true)?.filter(|app| !app.confirmed);
    let app = app.ok_or_else(|| Problem::refused("access.authenticator_not_begun"))?;
    let step = app.secret.step_of(&digits(typed), txn.now(), app.last_step);
    let step = step.ok_or_else(|| on_field("code", "access.authenticator_code_wrong"))?;
    store::confirm(txn, by.id(), step)?;
    changed(txn, by, "access.authenticator_set_up")?;
    recovery_codes(txn, by.id())
}

/// Takes the app and its codes away.
pub(crate) fn remove(txn: &mut Txn<'_>, by: &Officer) -> Result<(), Problem> {
    if store::find(txn, by.id(), true)?.is_none() {
        return Ok(());
    }
    store::forget(txn, by.id())?;
    changed(txn, by, "access.authenticator_removed")
}

/// Other codes for paper in place of those that are left.
pub(crate) fn renew_codes(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<String>, Problem> {
    if !store::counts(txn, by.id())? {
        return Err(Problem::refused("access.authenticator_not_begun"));
    }
    changed(txn, by, "access.recovery_codes_renewed")?;
    recovery_codes(txn, by.id())
}

fn recovery_codes(txn: &mut Txn<'_>, id: AdministratorId) -> Result<Vec<String>, Problem> {
    let codes = (0..RECOVERY_CODES).map(|_| draw_recovery_code()).collect::<Result<Vec<_>, _>>()?;
    store::set_recovery_codes(txn, id, &codes)?;
    Ok(codes)
}

/// Tries what was typed as a code of the app, or as one of the codes on paper. Either is used up.
pub(crate) fn open(txn: &mut Txn<'_>, id: AdministratorId, typed: &str) -> Result<Ended<()>, Problem> {
    let wrong = || Ok(Ended::Refused(on_field("code", "access.authenticator_code_wrong")));
    let Some(app) = store::find(txn, id, true)?.filter(|app| app.confirmed) else { return wrong() };
    let now: Instant = txn.now();
    if let Some(step) = app.secret.step_of(&digits(typed), now, app.last_step) {
        store::used(txn, id, step)?;
        return Ok(Ended::Done(()));
    }
    if !store::take_recovery_code(txn, id, typed)? {
        return wrong();
    }
    let account = Account::Administrator(id);
    let left = store::recovery_codes_left(txn, id)?;
    let entry = Entry::new(&account.actor(), "access.recovery_code_used").about(account.kind(), account.id());
    record(txn, entry.with("left", left))?;
    Ok(Ended::Done(()))
}

fn digits(typed: &str) -> String {
    narrow(typed).chars().filter(|letter| !letter.is_whitespace()).collect()
}
