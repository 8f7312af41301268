//! What a vote is, what a voter gets and gives, and what comes out.

use std::fmt;

use ejia_kernel::{MemberId, OrganizationId};

use crate::BallotId;

/// A vote that is to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBallot {
    /// What it is for, in a word of the caller's: `meetings.resolution`. Only he reads it.
    pub purpose: String,
    /// The organization whose vote it is.
    pub organization_id: OrganizationId,
    /// What is asked.
    pub title: String,
    /// What can be chosen, in the order of the paper.
    pub options: Vec<String>,
    /// How many of them one voter may choose: from one up to this.
    pub most: usize,
    /// Who votes. A member named twice votes once.
    pub voters: Vec<MemberId>,
    /// The kind of job that tells the caller of the end, with the payload [`Ended`]; one of [`telling`].
    ///
    /// [`telling`]: crate::BallotBox::telling
    pub tell: &'static str,
}

/// The payload of the job that tells of the end of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ended {
    /// Which vote.
    pub ballot: BallotId,
}

/// How far a vote is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Ballots may be cast.
    Open,
    /// No more; the count is to come.
    Closed,
    /// Counts and list are published.
    Counted,
    /// Too few voted: nothing will ever be published.
    Withheld,
    /// Nothing came of it; it must be held again.
    Void,
}

impl State {
    const ALL: [Self; 5] = [Self::Open, Self::Closed, Self::Counted, Self::Withheld, Self::Void];

    /// The word in the column `state`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Counted => "counted",
            Self::Withheld => "withheld",
            Self::Void => "void",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether nothing more will become of it.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Counted | Self::Withheld | Self::Void)
    }
}

/// Why nothing came of a vote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voided {
    /// The private key is gone, so nobody can open the ballots: a restored backup, a lost folder.
    KeyLost,
    /// A ballot was altered, or there are more or fewer of them than voters who voted: somebody had his hand in the
    /// database.
    Altered,
    /// It was called off.
    Abandoned,
}

impl Voided {
    const ALL: [Self; 3] = [Self::KeyLost, Self::Altered, Self::Abandoned];

    /// The word in the column `void_because`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::KeyLost => "key_lost",
            Self::Altered => "altered",
            Self::Abandoned => "abandoned",
        }
    }

    /// The code of the sentence that says so.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::KeyLost => "ballots.void_key_lost",
            Self::Altered => "ballots.void_altered",
            Self::Abandoned => "ballots.void_abandoned",
        }
    }

    pub(crate) fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}

/// How far a vote is, and how many took part. Told while it is open too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// How far it is.
    pub state: State,
    /// How many may vote.
    pub voters: u64,
    /// How many have.
    pub voted: u64,
    /// Whether counting needs the passphrase.
    pub locked: bool,
}

/// A voting paper, as drawn for one voter. Its page must not be kept by caches (`no-store`).
#[derive(Clone, PartialEq, Eq)]
pub struct Paper {
    /// Of which vote.
    pub ballot: BallotId,
    /// What it is for, as its caller said.
    pub purpose: String,
    /// What is asked.
    pub title: String,
    /// What can be chosen; the place in this list is what [`Cast::chosen`] names.
    pub options: Vec<String>,
    /// How many at most.
    pub most: usize,
    /// Whether he can still vote on it.
    pub sheet: Sheet,
}

/// What a voting paper is good for.
#[derive(Clone, PartialEq, Eq)]
pub enum Sheet {
    /// To be cast: a code that was drawn for this paper, shown before casting, and what proves that we drew it. Both
    /// come back in hidden fields.
    Blank {
        /// 查票码: three groups of four.
        code: String,
        /// Ours alone.
        mark: String,
    },
    /// He has voted.
    Cast,
    /// Voting is over.
    Closed(State),
}

/// A filled-in voting paper. It prints nothing of what it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct Cast {
    /// The code of the paper.
    pub code: String,
    /// What proves that we drew it.
    pub mark: String,
    /// The places of what was chosen, from 0.
    pub chosen: Vec<usize>,
}

/// What came of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is not known: the vote is open, or its count is to come.
    Hidden,
    /// Counted.
    Counted(Tally),
    /// Fewer than three voted; what they voted will never be known.
    Withheld,
    /// Nothing.
    Void(Voided),
}

/// The counts of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Each option in the order of the paper.
    pub votes: Vec<Votes>,
    /// How many ballots were cast; each of them stands in the list.
    pub valid: u64,
    /// The first page of the list; more by [`crate::published`].
    pub list: ListedPage,
}

/// How often an option was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Votes {
    /// The option.
    pub option: String,
    /// How often.
    pub votes: u64,
}

/// A page of the published list, sorted by code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedPage {
    /// The ballots.
    pub ballots: Vec<Listed>,
    /// Which page, from 1.
    pub page: u64,
    /// How many pages; at least one.
    pub pages: u64,
}

/// A ballot of the published list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// The code that its voter alone knows.
    pub code: String,
    /// The places of what was chosen, from 0.
    pub chosen: Vec<usize>,
    /// On which page of the list it stands, from 1.
    pub page: u64,
}

impl fmt::Debug for Paper {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Paper({})", self.ballot)
    }
}

impl fmt::Debug for Sheet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Blank { .. } => "Blank(redacted)",
            Self::Cast => "Cast",
            Self::Closed(_) => "Closed",
        })
    }
}

impl fmt::Debug for Cast {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Cast(redacted)")
    }
}
