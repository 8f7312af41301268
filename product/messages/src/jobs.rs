//! The jobs of this crate: hand a letter over, look after those that hang, and tell people what others announce.

use std::time::Duration;

use ejia_jobs::Handlers;
use ejia_kernel::MessageId;
use serde::{Deserialize, Serialize};

use crate::operations::tell_reviewed::tell_reviewed;
use crate::operations::{deliver, forget, sweep};
use crate::pusher::Post;
use crate::template::Template;

/// Hands one letter over.
pub(crate) const DELIVER: &str = "messages.deliver";
/// Ends what has outlived its life and asks after letters of which no report has come.
const SWEEP: &str = "messages.sweep";
/// Takes out what has been kept long enough.
const FORGET: &str = "messages.forget";

/// The directory announces that what a member changed was accepted.
const REVIEWED: &str = "messages.record_reviewed";
/// The directory announces that what a member changed was sent back.
const RETURNED: &str = "messages.record_returned";

/// What the deliver job knows: the message's id and nothing else.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Handover {
    pub(crate) message: MessageId,
}

/// Adds this crate's jobs, with the ways that letters go out by.
#[must_use]
pub fn handlers(handlers: Handlers, post: impl Into<Post>) -> Handlers {
    let post = post.into();
    let delivering = post.clone();
    handlers
        .on(DELIVER, move |job, desk| {
            let Handover { message } = job.payload()?;
            deliver::deliver(desk, &delivering, message)
        })
        .on_writing(REVIEWED, |txn, reviewed| tell_reviewed(txn, reviewed, Template::RecordReviewed))
        .on_writing(RETURNED, |txn, reviewed| tell_reviewed(txn, reviewed, Template::RecordReturned))
        .every(FORGET, Duration::from_hours(1), forget::forget)
        .every(SWEEP, Duration::from_mins(1), move |desk| sweep::sweep(desk, &post))
}
