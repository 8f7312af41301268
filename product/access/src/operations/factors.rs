//! What an administrator can prove himself with beside the code to his phone, and the step of the login where he does.
//!
//! The phone always remains: whoever has an app is asked for its code, and may ask for one to his phone instead.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::{AdministratorId, Problem};
use ejia_messages::{Letter, Template};
use ejia_web::Officer;

use super::challenges::{self, Purpose, about};
use super::log_in::{Step, proven};
use super::{Ended, authenticators, knock};
use crate::model::{Account, Came};
use crate::rules::ACCOUNT_FAILURES;
use crate::store;

/// What an administrator has beside his phone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Factors {
    /// An authenticator app.
    pub(crate) authenticator: bool,
    /// Passkeys, by what browsers call them.
    pub(crate) passkeys: Vec<Vec<u8>>,
}

impl Factors {
    /// Those of an account.
    pub(crate) fn of(txn: &mut Txn<'_>, account: Account) -> Result<Self, Problem> {
        let Account::Administrator(id) = account else { return Ok(Self::default()) };
        let passkeys = store::passkeys::of(txn, id)?.into_iter().map(|passkey| passkey.credential).collect();
        Ok(Self { authenticator: store::authenticators::counts(txn, id)?, passkeys })
    }

    /// Whether there is any.
    pub(crate) fn any(&self) -> bool {
        self.authenticator || !self.passkeys.is_empty()
    }
}

/// An administrator who has given his password before now brings a code of his app, or one from paper. Tries are counted
/// before they are checked: five wrong ones close this way for a quarter of an hour, and the phone remains.
pub(crate) fn by_authenticator(
    txn: &mut Txn<'_>,
    pending: &str,
    typed: &str,
    came: &Came,
) -> Result<Ended<Step>, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::OfficeLogin, true)?;
    let Some(Account::Administrator(id)) = challenge.account else { return Err(challenges::gone()) };
    let door = door(txn, id);
    knock::count(txn, &door, ACCOUNT_FAILURES, "access.authenticator_locked")?;
    match authenticators::open(txn, id, typed)? {
        Ended::Done(()) => {
            store::forget_failures(txn, &door)?;
            proven(txn, &challenge, came)
        }
        Ended::Refused(problem) => {
            let account = Account::Administrator(id);
            let entry = Entry::new(&Actor::Visitor, "access.wrong_code");
            record(txn, entry.about(account.kind(), account.id()))?;
            Ok(Ended::Refused(problem))
        }
    }
}

fn door(txn: &Txn<'_>, id: AdministratorId) -> Vec<u8> {
    txn.vault().index("access.authenticator_tries", &id.to_string())
}

/// Opens the way of the app again that wrong codes have closed.
pub(super) fn reopen(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), Problem> {
    let door = door(txn, id);
    Ok(store::forget_failures(txn, &door)?)
}

/// Forgets everything but the phone: the administrator has lost what he had, or is gone.
pub(crate) fn forget(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), Problem> {
    store::passkeys::forget(txn, id)?;
    Ok(store::authenticators::forget(txn, id)?)
}

/// Notes that an administrator has changed what he proves himself with, and tells his phone, in case it was not he.
pub(super) fn changed(txn: &mut Txn<'_>, by: &Officer, action: &'static str) -> Result<(), Problem> {
    let account = Account::Administrator(by.id());
    let entry = Entry::new(&by.actor(), action).about(account.kind(), account.id());
    record(txn, entry.within(by.organization_id()))?;
    let phone = ejia_directory::administrator(txn, by.id())?.and_then(|administrator| administrator.phone);
    let Some(phone) = phone else { return Ok(()) };
    ejia_messages::send(txn, &Letter::new(phone, Template::AdministratorChanged).about(about(account))).map(drop)
}
