//! The branch takes the member in: from this moment it is responsible for him, and nobody else (T4, T9, T14).

use ejia_db::Txn;
use ejia_directory::{author, place_member};
use ejia_kernel::{Problem, TransferId};
use ejia_web::BranchOfficer;

use super::at_desk::take;
use super::entered::{MOST_WORDS, Said};
use crate::course::{self, Doer};
use crate::fields::Faults;
use crate::jobs::{self, News};
use crate::model::{Act, Stage, Standing};

/// Takes the member in, in the same transaction in which the old branch lets him go.
///
/// # Errors
/// `transfers.not_here` when it is not this branch's turn; a clash of numbers for a person from outside.
pub(super) fn accept(txn: &mut Txn<'_>, by: &BranchOfficer, id: TransferId, input: &Said) -> Result<(), Problem> {
    let mut faults = Faults::none();
    let said = faults.optional("said", &input.said, MOST_WORDS);
    faults.settled()?;
    let mut desk = take(txn, by, id, &[Stage::Accept])?;
    let member = desk.transfer.member_id.ok_or_else(|| Problem::fault("a transfer of nobody"))?;
    place_member(txn, member, by.organization_id(), &author(by))?;
    let standing = Standing { stage: Stage::Done, at: None };
    course::advance(txn, &mut desk.transfer, standing, Act::Accepted, &Doer::officer(by), &said)?;
    jobs::announce_news(txn, id, desk.transfer.version, News::Arrived)
}
