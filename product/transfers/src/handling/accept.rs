//! The branch takes the member in: from this moment it is responsible for him, and nobody else (T4, T9, T14).

use ejia_db::Txn;
use ejia_directory::{author, place_member};
use ejia_kernel::{Faults, Problem, TransferId};
use ejia_web::BranchOfficer;

use super::at_desk::take;
use super::entered::{MOST_WORDS, Said};
use crate::course::{self, Doer};
use crate::incoming::{self, Admitted};
use crate::jobs::{self, News};
use crate::model::{Act, Stage, Standing};

/// What became of it.
pub(crate) enum Accepted {
    /// The member has arrived.
    Arrived,
    /// A number of the person's is another member's: the help desk has a case, the application stays where it is.
    Clashed(Problem),
}

/// Takes the member in, in the same transaction in which the old branch lets him go.
///
/// # Errors
/// `transfers.not_here` when it is not this branch's turn.
pub(crate) fn accept(txn: &mut Txn<'_>, by: &BranchOfficer, id: TransferId, input: &Said) -> Result<Accepted, Problem> {
    let mut faults = Faults::none();
    let said = faults.optional("said", &input.said, MOST_WORDS);
    faults.settled()?;
    let mut desk = take(txn, by, id, &[Stage::Accept])?;
    match desk.transfer.member_id {
        Some(member) => {
            place_member(txn, member, by.organization_id(), &author(by))?;
        }
        None => match incoming::admit(txn, &desk.transfer, by.organization_id(), &author(by))? {
            Admitted::Member(member) => desk.transfer.member_id = Some(member),
            Admitted::Clashed(problem) => return Ok(Accepted::Clashed(problem)),
        },
    }
    let standing = Standing { stage: Stage::Done, at: None };
    course::advance(txn, &mut desk.transfer, standing, Act::Accepted, &Doer::officer(by), &said)?;
    jobs::announce_news(txn, id, desk.transfer.version, News::Arrived)?;
    Ok(Accepted::Arrived)
}
