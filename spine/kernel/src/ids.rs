//! Ids: 16 bytes that sort by the time they were made, one type for each noun.

use std::fmt;
use std::str::FromStr;

use crate::Instant;
use crate::text_schema;

/// Crockford's base 32: no i, l, o, u, so that an id read aloud is not mistaken.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 26;

/// Why a text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no id: 26 characters of Crockford's base 32")]
pub struct IdFault;

impl IdFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.id"
    }
}

fn random_bits() -> u128 {
    let mut bytes = [0_u8; 16];
    #[expect(clippy::expect_used, reason = "without randomness no id and no secret is safe: stop")]
    getrandom::fill(&mut bytes).expect("the machine gives random bytes");
    u128::from_be_bytes(bytes)
}

const VERSION: u128 = 0xf << 76;
const VARIANT: u128 = 0b11 << 62;

/// UUID version 7: 48 bits of milliseconds, then chance.
fn at(instant: Instant) -> u128 {
    let ms = u128::from(u64::try_from(instant.ms()).unwrap_or_default());
    let chance = random_bits() & ((1 << 80) - 1) & !VERSION & !VARIANT;
    (ms & ((1 << 48) - 1)) << 80 | 7 << 76 | 0b10 << 62 | chance
}

/// UUID version 4: chance only, for what must not tell when it was made.
fn random() -> u128 {
    random_bits() & !VERSION & !VARIANT | 4 << 76 | 0b10 << 62
}

fn write(bits: u128, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = String::with_capacity(LENGTH);
    for place in (0..LENGTH).rev() {
        let index = usize::try_from((bits >> (place * 5)) & 31).unwrap_or_default();
        text.push(ALPHABET.get(index).map_or('0', |byte| char::from(*byte)));
    }
    formatter.pad(&text)
}

fn read(text: &str) -> Result<u128, IdFault> {
    if text.len() != LENGTH || text.bytes().next().is_none_or(|byte| byte > b'7') {
        return Err(IdFault);
    }
    text.bytes().try_fold(0_u128, |bits, byte| Ok(bits << 5 | u128::from(digit(byte).ok_or(IdFault)?)))
}

/// The digit that a letter of [`ALPHABET`] stands for.
const fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'h' => Some(byte - b'a' + 10),
        b'j' | b'k' => Some(byte - b'j' + 18),
        b'm' | b'n' => Some(byte - b'm' + 20),
        b'p'..=b't' => Some(byte - b'p' + 22),
        b'v'..=b'z' => Some(byte - b'v' + 27),
        _ => None,
    }
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(u128);

        impl $name {
            /// A new id; ids made later sort later.
            pub fn new(now: Instant) -> Self {
                Self(at(now))
            }

            /// A new id that does not tell when it was made.
            pub fn random() -> Self {
                Self(random())
            }
        }

        text_schema!($name, "pattern": "^[0-7][0-9a-hjkmnp-tv-z]{25}$", "description": "An id.");

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(self.0, formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(self.0, formatter)
            }
        }

        impl FromStr for $name {
            type Err = IdFault;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                read(text).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdFault;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    )+ };
}

ids! {
    /// A member.
    MemberId,
    /// An organization.
    OrganizationId,
    /// An administrator.
    AdministratorId,
    /// Somebody from outside who applies to come in.
    ApplicantId,
    /// A session: someone logged in on one browser.
    SessionId,
    /// A token of an organization, which a program bears.
    TokenId,
    /// A job of the queue.
    JobId,
    /// A row of the audit record.
    AuditId,
    /// A message to a person.
    MessageId,
    /// An import of tables.
    ImportId,
    /// A case of the help desk.
    CaseId,
    /// A file someone sent.
    UploadId,
    /// A change of a record that awaits review.
    ChangeId,
    /// A bill of dues.
    BillId,
    /// One member's leave for another to pay his dues.
    DelegationId,
    /// A file made for somebody to take away.
    DocumentId,
    /// An order: what somebody is about to pay, over one channel.
    OrderId,
    /// Money that came in.
    PaymentId,
    /// Money that goes back.
    RefundId,
    /// An entry of the journal.
    EntryId,
    /// A transfer of a member from one branch to another.
    TransferId,
    /// An introduction letter.
    LetterId,
    /// A receipt that came back for a letter.
    ReceiptId,
    /// A group of members within a branch.
    GroupId,
    /// A meeting.
    MeetingId,
    /// An item of a meeting's agenda.
    ItemId,
    /// A photo or paper that stands beside a meeting.
    AttachmentId,
}
