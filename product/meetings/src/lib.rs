//! Organisation life (组织生活): meetings from notice to register.
//!
//! A meeting is published (`calling`), files go along with it (`attachments`), people are put on its list and told (`inviting`), they answer (`answers`), they
//! are there (`attendance`), they decide (`agenda`). What was held is put into the register (`records`), live or
//! afterwards, and handed out (`registers`). Which kinds there are, how often each is due and what a quorum is are the pure
//! rules of `kinds`.
//!
//! The list is the heart: a row for everybody on it bears what he has said and whether he was there, and only who stands
//! on it takes part in anything. Votes are secret (`ejia-ballots`): this crate knows who may vote and what came out.

use ejia_db::Migration;
use ejia_documents::{Documents, Files};
use ejia_jobs::Handlers;
use ejia_kernel::MeetingId;
use ejia_web::RouteSet;
use schemars::JsonSchema;
use serde::Serialize;

mod agenda;
mod answers;
mod attachments;
mod attendance;
mod authority;
mod calling;
mod groups;
mod head;
mod inviting;
mod kinds;
mod listing;
mod model;
mod overview;
mod records;
mod registers;
mod schema;
mod store;
#[cfg(test)]
mod tests;
mod token;

pub use answers::waiting;
pub use attendance::CheckInDesk;
pub use kinds::{Every, MeetingKind, Standing};
pub use overview::{
    BRANCHES_ASKED, BRANCHES_BEHIND, due_kinds, figure_of, held_figure, meeting_figures, meetings_ended, quarter_of,
    reminders, standing_address,
};
pub use schema::BLOBS;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[
    schema::FIRST,
    groups::schema::FIRST,
    records::schema::FIRST,
    agenda::schema::FIRST,
    attachments::schema::FIRST,
    overview::schema::FIRST,
];

/// The kind of job by which a secret vote tells that it has ended.
pub const VOTE_ENDED: &str = "meetings.vote_ended";

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    let office = listing::routes().merge(calling::routes()).merge(inviting::routes()).merge(groups::routes());
    let office = office.merge(overview::routes()).merge(attendance::office_routes());
    let office = office.merge(records::routes()).merge(registers::routes()).merge(agenda::routes());
    let office = office.merge(attachments::routes());
    let member = answers::routes().merge(attendance::member_routes()).merge(agenda::member_routes());
    let member = member.merge(attachments::member_routes());
    vec![office.into(), member.into()]
}

/// With the makers of this crate's documents; photos lie among `files`.
#[must_use]
pub fn documents(documents: Documents, files: &Files) -> Documents {
    registers::made(documents, files)
}

/// The jobs of this crate; photos lie among `files`.
#[must_use]
pub fn handlers(handlers: Handlers, files: &Files) -> Handlers {
    records::handlers(inviting::handlers(agenda::handlers(handlers)), files)
}

/// What programs hear: which meeting it was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Done {
    meeting: String,
}

impl Done {
    pub(crate) fn of(id: MeetingId) -> Self {
        Self { meeting: id.to_string() }
    }
}
