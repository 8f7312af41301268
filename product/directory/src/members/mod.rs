//! Members: their records, how they are found, and what may be done with them.

mod allocate;
mod arrive;
mod asked;
pub(crate) mod authority;
mod edit;
mod entered;
mod ethnic_groups;
pub(crate) mod form_views;
pub(crate) mod home;
mod list;
mod model;
mod own;
pub(crate) mod own_pages;
pub(crate) mod own_views;
pub(crate) mod pages;
mod record;
mod remove;
mod rules;
mod sample;
mod sought;
pub(crate) mod store;
mod terms;
mod traits;
mod unmask;
pub(crate) mod views;
mod waiting;

pub use arrive::{admit_member, place_member, release_member};
pub use authority::author;
pub use ethnic_groups::{ETHNIC_GROUPS, EthnicGroup};
pub use list::find_members;
pub use model::{Author, BranchMember, Departure, DepartureReason, Member, MemberBrief, NewMember, Source};
pub(crate) use pages::Done;
pub use record::{Difference, FieldClass, MemberRecord, RecordField, mask, yes_no};
pub(crate) use remove::take_off;
pub use rules::{EDUCATION, Openness, contradictions, ends_review, enter, new_contradictions, openness, settle};
pub use sample::sample_record;
pub use store::{
    branch_members, insert_members, load, member_brief, member_briefs, member_by_id_card, member_by_phone,
    members_by_id_cards, members_by_phones, members_named, members_under, update_member,
};
pub(crate) use store::{ids_under, members_by_ids};
pub use terms::{sort_key, spellings};
pub use traits::{AgeBand, MEMBERS, Trait};
pub use waiting::{Rooms, Waiting, Waits};

#[cfg(test)]
pub(crate) use {
    allocate::{Allocate, allocate},
    asked::ListAsked,
    edit::{Edited, edit_record},
    entered::RecordEntered,
    list::list,
    own::{OwnSaved, ask_review, change_own, withdraw},
    remove::{Remove, Restored, remove, restore},
    unmask::{Unmask, unmask},
};
