//! Loads and saves orders, money in and out, events and the journal: the only files here that speak SQL.

pub(crate) mod differences;
pub(crate) mod events;
pub(crate) mod journal;
pub(crate) mod money;
pub(crate) mod of_day;
pub(crate) mod orders;
pub(crate) mod refunds;
pub(crate) mod search;

use ejia_db::DbError;

use crate::channel::ChannelKind;

/// The channel of a column.
pub(crate) fn channel(code: &str) -> Result<ChannelKind, DbError> {
    ChannelKind::from_code(code).ok_or_else(|| DbError::Column(format!("unknown channel {code}")))
}

/// `($1, $2), ($3, $4)`: the places of so many rows of so many columns.
pub(crate) fn places(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns {
            if column > 0 {
                text.push_str(", ");
            }
            text.push('$');
            text.push_str(&(row * columns + column + 1).to_string());
        }
        text.push(')');
    }
    text
}
