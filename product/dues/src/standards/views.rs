//! What is shown of a sheet.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::Tree;
use ejia_kernel::{Fen, Instant, MemberKind, Month, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::entry::{LineEntered, SheetEntered};
use super::fill::said;
use super::judge::{Cell, judge};
use super::model::{Line, Origin, Sheet, SheetState};
use super::{rounding, store};
use crate::bills::BillState;
use crate::rules::{Basis, far_back};

/// How many months back the choice of months goes.
const MONTHS: i32 = 12;

/// A month as people write it: `2026年3月`.
pub(crate) fn month_label(month: Month) -> String {
    format!("{}年{}月", month.year(), month.number())
}

/// The months that are offered: the one that comes next, this one, and a year back; and the one that is shown.
pub(crate) fn months(today: Month, shown: Month) -> Vec<Choice> {
    let mut months: Vec<Month> = (-1..=MONTHS).map(|back| today.plus_months(-back)).collect();
    if !months.contains(&shown) {
        months.push(shown);
    }
    months.into_iter().map(|month| Choice::of(month_label(month), month.to_string())).collect()
}

/// A cell with what is wrong with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct CellView {
    pub(crate) text: String,
    pub(crate) wrong: String,
}

/// A line of the sheet.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LineView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) probationary: bool,
    /// Nothing is known of him yet.
    pub(crate) new: bool,
    /// The branch that has billed him for the month, if another has.
    pub(crate) billed_by: Option<String>,
    pub(crate) basis: CellView,
    pub(crate) basis_label: &'static str,
    pub(crate) base: CellView,
    pub(crate) amount: CellView,
    pub(crate) computed: String,
    pub(crate) typed_reason: CellView,
    pub(crate) exemption: CellView,
    /// base × rate = amount (article, rounding).
    pub(crate) why: String,
    /// What became of the bill: 待交, 已交 …; empty before it was issued.
    pub(crate) bill: &'static str,
    pub(crate) bill_tone: &'static str,
}

/// 【党费标准录入】 of one branch and month.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a remark of its own on the page, and any may go with any")]
pub(crate) struct SheetView {
    pub(crate) branch: String,
    pub(crate) branch_id: String,
    pub(crate) month: String,
    pub(crate) month_label: String,
    pub(crate) months: Vec<Choice>,
    /// Whether the caller's organization is this branch; everybody else only looks.
    pub(crate) may_set: bool,
    /// Whether figures of anybody are known: only then is it worth saying that nothing is known of somebody.
    pub(crate) knows_some: bool,
    /// Whether it is shown as a form.
    pub(crate) as_form: bool,
    pub(crate) state: &'static str,
    pub(crate) state_tone: &'static str,
    pub(crate) version: i64,
    pub(crate) saved_at: Option<Instant>,
    pub(crate) saved_by: String,
    pub(crate) submitted_at: Option<Instant>,
    /// Submitted before, and changed since without being submitted again.
    pub(crate) changed_since: bool,
    pub(crate) carried_from: Option<String>,
    pub(crate) far_back: bool,
    pub(crate) rounding: String,
    /// What is shown has not been saved.
    pub(crate) unsaved: bool,
    /// How many lines were filled from a spreadsheet.
    pub(crate) filled: Option<usize>,
    pub(crate) remarks: Vec<String>,
    pub(crate) pasted: String,
    pub(crate) bases: Vec<Choice>,
    pub(crate) lines: Vec<LineView>,
    pub(crate) members: usize,
    pub(crate) missing: usize,
    pub(crate) exempt: usize,
    pub(crate) total: Fen,
}

/// What is shown beside the sheet itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Beside {
    /// What was filled in and not saved.
    pub(crate) entered: Option<SheetEntered>,
    /// What stands against it.
    pub(crate) problem: Option<Problem>,
    pub(crate) filled: Option<usize>,
    pub(crate) remarks: Vec<String>,
}

impl SheetView {
    /// The sheet, as it stands or with what was filled in.
    pub(crate) fn of(
        txn: &mut Txn<'_>,
        officer: &Officer,
        sheet: &Sheet,
        as_form: bool,
        beside: &Beside,
    ) -> Result<Self, Problem> {
        let tree = ejia_directory::tree(txn)?;
        let today = txn.now().china_date();
        let (branch, month) = (sheet.organization_id, sheet.month);
        let bills = store::settled(txn, branch, month)?;
        let whose = rounding::chosen(txn, branch, month)?;
        let entered = beside.entered.as_ref().map(SheetEntered::lines).unwrap_or_default();
        let wrongs = Wrongs::of(beside.problem.as_ref());
        let mut view = Self {
            branch: tree.name(branch),
            branch_id: branch.to_string(),
            month: month.to_string(),
            month_label: month_label(month),
            months: months(Month::of(today), month),
            may_set: officer.organization_id() == branch,
            as_form: as_form && officer.organization_id() == branch,
            knows_some: sheet.lines.iter().any(|line| line.origin == Origin::Known),
            carried_from: sheet.carried_from.map(month_label),
            far_back: far_back(month, today),
            rounding: whose.map_or_else(
                || format!("{}（未另行设置）", sheet.rounding.label()),
                |choice| format!("{}（{}设置）", sheet.rounding.label(), tree.name(choice.organization_id)),
            ),
            unsaved: beside.entered.as_ref().is_some_and(|entered| !entered.member.is_empty()),
            filled: beside.filled,
            remarks: beside.remarks.clone(),
            pasted: beside.entered.as_ref().map(|entered| entered.pasted.clone()).unwrap_or_default(),
            bases: Basis::ALL.iter().map(|basis| Choice::of(basis.label(), basis.code())).collect(),
            ..Self::default()
        };
        view.stand(sheet);
        for line in &sheet.lines {
            view.add(&tree, line, entered.get(&line.member.id), &wrongs, bills.get(&line.member.id).map(|bill| bill.1));
        }
        Ok(view)
    }

    /// The lines on which what was filled in differs from what somebody else has saved meanwhile.
    pub(crate) fn differing(theirs: &Sheet, mine: &Sheet) -> Vec<String> {
        let differs = |line: &&Line| mine.line(line.member.id).is_some_and(|mine| mine.figure != line.figure);
        let told = |line: &Line| {
            let saved = LineEntered::of(&line.figure);
            format!("{}：对方保存的基数 {}，金额 {}", line.member.name, or_dash(&saved.base), or_dash(&saved.amount))
        };
        theirs.lines.iter().filter(differs).map(told).collect()
    }

    fn stand(&mut self, sheet: &Sheet) {
        let Some(row) = &sheet.row else {
            (self.state, self.state_tone) = ("未设置", "plain");
            return;
        };
        self.version = row.version;
        self.saved_at = row.saved_at;
        self.saved_by = row.saved_by.clone().unwrap_or_default();
        self.submitted_at = row.submitted_at;
        self.changed_since = row.state == SheetState::Draft && row.submitted_at.is_some();
        (self.state, self.state_tone) = standing(row.state, row.version);
    }

    fn add(
        &mut self,
        tree: &Tree,
        line: &Line,
        entered: Option<&LineEntered>,
        wrongs: &Wrongs,
        bill: Option<BillState>,
    ) {
        let known = LineEntered::of(&line.figure);
        let texts = entered.unwrap_or(&known);
        let cell = |cell: Cell, text: &str| CellView { text: text.to_owned(), wrong: wrongs.on(cell, line) };
        let billed_by = match line.origin {
            Origin::BilledElsewhere(other) => Some(tree.name(other)),
            Origin::Known | Origin::New => None,
        };
        if billed_by.is_none() {
            self.members += 1;
            self.missing += usize::from(judge(&line.figure, &line.reckoned).is_some());
            self.exempt += usize::from(line.figure.is_exempt());
            let amount = line.figure.amount.unwrap_or(Fen::ZERO);
            self.total = self.total.checked_plus(amount).unwrap_or(self.total);
        }
        // What was read is shown as it is understood; what cannot be read, as it was typed.
        let unread = |cell: Cell, typed: &str, read: &str| {
            if wrongs.on(cell, line).is_empty() { read.to_owned() } else { typed.to_owned() }
        };
        let base = unread(Cell::Base, &texts.base, &known.base);
        let amount = unread(Cell::Amount, &texts.amount, &known.amount);
        let (label, tone) = bill.map_or(("", ""), |state| (state.label(), tone_of(state)));
        self.lines.push(LineView {
            id: line.member.id.to_string(),
            name: line.member.name.clone(),
            probationary: line.member.kind == MemberKind::Probationary,
            new: line.origin == Origin::New && self.knows_some,
            billed_by,
            basis: cell(Cell::Basis, line.figure.basis.code()),
            basis_label: line.figure.basis.label(),
            base: cell(Cell::Base, &base),
            amount: cell(Cell::Amount, &amount),
            computed: known.computed.clone(),
            typed_reason: cell(Cell::TypedReason, &texts.typed_reason),
            exemption: cell(Cell::Exemption, &texts.exemption),
            why: why(line),
            bill: label,
            bill_tone: tone,
        });
    }
}

/// How far a sheet has come, as a badge.
pub(crate) fn standing(state: SheetState, version: i64) -> (&'static str, &'static str) {
    match (state, version) {
        (SheetState::Draft, 0) => ("沿用上月，未确认", "wait"),
        (SheetState::Draft, _) => (SheetState::Draft.label(), "wait"),
        (SheetState::Submitted, _) => (SheetState::Submitted.label(), "good"),
    }
}

fn tone_of(state: BillState) -> &'static str {
    match state {
        BillState::Due => "wait",
        BillState::Paid => "good",
        BillState::Exempt | BillState::Cancelled | BillState::GivenBack => "plain",
    }
}

/// Why the amount is what it is; beside a typed one what the rule would say.
pub(crate) fn why(line: &Line) -> String {
    let figure = &line.figure;
    if figure.is_exempt() {
        return format!("免交（依据：{}）", figure.exemption);
    }
    let by_hand =
        figure.amount.is_some() && line.reckoned.computed.is_some() && figure.amount != line.reckoned.computed;
    if by_hand { format!("{}；金额由党支部填写", line.reckoned.why) } else { line.reckoned.why.clone() }
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "—" } else { text }
}

/// What is wrong, by cell: the sentence without the name, because it stands beside it.
struct Wrongs(HashMap<String, String>);

impl Wrongs {
    fn of(problem: Option<&Problem>) -> Self {
        let fields = problem.map(|problem| problem.fields.as_slice()).unwrap_or_default();
        Self(fields.iter().map(|wrong| (wrong.field.clone(), bare(wrong.code))).collect())
    }

    fn on(&self, cell: Cell, line: &Line) -> String {
        self.0.get(&super::entry::cell_id(cell, line)).cloned().unwrap_or_default()
    }
}

/// A sentence about a line, without whose it is.
pub(crate) fn bare(code: &str) -> String {
    said(code, &[]).trim_start_matches('：').to_owned()
}
