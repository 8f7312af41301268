//! Opens a vote with the key that was prepared for it.

use ejia_audit::{Actor, Entry};
use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::keys::{BallotBox, Prepared};
use crate::model::NewBallot;
use crate::{BallotId, rules, store};

impl BallotBox {
    /// Opens a vote: from now on its voters may cast. A prepared key opens one vote.
    ///
    /// # Errors
    /// Refusals on `title`, `options`, `most` and `voters`; `ballots.key_stale` when the key was used or has been swept
    /// away.
    pub fn open(
        &self,
        txn: &mut Txn<'_>,
        by: &Actor,
        prepared: &Prepared,
        new: &NewBallot,
    ) -> Result<BallotId, Problem> {
        self.told(new.tell)?;
        let openable = rules::openable(new)?;
        let id = BallotId::random();
        if !store::keys::claim(txn, &prepared.key_file, id)? {
            return Err(Problem::conflict("ballots.key_stale"));
        }
        store::insert(txn, id, prepared, new, &openable)?;
        let opened = Entry::new(by, "ballots.opened").about("ballot", id).within(new.organization_id);
        ejia_audit::record(txn, opened.with("voters", openable.voters.len()))?;
        Ok(id)
    }
}
