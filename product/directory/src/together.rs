//! Rows looked up together by their keys: one prepared statement serves every number of them.

use ejia_db::Value;

/// The places of so many arguments: `$1, $2, …`.
pub(crate) fn marks(count: usize) -> String {
    (1..=count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// The arguments of a piece of at most `count` keys, filled up with its last one.
pub(crate) fn filled<T: Clone + Into<Value>>(piece: &[T], count: usize) -> Vec<Value> {
    let filler = piece.last().into_iter().cycle();
    piece.iter().chain(filler).take(count).cloned().map(Into::into).collect()
}
