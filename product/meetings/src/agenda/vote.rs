//! 【开始投票】, 【结束投票】, 【开箱计票】: a secret vote about an item, held by `ejia-ballots`.

use ejia_ballots::{BallotBox, BallotId, Ended, NewBallot, Outcome, Prepared, Tally};
use ejia_db::Txn;
use ejia_jobs::Handlers;
use ejia_kernel::{ItemId, MeetingId, MemberId, Problem};
use ejia_web::Officer;

use super::change::{at_work, no_such_item, note};
use super::model::{Choosable, Counts, Item, ItemKind, ItemState, Manner};
use super::{rules, store};
use crate::authority::{own, own_locked};
use crate::kinds::{Quorum, Share};
use crate::model::{Attendance, Meeting, Person};
use crate::store::{people, turnout};

/// Adds the job that hears of the end of a vote.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.on(crate::VOTE_ENDED, |job, desk| {
        let Ended { ballot } = job.payload()?;
        Ok(desk.write_now(move |txn| settle(txn, ballot))?)
    })
}

/// Who is due and who is there, now.
pub(super) fn quorum(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Quorum, Problem> {
    let turnout = turnout(txn, meeting)?;
    let count = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Quorum { due: count(turnout.due_voting), present: count(turnout.present_voting) })
}

/// The refusal that too few are there.
///
/// # Errors
/// `meetings.no_quorum`.
pub(super) fn enough(quorum: Quorum, share: Share) -> Result<(), Problem> {
    if quorum.is_met(share) {
        return Ok(());
    }
    let problem = Problem::conflict("meetings.no_quorum").with("due", quorum.due).with("present", quorum.present);
    Err(problem.with("needed", quorum.needed(share)))
}

/// Whether a decision may begin: the meeting is being held, and enough are there.
///
/// # Errors
/// `meetings.not_begun_yet`; `meetings.item_begun`; `meetings.no_quorum`.
pub(super) fn may_decide(txn: &mut Txn<'_>, meeting: &Meeting, item: &Item) -> Result<Quorum, Problem> {
    if !item.awaits_decision() {
        return Err(Problem::conflict("meetings.item_begun"));
    }
    let quorum = quorum(txn, meeting.id)?;
    if let Some(share) = item.kind.share() {
        if txn.now() < meeting.starts_at {
            return Err(Problem::conflict("meetings.not_begun_yet"));
        }
        enough(quorum, share)?;
    }
    Ok(quorum)
}

/// Whether a vote could be opened; asked before a key is made for it.
///
/// # Errors
/// As [`open`].
pub(super) fn openable(txn: &mut Txn<'_>, by: &Officer, (meeting, id): (MeetingId, ItemId)) -> Result<(), Problem> {
    let meeting = own(txn, by, meeting)?;
    let item = store::load(txn, meeting.id, id)?.ok_or_else(no_such_item)?;
    may_decide(txn, &meeting, &item).map(|_| ())
}

/// Opens a vote about an item. A resolution is voted upon by the full members who are there at this moment; a poll by
/// everybody on the list.
///
/// # Errors
/// `meetings.never_online`; `meetings.too_few_voters`; what [`may_decide`] and [`at_work`] refuse.
pub(super) fn open(
    txn: &mut Txn<'_>,
    by: &Officer,
    at: (MeetingId, ItemId),
    ballots: &BallotBox,
    prepared: &Prepared,
) -> Result<(), Problem> {
    let (meeting, item) = at_work(txn, by, at)?;
    if !item.kind.votes_online() {
        return Err(Problem::conflict("meetings.never_online"));
    }
    let quorum = may_decide(txn, &meeting, &item)?;
    let resolves = item.kind == ItemKind::Resolution;
    let admits = |person: &Person| !resolves || (person.voting && person.attendance == Attendance::Present);
    let people = people(txn, meeting.id)?.into_iter();
    let voters: Vec<MemberId> = people.filter(admits).map(|person| person.member_id).collect();
    if u64::try_from(voters.len()).is_ok_and(|voters| voters < ejia_ballots::FEWEST) {
        return Err(Problem::conflict("meetings.too_few_voters"));
    }
    let new = NewBallot {
        purpose: format!("meetings.{}", item.kind.code()),
        organization_id: meeting.organization_id,
        title: item.title.clone(),
        options: item.options(),
        most: usize::try_from(item.most).unwrap_or(1),
        voters,
        tell: crate::VOTE_ENDED,
    };
    let ballot = ballots.open(txn, &by.actor(), prepared, &new)?;
    let opened = Item {
        state: ItemState::Open,
        manner: Some(Manner::Online),
        ballot_id: Some(ballot),
        quorum: resolves.then_some(quorum),
        outcome: String::new(),
        opened_at: Some(txn.now()),
        closed_at: None,
        ..item
    };
    store::save(txn, &opened)?;
    note(txn, by, "meetings.vote_opened", &meeting, &opened)
}

/// Ends the casting of ballots. They are counted at once by a job, or by who knows the passphrase. That a meeting was
/// called off meanwhile does not keep a vote open.
///
/// # Errors
/// `meetings.no_such_item`; `ballots.not_open`; what [`own_locked`] refuses.
pub(super) fn close(txn: &mut Txn<'_>, by: &Officer, at: (MeetingId, ItemId)) -> Result<(), Problem> {
    let (meeting, item, ballot) = voted_upon(txn, by, at)?;
    ejia_ballots::close(txn, &by.actor(), ballot)?;
    let closed = Item { state: ItemState::Counting, closed_at: Some(txn.now()), ..item };
    store::save(txn, &closed)?;
    note(txn, by, "meetings.vote_closed", &meeting, &closed)
}

/// Calls a vote off that has not been counted: nobody ever learns what was voted.
///
/// # Errors
/// `meetings.no_such_item`; `ballots.has_ended`; what [`own_locked`] refuses.
pub(super) fn abandon(
    txn: &mut Txn<'_>,
    by: &Officer,
    at: (MeetingId, ItemId),
    ballots: &BallotBox,
) -> Result<(), Problem> {
    let (_, _, ballot) = voted_upon(txn, by, at)?;
    ballots.abandon(txn, &by.actor(), ballot)?;
    settle(txn, ballot)
}

/// The vote about an item of an own meeting, both rows locked.
pub(super) fn voted_upon(
    txn: &mut Txn<'_>,
    by: &Officer,
    (meeting, id): (MeetingId, ItemId),
) -> Result<(Meeting, Item, BallotId), Problem> {
    let meeting = own_locked(txn, by, meeting)?;
    let item = store::load_locked(txn, meeting.id, id)?.ok_or_else(no_such_item)?;
    let ballot = item.ballot_id.ok_or_else(|| Problem::conflict("ballots.not_open"))?;
    Ok((meeting, item, ballot))
}

/// Writes what came of a vote onto its item. Told again, it changes nothing.
fn settle(txn: &mut Txn<'_>, ballot: BallotId) -> Result<(), Problem> {
    let Some(item) = store::of_ballot_locked(txn, ballot)? else { return Ok(()) };
    if !matches!(item.state, ItemState::Open | ItemState::Counting) {
        return Ok(());
    }
    let settled = match ejia_ballots::outcome(txn, ballot)? {
        Outcome::Hidden => return Ok(()),
        Outcome::Withheld => nothing(item, rules::WITHHELD),
        Outcome::Void(why) => nothing(item, rules::voided(why)),
        Outcome::Counted(tally) => counted(item, &tally)?,
    };
    let closed_at = settled.closed_at.or(Some(txn.now()));
    store::save(txn, &Item { closed_at, ..settled })
}

fn nothing(item: Item, why: &str) -> Item {
    Item { state: ItemState::Void, outcome: why.to_owned(), ..item }
}

fn counted(item: Item, tally: &Tally) -> Result<Item, Problem> {
    let votes: Vec<u64> = tally.votes.iter().map(|one| one.votes).collect();
    let item = Item { state: ItemState::Closed, ..item };
    if item.kind != ItemKind::Resolution {
        let choices: Vec<_> =
            item.choices.into_iter().zip(votes).map(|(one, votes)| Choosable { votes: Some(votes), ..one }).collect();
        return Ok(Item { outcome: rules::polled(tally.valid, &choices), choices, ..item });
    }
    let [in_favour, against, abstaining] = votes.as_slice() else {
        return Err(Problem::fault("a vote upon a resolution has not three answers"));
    };
    let counts = Counts { in_favour: *in_favour, against: *against, abstaining: *abstaining };
    let outcome = rules::resolved(item.quorum.unwrap_or_default(), counts);
    Ok(Item { counts: Some(counts), outcome, ..item })
}
