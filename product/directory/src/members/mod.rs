//! Members: their records, how they are found, and what may be done with them.

mod ethnic_groups;
mod model;
mod record;
pub(crate) mod store;
mod terms;

pub use ethnic_groups::{ETHNIC_GROUPS, EthnicGroup};
pub use model::{Author, Departure, DepartureReason, Member, MemberBrief, NewMember, Source};
pub use record::{Difference, FieldClass, MemberRecord, RecordField, mask, yes_no};
pub use store::{
    insert_members, load, member_brief, member_by_id_card, member_by_phone, members_by_id_cards, members_by_phones,
    update_member,
};
pub use terms::{sort_key, spellings};
