//! Figures: numbers by name that add up along the tree, and the marks by which whoever keeps them knows what to count
//! anew.
//!
//! What belongs to an organization alone is counted from its rows ([`member_figures`]; dues and meetings have theirs); what
//! stands under one is the sum. Whoever changes something that is counted says so in the same transaction
//! ([`mark_changed`]), and whoever keeps sums takes the marks before he counts ([`take_changed`]): what he does not see
//! yet leaves its mark behind.

pub(crate) mod schema;
pub(crate) mod store;

use std::collections::BTreeMap;
use std::ops::{AddAssign, Sub};

use serde::{Deserialize, Serialize};

pub use store::{mark_changed, member_figures, take_changed};

/// Numbers by name; what is not named is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Figures(BTreeMap<String, i64>);

impl Figures {
    /// The number of this name.
    pub fn get(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Adds to the number of this name.
    pub fn add(&mut self, name: &str, number: i64) {
        let sum = self.get(name) + number;
        if sum == 0 {
            self.0.remove(name);
        } else {
            self.0.insert(name.to_owned(), sum);
        }
    }

    /// Whether every number is 0.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl AddAssign<&Self> for Figures {
    fn add_assign(&mut self, other: &Self) {
        for (name, number) in &other.0 {
            self.add(name, *number);
        }
    }
}

impl Sub for &Figures {
    type Output = Figures;

    fn sub(self, other: Self) -> Figures {
        let mut left = self.clone();
        for (name, number) in &other.0 {
            left.add(name, -number);
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_to_nothing_is_not_kept() {
        let mut one = Figures::default();
        one.add("members", 3);
        one.add("sex.male", 2);
        let mut other = one.clone();
        other.add("members", 1);
        assert_eq!((&other - &one).get("members"), 1);
        assert!((&one - &one).is_empty());
        other += &(&one - &other);
        assert_eq!(other, one);
        assert_eq!(serde_json::to_string(&one).unwrap(), r#"{"members":3,"sex.male":2}"#);
    }
}
