//! The record of who did what, under a chain that cannot be altered unnoticed.
//!
//! Every act of an administrator and every change of a person's record is written with [`record`] in the transaction
//! that does it, as a row of `audit_entry`: if the act stands, so does its trace. Entries carry ids, codes and names of
//! fields; never a person's name, phone or ID-card number.
//!
//! The hash chain is not laid inside those transactions (every write would queue behind the last link, or the chain
//! would fork). Instead one sealer ([`seal`], every two seconds) takes what has been committed, locks the one row of
//! `audit_head`, and writes a link for each entry: a number without gaps and SHA-256 over the last hash, the number and
//! every column with its type and length. Links are rows of their own, so an entry is written once and not edited; only
//! its mark `sealed` turns.
//!
//! The end of the chain is signed with Ed25519 at each sealing, and every thousandth link for good. The key is derived
//! from the vault's, which does not lie in the database: whoever can write every table still cannot lay a chain of his
//! own. What remains: cutting the whole database back to an older state. Against it, [`Verified::last_hash`] is written
//! down elsewhere (the log, a piece of paper) and compared.
//!
//! [`verify`] recomputes everything and names the first place that does not hold. [`about`] reads the trace of one
//! subject.

mod chain;
mod checkpoint;
mod entry;
mod schema;
mod seal;
mod signature;
mod trace;
mod verify;

#[cfg(test)]
mod tests;

pub use checkpoint::{Checkpoint, PublicKey};
pub use entry::{Actor, Entry, record};
pub use schema::{BLOBS, MIGRATIONS};
pub use seal::{Standing, jobs, seal, standing};
pub use trace::{AuditLine, Wanted, about, actions, counted, found};
pub use verify::{Broken, Told, Verified, verify, verify_telling};
