//! What organizations do with a transfer, those whose turn it is and others; and the receipts that come for its letter.

use ejia_documents::{FileKey, SignatureKind};
use ejia_kernel::{OrganizationId, Problem, TransferId};

use super::acts::{Act, Outcome, Verb, pick};
use super::laws::{answers_for, handler, open_at_or_above};
use super::seen::{Seen, Sheet};
use super::world::{World, branches};
use crate::handling::{self, Accepted, Placed, Said};
use crate::letters::{self, LetterContent, LetterEntered, Token, VoidEntered};
use crate::model::{Stage, Transfer};
use crate::receipts::{self, RefuseEntered};

impl World {
    pub(super) fn offices_act(&self, act: Act, seen: &Seen) -> Outcome {
        let Some(transfer) = self.chosen(act, seen) else { return Outcome::nothing(act.verb) };
        match act.verb {
            Verb::Review | Verb::SendBack | Verb::Allocate | Verb::Accept | Verb::Issue => {
                self.handles(act, seen, &transfer)
            }
            Verb::Reissue | Verb::Void => self.answers_for_letters(act, seen, &transfer),
            Verb::SendReceipt | Verb::SendByPaper => self.sends_a_receipt(act, seen, &transfer),
            _ => self.decides_receipts(act, seen, &transfer),
        }
    }

    /// Who acts: mostly the one whose turn it is.
    fn actor(&self, act: Act, turn: Option<OrganizationId>) -> OrganizationId {
        let anybody = self.organizations[usize::from(act.by / 4) % self.organizations.len()];
        if act.by % 4 == 3 { anybody } else { turn.unwrap_or(anybody) }
    }

    fn handles(&self, act: Act, seen: &Seen, transfer: &Transfer) -> Outcome {
        let (id, turn) = (transfer.id, handler(seen, transfer));
        let by = self.actor(act, turn.map(|(_, at)| at));
        let said = Said { said: "同意".to_owned() };
        let (stage, answer) = match act.verb {
            Verb::Review => {
                let answer = self.office(by, move |txn, by| handling::review(txn, by, id, &said).map(drop));
                (Some(Stage::Review), answer)
            }
            Verb::SendBack => (None, self.office(by, move |txn, by| handling::send_back(txn, by, id, &said).map(drop))),
            Verb::Allocate => {
                let placed = self.placed(act, seen, transfer, by);
                let answer = self.office(by, move |txn, by| handling::allocate(txn, &by.as_committee()?, id, &placed));
                (Some(Stage::Allocate), answer)
            }
            Verb::Accept => (Some(Stage::Accept), self.takes_in(by, id)),
            _ => {
                let (entered, kind) = (letter_entered(), SignatureKind::Ed25519);
                let answer = self.office(by, move |txn, by| letters::issue(txn, by, id, &entered, kind).map(drop));
                (Some(Stage::Issue), answer)
            }
        };
        let allowed = turn.is_some_and(|(at_stage, at)| at == by && stage.is_none_or(|stage| stage == at_stage));
        let member = transfer.member_id.filter(|_| act.verb == Verb::Accept);
        Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member, office: Some(by) }
    }

    /// The branch takes the member in. That a number is another member's is written down as a case, and refuses.
    pub(super) fn takes_in(&self, by: OrganizationId, id: TransferId) -> Result<(), Problem> {
        let accepted = self.office(by, move |txn, by| handling::accept(txn, &by.as_branch()?, id, &Said::default()))?;
        match accepted {
            Accepted::Arrived => Ok(()),
            Accepted::Clashed(problem) => Err(problem),
        }
    }

    /// Mostly a branch that may be named.
    pub(super) fn placed(&self, act: Act, seen: &Seen, transfer: &Transfer, by: OrganizationId) -> Placed {
        let all = branches(&seen.tree, &self.organizations);
        let own = seen.tree.get(by).map(|node| node.path.clone());
        let fits = |id: &OrganizationId| {
            let node = seen.tree.get(*id).filter(|node| !node.closed);
            let under = node.is_some_and(|node| own.as_ref().is_some_and(|own| own.contains(&node.path)));
            under && transfer.from.organization_id != Some(*id)
        };
        let fitting: Vec<OrganizationId> = all.iter().copied().filter(fits).collect();
        let branch = if act.to % 4 == 3 { None } else { pick(&fitting, act.to / 4) };
        let branch = branch.or_else(|| pick(&all, act.to / 4)).unwrap();
        Placed { branch_id: branch.to_string(), ..Placed::default() }
    }

    fn answers_for_letters(&self, act: Act, seen: &Seen, transfer: &Transfer) -> Outcome {
        let (id, sheets) = (transfer.id, seen.letters_of(transfer.id));
        let letter: Option<&Sheet> =
            if act.verb == Verb::Void { pick(&sheets, act.to) } else { sheets.last().copied() };
        let turn = letter.and_then(|letter| answers_for(seen, letter.issuer));
        let by = self.actor(act, turn);
        let waits = transfer.standing.stage == Stage::Receipt && turn == Some(by);
        let (allowed, answer) = match (act.verb, letter) {
            (Verb::Void, None) => return Outcome::nothing(act.verb),
            (Verb::Void, Some(letter)) => {
                let (which, reason) = (letter.id, VoidEntered { reason: "抬头有误".to_owned() });
                (waits && !letter.void, self.office(by, move |txn, by| letters::void(txn, by, which, &reason)))
            }
            _ => {
                let (entered, kind) = (letter_entered(), SignatureKind::Ed25519);
                (waits, self.office(by, move |txn, by| letters::reissue(txn, by, id, &entered, kind).map(drop)))
            }
        };
        Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member: None, office: Some(by) }
    }

    /// The member sends a photo, or whoever holds the paper of one of his letters.
    fn sends_a_receipt(&self, act: Act, seen: &Seen, transfer: &Transfer) -> Outcome {
        let (id, photo) = (transfer.id, FileKey::fresh("receipt").unwrap());
        let waits = transfer.standing.stage == Stage::Receipt;
        let live = seen.letters_of(id).iter().any(|letter| letter.is_live());
        let (allowed, answer) = if act.verb == Verb::SendReceipt {
            let by =
                transfer.member_id.filter(|_| act.by % 4 != 3).or_else(|| pick(&self.members, act.by / 4)).unwrap();
            let own = transfer.member_id == Some(by);
            (own && live, self.member(seen, by, move |txn, by| receipts::send_own(txn, by, id, photo.clone())))
        } else {
            let Some(letter) = pick(&seen.letters_of(id), act.to) else { return Outcome::nothing(act.verb) };
            let (which, void) = (letter.id, letter.void);
            let answer = self.desk.write_now(move |txn| {
                let letter = letters::load(txn, which)?.unwrap();
                let content = LetterContent::of(txn.vault(), &letter)?;
                receipts::send_by_paper(txn, &Token::read(&content.receipt).unwrap(), photo.clone())
            });
            (!void, answer)
        };
        let allowed = allowed && waits;
        Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member: None, office: None }
    }

    /// The side that is left decides on a receipt that was sent, or brings one itself.
    fn decides_receipts(&self, act: Act, seen: &Seen, transfer: &Transfer) -> Outcome {
        let id = transfer.id;
        let turn = transfer.from.organization_id.and_then(|from| open_at_or_above(&seen.tree, from, |_| true));
        let by = self.actor(act, turn);
        let seats = seen.rows.seats.get(&id).map_or(&[][..], Vec::as_slice);
        let under = |from: OrganizationId| {
            let (above, node) = (seen.tree.get(by), seen.tree.get(from));
            above.zip(node).is_some_and(|(above, node)| above.path.contains(&node.path))
        };
        let leaves = seats.iter().any(|seat| seat.organization == by && seat.leaves)
            || transfer.from.organization_id.is_some_and(under);
        let live = seen.letters_of(id).iter().any(|letter| letter.is_live());
        let member = transfer.member_id;
        if act.verb == Verb::Bring {
            let photo = (act.to % 2 == 1).then(|| FileKey::fresh("receipt").unwrap());
            let answer = self.office(by, move |txn, by| receipts::bring(txn, by, id, photo.clone()));
            let allowed = leaves && live && transfer.standing.stage == Stage::Receipt;
            return Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member, office: Some(by) };
        }
        let mut slips: Vec<_> = seen.rows.receipts.iter().filter(|slip| slip.transfer == id).collect();
        // Mostly one that waits.
        if act.to % 4 != 3 && slips.iter().any(|slip| slip.state == "waiting") {
            slips.retain(|slip| slip.state == "waiting");
        }
        let Some(slip) = pick(&slips, act.to) else { return Outcome::nothing(act.verb) };
        let (which, allowed) = (slip.id, leaves && slip.state == "waiting");
        let answer = if act.verb == Verb::Confirm {
            self.office(by, move |txn, by| receipts::confirm(txn, by, id, which))
        } else {
            let reason = RefuseEntered { reason: "没有盖章".to_owned() };
            self.office(by, move |txn, by| receipts::refuse(txn, by, id, which, &reason))
        };
        let member = member.filter(|_| act.verb == Verb::Confirm);
        Outcome { verb: act.verb, answer, allowed, transfer: Some(id), member, office: Some(by) }
    }
}

pub(super) fn letter_entered() -> LetterEntered {
    LetterEntered {
        addressee: "中共福州市委组织部".to_owned(),
        organization: "中共福州市鼓楼区第二支部委员会".to_owned(),
        paid_to: "2026-02".to_owned(),
        days: "30".to_owned(),
        reason: "打印成黑白".to_owned(),
    }
}
