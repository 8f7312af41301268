//! Lists in statements: in pieces of few sizes, so that their texts are few and stay prepared.

use ejia_db::Value;

/// The sizes of pieces; what does not fill one is filled up with NULL, which equals nothing.
const SIZES: [usize; 4] = [1, 10, 50, 250];

/// The list in pieces, each of one of few lengths.
pub(crate) fn pieces<T>(list: &[T]) -> impl Iterator<Item = Vec<Value>>
where
    T: Copy + Into<Value>,
{
    let largest = SIZES.last().copied().unwrap_or(1);
    list.chunks(largest).map(|chunk| {
        let mut piece: Vec<Value> = chunk.iter().map(|item| (*item).into()).collect();
        piece.resize(size_for(chunk.len()), Value::Null);
        piece
    })
}

/// The smallest size that holds so many.
pub(super) fn size_for(count: usize) -> usize {
    SIZES.into_iter().find(|size| *size >= count).unwrap_or(count)
}
