//! Hands a letter to the carrier, and never twice while it may have been taken the first time.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{MessageId, Problem};

use crate::carrier::{Carrier, CarryFault, Delivery};
use crate::jobs::{self, Handover};
use crate::letter::State;
use crate::store::{self, Ending};

/// How long a carrier may need until a letter it has taken shows up when asked for.
const DOUBT: Duration = Duration::from_secs(15);

/// One try to hand the letter over. A message that has ended meanwhile is left alone.
pub(crate) fn deliver(desk: &Desk, carrier: &dyn Carrier, id: MessageId) -> Result<(), JobFault> {
    let Some(message) = desk.write_now(move |txn| open(txn, id))? else { return Ok(()) };
    if message.state == State::Sending {
        let attempts = message.attempts;
        if !lost_on_the_way(desk, carrier, &message)?
            || !desk.write_now(move |txn| store::mark_sending(txn, id, attempts))?
        {
            return Ok(());
        }
    }
    match carrier.carry(&message.letter) {
        Ok(receipt) => Ok(desk.write_now(move |txn| store::mark_sent(txn, id, Some(&receipt.number)))?),
        Err(CarryFault::Refused(reason)) => {
            Ok(desk.write_now(move |txn| store::end(txn, id, &Ending::failed(&reason)).map(drop))?)
        }
        Err(CarryFault::Limited { reason, wait }) => Ok(desk.write_now(move |txn| postpone(txn, id, &reason, wait))?),
        Err(CarryFault::Unreachable(reason)) => {
            let told = reason.clone();
            desk.write_now(move |txn| store::mark_waiting(txn, id, &told))?;
            Err(JobFault::Retry(reason))
        }
        Err(CarryFault::Unknown(reason)) => Err(JobFault::Retry(reason)),
    }
}

/// Loads a message that is still to be sent, and takes it in hand if no try is under way; one that has outlived its life
/// ends here.
fn open(txn: &mut Txn<'_>, id: MessageId) -> Result<Option<store::Message>, Problem> {
    let Some(message) = store::load(txn, id)? else { return Ok(None) };
    if txn.now() >= message.expires_at {
        store::end(txn, id, &Ending::expired())?;
        return Ok(None);
    }
    if message.state == State::Waiting {
        store::take_in_hand(txn, &message)?;
    }
    Ok(Some(message))
}

/// An earlier try ended without an answer: asks the carrier. True when the letter never arrived there and may be
/// sent again; what the carrier does know is written down.
fn lost_on_the_way(desk: &Desk, carrier: &dyn Carrier, message: &store::Message) -> Result<bool, JobFault> {
    let id = message.letter.id;
    let tried_at = message.tried_at.unwrap_or_else(|| desk.now());
    let told = carrier
        .delivery(&message.letter, tried_at)
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
pub(crate) fn note(txn: &mut Txn<'_>, id: MessageId, told: &Delivery) -> Result<(), Problem> {
    match told {
        Delivery::Unheard => Ok(()),
        Delivery::Underway => store::mark_sent(txn, id, None),
        Delivery::Delivered => store::end(txn, id, &Ending::delivered()).map(drop),
        Delivery::Failed(reason) => store::end(txn, id, &Ending::failed(reason)).map(drop),
    }
}

/// Tries again when the carrier's limit is over, if the letter is still worth it then.
fn postpone(txn: &mut Txn<'_>, id: MessageId, reason: &str, wait: Duration) -> Result<(), Problem> {
    let Some(message) = store::load(txn, id)? else { return Ok(()) };
    let again = txn.now().plus(wait);
    if again >= message.expires_at {
        return store::end(txn, id, &Ending::failed(reason)).map(drop);
    }
    store::mark_waiting(txn, id, reason)?;
    ejia_jobs::enqueue_at(txn, jobs::DELIVER, Handover { message: id }, again)?;
    Ok(())
}
