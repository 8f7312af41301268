//! A person from outside applies, corrects what he has entered, takes it back (T7, T8, T10).

use ejia_db::Txn;
use ejia_directory::{Tree, tree};
use ejia_kernel::{Problem, TransferId};
use ejia_web::Applicant;

use super::entered::{ApplicationEntered, Wanted};
use super::photo;
use super::store::{self, Told};
use crate::course::{self, Doer};
use crate::model::{Act, Direction, End, Stage, Standing, Transfer};
use crate::road::Road;

/// So many applications made with one phone may be open: somebody applies for others, too.
const MOST_OPEN: i64 = 5;

/// The person who applies, as history names him.
fn doer(by: &Applicant, name: &str) -> Doer {
    Doer { actor: by.actor(), name: name.to_owned(), organization: None }
}

/// Where the application begins: at the committee he has chosen.
fn first_standing(txn: &mut Txn<'_>, tree: &Tree, transfer: &Transfer) -> Result<Standing, Problem> {
    let issuers = crate::store::issuers(txn)?;
    let first = Road { tree, issuers: &issuers }.first(&transfer.trip());
    first.map(Standing::from).map_err(|fault| Problem::refused("kernel.check_fields").on("committee", fault.code()))
}

fn told(entered: &ApplicationEntered, by: &Applicant) -> Told {
    Told { person: entered.person.clone(), phone: by.phone().expose().to_owned() }
}

impl Wanted {
    /// Writes what is asked for into a transfer.
    fn into(self, transfer: &mut Transfer) {
        let Self { record, from, committee, branch, branch_name, unit, reason, remark } = self;
        record.name.as_str().clone_into(&mut transfer.name);
        transfer.from = End { organization_id: None, name: from };
        let name = branch.as_ref().map_or(branch_name, |branch| branch.name.clone());
        transfer.to = End { organization_id: branch.map(|branch| branch.id), name };
        transfer.committee_id = Some(committee.id);
        (transfer.unit, transfer.reason, transfer.remark) = (unit, reason, remark);
    }
}

/// Hands an application in.
///
/// # Errors
/// The refusals of its fields; `transfers.applied_already` while another of the same person is open.
pub(crate) fn apply(txn: &mut Txn<'_>, by: &Applicant, entered: &ApplicationEntered) -> Result<TransferId, Problem> {
    let (tree, now) = (tree(txn)?, txn.now());
    let wanted = entered.wanted(&tree, by.phone(), now.china_date())?;
    if store::open_count(txn, by.id())? >= MOST_OPEN {
        return Err(Problem::too_many("transfers.too_many_applications").with("most", MOST_OPEN));
    }
    let id_card = wanted.record.id_card.clone();
    let mut new = Transfer {
        id: TransferId::new(now),
        direction: Direction::In,
        member_id: None,
        name: String::new(),
        from: End::default(),
        to: End::default(),
        unit: String::new(),
        committee_id: None,
        addressee: String::new(),
        reason: String::new(),
        remark: String::new(),
        standing: Standing { stage: Stage::Allocate, at: None },
        since: now,
        opened_at: now,
        ended_at: None,
        version: 1,
    };
    wanted.into(&mut new);
    new.standing = first_standing(txn, &tree, &new)?;
    store::insert(txn, new.id, by.id(), &id_card, &told(entered, by))?;
    course::begin(txn, &tree, &new, &doer(by, &new.name))?;
    Ok(new.id)
}

/// An application of this person; for everybody else there is none.
pub(super) fn own(txn: &mut Txn<'_>, by: &Applicant, id: TransferId) -> Result<Transfer, Problem> {
    let mine = store::applicant(txn, id)? == Some(by.id());
    let found = crate::store::load_locked(txn, id)?.filter(|_| mine);
    found.ok_or_else(|| Problem::not_found("transfers.no_such_transfer"))
}

/// Whether he may still correct it himself: until the committee has allocated, and when it came back.
pub(super) const fn may_correct(stage: Stage) -> bool {
    matches!(stage, Stage::Allocate | Stage::Returned)
}

/// Corrects an application, which begins anew at the committee it names now.
///
/// # Errors
/// `transfers.cannot_correct` once it is allocated; the refusals of its fields.
pub(crate) fn correct(
    txn: &mut Txn<'_>,
    by: &Applicant,
    id: TransferId,
    entered: &ApplicationEntered,
) -> Result<(), Problem> {
    let mut transfer = own(txn, by, id)?;
    if !may_correct(transfer.standing.stage) {
        return Err(Problem::conflict("transfers.cannot_correct"));
    }
    let (tree, today) = (tree(txn)?, txn.now().china_date());
    let mut entered = entered.clone();
    if entered.person.id_card.is_empty() {
        // A page for phones does not show the number again: left empty there, it stays as it is.
        entered.person.id_card = store::told(txn, id)?.map(|told| told.person.id_card).unwrap_or_default();
    }
    let wanted = entered.wanted(&tree, by.phone(), today)?;
    store::update(txn, id, &wanted.record.id_card, &told(&entered, by))?;
    wanted.into(&mut transfer);
    let standing = first_standing(txn, &tree, &transfer)?;
    let name = transfer.name.clone();
    course::advance(txn, &mut transfer, standing, Act::Mended, &doer(by, &name), "")?;
    course::look_again(txn, &tree, &transfer)
}

/// Takes an application back; what was told with it is forgotten.
///
/// # Errors
/// `transfers.cannot_withdraw` when it has ended.
pub(crate) fn withdraw(txn: &mut Txn<'_>, by: &Applicant, id: TransferId) -> Result<(), Problem> {
    let mut transfer = own(txn, by, id)?;
    if !transfer.standing.stage.may_withdraw() {
        return Err(Problem::conflict("transfers.cannot_withdraw"));
    }
    let (standing, name) = (Standing { stage: Stage::Withdrawn, at: None }, transfer.name.clone());
    course::advance(txn, &mut transfer, standing, Act::Withdrew, &doer(by, &name), "")?;
    photo::forget_later(txn, id)?;
    store::forget(txn, id)
}
