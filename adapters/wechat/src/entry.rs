//! The official account as the door sees it.

use ejia_access::{EntryFault, OfficialAccount};
use ejia_kernel::OpenId;

use crate::{Account, Fault};

impl OfficialAccount for Account {
    fn authorize_address(&self, redirect_uri: &str, state: &str) -> String {
        Account::authorize_address(self, redirect_uri, state)
    }

    fn open_id(&self, code: &str) -> Result<OpenId, EntryFault> {
        Account::open_id(self, code).map_err(|fault| match fault {
            // Invalid, used, missing, run out: the code's own fault.
            Fault::Refused(code @ (40029 | 40163 | 41008 | 42003)) => EntryFault::Refused(code.to_string()),
            other => EntryFault::Unreachable(other.to_string()),
        })
    }
}
