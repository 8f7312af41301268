//! Letters as they are kept.

use ejia_directory::Node;
use ejia_documents::{FileKey, SignatureKind};
use ejia_kernel::{Date, Instant, LetterId, OrganizationId, TransferId, labelled};

use super::token::Token;

/// For how many days a letter is good when nothing else is said (rules of the field).
pub(crate) const USUAL_DAYS: u16 = 30;
/// For how many days at most.
pub(crate) const MOST_DAYS: u16 = 90;

labelled! {
    /// How a letter stands on a day.
    pub enum LetterState {
        /// It can be printed.
        Valid => "valid", "有效";
        /// It was printed, and is on its way.
        Printed => "printed", "已打印";
        /// Its time is over.
        Expired => "expired", "已过期";
        /// Declared void.
        Void => "void", "已作废";
        /// Its receipt has come back.
        Answered => "answered", "已回执";
    }
}

impl LetterState {
    /// How a badge shows it.
    pub(crate) const fn tone(self) -> &'static str {
        match self {
            Self::Valid | Self::Answered => "good",
            Self::Printed => "wait",
            Self::Expired | Self::Void => "bad",
        }
    }
}

/// That a letter was declared void, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Voided {
    pub(crate) at: Instant,
    pub(crate) reason: String,
}

/// A letter. What it says, whom it is about and what it was signed with is never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub(crate) id: LetterId,
    pub(crate) transfer_id: TransferId,
    /// Who has issued it.
    pub(crate) organization_id: OrganizationId,
    /// Its name then, as the seal says it.
    pub(crate) issuer: String,
    /// The year of issue in China, and the place in it.
    pub(crate) year: i64,
    pub(crate) sequence: i64,
    /// Both as they are written: 厦委组字〔2026〕第0012号.
    pub(crate) number: String,
    /// Of whom.
    pub(crate) name: String,
    /// What it says, sealed.
    pub(crate) content: Vec<u8>,
    /// The code it is verified by.
    pub(crate) check_token: Token,
    pub(crate) signature_kind: SignatureKind,
    pub(crate) signature: Vec<u8>,
    pub(crate) issued_at: Instant,
    /// The last day on which it is good.
    pub(crate) valid_until: Date,
    /// Where its PDF lies; none before it is made and after it was printed.
    pub(crate) file: Option<FileKey>,
    pub(crate) printed_at: Option<Instant>,
    pub(crate) voided: Option<Voided>,
    /// When its receipt was accepted.
    pub(crate) answered_at: Option<Instant>,
}

impl Letter {
    /// How it stands on this day.
    pub(crate) fn state(&self, today: Date) -> LetterState {
        if self.voided.is_some() {
            LetterState::Void
        } else if self.answered_at.is_some() {
            LetterState::Answered
        } else if self.valid_until < today {
            LetterState::Expired
        } else if self.printed_at.is_some() {
            LetterState::Printed
        } else {
            LetterState::Valid
        }
    }

    /// Whether its PDF is still to be made.
    pub(crate) fn is_being_made(&self) -> bool {
        self.file.is_none() && self.printed_at.is_none() && self.voided.is_none() && self.answered_at.is_none()
    }
}

/// A number as it is written: 厦委组字〔2026〕第0012号.
pub(crate) fn number(word: &str, year: i64, sequence: i64) -> String {
    format!("{word}字〔{year}〕第{sequence:04}号")
}

/// What stands on the letters of an organization: the word of its numbers, its seal, where it is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Letterhead {
    /// 编号用字: 厦委组.
    pub(crate) word: String,
    /// The name that the seal bears.
    pub(crate) seal: String,
    pub(crate) address: String,
    pub(crate) phone: String,
    pub(crate) fax: String,
    pub(crate) postcode: String,
}

impl Letterhead {
    /// What an organization begins with: its name, and a word made of it.
    pub(crate) fn of_name(node: &Node) -> Self {
        let core = node.name.trim_start_matches("中国共产党").trim_start_matches("中共");
        let word = match core.strip_suffix("工作委员会") {
            Some(place) => format!("{place}工委"),
            None => core.strip_suffix("委员会").map_or_else(|| core.to_owned(), |place| format!("{place}委")),
        };
        Self {
            word: word.chars().take(super::entered::MOST_WORD).collect(),
            seal: node.name.clone(),
            ..Self::default()
        }
    }
}
