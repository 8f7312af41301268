//! Tells people by text message: the branch that has something to handle, the applicant what became of it.

use ejia_db::{Desk, Txn};
use ejia_directory::{administrators_of, member_brief};
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{OrganizationId, Problem, TransferId};
use ejia_messages::{About, Letter, Template};
use serde::{Deserialize, Serialize};

use crate::incoming;
use crate::model::Direction;
use crate::store;

/// The administrators of the organization at which a transfer lies have something to do (T9: 系统会发送短信给支部管理员).
const TELL_HANDLERS: &str = "transfers.tell_handlers";
/// The applicant hears what became of his application.
const TELL_APPLICANT: &str = "transfers.tell_applicant";

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Handling {
    transfer: TransferId,
    organization: OrganizationId,
    version: i64,
}

/// What the applicant is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// It came back to be mended.
    Returned,
    /// He has arrived.
    Arrived,
    /// His letter can be printed.
    LetterReady,
}

impl News {
    /// What is said: a person from outside has no account to look it up in.
    const fn template(self, direction: Direction) -> Template {
        match (self, direction) {
            (Self::Returned, Direction::In) => Template::TransferInReturned,
            (Self::Returned, _) => Template::TransferReturned,
            (Self::Arrived, Direction::In) => Template::TransferInArrived,
            (Self::Arrived, _) => Template::TransferArrived,
            (Self::LetterReady, _) => Template::TransferLetterReady,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Telling {
    transfer: TransferId,
    version: i64,
    news: News,
}

/// Adds the jobs of telling.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers
        .on(TELL_HANDLERS, |job, desk| tell_handlers(desk, job.payload()?))
        .on(TELL_APPLICANT, |job, desk| tell_applicant(desk, job.payload()?))
}

/// Has the administrators of this organization told that a transfer lies with them.
pub(crate) fn announce_handling(
    txn: &mut Txn<'_>,
    transfer: TransferId,
    version: i64,
    organization: OrganizationId,
) -> Result<(), Problem> {
    ejia_jobs::enqueue(txn, TELL_HANDLERS, Handling { transfer, organization, version }).map(drop)
}

/// Has the applicant told.
pub(crate) fn announce_news(txn: &mut Txn<'_>, transfer: TransferId, version: i64, news: News) -> Result<(), Problem> {
    ejia_jobs::enqueue(txn, TELL_APPLICANT, Telling { transfer, version, news }).map(drop)
}

fn tell_handlers(desk: &Desk, told: Handling) -> Result<(), JobFault> {
    let Handling { transfer, organization, version } = told;
    desk.write_now(move |txn| {
        for administrator in administrators_of(txn, organization)? {
            let Some(phone) = administrator.phone else { continue };
            let key = format!("transfer_awaits:{transfer}:{version}:{}", administrator.id);
            let about = About::Administrator(administrator.id);
            ejia_messages::send(txn, &Letter::new(phone, Template::TransferAwaits).about(about).once(key))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn tell_applicant(desk: &Desk, told: Telling) -> Result<(), JobFault> {
    let Telling { transfer, version, news } = told;
    desk.write_now(move |txn| {
        let Some(found) = store::load(txn, transfer)? else { return Ok(()) };
        let (phone, about) = if let Some(member) = found.member_id {
            let Some(brief) = member_brief(txn, member)? else { return Ok(()) };
            (brief.phone, Some(About::Member(member)))
        } else {
            let Some(phone) = incoming::person_phone(txn, &found)? else { return Ok(()) };
            (Some(phone), None)
        };
        let template = news.template(found.direction);
        let mut letter = Letter::new(phone, template).once(format!("{}:{transfer}:{version}", template.code()));
        letter.about = about;
        ejia_messages::send(txn, &letter).map(drop)
    })?;
    Ok(())
}
