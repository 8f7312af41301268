//! Money: whole fen, never a fraction of one.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::narrow::narrow_solid;

/// Why a text is no amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no amount of money: digits with at most two decimals")]
pub struct FenFault;

impl FenFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.amount"
    }
}

/// An amount of money in fen. Shown in yuan with two decimals; in JSON the number of fen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Fen(i64);

impl Fen {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many fen.
    pub const fn new(fen: i64) -> Self {
        Self(fen)
    }

    /// The number of fen.
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The sum, unless it is too large to be kept.
    pub fn checked_plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it is too large to be kept.
    pub fn checked_minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        write!(formatter, "{sign}{}.{:02}", size / 100, size % 100)
    }
}

impl FromStr for Fen {
    type Err = FenFault;

    /// Reads yuan: `12`, `12.3`, `12.34`; never a third decimal, never a sign.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = narrow_solid(text);
        let (yuan, cents) = text.split_once('.').map_or((text.as_str(), "0"), |pair| pair);
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(yuan) || !digits(cents) || cents.len() > 2 {
            return Err(FenFault);
        }
        let scale = if cents.len() == 1 { 10 } else { 1 };
        let yuan: i64 = yuan.parse().map_err(|_| FenFault)?;
        let cents: i64 = cents.parse().map_err(|_| FenFault)?;
        yuan.checked_mul(100).and_then(|fen| fen.checked_add(cents * scale)).map(Self).ok_or(FenFault)
    }
}
