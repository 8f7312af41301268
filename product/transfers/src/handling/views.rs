//! What the pages of 【转出办理】 and 【转入办理】 show.

use ejia_db::Txn;
use ejia_directory::{RecordField, load, tree};
use ejia_kernel::{MemberKind, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::at_desk::AtDesk;
use super::entered::Placed;
use super::lists::{to_handle, waiting_for_receipt};
use crate::incoming::{self, PersonFacts};
use crate::letters::{self, LetterRights};
use crate::model::{Direction, Stage, Transfer};
use crate::receipts;
use crate::road::{Road, limits};
use crate::store;
use crate::views::{LineView, TransferView};

/// One of the lists of a page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TabView {
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    pub(crate) count: usize,
    pub(crate) open: bool,
}

/// 【转出办理】 or 【转入办理】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DeskView {
    pub(crate) tabs: Vec<TabView>,
    /// The open list: `review`, `receipt`, `allocate`, `accept`.
    pub(crate) list: &'static str,
    /// What its rows are opened by: 审核, 回执, 划拨, 确认接收.
    pub(crate) lines: Vec<DeskLine>,
    /// How many of the list are late.
    pub(crate) late: usize,
}

/// A row of a list, with the word that opens it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DeskLine {
    pub(crate) line: LineView,
    pub(crate) action: &'static str,
}

/// A list by its code and its label, with the stage at which each transfer in it is.
type DeskList = (&'static str, &'static str, Vec<(Stage, Transfer)>);

/// What a row is opened by.
const fn action(stage: Stage, direction: Direction) -> &'static str {
    match (stage, direction) {
        (Stage::Allocate, _) => "划拨",
        (Stage::Accept, Direction::Within) => "确认接收",
        (Stage::Receipt, _) => "回执",
        (Stage::Issue, _) => "开具介绍信",
        _ => "审核",
    }
}

impl DeskView {
    /// 【转出办理】: what awaits review (with the letters to be issued), and what waits for a receipt.
    pub(super) fn out(txn: &mut Txn<'_>, by: &Officer, list: &str) -> Result<Self, Problem> {
        let mut mine = to_handle(txn, by)?;
        mine.retain(|(stage, _)| matches!(stage, Stage::Review | Stage::Issue));
        let receipts = waiting_for_receipt(txn, by)?.into_iter().map(|transfer| (Stage::Receipt, transfer));
        let mut view = Self::of(txn, [("review", "待审核", mine), ("receipt", "待回执", receipts.collect())], list)?;
        if view.list == Stage::Receipt.code() {
            view.tell_receipts_due(txn, by)?;
        }
        Ok(view)
    }

    /// Until when receipts should be in follows from their letters.
    fn tell_receipts_due(&mut self, txn: &mut Txn<'_>, by: &Officer) -> Result<(), Problem> {
        let letters = letters::valid_until_under(txn, by.organization_id())?;
        let today = txn.now().china_date();
        for row in &mut self.lines {
            let letter = row.line.id.parse().ok().and_then(|id| letters.get(&id));
            let Some(due) = letter.map(|valid_until| limits::receipt_due(*valid_until)) else { continue };
            row.line.due = due.to_string();
            row.line.late = due < today;
        }
        self.late = self.lines.iter().filter(|row| row.line.late).count();
        Ok(())
    }

    /// 【转入办理】: what awaits allocation, and what awaits being taken in.
    pub(super) fn coming(txn: &mut Txn<'_>, by: &Officer, list: &str) -> Result<Self, Problem> {
        let (accept, rest): (Vec<_>, Vec<_>) =
            to_handle(txn, by)?.into_iter().partition(|(stage, _)| *stage == Stage::Accept);
        let allocate: Vec<_> = rest.into_iter().filter(|(stage, _)| *stage == Stage::Allocate).collect();
        let first = if by.kind().may_allocate() { "allocate" } else { "accept" };
        let list = if list.is_empty() { first } else { list };
        Self::of(txn, [("allocate", "待划拨", allocate), ("accept", "待接收", accept)], list)
    }

    fn of(txn: &mut Txn<'_>, lists: [DeskList; 2], asked: &str) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let now = txn.now();
        let open = lists.iter().position(|(code, ..)| *code == asked).unwrap_or_default();
        let tab = |(place, (code, label, rows)): (usize, &DeskList)| TabView {
            code,
            label,
            count: rows.len(),
            open: place == open,
        };
        let tabs = lists.iter().enumerate().map(tab).collect();
        let (list, _, rows) = lists.into_iter().nth(open).unwrap_or_default();
        let line = |(stage, transfer): &(Stage, Transfer)| DeskLine {
            line: LineView::of(&tree, transfer, now),
            action: action(*stage, transfer.direction),
        };
        let lines: Vec<DeskLine> = rows.iter().map(line).collect();
        Ok(Self { tabs, list, late: lines.iter().filter(|row| row.line.late).count(), lines })
    }
}

/// A transfer before an officer: what it is, and what he can do with it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OfficeTransferView {
    pub(crate) transfer: TransferView,
    /// What the page is headed by.
    pub(crate) heading: &'static str,
    /// What he has to do, by its code; empty when it is not his turn.
    pub(crate) turn: &'static str,
    /// Who it is, as a list of a word and a value, numbers masked.
    pub(crate) person: Vec<(&'static str, String)>,
    /// Whether a photo lies beside the application.
    pub(crate) photo: bool,
    /// What should be looked at before deciding.
    pub(crate) warnings: Vec<String>,
    pub(crate) placed: Placed,
    pub(crate) found: Vec<Choice>,
    pub(crate) letter: LetterRights,
    /// He may bring and decide on receipts: the branch that is left is his or lies under his organization.
    pub(crate) receipts: bool,
}

impl OfficeTransferView {
    pub(super) fn of(
        txn: &mut Txn<'_>,
        by: &Officer,
        transfer: &Transfer,
        placed: Option<Placed>,
    ) -> Result<Self, Problem> {
        let (tree, issuers) = (tree(txn)?, store::issuers(txn)?);
        let turn = AtDesk::turn(&Road { tree: &tree, issuers: &issuers }, transfer, by).map(|stop| stop.stage);
        let asked = placed.is_some();
        let placed = placed.unwrap_or_else(|| Placed { branch: transfer.to.name.clone(), ..Placed::default() });
        let fits = turn == Some(Stage::Allocate)
            && tree.branch_meant(by.path(), &placed.branch, &placed.branch_id).is_none()
            && !placed.branch.trim().is_empty();
        let found = if fits { tree.branches_named(by.path(), &placed.branch) } else { Vec::new() };
        let (person, mut warnings) = person(txn, transfer)?;
        let PersonFacts { facts, photo } = person;
        if fits && !asked {
            warnings.push(format!("申请的“{}”不在本组织之下，请更正拟转入党支部后再划拨。", transfer.to.name));
        }
        Ok(Self {
            transfer: TransferView::of(txn, transfer)?,
            heading: turn.map_or("组织关系转接", |stage| action(stage, transfer.direction)),
            turn: turn.map_or("", Stage::code),
            person: facts,
            photo,
            warnings,
            placed,
            letter: LetterRights::of(txn, by, transfer)?,
            receipts: transfer.standing.stage == Stage::Receipt
                && receipts::leaves_side(txn, transfer.id, by.organization_id())?,
            found: found.into_iter().map(|node| Choice::of(&node.name, node.id.to_string())).collect(),
        })
    }
}

/// The member, and what a reviewer should know: a probationary member whose year has run out may not leave before his
/// branch has decided (rules of the field).
fn person(txn: &mut Txn<'_>, transfer: &Transfer) -> Result<(PersonFacts, Vec<String>), Problem> {
    let Some(id) = transfer.member_id else { return Ok((incoming::person(txn, transfer)?, Vec::new())) };
    let Some(member) = load(txn, id)? else { return Ok(Default::default()) };
    let record = &member.record;
    let shown =
        [RecordField::Sex, RecordField::EthnicGroup, RecordField::BornOn, RecordField::Kind, RecordField::Phone];
    let mut facts: Vec<(&'static str, String)> =
        shown.into_iter().map(|field| (field.label(), record.masked(field))).collect();
    facts.insert(3, (RecordField::IdCard.label(), record.masked(RecordField::IdCard)));
    let mut warnings = Vec::new();
    if !transfer.standing.stage.ended() && member.departed.is_some() {
        warnings.push("该党员已不在册，这项申请不能继续办理，请退回以终止。".to_owned());
    }
    let over = record.kind == MemberKind::Probationary
        && record.admitted_on.is_some_and(|admitted| admitted.plus_years(1) <= txn.now().china_date());
    if over && !transfer.standing.stage.ended() {
        warnings.push("该党员是预备党员，预备期已满一年：党支部讨论决定转正、延长或取消以前，不能转出。".to_owned());
    }
    Ok((PersonFacts { facts, photo: false }, warnings))
}
