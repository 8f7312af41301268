//! The directory: who there is. One tree of organizations, the members of its branches, the administrators who act for
//! its nodes.
//!
//! **Organizations** stand in a tree of parents; each also keeps its *path* (four characters a level, root first), so
//! that "this one and everything under it" is one range of an index. The tree is held in memory ([`tree`]), compared
//! with one row at each use. Counts of members are kept a row a branch, written by whoever changes members; sums of them,
//! and of whatever else branches hold, are kept for every place of the tree (`sums`).
//!
//! **Members** belong to branches. What is kept of one is a [`MemberRecord`]: the items of the national table, each a
//! [`RecordField`] that can be read from text ([`enter`]), shown, masked and compared. Items are of four classes
//! ([`FieldClass`]): those of identity go to the branch for review and are locked for the member after the first one;
//! the phone goes to review for ever; the rest is the member's own; standing belongs to the office. ID-card number and
//! phone are sealed, with a blind index to be found by; they are shown masked, and in full only to who gives a reason,
//! which the member sees.
//!
//! **Finding members** never counts and never skips rows: a list is a range of (path, name) with a partial index for
//! each filter; a search is a range of terms (suffixes of the name and of its initials, its pinyin), and where there are
//! few names they are looked through in memory.
//!
//! **History**: every change of a record is a row of `record_change`, sealed, with its author; those that wait for
//! review are the review queue. A number that somebody else bears is refused with a case number ([`Clash`]), for the
//! help desk to resolve. A member who leaves stays in history and can be put back.
//!
//! **Authority**: whatever is loaded for an officer passes `members/authority.rs`; what does not stand under his
//! organization does not exist for him.
//!
//! **Figures** of members by age, sex, education, kind and ethnic group are counted by organization ([`member_figures`]); who
//! changes what is counted leaves a mark ([`mark_changed`]).
//!
//! **Tables** come in ([`import`]) and go out ([`export`]) in the national layout.
//!
//! Announced as jobs, for `messages` to handle: `messages.record_reviewed` and `messages.record_returned`, each
//! `{member_id, change_ids}`.

use std::sync::Arc;

use ejia_jobs::Handlers;
use ejia_web::RouteSet;

mod administrators;
mod cases;
pub mod export;
mod figures;
pub mod import;
mod leafing;
mod members;
mod organizations;
mod reviews;
mod schema;
mod sums;

pub use administrators::*;
pub use cases::{Claim, Claimant, Clash, ClashKind, Outcome, open_case};
pub use figures::{Figures, mark_changed, member_figures, take_changed};
pub use leafing::{Leaf, Way, asking, in_address, leaf};
pub use members::*;
pub use organizations::*;
pub use schema::{BLOBS, MIGRATIONS};
pub use sums::{Numbers, add_to_sums, gather_sums, sum_at, sums_below};

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    let office = organizations::pages::routes()
        .merge(members::pages::routes())
        .merge(reviews::pages::routes())
        .merge(cases::pages::routes())
        .merge(import::routes());
    let member = members::home::routes().merge(members::own_pages::routes());
    vec![member.into(), office.into()]
}

#[cfg(test)]
mod tests;

/// The jobs of this crate.
pub fn jobs(imports: &Arc<import::ImportDesk>) -> Handlers {
    sums::handlers(import::handlers(imports))
}
