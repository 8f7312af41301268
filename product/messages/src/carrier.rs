//! The companies that carry letters, as the deliver job sees them. Their protocols live in the adapters.

use std::time::Duration;

use ejia_kernel::{Instant, MessageId, Phone};

use crate::template::Template;

/// A letter on its way out: all that a carrier learns.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// Our number of the message; a carrier sends it along and gives it back in its reports.
    pub id: MessageId,
    /// The number to send to.
    pub to: Phone,
    /// The registered sentence.
    pub template: Template,
    /// What goes into the sentence.
    pub params: Vec<(String, String)>,
}

/// The carrier has taken the letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The carrier's own number of the letter.
    pub number: String,
}

/// The carrier has not taken the letter, or we cannot know. The texts are for the message row and the log; they
/// hold codes of the carrier, never a number or a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarryFault {
    /// Certainly not taken; the carrier is out of reach or out of order for the moment.
    Unreachable(String),
    /// Certainly not taken; too many letters to this number or in all. Worth trying after this long.
    Limited {
        /// The carrier's code.
        reason: String,
        /// How long to wait at least.
        wait: Duration,
    },
    /// Nobody knows: the question went out and no answer came back. Ask before sending again.
    Unknown(String),
    /// Refused for good: sending the same again would be refused again.
    Refused(String),
}

/// What became of a letter, as the carrier tells when asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The carrier has never heard of it.
    Unheard,
    /// The carrier tells only of letters that have arrived or are lost, and this is not yet among them.
    Untold,
    /// Taken, on its way.
    Underway,
    /// Arrived.
    Delivered,
    /// Lost, with the carrier's code.
    Failed(String),
}

/// A delivery report: the carrier tells unasked what became of a letter.
#[derive(Clone, Debug)]
pub struct Report {
    /// Our number of the message, when the carrier gives it back.
    pub id: Option<MessageId>,
    /// The carrier's number of the letter.
    pub number: String,
    /// The phone the report speaks of.
    pub phone: Phone,
    /// None when it has arrived, else the carrier's code.
    pub failure: Option<String>,
}

/// A company that carries letters.
pub trait Carrier: Send + Sync {
    /// Its name in the row, so that a letter is asked after where it was handed over.
    fn company(&self) -> &'static str;

    /// Hands the letter over. Called outside any transaction; must come back within half a minute.
    fn carry(&self, letter: &Outgoing) -> Result<Receipt, CarryFault>;

    /// Asks what became of a letter handed over at `tried_at`. Its own `number` of the letter is known when it has answered
    /// that it took it.
    fn delivery(&self, letter: &Outgoing, number: Option<&str>, tried_at: Instant) -> Result<Delivery, CarryFault>;
}
