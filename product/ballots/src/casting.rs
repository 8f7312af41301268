//! Papers are drawn and ballots cast.
//!
//! Nothing here writes an audit entry, a log line or a time: who voted stands on the list of voters, and that is all that
//! is kept of the act.

use std::collections::BTreeMap;

use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};

use crate::code::VoterCode;
use crate::model::{Cast, Paper, Sheet, Standing, State};
use crate::rules::Choice;
use crate::seal::{self, Marked};
use crate::{BallotId, store};

/// Draws a voting paper for a member: with a new code each time, which is kept nowhere.
///
/// # Errors
/// `ballots.no_such_ballot` where there is none, or none for him.
pub fn paper(txn: &mut Txn<'_>, id: BallotId, member: MemberId) -> Result<Paper, Problem> {
    let ballot = store::load(txn, id)?;
    let has_voted = store::voted(txn, id, member)?.ok_or_else(no_such_ballot)?;
    let options = store::options(txn, id)?.into_iter().map(|(name, _)| name).collect();
    let sheet = if has_voted {
        Sheet::Cast
    } else if ballot.state == State::Open {
        let code = VoterCode::draw()?;
        Sheet::Blank { code: code.to_string(), mark: code.mark(txn.vault(), id, member) }
    } else {
        Sheet::Closed(ballot.state)
    };
    Ok(Paper { ballot: id, purpose: ballot.purpose, title: ballot.title, options, most: ballot.most, sheet })
}

/// Casts a ballot. His mark on the list and the sealed ballot stand together or not at all, so he votes once whatever
/// comes at once or breaks in between.
///
/// # Errors
/// `ballots.no_such_ballot` where there is none, or none for him; `ballots.already_voted`; `ballots.not_open`;
/// `ballots.no_such_paper` when the code was not drawn for him; refusals on the field `chosen`.
pub fn cast(txn: &mut Txn<'_>, id: BallotId, member: MemberId, cast: &Cast) -> Result<(), Problem> {
    let ballot = store::load_to_cast(txn, id)?;
    let drawn = |code: &VoterCode| code.bears(&cast.mark, txn.vault(), id, member);
    let code = VoterCode::read(&cast.code).filter(drawn);
    if ballot.state == State::Open && code.is_some() {
        let choice = Choice::entered(&cast.chosen, ballot.options, ballot.most)?;
        if let Some(code) = code
            && store::mark_voted(txn, id, member)?
        {
            let row = seal::row_id()?;
            let marked = Marked { bits: choice.bits(), code };
            let sealed = seal::seal(txn.vault(), &ballot.public_key, id, &row, &marked)?;
            return store::insert_sealed(txn, id, &row, sealed);
        }
    }
    // Why not, in the order that helps him most: a lost answer makes people send twice.
    Err(match store::voted(txn, id, member)? {
        None => no_such_ballot(),
        Some(true) => Problem::conflict("ballots.already_voted"),
        Some(false) if ballot.state != State::Open => Problem::conflict("ballots.not_open"),
        Some(false) => Problem::refused("ballots.no_such_paper"),
    })
}

/// How far a vote is, and how many have voted.
///
/// # Errors
/// `ballots.no_such_ballot`.
pub fn standing(txn: &mut Txn<'_>, id: BallotId) -> Result<Standing, Problem> {
    standings(txn, &[id])?.remove(&id).ok_or_else(no_such_ballot)
}

/// How far several votes are, asked for at once; those that are not there are left out.
///
/// # Errors
/// A fault of the database.
pub fn standings(txn: &mut Txn<'_>, ids: &[BallotId]) -> Result<BTreeMap<BallotId, Standing>, Problem> {
    store::standings(txn, ids)
}

/// Whether a member has voted; `None` when he is no voter. It is known to the house, and his own page tells him.
///
/// # Errors
/// A fault of the database.
pub fn voted(txn: &mut Txn<'_>, id: BallotId, member: MemberId) -> Result<Option<bool>, Problem> {
    store::voted(txn, id, member)
}

/// Who may vote, each with whether he has. In the order of their ids: it tells nothing of when.
///
/// # Errors
/// A fault of the database.
pub fn marks(txn: &mut Txn<'_>, id: BallotId) -> Result<BTreeMap<MemberId, bool>, Problem> {
    store::marks(txn, id)
}

fn no_such_ballot() -> Problem {
    Problem::not_found("ballots.no_such_ballot")
}
