//! 【开具介绍信】 and 【重新开具介绍信】.

use ejia_db::Txn;
use ejia_directory::Tree;
use ejia_documents::SignatureKind;
use ejia_kernel::{LetterId, OrganizationId, Problem, TransferId};
use ejia_web::Officer;

use super::entered::{LetterEntered, LetterWanted};
use super::head::letterhead;
use super::make::have_made;
use super::model::{Letter, number};
use super::say::{LetterContent, Person};
use super::sign::Signed;
use super::store;
use super::token::Token;
use super::void::void_now;
use crate::course::{self, Doer};
use crate::handling::at_desk::{follow_the_member, seen_locked, take};
use crate::model::{Act, Stage, Standing, Transfer};
use crate::road::{Issuers, Road};

/// Who answers for letters of this organization: itself, or the next issuer above it once it was closed or its right was
/// taken away.
fn answers_for(road: &Road<'_>, organization_id: OrganizationId) -> Option<OrganizationId> {
    road.tree.open_at_or_above(organization_id, |node| road.issuers.may(node)).map(|node| node.id)
}

/// Issues a letter: from now on its receipt is awaited.
///
/// # Errors
/// A refusal beside each field that is wrong; `transfers.not_here` when it is not this organization's turn;
/// `transfers.no_right_to_issue` when the right was taken away meanwhile.
pub(crate) fn issue(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: TransferId,
    input: &LetterEntered,
    signature: SignatureKind,
) -> Result<Letter, Problem> {
    let wanted = input.wanted(txn, false)?;
    let mut desk = take(txn, by, id, &[Stage::Issue])?;
    let letter = write(txn, by, (&desk.tree, &desk.issuers), &mut desk.transfer, &wanted, None, signature)?;
    let standing = Standing { stage: Stage::Receipt, at: None };
    course::advance(txn, &mut desk.transfer, standing, Act::LetterIssued, &Doer::officer(by), &letter.number)?;
    Ok(letter)
}

/// Issues another letter in the place of the last one, which becomes void if it is not yet.
///
/// # Errors
/// As [`issue`]; `transfers.not_waiting_for_receipt`; `transfers.not_the_issuer`.
pub(crate) fn reissue(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: TransferId,
    input: &LetterEntered,
    signature: SignatureKind,
) -> Result<Letter, Problem> {
    let mut transfer = seen_locked(txn, by, id)?;
    let last = replaceable(txn, by, &transfer)?;
    let wanted = input.wanted(txn, last.voided.is_none())?;
    let doer = Doer::officer(by);
    if last.voided.is_none() {
        void_now(txn, &transfer, &last, &doer, &wanted.reason)?;
    }
    let (tree, issuers) = (ejia_directory::tree(txn)?, crate::store::issuers(txn)?);
    follow_the_member(txn, &tree, &mut transfer)?;
    let letter = write(txn, by, (&tree, &issuers), &mut transfer, &wanted, Some(&last), signature)?;
    let said = format!("{}（代替{}）", letter.number, last.number);
    let standing = transfer.standing;
    course::advance(txn, &mut transfer, standing, Act::LetterReissued, &doer, &said)?;
    Ok(letter)
}

/// The last letter of a transfer, if this officer may issue another one in its place.
pub(super) fn replaceable(txn: &mut Txn<'_>, by: &Officer, transfer: &Transfer) -> Result<Letter, Problem> {
    if transfer.standing.stage != Stage::Receipt {
        return Err(Problem::conflict("transfers.not_waiting_for_receipt"));
    }
    let last =
        store::latest(txn, transfer.id)?.ok_or_else(|| Problem::conflict("transfers.not_waiting_for_receipt"))?;
    if is_issuer(txn, by, &last)? { Ok(last) } else { Err(Problem::forbidden("transfers.not_the_issuer")) }
}

/// Whether this officer answers for a letter.
pub(super) fn is_issuer(txn: &mut Txn<'_>, by: &Officer, letter: &Letter) -> Result<bool, Problem> {
    let (tree, issuers) = (ejia_directory::tree(txn)?, crate::store::issuers(txn)?);
    let road = Road { tree: &tree, issuers: &issuers };
    Ok(answers_for(&road, letter.organization_id) == Some(by.organization_id()))
}

/// Whether this officer answers for the last letter of a transfer.
pub(crate) fn answers_for_last(txn: &mut Txn<'_>, by: &Officer, id: TransferId) -> Result<bool, Problem> {
    match store::latest(txn, id)? {
        Some(letter) => is_issuer(txn, by, &letter),
        None => Ok(false),
    }
}

/// Writes a letter with the next number of the officer's organization, and has it made.
fn write(
    txn: &mut Txn<'_>,
    by: &Officer,
    (tree, issuers): (&Tree, &Issuers),
    transfer: &mut Transfer,
    wanted: &LetterWanted,
    replaces: Option<&Letter>,
    signature_kind: SignatureKind,
) -> Result<Letter, Problem> {
    let issuer = tree.find(by.organization_id())?;
    if !issuers.may(issuer) {
        return Err(Problem::forbidden("transfers.no_right_to_issue"));
    }
    let member = transfer.member_id.ok_or_else(|| Problem::fault("a letter for nobody"))?;
    let person = Person::of(txn, member)?;
    let from = transfer.from.organization_id.ok_or_else(|| Problem::fault("a letter from nowhere"))?;
    let road = Road { tree, issuers };
    let committee = road.committee_of(from).unwrap_or(issuer);
    let (head, committee) = (letterhead(txn, issuer)?, letterhead(txn, committee)?);
    transfer.addressee.clone_from(&wanted.addressee);
    transfer.to.name.clone_from(&wanted.organization);

    let today = txn.now().china_date();
    let year = i64::from(today.year());
    let sequence = store::next_sequence(txn, issuer.id, year)?;
    let content = LetterContent {
        number: number(&head.word, year, sequence),
        replaces: replaces.map(|letter| letter.number.clone()),
        addressee: wanted.addressee.clone(),
        person,
        from: transfer.from.name.clone(),
        to: wanted.organization.clone(),
        dues_paid_to: wanted.paid_to,
        valid_days: wanted.days,
        issuer: head.seal,
        issued_on: today,
        committee,
        check: Token::draw().as_str().to_owned(),
        receipt: Token::draw().as_str().to_owned(),
    };
    let letter = signed(txn, transfer, (issuer.id, year, sequence), &content, signature_kind)?;
    store::insert(txn, &letter, &token(&content.receipt)?)?;
    have_made(txn, letter.id)?;
    Ok(letter)
}

/// The letter that says this, sealed and signed.
fn signed(
    txn: &Txn<'_>,
    transfer: &Transfer,
    (organization_id, year, sequence): (OrganizationId, i64, i64),
    content: &LetterContent,
    signature_kind: SignatureKind,
) -> Result<Letter, Problem> {
    let valid_until = content.issued_on.plus_days(i32::from(content.valid_days));
    let json = content.json()?;
    let signed = Signed {
        number: &content.number,
        organization_id,
        check: &content.check,
        receipt: &content.receipt,
        issued_on: content.issued_on,
        valid_until,
        content: &json,
    };
    Ok(Letter {
        id: LetterId::new(txn.now()),
        transfer_id: transfer.id,
        organization_id,
        issuer: content.issuer.clone(),
        year,
        sequence,
        number: content.number.clone(),
        name: transfer.name.clone(),
        content: LetterContent::sealed(txn.vault(), &json),
        check_token: token(&content.check)?,
        signature_kind,
        signature: signed.sign(txn.vault(), signature_kind),
        issued_at: txn.now(),
        valid_until,
        file: None,
        printed_at: None,
        voided: None,
        answered_at: None,
    })
}

fn token(text: &str) -> Result<Token, Problem> {
    Token::read(text).ok_or_else(|| Problem::fault("a letter without its code"))
}
