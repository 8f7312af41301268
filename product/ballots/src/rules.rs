//! What may be opened, what may be chosen, and what comes out: pure functions.

use std::collections::{BTreeMap, BTreeSet};

use ejia_kernel::{MemberId, Problem};

use crate::code::VoterCode;
use crate::model::{NewBallot, Voided};

#[cfg(test)]
mod tests;

/// Where fewer voted, what they voted is withheld for ever.
pub const FEWEST: u64 = 3;
/// A paper has no more options.
pub const MOST_OPTIONS: usize = 50;
/// A vote has no more voters.
pub const MOST_VOTERS: usize = 20_000;

const LONGEST_TITLE: usize = 200;
const LONGEST_OPTION: usize = 100;
const SHORTEST_PASSPHRASE: usize = 8;

/// What was chosen on one ballot: a bit for each place.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Choice(u64);

impl Choice {
    /// What a voter entered.
    ///
    /// # Errors
    /// Refusals on the field `chosen`.
    pub(crate) fn entered(chosen: &[usize], options: usize, most: usize) -> Result<Self, Problem> {
        let mut bits = 0_u64;
        for place in chosen {
            if *place >= options.min(MOST_OPTIONS) {
                return Err(refused().on("chosen", "ballots.no_such_option"));
            }
            bits |= 1 << place;
        }
        match usize::try_from(bits.count_ones()).unwrap_or(usize::MAX) {
            0 => Err(refused().on("chosen", "ballots.choose_one")),
            many if many > most => {
                Err(refused().on_with("chosen", "ballots.choose_fewer", vec![("most", most.to_string())]))
            }
            _ => Ok(Self(bits)),
        }
    }

    /// What was kept as bits, if it is what somebody could have entered.
    pub(crate) fn kept(bits: u64, options: usize, most: usize) -> Option<Self> {
        let places: Vec<usize> = places(bits).collect();
        Self::entered(&places, options, most).ok()
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// The places that were chosen.
    pub(crate) fn places(self) -> impl Iterator<Item = usize> {
        places(self.0)
    }
}

fn places(bits: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |place| bits >> place & 1 == 1)
}

/// A vote that may be opened: its texts trimmed, each voter once, in an order that tells nothing.
pub(crate) struct Openable {
    pub(crate) title: String,
    pub(crate) options: Vec<String>,
    pub(crate) most: usize,
    pub(crate) voters: BTreeSet<MemberId>,
}

/// Whether a vote may be opened like this.
///
/// # Errors
/// Refusals on `title`, `options`, `most` and `voters`.
pub(crate) fn openable(new: &NewBallot) -> Result<Openable, Problem> {
    let title = new.title.trim().to_owned();
    let options: Vec<String> = new.options.iter().map(|option| option.trim().to_owned()).collect();
    let voters: BTreeSet<MemberId> = new.voters.iter().copied().collect();
    let different: BTreeSet<&String> = options.iter().collect();
    let mut problem = refused();
    if title.is_empty() || title.chars().count() > LONGEST_TITLE {
        problem = problem.on_with("title", "ballots.title", most_of(LONGEST_TITLE));
    }
    if !(2..=MOST_OPTIONS).contains(&options.len()) {
        problem = problem.on_with("options", "ballots.options", most_of(MOST_OPTIONS));
    } else if options.iter().any(|option| option.is_empty() || option.chars().count() > LONGEST_OPTION) {
        problem = problem.on_with("options", "ballots.option", most_of(LONGEST_OPTION));
    } else if different.len() < options.len() {
        problem = problem.on("options", "ballots.options_alike");
    } else if !(1..=options.len()).contains(&new.most) {
        problem = problem.on_with("most", "ballots.most", most_of(options.len()));
    }
    if voters.len() > MOST_VOTERS {
        problem = problem.on_with("voters", "ballots.too_many_voters", most_of(MOST_VOTERS));
    } else if u64::try_from(voters.len()).is_ok_and(|voters| voters < FEWEST) {
        let fewest = vec![("fewest", FEWEST.to_string())];
        problem = problem.on_with("voters", "ballots.too_few_voters", fewest);
    }
    if problem.fields.is_empty() { Ok(Openable { title, options, most: new.most, voters }) } else { Err(problem) }
}

/// Whether a passphrase is long enough to be one.
///
/// # Errors
/// A refusal on the field `passphrase`.
pub(crate) fn passphrase(text: &str) -> Result<(), Problem> {
    if text.chars().count() >= SHORTEST_PASSPHRASE {
        return Ok(());
    }
    let fewest = vec![("fewest", SHORTEST_PASSPHRASE.to_string())];
    Err(refused().on_with("passphrase", "ballots.passphrase_short", fewest))
}

/// What all opened ballots come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Count {
    /// How often each place was chosen.
    pub(crate) votes: Vec<u64>,
    /// Sorted by code: the order in which they were cast is not in it.
    pub(crate) list: BTreeMap<VoterCode, Choice>,
}

/// Counts ballots; `None` among them is one that could not be opened. We make every ballot and draw each code once, so
/// such a ballot, or two under one code, mean that somebody had his hand in: then there is no count.
pub(crate) fn count(options: usize, opened: impl IntoIterator<Item = Option<(VoterCode, Choice)>>) -> Option<Count> {
    let mut counted = Count { votes: vec![0; options], list: BTreeMap::new() };
    for ballot in opened {
        let (code, choice) = ballot?;
        if counted.list.insert(code, choice).is_some() {
            return None;
        }
        for place in choice.places() {
            *counted.votes.get_mut(place)? += 1;
        }
    }
    Some(counted)
}

/// What becomes of a closed vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Counts and list are published.
    Counted(Count),
    /// Nothing is.
    Withheld,
    /// It must be held again.
    Void(Voided),
}

/// What becomes of a vote in which so many voted. A single ballot that was altered, went missing or came from nowhere
/// makes it void: who may spoil ballots and have the rest published could leave one voter's alone among his own.
pub(crate) fn verdict(voted: u64, count: Option<Count>) -> Verdict {
    match count {
        Some(count) if u64::try_from(count.list.len()) == Ok(voted) => {
            if voted < FEWEST {
                Verdict::Withheld
            } else {
                Verdict::Counted(count)
            }
        }
        _ => Verdict::Void(Voided::Altered),
    }
}

fn refused() -> Problem {
    Problem::refused("kernel.check_fields")
}

fn most_of(most: usize) -> Vec<(&'static str, String)> {
    vec![("most", most.to_string())]
}

impl std::fmt::Debug for Choice {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Choice(redacted)")
    }
}
