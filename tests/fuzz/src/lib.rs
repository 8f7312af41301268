//! What strangers send, sent on purpose: one target for each reader that meets bytes from outside.
//!
//! A [`Target`] takes any bytes, hands them to a reader as the product does, and panics when the reader breaks its promise.
//! `make fuzz` lets libFuzzer look for such bytes (`src/bin/fuzz.rs`); `make test` replays the seeds and a fixed number of
//! changed ones ([`changes`]), so that every target is run on every change of the tree.

pub mod changes;
mod ground;
mod targets;

pub use targets::TARGETS;

/// A reader with what it promises.
pub struct Target {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What must hold for all bytes, in a sentence.
    pub promises: &'static str,
    /// Reads the bytes; panics when the promise is broken.
    pub run: fn(&[u8]),
    /// Bytes to begin with: what honest people send, small.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// How many changed seeds a replay tries; fewer where one costs much.
    pub tries: u32,
}

/// The target of this name.
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}
