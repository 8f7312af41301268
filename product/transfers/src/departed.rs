//! Ends what nobody can bring on any more: the member has left the list of his branch, and with it the platform. What
//! lies with an organization it may send back, which ends it at once; what came back to him, or waits for a letter in the
//! place of one that is void, would lie for ever. While a letter counts its receipt is awaited all the same.

use std::time::Duration;

use ejia_audit::Actor;
use ejia_db::{Desk, Txn};
use ejia_directory::{member_brief, member_briefs};
use ejia_jobs::Handlers;
use ejia_kernel::{MemberId, Problem, TransferId};

use crate::course::{self, Doer};
use crate::model::{Act, Direction, Stage, Standing};
use crate::{letters, store};

/// Adds the job.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.every("transfers.end_departed", Duration::from_hours(6), |desk| Ok(sweep(desk)?))
}

/// Goes through the members with a transfer that is open, a page at a time.
pub(crate) fn sweep(desk: &Desk) -> Result<(), Problem> {
    let mut behind = None;
    loop {
        let (departed, last) = desk.read_now(move |txn| departed_of_page(txn, behind))?;
        for id in departed {
            desk.write_now(move |txn| end(txn, id))?;
        }
        if last.is_none() {
            return Ok(());
        }
        behind = last;
    }
}

/// The transfers of a page whose members have left, and the last member of the page; none when there was none.
fn departed_of_page(
    txn: &mut Txn<'_>,
    behind: Option<MemberId>,
) -> Result<(Vec<TransferId>, Option<MemberId>), Problem> {
    let page = store::open_behind(txn, behind)?;
    let members: Vec<MemberId> = page.iter().map(|(_, member)| *member).collect();
    let present = member_briefs(txn, &members)?;
    let departed = page.iter().filter(|(_, member)| !present.contains_key(member)).map(|(id, _)| *id);
    Ok((departed.collect(), members.last().copied()))
}

fn end(txn: &mut Txn<'_>, id: TransferId) -> Result<(), Problem> {
    let found = store::load_locked(txn, id)?.filter(|transfer| !transfer.standing.stage.ended());
    let Some(mut transfer) = found else { return Ok(()) };
    // Of a person from outside nobody knows a member yet.
    let Some(member) = transfer.member_id.filter(|_| transfer.direction != Direction::In) else { return Ok(()) };
    if member_brief(txn, member)?.is_some() || letters::live(txn, id)?.is_some() {
        return Ok(());
    }
    let house = Doer { actor: Actor::System, name: String::new(), organization: None };
    let standing = Standing { stage: Stage::Dropped, at: None };
    course::advance(txn, &mut transfer, standing, Act::Dropped, &house, "该党员已不在册")
}
