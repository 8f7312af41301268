//! Rows looked up together by their keys: one prepared statement serves every number of them.

use crate::Value;

/// The places of so many arguments from one on: `$3, $4, $5`.
pub fn places(first: usize, count: usize) -> String {
    (first..first + count).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// The arguments of a piece of at most `count` keys, filled up with its last one.
pub fn filled<T: Clone + Into<Value>>(piece: &[T], count: usize) -> Vec<Value> {
    let filler = piece.last().into_iter().cycle();
    piece.iter().chain(filler).take(count).cloned().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_filled_up_with_its_last_key_and_a_whole_one_stands_as_it_is() {
        assert_eq!(places(3, 2), "$3, $4");
        let numbers = |piece: &[i64]| filled(piece, 3);
        assert_eq!(numbers(&[1, 2]), [Value::Int(1), Value::Int(2), Value::Int(2)]);
        assert_eq!(numbers(&[1, 2, 3]), [Value::Int(1), Value::Int(2), Value::Int(3)]);
        assert!(numbers(&[]).is_empty());
    }
}
