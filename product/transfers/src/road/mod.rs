//! The road of a transfer, as pure rules over the tree: where an application begins, where it goes when somebody has
//! said yes, and who acts for an organization that was closed meanwhile.
//!
//! * **Within the city** (T4; manual: 厦门市内划转): the branch reviews, then level by level up to the first committee;
//!   from there over to the committee that receives, which allocates; the branch it names takes the member in.
//! * **Out of the city** (T5; 转出到厦门市外): the branch reviews, then level by level up to the first organization that may
//!   issue letters; it reviews, issues, and the receipt is awaited.
//! * **In from outside** (T9; 从厦门市外转入): the committee that the applicant has chosen allocates, the branch takes him in.
//!
//! No road is ever stored. One rule ([`Road::after`]) answers the next stop from the tree as it stands at that moment;
//! the road shown before somebody applies ([`Road::whole`]) is the same rule, repeated. So an organization that is moved,
//! renamed or closed on the way strands nobody: what lies at a closed organization is seen and handled by the next one
//! above it that is open ([`Road::handled_at`]); a letter that waits where the right to issue was taken away is issued by
//! the next one above that has it.

use std::collections::BTreeMap;

use ejia_directory::{Node, Tree};
use ejia_kernel::{OrganizationId, OrganizationKind};

use crate::model::{Direction, Stage, Standing};

pub(crate) mod limits;
#[cfg(test)]
mod tests;

/// Something an organization has to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stop {
    pub(crate) stage: Stage,
    pub(crate) organization_id: OrganizationId,
}

impl From<Stop> for Standing {
    fn from(stop: Stop) -> Self {
        Self { stage: stop.stage, at: Some(stop.organization_id) }
    }
}

/// What follows a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Another stop.
    Stop(Stop),
    /// The letter is out; its receipt is awaited.
    Receipt,
    /// The member has arrived.
    Arrived,
}

/// Why there is no road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoRoad {
    /// Both ends are the same branch.
    SameBranch,
    /// The branch to go to is none, or closed.
    NoBranch,
    /// Nobody above may allocate.
    NoCommittee,
    /// Nobody above may issue letters.
    NoIssuer,
}

impl NoRoad {
    /// The code of its refusal.
    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::SameBranch => "transfers.same_branch",
            Self::NoBranch => "transfers.branch_needed",
            Self::NoCommittee => "transfers.no_committee",
            Self::NoIssuer => "transfers.no_issuer",
        }
    }
}

/// Who may issue letters: authority 1 and 2 at first (rules of the field), and what was decided of single organizations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Issuers(BTreeMap<OrganizationId, bool>);

impl Issuers {
    /// With what was decided of these.
    pub(crate) fn decided(decisions: impl IntoIterator<Item = (OrganizationId, bool)>) -> Self {
        Self(decisions.into_iter().collect())
    }

    /// Whether this organization issues letters.
    pub(crate) fn may(&self, node: &Node) -> bool {
        !node.closed && self.0.get(&node.id).copied().unwrap_or(matches!(node.level, Some(1 | 2)))
    }

    /// From whom the right was taken.
    fn taken_from(&self) -> impl Iterator<Item = OrganizationId> {
        self.0.iter().filter(|(_, may)| !**may).map(|(id, _)| *id)
    }
}

/// The tree and the rights a road is found by.
#[derive(Clone, Copy)]
pub(crate) struct Road<'a> {
    pub(crate) tree: &'a Tree,
    pub(crate) issuers: &'a Issuers,
}

/// A transfer as far as its road needs to know.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trip {
    pub(crate) direction: Direction,
    /// The branch that is left.
    pub(crate) from: Option<OrganizationId>,
    /// The branch to go to, once it is known.
    pub(crate) to: Option<OrganizationId>,
    /// The committee that a person from outside has chosen.
    pub(crate) committee: Option<OrganizationId>,
}

impl<'a> Road<'a> {
    /// Where an application begins.
    ///
    /// # Errors
    /// Why there is no road at all.
    pub(crate) fn first(&self, trip: &Trip) -> Result<Stop, NoRoad> {
        match trip.direction {
            Direction::In => {
                let committee = trip.committee.and_then(|id| self.tree.open_at_or_above(id, allocates));
                let committee = committee.ok_or(NoRoad::NoCommittee)?;
                Ok(Stop { stage: Stage::Allocate, organization_id: committee.id })
            }
            Direction::Within => {
                let to = trip.to.and_then(|id| self.tree.get(id)).filter(|node| is_open_branch(node));
                let to = to.ok_or(NoRoad::NoBranch)?;
                if trip.from == Some(to.id) {
                    return Err(NoRoad::SameBranch);
                }
                self.review_at(trip.from)
            }
            Direction::Out => self.review_at(trip.from),
        }
    }

    fn review_at(&self, from: Option<OrganizationId>) -> Result<Stop, NoRoad> {
        let from = from.and_then(|id| self.tree.open_at_or_above(id, |_| true)).ok_or(NoRoad::NoCommittee)?;
        Ok(Stop { stage: Stage::Review, organization_id: from.id })
    }

    /// Where it goes when this stop has said yes.
    ///
    /// # Errors
    /// Why it cannot go on.
    pub(crate) fn after(&self, trip: &Trip, stop: Stop) -> Result<Next, NoRoad> {
        match stop.stage {
            Stage::Review => self.after_review(trip, stop.organization_id).map(Next::Stop),
            Stage::Issue => Ok(Next::Receipt),
            Stage::Allocate => {
                let to = trip.to.and_then(|id| self.tree.get(id)).filter(|node| is_open_branch(node));
                let to = to.ok_or(NoRoad::NoBranch)?;
                Ok(Next::Stop(Stop { stage: Stage::Accept, organization_id: to.id }))
            }
            _ => Ok(Next::Arrived),
        }
    }

    fn after_review(&self, trip: &Trip, at: OrganizationId) -> Result<Stop, NoRoad> {
        let node = self.tree.get(at).ok_or(NoRoad::NoCommittee)?;
        let (ends, nobody) = match trip.direction {
            Direction::Out => (self.issuers.may(node), NoRoad::NoIssuer),
            _ => (allocates(node), NoRoad::NoCommittee),
        };
        if !ends {
            let above = node.parent_id.and_then(|id| self.tree.open_at_or_above(id, |_| true)).ok_or(nobody)?;
            return Ok(Stop { stage: Stage::Review, organization_id: above.id });
        }
        if trip.direction == Direction::Out {
            return Ok(Stop { stage: Stage::Issue, organization_id: at });
        }
        let to = trip.to.ok_or(NoRoad::NoBranch)?;
        let committee = self.committee_of(to).ok_or(NoRoad::NoCommittee)?;
        Ok(Stop { stage: Stage::Allocate, organization_id: committee.id })
    }

    /// The committee that allocates into a branch.
    pub(crate) fn committee_of(&self, branch: OrganizationId) -> Option<&'a Node> {
        self.tree.open_at_or_above(branch, allocates)
    }

    /// The whole road from here on, as the tree stands.
    ///
    /// # Errors
    /// Why it leads nowhere.
    pub(crate) fn onward(&self, trip: &Trip, first: Stop) -> Result<Vec<Stop>, NoRoad> {
        let mut stops = vec![first];
        let mut here = first;
        while let Next::Stop(next) = self.after(trip, here)? {
            stops.push(next);
            here = next;
        }
        Ok(stops)
    }

    /// The whole road, as it is shown before somebody applies.
    ///
    /// # Errors
    /// Why there is none.
    pub(crate) fn whole(&self, trip: &Trip) -> Result<Vec<Stop>, NoRoad> {
        self.onward(trip, self.first(trip)?)
    }

    /// Who handles what lies at this stop: the organization itself while it is open and may, else the next one above. What
    /// lies with a branch that was closed goes back to its committee, which names another.
    pub(crate) fn handled_at(&self, stop: Stop) -> Option<Stop> {
        let at = self.tree.get(stop.organization_id)?;
        if !at.closed && (stop.stage != Stage::Issue || self.issuers.may(at)) {
            return Some(stop);
        }
        let (stage, handler) = match stop.stage {
            Stage::Accept | Stage::Allocate => (Stage::Allocate, self.committee_of(at.id)?),
            Stage::Issue => (Stage::Issue, self.tree.open_at_or_above(at.id, |node| self.issuers.may(node))?),
            stage => (stage, self.tree.open_at_or_above(at.id, |_| true)?),
        };
        Some(Stop { stage, organization_id: handler.id })
    }

    /// The organizations at whose stops this one may have to act: itself, and those under it that are closed or have lost
    /// the right to issue letters. [`Road::handled_at`] decides.
    pub(crate) fn within_reach(&self, id: OrganizationId) -> Vec<OrganizationId> {
        let Some(node) = self.tree.get(id) else { return Vec::new() };
        let open = |one: &&Node| !one.closed && node.path.contains(&one.path);
        let without_right = self.issuers.taken_from().filter_map(|one| self.tree.get(one)).filter(open);
        let stood_in_for = self.tree.closed_under(&node.path).chain(without_right).map(|under| under.id);
        std::iter::once(id).chain(stood_in_for.filter(|under| *under != id)).collect()
    }
}

fn allocates(node: &Node) -> bool {
    node.kind.may_allocate()
}

fn is_open_branch(node: &Node) -> bool {
    node.kind == OrganizationKind::Branch && !node.closed
}
