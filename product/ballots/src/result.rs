//! What came of a vote, the published list, and one's own ballot in it.

use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::code::VoterCode;
use crate::model::{Listed, ListedPage, Outcome, State, Tally, Voided, Votes};
use crate::{BallotId, store};

/// What came of a vote; hidden until it is counted.
///
/// # Errors
/// `ballots.no_such_ballot`.
pub fn outcome(txn: &mut Txn<'_>, id: BallotId) -> Result<Outcome, Problem> {
    let ballot = store::load(txn, id)?;
    Ok(match ballot.state {
        State::Open | State::Closed => Outcome::Hidden,
        State::Withheld => Outcome::Withheld,
        State::Void => Outcome::Void(ballot.void_because.unwrap_or(Voided::Abandoned)),
        State::Counted => {
            let options = store::options(txn, id)?.into_iter();
            let votes = options.map(|(option, votes)| Votes { option, votes: votes.unwrap_or_default() }).collect();
            let valid = store::listed::valid(txn, id)?;
            Outcome::Counted(Tally { votes, valid, list: store::listed::page(txn, id, 1)? })
        }
    })
}

/// A page of the published list, from 1; empty unless the vote is counted.
///
/// # Errors
/// `ballots.no_such_ballot`.
pub fn published(txn: &mut Txn<'_>, id: BallotId, page: u64) -> Result<ListedPage, Problem> {
    store::load(txn, id)?;
    store::listed::page(txn, id, page)
}

/// The ballot with this code in the published list. The code comes out of a posted form, never out of an address:
/// addresses stand in logs, beside who asked.
///
/// # Errors
/// `ballots.no_such_ballot`; a refusal on the field `code` when it is none or not in the list.
pub fn find(txn: &mut Txn<'_>, id: BallotId, code: &str) -> Result<Listed, Problem> {
    let refused = |why| Problem::refused("kernel.check_fields").on("code", why);
    store::load(txn, id)?;
    let code = VoterCode::read(code).ok_or_else(|| refused("ballots.no_code"))?;
    store::listed::find(txn, id, code)?.ok_or_else(|| refused("ballots.not_listed"))
}
