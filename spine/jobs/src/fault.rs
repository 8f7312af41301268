//! How a job fails.

use ejia_kernel::{Problem, ProblemKind};

/// Why a job did not succeed. The text goes to the log and to the list of failed jobs: no names, no numbers of people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobFault {
    /// Worth another attempt, after a pause.
    Retry(String),
    /// There was no room to keep what it makes: tried again every minute until there is, without counting as an attempt.
    NoRoom(String),
    /// Will never succeed: failed at once.
    GiveUp(String),
    /// The process is told to end: whoever is free takes it up at once, and this was no attempt.
    Closing,
}

impl JobFault {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Retry(text) | Self::NoRoom(text) | Self::GiveUp(text) => text,
            Self::Closing => "the process ends",
        }
    }
}

impl From<Problem> for JobFault {
    /// What the world may mend by itself is tried again; a refusal stays a refusal.
    fn from(problem: Problem) -> Self {
        let text = match &problem.detail {
            Some(detail) => format!("{}: {detail}", problem.code),
            None => problem.code.to_owned(),
        };
        match problem.kind {
            ProblemKind::Fault | ProblemKind::Busy | ProblemKind::Conflict | ProblemKind::TooMany => Self::Retry(text),
            ProblemKind::NoRoom => Self::NoRoom(text),
            _ => Self::GiveUp(text),
        }
    }
}

impl From<ejia_db::DbError> for JobFault {
    fn from(error: ejia_db::DbError) -> Self {
        match error {
            ejia_db::DbError::NoRoom(_) => Self::NoRoom(error.to_string()),
            _ => Self::Retry(error.to_string()),
        }
    }
}
