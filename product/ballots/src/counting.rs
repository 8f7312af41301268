//! Counts a closed vote. Ballots are read and opened outside the transaction (a closed vote does not change), so that
//! the one writer stays free; what comes of them is written in one.

use ejia_audit::Actor;
use ejia_db::Desk;
use ejia_jobs::{Job, JobFault};
use ejia_kernel::Problem;

use crate::code::VoterCode;
use crate::keys::{self, BallotBox};
use crate::model::{Ended, State, Voided};
use crate::rules::{self, Choice, Verdict};
use crate::seal::Opener;
use crate::store::{self, Ballot, Sealed};
use crate::{BallotId, casting, destroying};

/// After so many opened ballots a job says that it is alive.
const CHUNK: usize = 500;

/// The job [`COUNT`](crate::ending::COUNT). Run again, it finds the vote ended and does nothing.
pub(crate) fn run(ballots: &BallotBox, job: &Job, desk: &Desk) -> Result<(), JobFault> {
    let Ended { ballot: id } = job.payload()?;
    if desk.read_now(move |txn| store::load(txn, id))?.state != State::Closed {
        return Ok(());
    }
    let verdict = match decide(ballots, desk, id, None, || job.renew(desk))? {
        Some(verdict) => verdict,
        // A folder that is not mounted yet must not make a vote void.
        None if !job.is_last_attempt() => return Err(JobFault::Retry("the key of a vote is not there".to_owned())),
        None => Verdict::Void(Voided::KeyLost),
    };
    let ballots = ballots.clone();
    desk.write_now(move |txn| ballots.end(txn, &Actor::System, id, verdict.clone()))?;
    Ok(())
}

impl BallotBox {
    /// Counts a closed vote that was opened with a passphrase. The key is opened in memory alone. Blocks, some seconds
    /// for thousands of ballots: call it aside.
    ///
    /// # Errors
    /// `ballots.passphrase_wrong` on the field `passphrase`; `ballots.not_closed`; `ballots.keys_away`, also when the key
    /// is lost for good: then only [`BallotBox::abandon`] is left; `ballots.no_such_ballot`.
    pub fn count(&self, desk: &Desk, by: &Actor, id: BallotId, passphrase: &str) -> Result<(), Problem> {
        if desk.read_now(move |txn| store::load(txn, id))?.state != State::Closed {
            return Err(Problem::conflict("ballots.not_closed"));
        }
        let verdict = decide(self, desk, id, Some(passphrase), || Ok::<(), Problem>(()))?;
        let verdict = verdict.ok_or_else(keys::out_of_reach)?;
        let (ballots, by) = (self.clone(), *by);
        desk.write_now(move |txn| ballots.end(txn, &by, id, verdict.clone()))?;
        destroying::destroy(self, desk)
    }
}

/// What becomes of a closed vote; `None` when its key is not there.
fn decide<E: From<Problem>>(
    ballots: &BallotBox,
    desk: &Desk,
    id: BallotId,
    passphrase: Option<&str>,
    alive: impl Fn() -> Result<(), E>,
) -> Result<Option<Verdict>, E> {
    let Some(key_file) = desk.read_now(move |txn| store::keys::of(txn, id))? else { return Ok(None) };
    let Some(opener) = ballots.opener(desk.vault(), &key_file, passphrase)? else { return Ok(None) };
    let (ballot, standing, sealed) =
        desk.read_now(move |txn| Ok((store::load(txn, id)?, casting::standing(txn, id)?, store::sealed(txn, id)?)))?;
    let mut marked = Vec::with_capacity(sealed.len());
    for chunk in sealed.chunks(CHUNK) {
        marked.extend(chunk.iter().map(|one| open(desk, &opener, &ballot, one)));
        alive()?;
    }
    Ok(Some(rules::verdict(standing.voted, rules::count(ballot.options, marked))))
}

fn open(desk: &Desk, opener: &Opener, ballot: &Ballot, sealed: &Sealed) -> Option<(VoterCode, Choice)> {
    let Sealed { row, text } = sealed;
    let marked = opener.open(desk.vault(), ballot.id, row, text)?;
    Some((marked.code, Choice::kept(marked.bits, ballot.options, ballot.most)?))
}
