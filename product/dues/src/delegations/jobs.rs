//! Tells the two of a delegation: the one asked, the one whose request was confirmed, both when the branch delegates.

use ejia_db::Desk;
use ejia_directory::member_brief;
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{DelegationId, Instant, MemberId, Problem};
use ejia_messages::{About, Letter, Template};
use serde::{Deserialize, Serialize};

use super::model::State;
use super::store;

/// A member has been asked to pay for another.
pub(super) const ASKED: &str = "dues.tell_proxy_asked";
/// The one asked has confirmed.
pub(super) const CONFIRMED: &str = "dues.tell_proxy_confirmed";
/// A branch has delegated a member.
pub(super) const DELEGATED: &str = "dues.tell_delegated";

/// The delegation it is about.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Told {
    pub(super) delegation: DelegationId,
}

/// What a branch made live for one payer at one instant (ms).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Batch {
    pub(super) payer: MemberId,
    pub(super) at: i64,
}

/// Letters written in one transaction.
const CHUNK: usize = 100;

/// Adds the jobs of delegations.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers
        .on(ASKED, |job, desk| {
            let Told { delegation } = job.payload()?;
            tell_one(desk, delegation, State::Asked)
        })
        .on(CONFIRMED, |job, desk| {
            let Told { delegation } = job.payload()?;
            tell_one(desk, delegation, State::Live)
        })
        .on(DELEGATED, |job, desk| tell_delegated(desk, job.payload()?))
}

/// Tells the payer that he is asked, or the principal that it was confirmed, if it still is so.
fn tell_one(desk: &Desk, id: DelegationId, state: State) -> Result<(), JobFault> {
    desk.write_now(move |txn| {
        let Some(line) = store::line(txn, id)?.filter(|line| line.delegation.state == state) else { return Ok(()) };
        match state {
            State::Asked => write(txn, line.payer.id, Template::ProxyAsked, &id.to_string()),
            _ => write(txn, line.principal.id, Template::ProxyConfirmed, &id.to_string()),
        }
    })?;
    Ok(())
}

fn tell_delegated(desk: &Desk, batch: Batch) -> Result<(), JobFault> {
    let Batch { payer, at } = batch;
    let made = desk.read_now(move |txn| store::made_live(txn, payer, Instant::from_ms(at)))?;
    for chunk in made.chunks(CHUNK) {
        let chunk = chunk.to_vec();
        desk.write_now(move |txn| {
            for (delegation, principal) in &chunk {
                write(txn, *principal, Template::ProxyArranged, &delegation.to_string())?;
            }
            Ok(())
        })?;
    }
    if !made.is_empty() {
        desk.write_now(move |txn| write(txn, payer, Template::ProxyDelegated, &format!("{payer}:{at}")))?;
    }
    Ok(())
}

/// Writes to a member once.
fn write(txn: &mut ejia_db::Txn<'_>, to: MemberId, template: Template, about: &str) -> Result<(), Problem> {
    let Some(member) = member_brief(txn, to)? else { return Ok(()) };
    let letter =
        Letter::new(member.phone, template).about(About::Member(to)).once(format!("{}:{about}", template.code()));
    ejia_messages::send(txn, &letter).map(drop)
}
