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
//! own, nor let the sealer do it: it seals only what bears the MAC with which this house writes, and only behind an end
//! that bears its signature and has not gone back. What remains: putting an older state of the whole database in place.
//! Against it a [`Checkpoint`] is kept elsewhere from time to time ([`checkpoint_jobs`]) and compared ([`verify_with`]).
//!
//! [`verify`] recomputes everything and names the first place that does not hold. [`about`] reads the trace of one
//! subject, [`found`] the whole record. `docs/audit.md` says what all this guards against.

mod broken;
mod chain;
mod checkpoint;
mod entry;
mod kept;
mod schema;
mod seal;
mod signature;
mod trace;
mod verify;

#[cfg(test)]
mod tests;

pub use broken::Broken;
pub use checkpoint::{Checkpoint, PublicKey};
pub use entry::{Actor, Entry, record};
pub use kept::{checkpoint_jobs, keep, read_kept};
pub use schema::{BLOBS, MIGRATIONS};
pub use seal::{Standing, jobs, seal, standing};
pub use trace::{AuditLine, Wanted, about, actions, counted, found};
pub use verify::{Told, Verified, verify, verify_with};
