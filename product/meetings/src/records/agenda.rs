//! What the register says of a meeting's agenda.

use ejia_db::Txn;
use ejia_kernel::Problem;

use super::model::Item;
use crate::model::Meeting;

/// The points of a meeting's agenda with what came of them, in their order. Nothing so far: there are no agendas yet.
#[expect(clippy::unnecessary_wraps, reason = "reads the agenda as soon as there is one")]
pub(crate) fn agenda_of(_txn: &mut Txn<'_>, _meeting: &Meeting) -> Result<Vec<Item>, Problem> {
    Ok(Vec::new())
}
