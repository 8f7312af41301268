//! Closes a vote, calls it off, and writes down how it ended.

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::keys::BallotBox;
use crate::model::{Ended, State, Voided};
use crate::rules::Verdict;
use crate::{BallotId, store};

/// The job that counts a closed vote.
pub(crate) const COUNT: &str = "ballots.count";
/// The job that destroys keys nobody needs any more.
pub(crate) const DESTROY: &str = "ballots.destroy_keys";

/// Ends the casting of ballots. They are counted by a job at once, or, with a passphrase, by [`BallotBox::count`]. A
/// closed vote is never opened again.
///
/// # Errors
/// `ballots.no_such_ballot`; `ballots.not_open`.
pub fn close(txn: &mut Txn<'_>, by: &Actor, id: BallotId) -> Result<(), Problem> {
    let ballot = store::lock(txn, id)?;
    if ballot.state != State::Open {
        return Err(Problem::conflict("ballots.not_open"));
    }
    store::set_closed(txn, id)?;
    if !ballot.locked {
        ejia_jobs::enqueue(txn, COUNT, Ended { ballot: id })?;
    }
    ejia_audit::record(txn, Entry::new(by, "ballots.closed").about("ballot", id).within(ballot.organization_id))
}

impl BallotBox {
    /// Calls off a vote that has not ended: void, its ballots deleted unopened, its key destroyed.
    ///
    /// # Errors
    /// `ballots.no_such_ballot`; `ballots.has_ended`.
    pub fn abandon(&self, txn: &mut Txn<'_>, by: &Actor, id: BallotId) -> Result<(), Problem> {
        if self.end(txn, by, id, Verdict::Void(Voided::Abandoned))? {
            return Ok(());
        }
        Err(Problem::conflict("ballots.has_ended"))
    }

    /// Writes down how a vote ended: the list in the order of the codes, no ballots any more, the key doomed, the
    /// caller told, all in this transaction. Answers `false` when it had ended before.
    pub(crate) fn end(&self, txn: &mut Txn<'_>, by: &Actor, id: BallotId, verdict: Verdict) -> Result<bool, Problem> {
        let ballot = store::lock(txn, id)?;
        if ballot.state.has_ended() {
            return Ok(false);
        }
        let tell = self.told(&ballot.tell)?;
        let ended = match verdict {
            Verdict::Counted(count) => {
                store::listed::insert(txn, id, &count)?;
                Entry::new(by, "ballots.counted")
            }
            Verdict::Withheld => {
                store::set_ended(txn, id, State::Withheld, None)?;
                Entry::new(by, "ballots.withheld")
            }
            Verdict::Void(why) => {
                store::set_ended(txn, id, State::Void, Some(why))?;
                Entry::new(by, "ballots.voided").with("because", why.code())
            }
        };
        store::delete_sealed(txn, id)?;
        store::keys::doom(txn, id)?;
        ejia_jobs::enqueue(txn, DESTROY, Ended { ballot: id })?;
        ejia_jobs::enqueue(txn, tell, Ended { ballot: id })?;
        ejia_audit::record(txn, ended.about("ballot", id).within(ballot.organization_id))?;
        Ok(true)
    }
}
