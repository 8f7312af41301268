//! Where an organization stands in the tree, as a text that sorts like the tree.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

const LEVELS: usize = 16;
const NUMBERS: u32 = 36 * 36 * 36 * 36;

/// Why there is no such path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no path of an organization: four base-36 characters a level, at most {LEVELS} levels")]
pub struct PathFault;

impl PathFault {
    /// The code of the refusal.
    pub const fn code(self) -> &'static str {
        "kernel.organization_path"
    }
}

/// Four base-36 characters a level, root first: an organization's path begins with its parent's.
///
/// Everything below an organization is one range: `path >= self AND path < upper_bound()`, in byte
/// order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganizationPath(String);

impl OrganizationPath {
    /// Characters of a level.
    pub const WIDTH: usize = 4;

    /// The path of a root, numbered among roots.
    pub fn root(number: u32) -> Result<Self, PathFault> {
        step(number).map(Self)
    }

    /// The path of the child with this number, below 36⁴ = 1,679,616; numbers are per parent.
    pub fn child(&self, number: u32) -> Result<Self, PathFault> {
        if self.depth() >= LEVELS {
            return Err(PathFault);
        }
        Ok(Self(format!("{}{}", self.0, step(number)?)))
    }

    /// The path as it is stored.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `other` is this organization or lies below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The first text after everything this path contains.
    pub fn upper_bound(&self) -> String {
        // '~' sorts after every digit and letter a further level could begin with.
        format!("{}~", self.0)
    }

    /// How many levels: 1 for a root.
    pub fn depth(&self) -> usize {
        self.0.len() / Self::WIDTH
    }

    /// The path one level up; none for a root.
    pub fn parent(&self) -> Option<Self> {
        let end = self.0.len().checked_sub(Self::WIDTH).filter(|end| *end > 0)?;
        self.0.get(..end).map(|path| Self(path.to_owned()))
    }

    /// The number of this organization among its parent's children.
    pub fn number(&self) -> u32 {
        let start = self.0.len().saturating_sub(Self::WIDTH);
        self.0.get(start..).and_then(|step| u32::from_str_radix(step, 36).ok()).unwrap_or_default()
    }
}

fn step(number: u32) -> Result<String, PathFault> {
    if number >= NUMBERS {
        return Err(PathFault);
    }
    let mut rest = number;
    let mut digits = [0_u8; OrganizationPath::WIDTH];
    for digit in digits.iter_mut().rev() {
        *digit = u8::try_from(rest % 36).map_err(|_| PathFault)?;
        rest /= 36;
    }
    digits.iter().map(|digit| char::from_digit(u32::from(*digit), 36).ok_or(PathFault)).collect()
}

impl fmt::Display for OrganizationPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

impl FromStr for OrganizationPath {
    type Err = PathFault;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let levels = text.len() / OrganizationPath::WIDTH;
        let whole = text.len().is_multiple_of(OrganizationPath::WIDTH) && (1..=LEVELS).contains(&levels);
        let clean = text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase());
        if whole && clean { Ok(Self(text.to_owned())) } else { Err(PathFault) }
    }
}

impl TryFrom<String> for OrganizationPath {
    type Error = PathFault;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<OrganizationPath> for String {
    fn from(path: OrganizationPath) -> Self {
        path.0
    }
}
