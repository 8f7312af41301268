//! The jobs of this crate: hand a letter over, and look after those that hang.

use std::sync::Arc;
use std::time::Duration;

use ejia_jobs::Handlers;
use ejia_kernel::MessageId;
use serde::{Deserialize, Serialize};

use crate::carrier::Carrier;
use crate::operations::{deliver, sweep};

/// Hands one letter to the carrier.
pub(crate) const DELIVER: &str = "messages.deliver";
/// Ends what has outlived its life and asks after letters of which no report has come.
const SWEEP: &str = "messages.sweep";

/// What the deliver job knows: the message's id and nothing else.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Handover {
    pub(crate) message: MessageId,
}

/// Adds this crate's jobs, with the carrier that letters go out by.
#[must_use]
pub fn handlers(handlers: Handlers, carrier: Arc<dyn Carrier>) -> Handlers {
    let delivering = Arc::clone(&carrier);
    handlers
        .on(DELIVER, move |job, desk| {
            let Handover { message } = job.payload()?;
            deliver::deliver(desk, delivering.as_ref(), message)
        })
        .every(SWEEP, Duration::from_mins(1), move |desk| sweep::sweep(desk, carrier.as_ref()))
}
