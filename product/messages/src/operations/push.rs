//! By WeChat: pushed by the official account. What WeChat certainly has not taken goes by text message after a short
//! patience; what it may have taken is asked for again under the same id, and never goes by text message as well.

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{MessageId, OpenId, Problem};

use super::deliver::{again, postpone};
use crate::carrier::CarryFault;
use crate::letter::State;
use crate::pusher::{Push, Pusher};
use crate::rules;
use crate::store::{self, Message};

/// One push.
///
/// WeChat pushes one id to one reader once. So what is answered to an id in doubt also tells of the first time: taken, or
/// refused as it was refused then. That it is out of reach or has too much to do tells nothing of the first time.
pub(super) fn push(desk: &Desk, pusher: &dyn Pusher, message: &Message, to: OpenId) -> Result<(), JobFault> {
    let (id, in_doubt) = (message.id, message.state == State::Sending);
    let path = format!("/wechat{}", message.template.page());
    let answer = pusher.push(&Push { id, to, template: message.template, params: message.params.clone(), path });
    let message = message.clone();
    Ok(match answer {
        Ok(receipt) => desk.write_now(move |txn| store::mark_sent(txn, id, Some(&receipt.number))),
        Err(CarryFault::Refused(reason)) => desk.write_now(move |txn| by_sms(txn, id, &reason).map(drop)),
        Err(CarryFault::Unknown(_)) => desk.write_now(move |txn| ask_again(txn, &message)),
        Err(_) if in_doubt => desk.write_now(move |txn| ask_again(txn, &message)),
        Err(CarryFault::Unreachable(reason)) => {
            let wait = rules::pause(message.attempts + 1);
            desk.write_now(move |txn| not_now(txn, &message, &reason, wait))
        }
        Err(CarryFault::Limited { reason, wait }) => desk.write_now(move |txn| not_now(txn, &message, &reason, wait)),
    }?)
}

/// Certainly not taken: again by WeChat if that is soon, else by text message.
fn not_now(txn: &mut Txn<'_>, message: &Message, reason: &str, wait: std::time::Duration) -> Result<(), Problem> {
    let now = txn.now();
    let first = message.pushed_at.unwrap_or(now);
    if rules::push_again(first, now, wait, message.expires_at).is_some() {
        return postpone(txn, message.id, reason, wait);
    }
    by_sms(txn, message.id, reason).map(drop)
}

/// Nobody knows: it stays in doubt, and WeChat is asked again.
fn ask_again(txn: &mut Txn<'_>, message: &Message) -> Result<(), Problem> {
    let at = txn.now().plus(rules::doubt_pause(message.attempts + 1));
    again(txn, message.id, at)
}

/// WeChat certainly has not reached him: the letter goes by text message. False when it has ended before.
pub(super) fn by_sms(txn: &mut Txn<'_>, id: MessageId, reason: &str) -> Result<bool, Problem> {
    let turned = store::turn_to_sms(txn, id, reason)?;
    if turned {
        let now = txn.now();
        again(txn, id, now)?;
    }
    Ok(turned)
}
