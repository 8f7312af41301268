//! By text message: handed to the companies that carry them, the next one only when the one before has certainly not taken
//! the letter. Which company has it in hand stands in the row before it is asked, so that questions go to the right one
//! whatever happens in between.

use std::sync::Arc;
use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::{Instant, MessageId, Problem};

use super::deliver::{again, postpone};
use crate::carrier::{Carrier, CarryFault, Delivery, Outgoing};
use crate::letter::State;
use crate::pusher::Post;
use crate::rules;
use crate::store::{self, Ending, Message};

/// How long a carrier may need until a letter it has taken shows up when asked for; longer than any call takes.
const DOUBT: Duration = Duration::from_secs(30);

/// Why a company has certainly not taken the letter, and when it may be worth another try.
struct Miss {
    reason: String,
    wait: Duration,
    /// A limit, which is over after this long and not before.
    limit: bool,
}

/// One try: with one company after the other.
pub(super) fn carry(desk: &Desk, post: &Post, message: &Message) -> Result<(), JobFault> {
    let (id, mut attempts) = (message.id, message.attempts + 1);
    let Some(letter) = message.outgoing() else { return Ok(()) };
    let mut in_hand = post.carriers.first().map(|first| first.company());
    if message.state == State::Sending {
        if !lost_on_the_way(desk, post, message, &letter)? {
            return Ok(());
        }
        // Nobody has it in hand any more.
        (in_hand, attempts) = (None, message.attempts);
    }
    let mut misses = Vec::new();
    for carrier in &post.carriers {
        let company = carrier.company();
        if in_hand != Some(company) {
            if !desk.write_now(move |txn| store::mark_sending(txn, id, attempts, company))? {
                return Ok(());
            }
            attempts += 1;
        }
        in_hand = None;
        match carrier.carry(&letter) {
            Ok(receipt) => return Ok(desk.write_now(move |txn| store::mark_sent(txn, id, Some(&receipt.number)))?),
            Err(CarryFault::Refused(reason)) => {
                return Ok(desk.write_now(move |txn| store::end(txn, id, &Ending::failed(&reason)).map(drop))?);
            }
            Err(CarryFault::Unknown(_)) => {
                return Ok(desk.write_now(move |txn| {
                    let now = txn.now();
                    ask_later(txn, id, now)
                })?);
            }
            Err(CarryFault::Limited { reason, wait }) => misses.push(Miss { reason, wait, limit: true }),
            Err(CarryFault::Unreachable(reason)) => {
                misses.push(Miss { reason, wait: rules::pause(attempts), limit: false });
            }
        }
    }
    let expires_at = message.expires_at;
    Ok(desk.write_now(move |txn| nobody_took(txn, id, expires_at, &misses))?)
}

/// Certainly with no company: again when the first of them may take it, unless their limits outlast the letter.
fn nobody_took(txn: &mut Txn<'_>, id: MessageId, end: Instant, misses: &[Miss]) -> Result<(), Problem> {
    let reason = misses.iter().map(|miss| miss.reason.as_str()).collect::<Vec<_>>().join("; ");
    let wait = misses.iter().map(|miss| miss.wait).min().unwrap_or_default();
    if misses.iter().all(|miss| miss.limit) && txn.now().plus(wait) >= end {
        return store::end(txn, id, &Ending::failed(&reason)).map(drop);
    }
    postpone(txn, id, &reason, wait)
}

/// The company that has a message in hand; none when it carries for us no longer.
pub(super) fn company_of<'a>(post: &'a Post, message: &Message) -> Option<&'a Arc<dyn Carrier>> {
    match &message.company {
        Some(company) => post.carriers.iter().find(|carrier| carrier.company() == company.as_str()),
        None => post.carriers.first(),
    }
}

/// An earlier try ended without an answer: asks the company. True when the letter never arrived there and may be
/// sent again; what the company does know is written down, and it is asked again later when it knows nothing yet.
fn lost_on_the_way(desk: &Desk, post: &Post, message: &Message, letter: &Outgoing) -> Result<bool, JobFault> {
    let id = message.id;
    let tried_at = message.tried_at.unwrap_or_else(|| desk.now());
    let told = company_of(post, message).map(|carrier| carrier.delivery(letter, None, tried_at));
    match told {
        Some(Ok(Delivery::Unheard)) if desk.now().since(tried_at) >= DOUBT => return Ok(true),
        Some(Ok(Delivery::Unheard | Delivery::Untold) | Err(_)) | None => {
            desk.write_now(move |txn| ask_later(txn, id, tried_at))?;
        }
        Some(Ok(told)) => desk.write_now(move |txn| note(txn, id, &told))?,
    }
    Ok(false)
}

/// In doubt since `since`: the company is asked what became of it, the less often the longer it lasts.
fn ask_later(txn: &mut Txn<'_>, id: MessageId, since: Instant) -> Result<(), Problem> {
    let at = txn.now().plus(rules::ask_pause(txn.now().since(since)));
    again(txn, id, at)
}

/// Writes down what the carrier told of a letter.
pub(super) fn note(txn: &mut Txn<'_>, id: MessageId, told: &Delivery) -> Result<(), Problem> {
    match told {
        Delivery::Unheard | Delivery::Untold => Ok(()),
        Delivery::Underway => store::mark_sent(txn, id, None),
        Delivery::Delivered => store::end(txn, id, &Ending::delivered()).map(drop),
        Delivery::Failed(reason) => store::end(txn, id, &Ending::failed(reason)).map(drop),
    }
}
