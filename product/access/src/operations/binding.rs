//! 【身份绑定】: a member's WeChat. One member has one, and one is one member's.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::{Instant, MemberId, OpenId, Problem};

use crate::model::{Account, Door};
use crate::official::AccountEvent;
use crate::rules::CLOCKS_APART;
use crate::store::{bindings, sessions};

/// The WeChat of a member who is bound: where messages reach him. Who has left the list is reached no more.
pub fn reach(txn: &mut Txn<'_>, member: MemberId) -> Result<Option<OpenId>, Problem> {
    bindings::open_id_of(txn, member)
}

/// An event of the official account; `at` is the time the account names, `key` what tells it from every other. Answers
/// whether it is heard for the first time: one that came before changes nothing, nor does one from before the binding.
pub fn account_event(
    txn: &mut Txn<'_>,
    open_id: &OpenId,
    event: AccountEvent,
    at: Instant,
    key: &str,
) -> Result<bool, Problem> {
    if !bindings::hear(txn, key)? {
        return Ok(false);
    }
    match event {
        // Following binds nobody: he binds himself, as the first time.
        AccountEvent::Subscribed => {}
        AccountEvent::Unsubscribed => {
            if let Some(member) = bindings::unbind_open_id(txn, open_id, at.plus(CLOCKS_APART))? {
                ended(txn, member, Entry::new(&Actor::System, "access.wechat_unfollowed"))?;
            }
        }
    }
    Ok(true)
}

/// What follows the end of a binding: nothing that was opened on a phone stays open.
fn ended(txn: &mut Txn<'_>, member: MemberId, entry: Entry) -> Result<(), Problem> {
    let account = Account::Member(member);
    let sessions = sessions::end_all_at(txn, account, Door::Phone)?;
    record(txn, entry.about(account.kind(), account.id()).with("sessions_ended", sessions))
}
