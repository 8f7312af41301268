//! What the register says of a meeting's agenda.

use ejia_db::Txn;
use ejia_kernel::Problem;

use super::model::{Item, Votes};
use crate::agenda::{self, ItemRecord};
use crate::model::Meeting;

/// The points of a meeting's agenda with what came of them, in their order.
pub(crate) fn agenda_of(txn: &mut Txn<'_>, meeting: &Meeting) -> Result<Vec<Item>, Problem> {
    Ok(agenda::agenda_of(txn, meeting.id)?.into_iter().map(item).collect())
}

fn item(record: ItemRecord) -> Item {
    let ItemRecord { title, kind, mut points, outcome, votes, quorum } = record;
    points.extend(quorum.map(|quorum| format!("应到会有表决权党员{}人，实到{}人。", quorum.due, quorum.present)));
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let votes = votes.map(|counts| Votes {
        in_favour: number(counts.in_favour),
        against: number(counts.against),
        abstaining: number(counts.abstaining),
    });
    Item { title, kind: kind.to_owned(), points: points.join("\n"), outcome, votes }
}
