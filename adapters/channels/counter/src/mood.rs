//! How unpleasant the other side is.

use ejia_kernel::labelled;
use serde::{Deserialize, Serialize};

labelled! {
    /// What is forged in a notification.
    pub enum Tamper {
        /// Another amount, signed well.
        Amount => "amount", "金额不符";
        /// The signature does not hold.
        Signature => "signature", "签名错误";
        /// Another merchant or application, signed well.
        Merchant => "merchant", "商户不符";
    }
}

/// How the other side behaves, to one order or in general.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own on the console")]
pub struct Mood {
    /// Notifies nothing.
    pub silent: bool,
    /// Answers calls after three seconds.
    pub slow: bool,
    /// Does nothing of what calls ask, and never answers.
    pub deaf: bool,
    /// Does what calls ask, and never answers.
    pub lost: bool,
    /// Refuses payments at the page, and refunds.
    pub refuse: bool,
    /// Leaves refunds on their way until [`crate::Counter::finish_refund`].
    pub underway: bool,
    /// Leaves the order out of statements.
    pub unlisted: bool,
    /// How often a notification is sent (1).
    pub times: u32,
    /// How long after the event, in milliseconds.
    pub delay_ms: u64,
    /// What is forged in it.
    pub tamper: Option<Tamper>,
}

impl Default for Mood {
    fn default() -> Self {
        Self {
            silent: false,
            slow: false,
            deaf: false,
            lost: false,
            refuse: false,
            underway: false,
            unlisted: false,
            times: 1,
            delay_ms: 0,
            tamper: None,
        }
    }
}
