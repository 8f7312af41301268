//! What happens around transfers: members are placed elsewhere or leave, organizations are renamed, closed and moved,
//! the right to issue letters is given and taken, time passes.

use std::time::Duration;

use ejia_db::Txn;
use ejia_directory::{author, organization, place_member, release_member, tree, update_organization};
use ejia_kernel::{OrganizationId, Problem};

use super::acts::{Act, Outcome, Verb, pick};
use super::laws;
use super::seen::Seen;
use super::world::{World, branches};
use crate::issuers;
use crate::tests::city::{close, put_under};

impl World {
    pub(super) fn surroundings_change(&mut self, act: Act, seen: &Seen) -> Outcome {
        let root = self.organizations[0];
        let organization = self.one_on_the_way(act, seen);
        let mut changed = None;
        let answer = match act.verb {
            Verb::Place => {
                let (member, to) = (pick(&self.members, act.on).unwrap(), self.open_branch(act, seen));
                changed = Some(member);
                match to {
                    Some(to) => self.office(root, move |txn, by| place_member(txn, member, to, &author(by)).map(drop)),
                    None => Err(Problem::not_found("no open branch")),
                }
            }
            Verb::Leave => {
                let member = pick(&self.members, act.on).unwrap();
                changed = Some(member);
                self.office(root, move |txn, by| release_member(txn, member, "转往外地", &author(by)))
            }
            Verb::Rename => {
                self.names += 1;
                let name = format!("改名{}", self.names);
                self.desk.write_now(move |txn| rename(txn, organization, &name))
            }
            Verb::Close => {
                close(&self.desk, organization);
                Ok(())
            }
            Verb::Move => self.moves(act, seen, organization),
            Verb::Right => {
                let committees = laws::open_committees(&seen.tree, &self.organizations);
                let organization = pick(&committees, act.on).filter(|_| act.by % 8 >= 6).unwrap_or(organization);
                let (by, may) = (if act.by % 4 == 3 { organization } else { root }, act.to % 2 == 1);
                self.office(by, move |txn, by| issuers::change(txn, by, organization, may))
            }
            _ => {
                let days = u64::from(act.to % 120);
                self.desk.clock().set(self.desk.now().plus(Duration::from_hours(24 * days)));
                Ok(())
            }
        };
        Outcome { verb: act.verb, answer, allowed: true, transfer: None, member: changed, office: None }
    }

    /// An organization under the city: mostly one where something lies, or lay once.
    fn one_on_the_way(&self, act: Act, seen: &Seen) -> OrganizationId {
        let transfers: Vec<_> = self.transfers.iter().map(|id| &seen.rows.transfers[id]).collect();
        let mut places: Vec<OrganizationId> = transfers.iter().filter_map(|transfer| transfer.standing.at).collect();
        places.extend(seen.rows.letters.iter().map(|letter| letter.issuer));
        places.retain(|id| *id != self.organizations[0]);
        let place = if act.on % 4 == 3 { None } else { pick(&places, act.on / 4) };
        place.or_else(|| pick(&self.organizations[1..], act.on / 4)).unwrap()
    }

    fn open_branch(&self, act: Act, seen: &Seen) -> Option<OrganizationId> {
        let mut open = branches(&seen.tree, &self.organizations);
        open.retain(|id| seen.tree.get(*id).is_some_and(|node| !node.closed));
        pick(&open, act.to)
    }

    /// Puts an organization, with everything under it, under another one.
    fn moves(&self, act: Act, seen: &Seen, id: OrganizationId) -> Result<(), Problem> {
        let node = seen.tree.find(id)?;
        let mut above = laws::may_stand_above(&seen.tree, &self.organizations);
        above.retain(|id| seen.tree.get(*id).is_some_and(|above| !node.path.contains(&above.path)));
        put_under(&self.desk, id, pick(&above, act.to).unwrap());
        Ok(())
    }
}

fn rename(txn: &mut Txn<'_>, id: OrganizationId, name: &str) -> Result<(), Problem> {
    tree(txn)?.find(id)?;
    let mut card = organization(txn, id)?.card;
    name.clone_into(&mut card.name);
    update_organization(txn, id, &card)
}
