//! What the service remembers.

use std::collections::{BTreeMap, HashMap};

use ejia_kernel::Instant;

use super::Mood;
use super::people::Person;
use crate::Button;

/// Everything, under one lock.
#[derive(Default)]
pub(super) struct Books {
    pub(super) mood: Mood,
    /// Where events go.
    pub(super) call: Option<String>,
    /// By the name that the console gave them.
    pub(super) people: BTreeMap<String, Person>,
    pub(super) tokens: Vec<Token>,
    /// How often the product asked for a token.
    pub(super) token_calls: u64,
    /// When a token was forced.
    pub(super) forced: Vec<Instant>,
    pub(super) ticket: Option<(String, Instant)>,
    pub(super) codes: HashMap<String, Code>,
    pub(super) menu: Vec<Button>,
    /// Messages by reader and the sender's number, so that a second sending is the first one again.
    pub(super) sent: HashMap<(String, String), (i64, Instant)>,
    /// How many notices of a template a reader has agreed to.
    pub(super) consents: HashMap<(String, String), u32>,
    /// Scenes by the ticket of their code.
    pub(super) scenes: HashMap<String, Scene>,
    pub(super) counter: i64,
}

/// A token that was given out.
pub(super) struct Token {
    pub(super) text: String,
    pub(super) expires_at: Instant,
    /// Given by stable_token.
    pub(super) stable: bool,
}

/// A code that brings back who holds the phone.
pub(super) struct Code {
    pub(super) open_id: String,
    pub(super) expires_at: Instant,
    pub(super) used: bool,
}

/// The scene of a code that was made.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) scene: String,
    pub(super) expires_at: Instant,
}

impl Books {
    /// The next number of the service's own.
    pub(super) fn number(&mut self) -> i64 {
        self.counter += 1;
        3_400_000_000_000_000_000 + self.counter
    }

    /// Whose OpenID this is.
    pub(super) fn by_open_id(&mut self, open_id: &str) -> Option<&mut Person> {
        self.people.values_mut().find(|person| person.open_id == open_id)
    }
}
