//! The nouns everything else stands on: money, time, ids, the numbers that name a person, the
//! kinds of organizations and members, the vault that seals what must not lie open, and the
//! [`Problem`] every refusal is.
//!
//! Nothing here does input or output and nothing is asynchronous. A value is parsed once, at the
//! door, by a constructor that refuses nonsense; from then on its type says that it is true. Time
//! is an argument: whoever needs "now" is handed an [`Instant`], and only a [`Clock`] makes one.
//!
//! What identifies a person — [`IdCardNumber`], [`Phone`] — prints redacted and is shown only by
//! the methods that say so: `masked()` for pages, `expose()` for the vault and for the very few
//! places that must write it in full.
//!
//! Days are China's: one ends at midnight of UTC+8, the whole year round, so no time-zone
//! database is needed.
//!
//! A refusal of this crate carries a code such as `kernel.phone_digits`; its Chinese sentence
//! stands in `texts.toml`, and [`sentence`] finds it.

mod clock;
mod date;
mod faults;
mod fen;
mod id_card;
mod ids;
mod instant;
mod labelled;
mod member;
mod month;
mod names;
mod narrow;
mod open_id;
mod organization;
mod path;
mod phone;
mod problem;
mod schemas;
pub mod sheet;

pub mod table;
#[cfg(test)]
mod tests;
mod texts;
mod vault;

pub use clock::Clock;
pub use date::{Date, DateFault};
pub use faults::{Faults, folded};
pub use fen::{Fen, FenFault};
pub use id_card::{IdCardFault, IdCardNumber};
pub use ids::{
    AdministratorId, ApplicantId, AttachmentId, AuditId, BillId, CaseId, ChangeId, DelegationId, DocumentId, EntryId,
    GroupId, IdFault, ImportId, ItemId, JobId, LetterId, MeetingId, MemberId, MessageId, OrderId, OrganizationId,
    PaymentId, ReceiptId, RefundId, SessionId, TokenId, TransferId, UploadId,
};
pub use instant::{Instant, InstantFault};
pub use member::{MemberKind, Sex, Standing};
pub use month::{Month, MonthFault};
pub use names::{NameFault, PersonName};
pub use narrow::{narrow, narrow_solid};
pub use open_id::{OpenId, OpenIdFault};
pub use organization::{OrganizationCode, OrganizationCodeFault, OrganizationKind};
pub use path::{OrganizationPath, PathFault};
pub use phone::{Phone, PhoneFault};
pub use problem::{FieldProblem, Problem, ProblemKind};
pub use texts::{TEXTS, sentence};
pub use vault::{Cipher, Vault};

#[doc(hidden)]
pub use schemars;

/// The target of all spans that traces are made of (`docs/operating.md`, *Watching it*). Their fields hold kinds and routes,
/// never an id, never anything of a person.
pub const TRACES: &str = "ejia::traces";
