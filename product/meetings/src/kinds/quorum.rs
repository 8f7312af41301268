//! How many must be there, and how many must be in favour: pure functions (`spec/rules.md`, Meetings and votes).

/// A share of those due: `more` than, or at least, so many of so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    of: u64,
    parts: u64,
}

/// A resolution needs at least half of the voting members due present.
pub(crate) const RESOLUTION_QUORUM: Share = Share { parts: 1, of: 2 };
/// An election needs at least four fifths of those due present.
pub(crate) const ELECTION_QUORUM: Share = Share { parts: 4, of: 5 };

/// Who is due and who is there, of those with a vote.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Quorum {
    /// Voting members on the list.
    pub(crate) due: u64,
    /// Of them, present.
    pub(crate) present: u64,
}

impl Quorum {
    /// How many voting members must be present.
    pub(crate) const fn needed(self, share: Share) -> u64 {
        (self.due * share.parts).div_ceil(share.of)
    }

    /// Whether enough are present. Nobody due is no quorum.
    pub(crate) const fn is_met(self, share: Share) -> bool {
        self.due > 0 && self.present >= self.needed(share)
    }
}

/// Whether a resolution has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Passed {
    /// More than half of those due were in favour.
    Yes,
    /// They were not.
    No,
    /// Too few were present for a resolution at all.
    NoQuorum,
}

/// What became of a resolution: more than half of the voting members **due** must be in favour.
pub(crate) const fn passed(quorum: Quorum, in_favour: u64) -> Passed {
    if !quorum.is_met(RESOLUTION_QUORUM) {
        Passed::NoQuorum
    } else if in_favour * 2 > quorum.due {
        Passed::Yes
    } else {
        Passed::No
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_resolution_needs_half_of_those_due_present_and_more_than_half_in_favour() {
        for (due, present, in_favour, expected) in [
            (10, 5, 5, Passed::No),
            (10, 5, 6, Passed::Yes),
            (10, 4, 4, Passed::NoQuorum),
            (11, 5, 5, Passed::NoQuorum),
            (11, 6, 6, Passed::Yes),
            (3, 2, 2, Passed::Yes),
            (1, 1, 1, Passed::Yes),
            (0, 0, 0, Passed::NoQuorum),
        ] {
            assert_eq!(passed(Quorum { due, present }, in_favour), expected, "{due} {present} {in_favour}");
        }
    }

    #[test]
    fn an_election_needs_four_fifths_present() {
        for (due, needed) in [(5, 4), (6, 5), (10, 8), (11, 9), (40, 32), (41, 33)] {
            let quorum = |present| Quorum { due, present };
            assert_eq!(quorum(0).needed(ELECTION_QUORUM), needed, "{due}");
            assert!(quorum(needed).is_met(ELECTION_QUORUM), "{due}");
            assert!(!quorum(needed - 1).is_met(ELECTION_QUORUM), "{due}");
        }
    }

    proptest! {
        #[test]
        fn one_vote_more_never_turns_a_yes_into_a_no(due in 0_u64..500, present in 0_u64..500, in_favour in 0_u64..500) {
            let quorum = Quorum { due, present };
            if passed(quorum, in_favour) == Passed::Yes {
                prop_assert_eq!(passed(quorum, in_favour + 1), Passed::Yes);
                prop_assert_eq!(passed(Quorum { due, present: present + 1 }, in_favour), Passed::Yes);
                prop_assert!(in_favour * 2 > due && present * 2 >= due);
            }
        }
    }
}
