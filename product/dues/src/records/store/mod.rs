//! Reads bills and totals for lists, and keeps who was warned of.

pub(super) mod bills;
pub(super) mod totals;
pub(super) mod warnings;

use ejia_db::Value;

/// How many ids one statement asks about.
const TOGETHER: usize = 64;

/// The places of so many arguments after the first ones.
fn marks_after(first: usize) -> String {
    (first + 1..=first + TOGETHER).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// The ids of a piece, filled up with the last one, so that one prepared statement serves every length.
fn filled<T: Copy + Into<Value>>(piece: &[T]) -> impl Iterator<Item = Value> {
    piece.iter().chain(piece.last().into_iter().cycle()).take(TOGETHER).map(|id| (*id).into())
}
