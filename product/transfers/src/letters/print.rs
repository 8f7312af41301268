//! 【打印介绍信】: once, exactly, whoever is first (T6).
//!
//! The file is read first, so that one that is missing does not cost the only print; then one statement marks the letter,
//! and only who has marked it hands the file out.

use ejia_db::Txn;
use ejia_documents::FileKey;
use ejia_kernel::{LetterId, Problem, TransferId};
use ejia_web::{Member, Officer};

use super::issue::is_issuer;
use super::make::{forget_file, have_made};
use super::model::{Letter, LetterState};
use super::store::{self, Mark};
use super::token::Token;
use crate::applying::{own, own_locked};
use crate::course::{self, Doer};
use crate::handling::at_desk::{seen, seen_locked};
use crate::model::{Act, Transfer};

/// Who prints.
#[derive(Clone)]
pub(super) enum Printer {
    Member(Member),
    Officer(Officer),
}

/// A letter that can be printed, and where its PDF lies.
#[derive(Clone)]
pub(super) struct Printable {
    pub(super) letter: Letter,
    pub(super) file: FileKey,
}

impl Printer {
    /// The transfer, if he sees it; its row locked when he is about to act.
    fn transfer(&self, txn: &mut Txn<'_>, id: TransferId, locked: bool) -> Result<Transfer, Problem> {
        match (self, locked) {
            (Self::Member(by), false) => own(txn, by, id),
            (Self::Member(by), true) => own_locked(txn, by, id),
            (Self::Officer(by), false) => seen(txn, by, id),
            (Self::Officer(by), true) => seen_locked(txn, by, id),
        }
    }

    fn doer(&self) -> Doer {
        match self {
            Self::Member(by) => Doer::member(by),
            Self::Officer(by) => Doer::officer(by),
        }
    }

    /// Whether he may: the member himself, who has issued the letter, the branch that is left.
    fn may(&self, txn: &mut Txn<'_>, transfer: &Transfer, letter: &Letter) -> Result<bool, Problem> {
        match self {
            Self::Member(_) => Ok(true),
            Self::Officer(by) => may_print(txn, by, transfer, letter),
        }
    }

    /// The letter he may print now.
    ///
    /// # Errors
    /// Why he may not, or why it cannot be printed.
    pub(super) fn printable(&self, txn: &mut Txn<'_>, id: TransferId) -> Result<Printable, Problem> {
        let transfer = self.transfer(txn, id, false)?;
        let letter = store::latest(txn, id)?.ok_or_else(|| Problem::not_found("transfers.no_such_letter"))?;
        if !self.may(txn, &transfer, &letter)? {
            return Err(Problem::forbidden("transfers.not_yours_to_print"));
        }
        match (letter.state(txn.now().china_date()), &letter.file) {
            (LetterState::Valid, Some(file)) => Ok(Printable { file: file.clone(), letter }),
            (LetterState::Valid, None) => Err(Problem::conflict("transfers.letter_being_made")),
            (LetterState::Printed | LetterState::Answered, _) => {
                Err(Problem::conflict("transfers.letter_printed_already"))
            }
            (LetterState::Expired, _) => Err(Problem::conflict("transfers.letter_expired")),
            (LetterState::Void, _) => Err(Problem::conflict("transfers.letter_void")),
        }
    }

    /// Marks the letter as printed; who is second is refused. `attempt` tells a transaction that is run again, because
    /// its connection broke at the commit, from a second print.
    ///
    /// # Errors
    /// As [`Printer::printable`].
    pub(super) fn mark(
        &self,
        txn: &mut Txn<'_>,
        id: TransferId,
        (letter, file): (LetterId, &FileKey),
        attempt: &Token,
    ) -> Result<(), Problem> {
        let transfer = self.transfer(txn, id, true)?;
        match store::mark_printed(txn, letter, file, attempt)? {
            Mark::Before => Ok(()),
            Mark::Now => {
                forget_file(txn, file)?;
                let number = store::load(txn, letter)?.map(|letter| letter.number).unwrap_or_default();
                course::write_down(txn, &transfer, Act::LetterPrinted, &self.doer(), &number)
            }
            Mark::No => match self.printable(txn, id) {
                Err(problem) => Err(problem),
                Ok(_) => Err(Problem::conflict("transfers.changed_meanwhile")),
            },
        }
    }
}

/// Whether an officer may print a letter: he has issued it, or it is the branch that is left.
pub(super) fn may_print(
    txn: &mut Txn<'_>,
    by: &Officer,
    transfer: &Transfer,
    letter: &Letter,
) -> Result<bool, Problem> {
    Ok(transfer.from.organization_id == Some(by.organization_id()) || is_issuer(txn, by, letter)?)
}

/// The file of a letter is gone: it is made anew, unless it is gone because somebody has just printed it. Answers whether.
pub(super) fn make_anew(txn: &mut Txn<'_>, letter: LetterId, file: &FileKey) -> Result<bool, Problem> {
    let lost = store::forget_file(txn, letter, file)?;
    if lost {
        have_made(txn, letter)?;
    }
    Ok(lost)
}

/// 【重新生成】: for a letter whose making was given up.
///
/// # Errors
/// `transfers.no_such_letter`; `transfers.not_yours_to_print`.
pub(super) fn make_again(txn: &mut Txn<'_>, by: &Officer, id: TransferId) -> Result<(), Problem> {
    let transfer = seen_locked(txn, by, id)?;
    let letter = store::latest(txn, id)?.ok_or_else(|| Problem::not_found("transfers.no_such_letter"))?;
    if !may_print(txn, by, &transfer, &letter)? {
        return Err(Problem::forbidden("transfers.not_yours_to_print"));
    }
    if letter.is_being_made() { have_made(txn, letter.id) } else { Ok(()) }
}
