//! By text message: handed to the companies that carry them.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::Problem;

use super::deliver::postpone;
use crate::carrier::{Carrier, CarryFault, Delivery, Outgoing};
use crate::letter::State;
use crate::rules;
use crate::store::{self, Ending, Message};

/// How long a carrier may need until a letter it has taken shows up when asked for; longer than any call takes.
const DOUBT: Duration = Duration::from_secs(30);

/// One try.
pub(super) fn carry(desk: &Desk, carrier: &dyn Carrier, message: &Message) -> Result<(), JobFault> {
    let (id, attempts) = (message.id, message.attempts);
    let Some(letter) = message.outgoing() else { return Ok(()) };
    if message.state == State::Sending
        && (!lost_on_the_way(desk, carrier, message, &letter)?
            || !desk.write_now(move |txn| store::mark_sending(txn, id, attempts))?)
    {
        return Ok(());
    }
    let expires_at = message.expires_at;
    Ok(match carrier.carry(&letter) {
        Ok(receipt) => desk.write_now(move |txn| store::mark_sent(txn, id, Some(&receipt.number))),
        Err(CarryFault::Refused(reason)) => {
            desk.write_now(move |txn| store::end(txn, id, &Ending::failed(&reason)).map(drop))
        }
        Err(CarryFault::Limited { reason, wait }) => desk.write_now(move |txn| {
            // Not worth it any more when the limit is over.
            if txn.now().plus(wait) >= expires_at {
                return store::end(txn, id, &Ending::failed(&reason)).map(drop);
            }
            postpone(txn, id, &reason, wait)
        }),
        Err(CarryFault::Unreachable(reason)) => {
            desk.write_now(move |txn| postpone(txn, id, &reason, rules::pause(attempts + 1)))
        }
        Err(CarryFault::Unknown(reason)) => return Err(JobFault::Retry(reason)),
    }?)
}

/// An earlier try ended without an answer: asks the carrier. True when the letter never arrived there and may be
/// sent again; what the carrier does know is written down.
fn lost_on_the_way(desk: &Desk, carrier: &dyn Carrier, message: &Message, letter: &Outgoing) -> Result<bool, JobFault> {
    let id = message.id;
    let tried_at = message.tried_at.unwrap_or_else(|| desk.now());
    let told = carrier
        .delivery(letter, tried_at)
        .map_err(|fault| JobFault::Retry(format!("asking after a letter in doubt: {fault:?}")))?;
    if told == Delivery::Unheard {
        if desk.now().since(tried_at) < DOUBT {
            return Err(JobFault::Retry("the carrier may not have noted the letter yet".to_owned()));
        }
        return Ok(true);
    }
    desk.write_now(move |txn| note(txn, id, &told))?;
    Ok(false)
}

/// Writes down what the carrier told of a letter.
pub(super) fn note(txn: &mut Txn<'_>, id: ejia_kernel::MessageId, told: &Delivery) -> Result<(), Problem> {
    match told {
        Delivery::Unheard => Ok(()),
        Delivery::Underway => store::mark_sent(txn, id, None),
        Delivery::Delivered => store::end(txn, id, &Ending::delivered()).map(drop),
        Delivery::Failed(reason) => store::end(txn, id, &Ending::failed(reason)).map(drop),
    }
}
