//! 【退回】: whoever has the application before him may send it back with a reason; the applicant mends it (T10).

use ejia_db::Txn;
use ejia_directory::member_brief;
use ejia_kernel::{Faults, Problem, TransferId};
use ejia_web::Officer;

use super::at_desk::seen_locked;
use super::entered::{MOST_WORDS, Said};
use crate::course::{self, Doer};
use crate::jobs::{self, News};
use crate::model::{Act, Direction, Stage, Standing};
use crate::road::Road;
use crate::store;

/// Sends an application back; answers how it stands now. One whose member has left the list meanwhile ends instead.
///
/// # Errors
/// A refusal beside the reason when there is none; `transfers.not_here` when it is not this organization's turn.
pub(crate) fn send_back(txn: &mut Txn<'_>, by: &Officer, id: TransferId, input: &Said) -> Result<Stage, Problem> {
    let mut faults = Faults::none();
    let said = faults.needed("said", &input.said, MOST_WORDS, "transfers.return_reason_needed");
    faults.settled()?;
    let mut transfer = seen_locked(txn, by, id)?;
    let (tree, issuers) = (ejia_directory::tree(txn)?, store::issuers(txn)?);
    if super::at_desk::AtDesk::turn(&Road { tree: &tree, issuers: &issuers }, &transfer, by).is_none() {
        return Err(Problem::conflict("transfers.not_here"));
    }
    let gone = match transfer.member_id.filter(|_| transfer.direction != Direction::In) {
        Some(member) => member_brief(txn, member)?.is_none(),
        None => false,
    };
    let (stage, act) = if gone { (Stage::Dropped, Act::Dropped) } else { (Stage::Returned, Act::Returned) };
    course::advance(txn, &mut transfer, Standing { stage, at: None }, act, &Doer::officer(by), &said)?;
    if !gone {
        jobs::announce_news(txn, id, transfer.version, News::Returned)?;
    }
    Ok(stage)
}
