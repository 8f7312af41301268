//! 【审核】: an organization of the side that is left reviews, and the application goes up by itself (逐级提交).

use ejia_db::Txn;
use ejia_kernel::{Faults, Problem, TransferId};
use ejia_web::Officer;

use super::at_desk::{no_road, take};
use super::entered::{MOST_WORDS, Said};
use crate::course::{self, Doer};
use crate::model::{Act, Stage, Standing};
use crate::road::Next;

/// Reviews and sends on; answers where it stands now.
///
/// # Errors
/// `transfers.not_here` when it is not this organization's turn; why there is no way on.
pub fn review(txn: &mut Txn<'_>, by: &Officer, id: TransferId, input: &Said) -> Result<Standing, Problem> {
    let mut faults = Faults::none();
    let said = faults.optional("said", &input.said, MOST_WORDS);
    faults.settled()?;
    let mut desk = take(txn, by, id, &[Stage::Review])?;
    let next = desk.road().after(&desk.transfer.trip(), desk.stop).map_err(no_road)?;
    let Next::Stop(next) = next else { return Err(Problem::fault("a review that ends the road")) };
    course::advance(txn, &mut desk.transfer, next.into(), Act::Reviewed, &Doer::officer(by), &said)?;
    Ok(desk.transfer.standing)
}
