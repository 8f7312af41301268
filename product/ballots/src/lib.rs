//! Secret votes (无记名表决): who voted is known, what was voted is known, and nothing that is kept ties the two.
//!
//! Each vote has a key pair of its own ([`BallotBox::prepare`]). The public key stands in the database; the private key
//! lies only in a file beside it, out of its backups, and is destroyed by the transaction's own job as soon as the votes
//! are counted. Whoever casts ([`cast`]) turns his mark on the list of voters and leaves a sealed ballot of fixed length
//! under a random number, both in one transaction: he votes once or not at all. Log files may tell which sealed ballot
//! came from whom; what is in it, nobody can tell once the key is gone.
//!
//! Counting ([`close`] asks for it) opens all ballots at once and writes counts and a list, sorted by the voters' codes.
//! A code (查票码) is drawn with the voting paper ([`paper`]), shown before casting and never stored in clear; with it a
//! voter finds his own ballot in the list ([`find`]). Where fewer than three voted, neither counts nor list are written.
//!
//! This crate knows a title, options and a list of voters. What a vote is for, who may open and see it, and its pages
//! are its caller's; he hears that a vote has ended by a job of the kind he named ([`BallotBox::telling`]).
//!
//! `docs/secret-vote.md` says against whom this holds and against whom it does not.

mod casting;
mod code;
mod counting;
mod destroying;
mod ending;
mod id;
mod keys;
mod model;
mod opening;
mod result;
mod rules;
mod schema;
mod seal;
mod store;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ejia_jobs::Handlers;

pub use casting::{cast, marks, paper, standing, standings, voted};
pub use ending::close;
pub use id::BallotId;
pub use keys::{BallotBox, Prepared};
pub use model::{
    Cast, Ended, Listed, ListedPage, NewBallot, Outcome, Paper, Sheet, Standing, State, Tally, Voided, Votes,
};
pub use result::{find, outcome, published};
pub use rules::{FEWEST, MOST_OPTIONS, MOST_VOTERS};
pub use schema::{BLOBS, MIGRATIONS};

/// The Chinese sentences of this crate.
pub const TEXTS: &str = include_str!("texts.toml");

/// The jobs of this crate: counting, destroying keys, sweeping keys that nobody opened a vote with.
#[must_use]
pub fn handlers(handlers: Handlers, ballots: &BallotBox) -> Handlers {
    let (counts, destroys, sweeps) = (ballots.clone(), ballots.clone(), ballots.clone());
    handlers
        .on(ending::COUNT, move |job, desk| counting::run(&counts, job, desk))
        .on(ending::DESTROY, move |_, desk| Ok(destroying::destroy(&destroys, desk)?))
        .every("ballots.sweep_keys", Duration::from_mins(10), move |desk| Ok(destroying::sweep(&sweeps, desk)?))
}
