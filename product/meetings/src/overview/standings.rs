//! How branches stand with each kind in a quarter.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::{Counts, Node, counts_of_branches, tree};
use ejia_kernel::{Date, Instant, OrganizationId, OrganizationKind, OrganizationPath, Problem};

use super::store::{self, Edges};
use crate::groups;
use crate::kinds::{Every, Held, MeetingKind, Standing, standing};

/// With as many full members a branch elects a committee (`spec/rules.md`, Organizations).
const COMMITTEE_FROM: i64 = 7;

/// A quarter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quarter {
    /// Its first day.
    pub(super) first: Date,
}

impl Quarter {
    /// The one a day lies in.
    pub(super) fn of(day: Date) -> Self {
        Self { first: Every::Quarter.around(day).0 }
    }

    /// As an address writes it: `2026-1`.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (year, number) = text.split_once('-')?;
        let number: i8 = number.parse().ok().filter(|number| (1..=4).contains(number))?;
        Date::new(year.parse().ok()?, number * 3 - 2, 1).ok().map(|first| Self { first })
    }

    pub(super) fn code(self) -> String {
        format!("{}-{}", self.first.year(), self.number())
    }

    pub(super) fn label(self) -> String {
        let number = match self.number() {
            1 => "一",
            2 => "二",
            3 => "三",
            _ => "四",
        };
        format!("{}年第{number}季度", self.first.year())
    }

    fn number(self) -> i8 {
        (self.first.month() - 1) / 3 + 1
    }

    pub(super) fn plus(self, quarters: i32) -> Self {
        Self { first: self.first.plus_months(3 * quarters) }
    }

    fn edges(self, now: Instant) -> Edges {
        let at = |months: i32| Instant::start_of(self.first.plus_months(months));
        let (year, last) = Every::Year.around(self.first);
        Edges {
            year: Instant::start_of(year),
            months: [at(0), at(1), at(2), at(3)],
            year_end: Instant::start_of(last.plus_days(1)),
            now,
        }
    }
}

/// How a branch stands with each kind.
pub(super) struct BranchStanding {
    pub(super) id: OrganizationId,
    pub(super) name: String,
    pub(super) path: OrganizationPath,
    /// In the order of [`MeetingKind::ALL`]; how often it was held beside.
    pub(super) kinds: Vec<(MeetingKind, Standing, i64)>,
}

impl BranchStanding {
    /// Whether it stands so with a kind; with any, without one.
    pub(super) fn stands(&self, so: Standing, with: Option<MeetingKind>) -> bool {
        let asked = |kind: MeetingKind| with.is_none_or(|with| with == kind);
        self.kinds.iter().any(|(kind, standing, _)| asked(*kind) && *standing == so)
    }
}

/// How the open branches under a path stand, in the order of the tree.
pub(super) fn standings(
    txn: &mut Txn<'_>,
    path: &OrganizationPath,
    quarter: Quarter,
) -> Result<Vec<BranchStanding>, Problem> {
    let tree = tree(txn)?;
    let branches: Vec<&Node> = tree.under(path).filter(|node| is_asked(node)).collect();
    let members = counts_of_branches(txn, path)?;
    standings_of(txn, &branches, &members, quarter)
}

/// Whether something is asked of an organization: of open branches alone.
pub(super) fn is_asked(node: &Node) -> bool {
    node.kind == OrganizationKind::Branch && !node.closed
}

/// How these branches stand; `members` are the counts of each by its path.
pub(super) fn standings_of(
    txn: &mut Txn<'_>,
    branches: &[&Node],
    members: &HashMap<String, Counts>,
    quarter: Quarter,
) -> Result<Vec<BranchStanding>, Problem> {
    let ids: Vec<OrganizationId> = branches.iter().map(|node| node.id).collect();
    let (now, today) = (txn.now(), txn.now().china_date());
    let held = store::held(txn, &ids, &quarter.edges(now))?;
    let groups = groups::counts(txn, &ids)?;
    let of_branch = |node: &&Node| {
        let full = members.get(node.path.as_str()).map_or(0, |counts| counts.members - counts.probationary);
        let needed = |kind| match kind {
            MeetingKind::Group => groups.get(&node.id).copied().unwrap_or_default(),
            MeetingKind::Committee => i64::from(full >= COMMITTEE_FROM),
            _ => 1,
        };
        let of_kind = |kind: MeetingKind| {
            let held = held.get(&(node.id, kind)).copied().unwrap_or_default();
            of_kind(kind, held, needed(kind), quarter, today)
        };
        let kinds = MeetingKind::ALL.iter().map(|kind| of_kind(*kind)).collect();
        BranchStanding { id: node.id, name: node.name.clone(), path: node.path.clone(), kinds }
    };
    Ok(branches.iter().map(of_branch).collect())
}

fn of_kind(kind: MeetingKind, held: Held, needed: i64, quarter: Quarter, today: Date) -> (MeetingKind, Standing, i64) {
    let every = kind.due(quarter.first);
    let count = if every == Some(Every::Year) { held.quarter() + held.rest_of_year } else { held.quarter() };
    (kind, standing(every, held, needed, quarter.first, today), count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quarter_is_named_and_read() {
        let quarter = Quarter::of(Date::parse_loose("2026-11-28").unwrap());
        assert_eq!((quarter.code().as_str(), quarter.label().as_str()), ("2026-4", "2026年第四季度"));
        assert_eq!(Quarter::read("2026-4"), Some(quarter));
        assert_eq!(quarter.plus(1).code(), "2027-1");
        assert_eq!(quarter.plus(-4).code(), "2025-4");
        for wrong in ["", "2026", "2026-0", "2026-5", "x-1"] {
            assert_eq!(Quarter::read(wrong), None, "{wrong}");
        }
    }
}
