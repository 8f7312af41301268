//! What is shown of letters.

use ejia_db::Txn;
use ejia_kernel::{Date, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use super::desk::PaidTo;
use super::entered::LetterEntered;
use super::head::letterhead;
use super::issue::{is_issuer, replaceable};
use super::model::{Letter, LetterState};
use super::print::may_print;
use super::sign::is_genuine;
use crate::model::{Stage, Transfer};
use crate::views::TransferView;

/// A letter, as the pages of its transfer show it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LetterView {
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) issued: String,
    pub(crate) valid_until: String,
    pub(crate) state: &'static str,
    pub(crate) state_code: &'static str,
    pub(crate) tone: &'static str,
    /// Its PDF is being made.
    pub(crate) being_made: bool,
    /// It can be printed, by whoever may.
    pub(crate) printable: bool,
    /// Why it cannot; empty while it can or is being made.
    pub(crate) grey: &'static str,
    /// When it was printed; empty before.
    pub(crate) printed: String,
    /// Why it is void; empty when it is not.
    pub(crate) void_because: String,
}

impl LetterView {
    pub(crate) fn of(letter: &Letter, today: Date) -> Self {
        let state = letter.state(today);
        let being_made = letter.is_being_made() && state == LetterState::Valid;
        Self {
            number: letter.number.clone(),
            issuer: letter.issuer.clone(),
            issued: letter.issued_at.china_date().to_string(),
            valid_until: letter.valid_until.to_string(),
            state: state.label(),
            state_code: state.code(),
            tone: state.tone(),
            being_made,
            printable: state == LetterState::Valid && !being_made,
            grey: match state {
                LetterState::Valid => "",
                LetterState::Printed => "已打印，如需再次打印请联系党委管理员重新开具",
                LetterState::Expired => "已过有效期，请联系党委管理员重新开具",
                LetterState::Void => "已作废，请等待重新开具",
                LetterState::Answered => "回执已收到，不需要再打印",
            },
            printed: letter.printed_at.map(|at| at.to_string()).unwrap_or_default(),
            void_because: letter.voided.as_ref().map(|voided| voided.reason.clone()).unwrap_or_default(),
        }
    }
}

/// What an officer can do with the letter of a transfer.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct LetterRights {
    pub(crate) prints: bool,
    pub(crate) reissues: bool,
}

impl LetterRights {
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Officer, transfer: &Transfer) -> Result<Self, Problem> {
        let Some(letter) = super::latest(txn, transfer.id)? else { return Ok(Self::default()) };
        let waits = transfer.standing.stage == Stage::Receipt;
        Ok(Self {
            prints: waits && may_print(txn, by, transfer, &letter)?,
            reissues: waits && is_issuer(txn, by, &letter)?,
        })
    }
}

/// 【开具介绍信】 or 【重新开具介绍信】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct IssueView {
    pub(crate) transfer: TransferView,
    pub(crate) entered: LetterEntered,
    /// Another letter in the place of this one.
    pub(crate) replaces: Option<String>,
    /// That one is still out, and becomes void.
    pub(crate) replaces_live: bool,
    /// The name under the letter, and the word of its number.
    pub(crate) seal: String,
    pub(crate) word: String,
}

impl IssueView {
    /// The form; `entered` is what was refused, if something was.
    pub(super) fn of(
        txn: &mut Txn<'_>,
        by: &Officer,
        transfer: &Transfer,
        entered: Option<LetterEntered>,
        paid_to: &PaidTo,
    ) -> Result<Self, Problem> {
        let last = match transfer.standing.stage {
            Stage::Receipt => Some(replaceable(txn, by, transfer)?),
            _ => None,
        };
        let entered = match (entered, transfer.member_id) {
            (Some(entered), _) => entered,
            (None, Some(member)) => LetterEntered::suggested(transfer, paid_to(txn, member)?),
            (None, None) => LetterEntered::suggested(transfer, None),
        };
        let tree = ejia_directory::tree(txn)?;
        let head = letterhead(txn, tree.find(by.organization_id())?)?;
        Ok(Self {
            transfer: TransferView::of(txn, transfer)?,
            entered,
            replaces_live: last.as_ref().is_some_and(|letter| letter.voided.is_none()),
            replaces: last.map(|letter| letter.number),
            seal: head.seal,
            word: head.word,
        })
    }
}

/// The letter of a transfer, before an officer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OfficeLetterView {
    pub(crate) transfer: String,
    pub(crate) name: String,
    pub(crate) letter: LetterView,
    pub(crate) rights: LetterRights,
    /// It should have been ready long ago.
    pub(crate) stuck: bool,
}

/// What anybody may know of a letter: nothing about the person.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CheckView {
    /// Whether the row is as this house has signed it.
    pub(crate) genuine: bool,
    pub(crate) number: String,
    pub(crate) issuer: String,
    pub(crate) issued: String,
    pub(crate) valid_until: String,
    pub(crate) state: &'static str,
    pub(crate) state_code: &'static str,
    pub(crate) tone: &'static str,
}

impl CheckView {
    pub(super) fn of(txn: &Txn<'_>, letter: &Letter) -> Self {
        // Whether it was printed is nobody's business outside.
        let state = match letter.state(txn.now().china_date()) {
            LetterState::Printed => LetterState::Valid,
            state => state,
        };
        Self {
            genuine: is_genuine(txn.vault(), letter),
            number: letter.number.clone(),
            issuer: letter.issuer.clone(),
            issued: letter.issued_at.china_date().chinese(),
            valid_until: letter.valid_until.chinese(),
            state: state.label(),
            state_code: state.code(),
            tone: state.tone(),
        }
    }
}
