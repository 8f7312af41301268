//! 安全管理: opening locked logins, ending sessions and shutting out computers of administrators in the whole city.
//!
//! The security office reaches every administrator but itself: what concerns one's own account is on one's own pages.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::Administrator;
use ejia_kernel::{AdministratorId, Problem, SessionId};
use ejia_web::Officer;

use super::administrators::forget_failures;
use crate::store;

/// An administrator of the city who is not the officer himself.
fn another(txn: &mut Txn<'_>, by: &Officer, id: AdministratorId) -> Result<Administrator, Problem> {
    if id == by.id() {
        return Err(Problem::forbidden("access.not_for_oneself"));
    }
    ejia_directory::administrator(txn, id)?.ok_or_else(|| Problem::not_found("access.no_such_administrator"))
}

fn entry(by: &Officer, action: &'static str, whose: &Administrator) -> Entry {
    Entry::new(&by.actor(), action).about("administrator", whose.id).within(whose.organization_id)
}

/// Opens the door that failures have locked.
pub(crate) fn unlock(txn: &mut Txn<'_>, by: &Officer, id: AdministratorId) -> Result<(), Problem> {
    let administrator = another(txn, by, id)?;
    forget_failures(txn, &administrator)?;
    record(txn, entry(by, "access.login_unlocked", &administrator))
}

/// Ends a session; its owner must log in again.
pub(crate) fn end_session(txn: &mut Txn<'_>, by: &Officer, id: SessionId) -> Result<(), Problem> {
    let whose = store::security::session_of(txn, id)?.ok_or_else(|| Problem::not_found("access.no_such_session"))?;
    let administrator = another(txn, by, whose)?;
    store::sessions::end(txn, id)?;
    record(txn, entry(by, "access.session_ended", &administrator))
}

/// Shuts out a computer; it must be enrolled again.
pub(crate) fn shut_out(txn: &mut Txn<'_>, by: &Officer, serial: &str) -> Result<(), Problem> {
    let computer = store::computers::computer(txn, serial)?;
    let computer = computer.ok_or_else(|| Problem::not_found("access.no_such_computer"))?;
    let administrator = another(txn, by, computer.administrator_id)?;
    if store::computers::revoke(txn, serial)? {
        record(txn, entry(by, "access.computer_revoked", &administrator).with("computer", serial))?;
    }
    Ok(())
}
