//! What can be done: small numbers that choose among what there is, so that a sequence that fails is made shorter and
//! still means something. What applicants do is here, what organizations do in `offices`, what happens around them in
//! `surroundings`.

use ejia_kernel::{MemberId, OrganizationId, Problem, TransferId};
use proptest::prelude::*;

use super::laws;
use super::seen::Seen;
use super::world::{World, branches};
use crate::applying::{self, OutEntered, WithinEntered};
use crate::incoming::{self, ApplicationEntered};
use crate::model::{Direction, Stage, Transfer};

/// What somebody tries to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// Whatever is to be done next, by whom it lies with.
    Forward,
    Apply,
    ApplyOut,
    Come,
    Mend,
    Withdraw,
    Review,
    SendBack,
    Allocate,
    Accept,
    Issue,
    Reissue,
    Void,
    SendReceipt,
    SendByPaper,
    Confirm,
    Refuse,
    Bring,
    Place,
    Leave,
    Rename,
    Close,
    Move,
    Right,
    Wait,
}

impl Verb {
    /// At which stage it can be done, if only at one.
    fn stage(self) -> Option<Stage> {
        match self {
            Self::Mend => Some(Stage::Returned),
            Self::Review => Some(Stage::Review),
            Self::Allocate => Some(Stage::Allocate),
            Self::Accept => Some(Stage::Accept),
            Self::Issue => Some(Stage::Issue),
            Self::Reissue
            | Self::Void
            | Self::SendReceipt
            | Self::SendByPaper
            | Self::Confirm
            | Self::Refuse
            | Self::Bring => Some(Stage::Receipt),
            _ => None,
        }
    }
}

/// One act: what, with which of the transfers or people, by whom, to where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Act {
    pub(super) verb: Verb,
    pub(super) on: u8,
    /// Three of four act where it is their turn; the others are anybody.
    pub(super) by: u8,
    pub(super) to: u8,
}

/// Any act; those that bring transfers far are the most frequent.
pub(super) fn an_act() -> impl Strategy<Value = Act> {
    use Verb::{
        Accept, Allocate, Apply, ApplyOut, Bring, Close, Come, Confirm, Forward, Issue, Leave, Mend, Move, Place,
        Refuse, Reissue, Rename, Review, Right, SendBack, SendByPaper, SendReceipt, Void, Wait, Withdraw,
    };
    let verb = prop_oneof![
        34 => Just(Forward),
        14 => prop::sample::select(vec![Apply, Apply, ApplyOut, ApplyOut, Come]),
        8 => prop::sample::select(vec![Mend, Withdraw, SendBack, SendBack]),
        12 => prop::sample::select(vec![Review, Allocate, Accept, Issue]),
        20 => prop::sample::select(vec![Reissue, Void, SendReceipt, SendReceipt, SendByPaper, Confirm, Refuse, Bring]),
        12 => prop::sample::select(vec![Place, Place, Leave, Rename, Close, Move, Right, Right, Wait]),
    ];
    (verb, any::<u8>(), any::<u8>(), any::<u8>()).prop_map(|(verb, on, by, to)| Act { verb, on, by, to })
}

/// What became of an act.
pub(super) struct Outcome {
    pub(super) verb: Verb,
    pub(super) answer: Result<(), Problem>,
    /// Whether the rules let him who tried: if not, it must have been refused.
    pub(super) allowed: bool,
    pub(super) transfer: Option<TransferId>,
    pub(super) member: Option<MemberId>,
    /// For whom it was done, if for an organization.
    pub(super) office: Option<OrganizationId>,
}

impl Outcome {
    /// There was nothing that it could be done with.
    pub(super) fn nothing(verb: Verb) -> Self {
        let answer = Err(Problem::not_found("nothing"));
        Self { verb, answer, allowed: false, transfer: None, member: None, office: None }
    }
}

/// The one that a number chooses.
pub(super) fn pick<T: Clone>(among: &[T], number: u8) -> Option<T> {
    among.get(usize::from(number).checked_rem(among.len())?).cloned()
}

impl World {
    /// Tries an act.
    pub(super) fn do_it(&mut self, act: Act, seen: &Seen) -> Outcome {
        let act = match act.verb {
            Verb::Forward => self.forward(act, seen),
            _ => act,
        };
        match act.verb {
            Verb::Apply | Verb::ApplyOut => self.applies(act, seen),
            Verb::Come => self.comes(act, seen),
            Verb::Mend | Verb::Withdraw => match self.chosen(act, seen) {
                Some(transfer) if transfer.direction == Direction::In => self.outsider_goes_on(act, seen, &transfer),
                Some(transfer) => self.member_goes_on(act, seen, &transfer),
                None => Outcome::nothing(act.verb),
            },
            Verb::Place | Verb::Leave | Verb::Rename | Verb::Close | Verb::Move | Verb::Right | Verb::Wait => {
                self.surroundings_change(act, seen)
            }
            _ => self.offices_act(act, seen),
        }
    }

    /// What is to be done next with a transfer that is open; where none is, somebody applies.
    fn forward(&self, act: Act, seen: &Seen) -> Act {
        let applies = [Verb::Apply, Verb::ApplyOut, Verb::Come];
        let stage = self.chosen(act, seen).map_or(Stage::Done, |transfer| transfer.standing.stage);
        let verb = match stage {
            Stage::Review => Verb::Review,
            Stage::Issue => Verb::Issue,
            Stage::Allocate => Verb::Allocate,
            Stage::Accept => Verb::Accept,
            Stage::Receipt if act.to.is_multiple_of(2) => Verb::Bring,
            Stage::Receipt => Verb::Reissue,
            Stage::Returned => Verb::Mend,
            Stage::Done | Stage::Withdrawn | Stage::Dropped => applies[usize::from(act.to) % 3],
        };
        Act { verb, by: 0, ..act }
    }

    /// The transfer that is meant: mostly one that is open, and mostly one with which this can be done.
    pub(super) fn chosen(&self, act: Act, seen: &Seen) -> Option<Transfer> {
        let all: Vec<&Transfer> = self.transfers.iter().map(|id| &seen.rows.transfers[id]).collect();
        let open: Vec<&Transfer> = all.iter().copied().filter(|transfer| !transfer.standing.stage.ended()).collect();
        let stage = act.verb.stage();
        let fits = |transfer: &&Transfer| stage.is_none_or(|stage| stage == transfer.standing.stage);
        let fitting: Vec<&Transfer> = open.iter().copied().filter(fits).collect();
        let among = match act.on % 8 {
            0..6 if !fitting.is_empty() => fitting,
            0..7 if !open.is_empty() => open,
            _ => all,
        };
        pick(&among, act.on / 8).cloned()
    }

    /// A member applies, in the city or out of it.
    fn applies(&self, act: Act, seen: &Seen) -> Outcome {
        let member = pick(&self.members, act.on).unwrap();
        let home = &seen.rows.members[&member];
        let open = seen.rows.transfers.values().any(|one| one.member_id == Some(member) && one.ended_at.is_none());
        let (allowed, answer) = if act.verb == Verb::ApplyOut {
            let entered = out_entered();
            (true, self.member(seen, member, move |txn, by| applying::apply_out(txn, by, &entered)))
        } else {
            let (to, entered) = self.within_entered(act, seen);
            let answer = self.member(seen, member, move |txn, by| {
                let entered = entered.clone();
                applying::apply(txn, by, move |tree| entered.wanted(tree))
            });
            (to != home.branch && seen.tree.get(to).is_some_and(|node| !node.closed), answer)
        };
        let transfer = answer.as_ref().ok().copied();
        let allowed = allowed && !open && !home.departed;
        Outcome { verb: act.verb, answer: answer.map(drop), allowed, transfer, member: None, office: None }
    }

    fn within_entered(&self, act: Act, seen: &Seen) -> (OrganizationId, WithinEntered) {
        let to = pick(&branches(&seen.tree, &self.organizations), act.to).unwrap();
        let entered = WithinEntered {
            branch: seen.tree.name(to),
            branch_id: to.to_string(),
            reason: "工作调动".to_owned(),
            ..WithinEntered::default()
        };
        (to, entered)
    }

    /// The member, or another one, mends his application or takes it back.
    fn member_goes_on(&self, act: Act, seen: &Seen, transfer: &Transfer) -> Outcome {
        let (id, stage) = (transfer.id, transfer.standing.stage);
        let anybody = pick(&self.members, act.by / 4).unwrap();
        let by = if act.by % 4 == 3 { anybody } else { transfer.member_id.unwrap_or(anybody) };
        let home = &seen.rows.members[&by];
        let own = transfer.member_id == Some(by) && !home.departed;
        let (allowed, answer) = if act.verb == Verb::Withdraw {
            (stage.may_withdraw(), self.member(seen, by, move |txn, by| applying::withdraw(txn, by, id)))
        } else {
            // One in eight mends it into an application of the other kind.
            let out = (transfer.direction == Direction::Out) != (act.to % 8 == 7);
            let (to, within) = self.within_entered(act, seen);
            let answer = self.member(seen, by, move |txn, by| {
                let within = within.clone();
                applying::mend(txn, by, id, |tree| if out { out_entered().wanted() } else { within.wanted(tree) })
            });
            let to_open = out || (to != home.branch && seen.tree.get(to).is_some_and(|node| !node.closed));
            (stage == Stage::Returned && out == (transfer.direction == Direction::Out) && to_open, answer)
        };
        let allowed = allowed && own;
        Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member: None, office: None }
    }

    /// A person from outside applies.
    fn comes(&self, act: Act, seen: &Seen) -> Outcome {
        let outsider = &self.outsiders[usize::from(act.on) % self.outsiders.len()];
        let (by, entered) = (outsider.applicant.clone(), self.application(act, seen, usize::from(act.on)));
        let waits = |kept: &super::seen::Kept| kept.applicant == by.id() && !kept.ended;
        let allowed = !seen.rows.applicants.values().any(waits);
        let answer = self.desk.write_now(move |txn| incoming::apply(txn, &by, &entered));
        let transfer = answer.as_ref().ok().copied();
        Outcome { verb: act.verb, answer: answer.map(drop), allowed, transfer, member: None, office: None }
    }

    fn application(&self, act: Act, seen: &Seen, outsider: usize) -> ApplicationEntered {
        let committees = laws::open_committees(&seen.tree, &self.organizations);
        let committee = pick(&committees, act.to).unwrap();
        let branch = pick(&branches(&seen.tree, &self.organizations), act.by).unwrap();
        ApplicationEntered {
            person: self.outsiders[outsider % self.outsiders.len()].person.clone(),
            from: "中共福州市鼓楼区第二支部委员会".to_owned(),
            committee: seen.tree.name(committee),
            committee_id: committee.to_string(),
            branch: seen.tree.name(branch),
            unit: "集美街道".to_owned(),
            reason: "工作调动".to_owned(),
            ..ApplicationEntered::default()
        }
    }

    /// The applicant, or another one, corrects his application or takes it back.
    fn outsider_goes_on(&self, act: Act, seen: &Seen, transfer: &Transfer) -> Outcome {
        let (id, stage) = (transfer.id, transfer.standing.stage);
        let whose = seen.rows.applicants[&id].applicant;
        let own = self.outsiders.iter().position(|one| one.applicant.id() == whose).unwrap();
        let by = if act.by % 4 == 3 { usize::from(act.by / 4) % self.outsiders.len() } else { own };
        let (caller, entered) = (self.outsiders[by].applicant.clone(), self.application(act, seen, by));
        let (allowed, answer) = if act.verb == Verb::Withdraw {
            (stage.may_withdraw(), self.desk.write_now(move |txn| incoming::withdraw(txn, &caller, id)))
        } else {
            let answer = self.desk.write_now(move |txn| incoming::correct(txn, &caller, id, &entered));
            (matches!(stage, Stage::Allocate | Stage::Returned), answer)
        };
        let allowed = allowed && by == own;
        Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member: None, office: None }
    }
}

fn out_entered() -> OutEntered {
    OutEntered {
        addressee: "中共福州市委组织部".to_owned(),
        organization: "中共福州市鼓楼区第二支部委员会".to_owned(),
        unit: "福州某厂".to_owned(),
        reason: "工作调动".to_owned(),
        remark: String::new(),
    }
}
