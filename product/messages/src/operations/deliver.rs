//! Hands a letter over: which way it goes is decided here, and it is never sent twice while it may have been taken the
//! first time.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{Instant, MessageId, OpenId, Problem};

use super::{carry, push};
use crate::jobs::{self, Handover};
use crate::letter::{Route, State};
use crate::pusher::{Post, Reach};
use crate::store::{self, Ending, Message};
use crate::{hours, rules};

/// The way a message goes this time.
enum Way {
    WeChat(OpenId),
    Sms,
}

/// One try to hand the letter over. A message that has ended meanwhile is left alone.
pub(crate) fn deliver(desk: &Desk, post: &Post, id: MessageId) -> Result<(), JobFault> {
    let (reach, first) = (post.reach(), post.first_company());
    let Some((message, way)) = desk.write_now(move |txn| open(txn, id, reach, first))? else { return Ok(()) };
    match (way, &post.wechat) {
        (Way::WeChat(to), Some((pusher, _))) => push::push(desk, pusher.as_ref(), &message, to),
        _ => carry::carry(desk, post, &message),
    }
}

/// Loads a message that is still to be sent, decides which way, and takes it in hand; one that has outlived its life ends
/// here, and one that would wake somebody waits for the morning.
fn open(
    txn: &mut Txn<'_>,
    id: MessageId,
    reach: Option<Reach>,
    first: Option<&str>,
) -> Result<Option<(Message, Way)>, Problem> {
    let Some(message) = store::load(txn, id)? else { return Ok(None) };
    let now = txn.now();
    if now >= message.expires_at {
        store::end(txn, id, &Ending::outlived(message.state))?;
        return Ok(None);
    }
    let in_doubt = message.state == State::Sending;
    if !in_doubt && let Some(morning) = hours::waits_until(now, message.template, message.expires_at) {
        again(txn, id, morning)?;
        return Ok(None);
    }
    if message.route == Route::WeChat {
        let to = match (reach, message.reader) {
            (Some(reach), Some(reader)) => reach(txn, reader)?,
            _ => None,
        };
        // In doubt, only WeChat can say more, and only as long as it knows the id.
        let may_ask = message.pushed_at.is_some_and(|first| rules::may_ask(first, now));
        if let Some(to) = to.filter(|_| !in_doubt || may_ask) {
            store::take_in_hand(txn, &message, Route::WeChat, None)?;
            return Ok(Some((message, Way::WeChat(to))));
        }
        if in_doubt {
            store::end(txn, id, &Ending::unknown())?;
            return Ok(None);
        }
    }
    if message.to.is_none() {
        store::turn_to_site(txn, id)?;
        store::end(txn, id, &Ending::on_site())?;
        return Ok(None);
    }
    if !in_doubt {
        store::take_in_hand(txn, &message, Route::Sms, first)?;
    }
    Ok(Some((message, Way::Sms)))
}

/// Another try at this instant.
pub(super) fn again(txn: &mut Txn<'_>, id: MessageId, at: Instant) -> Result<(), Problem> {
    ejia_jobs::enqueue_at(txn, jobs::DELIVER, Handover { message: id }, at).map(drop)
}

/// Certainly not taken: tries again after this long.
pub(super) fn postpone(txn: &mut Txn<'_>, id: MessageId, reason: &str, wait: Duration) -> Result<(), Problem> {
    store::mark_waiting(txn, id, reason)?;
    let at = txn.now().plus(wait);
    again(txn, id, at)
}
