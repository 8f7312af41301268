//! Looks after the messages that hang: counts reports that came too early, ends those past their life and asks after those nobody reported on.

use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_jobs::JobFault;
use ejia_kernel::Problem;

use super::carry::{company_of, note};
use super::deliver::postpone;
use super::record_push::count_early;
use crate::carrier::Delivery;
use crate::letter::State;
use crate::pusher::Post;
use crate::store::{self, Ending};

/// How many messages one round looks at.
const ROUND: i64 = 200;
/// How many letters one round asks after.
const QUESTIONS: i64 = 20;
/// How long to wait for a report before asking, and before asking again.
const SILENCE: Duration = Duration::from_mins(30);
/// How long a carrier answers questions about a letter; after that it stays "sent".
const MEMORY: Duration = Duration::from_hours(72);

/// One round.
pub(crate) fn sweep(desk: &Desk, post: &Post) -> Result<(), JobFault> {
    desk.write_now(end_outlived)?;
    let silent = desk.read_now(|txn| {
        let asked_before = txn.now().minus(SILENCE);
        store::silent(txn, asked_before, QUESTIONS)
    })?;
    for message in silent {
        let id = message.id;
        let (Some(letter), Some(carrier)) = (message.outgoing(), company_of(post, &message)) else { continue };
        let tried_at = message.tried_at.unwrap_or_else(|| desk.now());
        let told = carrier
            .delivery(&letter, message.number.as_deref(), tried_at)
            .map_err(|fault| JobFault::Retry(format!("asking after a silent letter: {fault:?}")))?;
        desk.write_now(move |txn| {
            store::mark_asked(txn, id)?;
            if (message.state, &told) == (State::Sending, &Delivery::Unheard) {
                return postpone(txn, id, "never heard of", Duration::ZERO);
            }
            note(txn, id, &told)
        })?;
    }
    Ok(())
}

/// Ends what was never sent in its life, and closes the books on what the carrier no longer remembers.
fn end_outlived(txn: &mut Txn<'_>) -> Result<(), Problem> {
    count_early(txn, ROUND)?;
    for (id, state) in store::outlived(txn, ROUND)? {
        store::end(txn, id, &Ending::outlived(state))?;
    }
    let forgotten = txn.now().minus(MEMORY);
    store::forget_reports(txn, forgotten)?;
    store::close_sent(txn, forgotten, ROUND)
}
