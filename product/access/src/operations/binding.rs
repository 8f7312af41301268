//! 【身份绑定】: a member's WeChat. One member has one, and one is one member's.

use ejia_audit::{Actor, Entry, record};
use ejia_db::Txn;
use ejia_kernel::{Instant, MemberId, OpenId, Problem};

use super::entry::{self, Waiting};
use super::knock::{self, Knock};
use super::log_in::{confirmed, refused};
use super::sessions::open_from;
use super::{Ended, on_field};
use crate::model::{Account, Came, Door, Login, Side};
use crate::official::AccountEvent;
use crate::passwords::Secret;
use crate::rules::CLOCKS_APART;
use crate::store::{bindings, sessions};

/// A member who has bound himself.
#[derive(Debug)]
pub(crate) struct Bound {
    /// The token of his session.
    pub(crate) token: String,
    /// Where he wanted to go.
    pub(crate) onward: String,
}

/// Somebody whose WeChat waits in this browser names himself by his ID-card number. Counted as at the login, and there.
pub(crate) fn knock_to_bind(
    txn: &mut Txn<'_>,
    mark: Option<&str>,
    id_card: &str,
    address: &str,
) -> Result<Knock, Problem> {
    entry::waiting(txn, mark)?;
    if !matches!(Login::parse(id_card), Login::IdCard(_)) {
        return Err(on_field("id_card", "access.id_card_wanted"));
    }
    knock::knock(txn, Side::Member, id_card, address)
}

/// Binds him, if his password was right and is one that he has set himself; opens a session on the phone.
pub(crate) fn bind(
    txn: &mut Txn<'_>,
    mark: Option<&str>,
    knock: &Knock,
    right: bool,
    came: &Came,
) -> Result<Ended<Bound>, Problem> {
    let Waiting { open_id, onward } = entry::waiting(txn, mark)?;
    let Some(known) = confirmed(txn, knock, right)? else {
        return refused(txn, knock, "access.binding_failed", "access.wrong_binding");
    };
    knock::open(txn, knock)?;
    let Account::Member(member) = known.account else { return Err(Problem::fault("a member's login was another's")) };
    if known.must_change || matches!(known.secret, Secret::First(_)) {
        return Ok(Ended::Refused(Problem::refused("access.bind_after_password")));
    }
    bindings::forget_departed(txn, &open_id)?;
    if bindings::bind(txn, member, &open_id)? {
        let account = known.account;
        let entry = Entry::new(&account.actor(), "access.wechat_bound").about(account.kind(), account.id());
        record(txn, entry.within(known.organization_id))?;
    } else if bindings::member_of(txn, &open_id)? != Some(member) {
        // Whose the WeChat is, or which WeChat he has, is told to nobody.
        let elsewhere = bindings::bound_at(txn, member)?.is_some();
        let code = if elsewhere { "access.bound_to_other_wechat" } else { "access.wechat_of_another" };
        return Ok(Ended::Refused(Problem::conflict(code)));
    }
    entry::take_waiting(txn, mark)?;
    let token = open_from(txn, known.account, came)?;
    Ok(Ended::Done(Bound { token, onward }))
}

/// Unbinds a member, as he asks on the web. Answers whether he was bound.
pub(crate) fn unbind(txn: &mut Txn<'_>, member: MemberId) -> Result<bool, Problem> {
    let bound = bindings::unbind(txn, member)?;
    if bound {
        ended(txn, member, Entry::new(&Actor::Member(member), "access.wechat_unbound"))?;
    }
    Ok(bound)
}

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
