//! Keys of the vault: changing them while the house is used, and knowing which of them are needed.
//!
//! What is sealed where stands beside each crate's schema ([`Blobs`](ejia_db::Blobs)); [`Places`] gathers it with the folders of sealed files.
//! A change of keys begins with a restart: the settings name another key first, which seals from then on, and the former one
//! still opens. [`start`] writes down how much is to be done and a job; the job seals a few hundred rows anew in one
//! transaction, in which it writes the next job too. So it dies and goes on at any point, and nobody waits longer than for a
//! few hundred rows. A row is changed only if it still bears the bytes that were read: what somebody has written meanwhile
//! stays, for it was sealed with the current key. Blind indexes are made with the root, which no change of keys touches.
//!
//! The work is done by the house, never by a command beside it: so what is sealed with a key is written only where the
//! house that reads it has that key.

mod check;
mod files;
mod places;
mod rotation;
mod schema;
mod store;

#[cfg(test)]
mod tests;

pub use check::{Held, check};
pub use files::SealedFiles;
pub use places::Places;
pub use rotation::{handlers, start};
pub use schema::{BLOBS, MIGRATIONS};
pub use store::root::recognise;
pub use store::{Place, Progress, progress};
