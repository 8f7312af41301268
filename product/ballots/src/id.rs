//! The id of a vote.

use std::fmt;
use std::str::FromStr;

use ejia_db::{DbError, FromValue, Value};
use ejia_kernel::{IdFault, UploadId};
use serde::{Deserialize, Serialize};

/// A secret vote. Made by chance alone.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BallotId(UploadId);

impl BallotId {
    /// A new id that does not tell when it was made.
    pub fn random() -> Self {
        Self(UploadId::random())
    }
}

impl fmt::Display for BallotId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl fmt::Debug for BallotId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, formatter)
    }
}

impl FromStr for BallotId {
    type Err = IdFault;

    fn from_str(text: &str) -> Result<Self, IdFault> {
        text.parse().map(Self)
    }
}

impl From<BallotId> for Value {
    fn from(id: BallotId) -> Self {
        Self::from(id.0)
    }
}

impl From<&BallotId> for Value {
    fn from(id: &BallotId) -> Self {
        Self::from(id.0)
    }
}

impl FromValue for BallotId {
    fn from_value(value: Value) -> Result<Self, DbError> {
        UploadId::from_value(value).map(Self)
    }
}
