//! What is shown of records.

use std::fmt::Write;

use ejia_directory::{Node, Tree};
use ejia_kernel::{Fen, Month};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::arrears::{self, Warning};
use super::figures::DuesLine;
use super::history::{Line, MemberRecord, Records, RecordsAsked, merged, method};
use super::scope::{Scope, months};
use super::sheets::spelt;
use super::store::bills::BillLine;
use super::totals::Row;
use super::totals_views::TotalView;
use super::unpaid::{Debtor, Since, Unpaid, UnpaidAsked};
use crate::bills::BillState;

/// An address with the questions that have an answer.
pub(super) fn address(path: &str, asked: &[(&str, &str)]) -> String {
    let mut text = path.to_owned();
    let mut mark = '?';
    for (name, value) in asked.iter().filter(|(_, value)| !value.is_empty()) {
        text.extend([mark]);
        text.extend([*name, "="]);
        for byte in value.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
                text.push(char::from(byte));
            } else {
                // Writing to a String does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
        mark = '&';
    }
    text
}

/// What an officer can choose to look at: right under him, the way to what he has chosen, and right under that.
fn organizations(by: &Officer, scope: &Scope) -> Vec<Choice> {
    let tree: &Tree = &scope.tree;
    let mut nodes: Vec<&Node> = tree.children(by.path()).collect();
    nodes.extend(tree.way(&scope.path).into_iter().filter(|node| by.oversees(&node.path)));
    nodes.extend(tree.children(&scope.path));
    nodes.retain(|node| node.id != by.organization_id() && node.kind.is_party());
    nodes.sort_by(|a, b| a.path.cmp(&b.path));
    nodes.dedup_by_key(|node| node.id);
    nodes.into_iter().map(|node| Choice::of(node.name.clone(), node.id.to_string())).collect()
}

pub(super) fn month_choices(today: ejia_kernel::Date) -> Vec<Choice> {
    months(today).into_iter().map(|month| Choice::of(spelt(month), month.to_string())).collect()
}

/// A member who has not paid.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DebtorView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    pub(crate) months: String,
    /// How many of the months are over.
    pub(crate) overdue: usize,
    pub(crate) amount: Fen,
    pub(crate) phone: String,
    pub(crate) moved: String,
    pub(crate) warning: String,
    pub(crate) tone: &'static str,
}

impl DebtorView {
    fn of(tree: &Tree, debtor: &Debtor) -> Self {
        let warning = debtor.warning();
        Self {
            id: debtor.member_id.to_string(),
            name: debtor.name.clone(),
            branch: tree.name(debtor.branch_id),
            months: arrears::spelt(&debtor.months),
            overdue: debtor.overdue.len(),
            amount: debtor.amount,
            phone: debtor.phone.as_ref().map(ejia_kernel::Phone::masked).unwrap_or_default(),
            moved: debtor.moved.clone().unwrap_or_default(),
            warning: warning.map(|_| format!("已欠{}个月", debtor.running)).unwrap_or_default(),
            tone: if warning >= Some(Warning::Five) { "bad" } else { "wait" },
        }
    }
}

/// 【未交党费党员名单】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct UnpaidView {
    pub(crate) asked: UnpaidAsked,
    pub(crate) scope: String,
    pub(crate) is_branch: bool,
    /// The month that is payable now.
    pub(crate) month: String,
    /// Members of the scope who have not paid it, and how much.
    pub(crate) unpaid: i64,
    pub(crate) unpaid_amount: Fen,
    pub(crate) organizations: Vec<Choice>,
    pub(crate) since: Vec<Choice>,
    pub(crate) narrowed: bool,
    pub(crate) lines: Vec<DebtorView>,
    pub(crate) previous: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
    /// One long page, to be printed.
    pub(crate) printed: String,
}

impl UnpaidView {
    pub(super) fn of(by: &Officer, scope: &Scope, asked: UnpaidAsked, found: &Unpaid, all: &Row) -> Self {
        let at = |after: &str, print: &str| {
            let UnpaidAsked { organization, months, .. } = &asked;
            let asked =
                [("organization", organization.as_str()), ("months", months), ("after", after), ("print", print)];
            address("/office/dues/unpaid", &asked)
        };
        let print = if asked.print { "true" } else { "" };
        Self {
            scope: scope.name.clone(),
            is_branch: scope.is_branch,
            month: spelt(found.window),
            unpaid: all.total.billed - all.total.paid,
            unpaid_amount: Fen::new(all.total.billed_amount - all.total.paid_amount),
            organizations: organizations(by, scope),
            since: Since::ALL.iter().map(|since| Choice::of(since.label(), since.code())).collect(),
            narrowed: !asked.organization.is_empty() || !asked.months.is_empty(),
            lines: found.lines.iter().map(|debtor| DebtorView::of(&scope.tree, debtor)).collect(),
            previous: None,
            first: (!asked.after.is_empty()).then(|| at("", print)),
            next: found.next.as_ref().map(|next| at(next, print)),
            printed: at("", "true"),
            asked,
        }
    }
}

/// A bill as records show it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RecordView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    pub(crate) month: String,
    /// None when the branch has set no dues.
    pub(crate) amount: Option<Fen>,
    pub(crate) difference: bool,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) paid_at: String,
    pub(crate) channel: String,
    pub(crate) payer: String,
    pub(crate) order: Option<String>,
}

impl RecordView {
    fn of(tree: &Tree, line: &Line) -> Self {
        match line {
            Line::Bill(bill) => Self::of_bill(tree, bill),
            Line::Nothing { member_id, name, organization_id } => Self {
                id: member_id.to_string(),
                name: name.clone(),
                branch: tree.name(*organization_id),
                month: String::new(),
                amount: None,
                difference: false,
                state: "未设置",
                tone: "plain",
                paid_at: String::new(),
                channel: String::new(),
                payer: String::new(),
                order: None,
            },
        }
    }

    fn of_bill(tree: &Tree, bill: &BillLine) -> Self {
        let (channel, payer) = method(bill);
        Self {
            id: bill.member_id.to_string(),
            name: bill.member_name.clone(),
            branch: tree.name(bill.organization_id),
            month: spelt(bill.month),
            amount: Some(bill.amount),
            difference: bill.sequence > 0,
            state: bill.state.label(),
            tone: match bill.state {
                BillState::Paid => "good",
                BillState::Due => "wait",
                _ => "plain",
            },
            paid_at: bill.paid_at.map(|at| at.to_string()).unwrap_or_default(),
            channel,
            payer,
            order: bill.order_id.map(|order| order.to_string()),
        }
    }
}

/// 【党费交纳记录查询】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RecordsView {
    pub(crate) asked: RecordsAsked,
    pub(crate) scope: String,
    pub(crate) organization: String,
    pub(crate) is_branch: bool,
    pub(crate) month: String,
    pub(crate) month_code: String,
    pub(crate) months: Vec<Choice>,
    pub(crate) of: Vec<Choice>,
    pub(crate) organizations: Vec<Choice>,
    pub(crate) lines: Vec<RecordView>,
    /// What the month comes to in the scope.
    pub(crate) sum: TotalView,
    pub(crate) previous: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
    /// The month for public notice, as a table and on paper: of a branch.
    pub(crate) notice_table: String,
    pub(crate) notice_paper: String,
}

impl RecordsView {
    pub(super) fn of(
        by: &Officer,
        scope: &Scope,
        asked: RecordsAsked,
        month: Month,
        today: ejia_kernel::Date,
        found: &Records,
        all: &Row,
    ) -> Self {
        let (organization, code) = (scope.id.to_string(), month.to_string());
        let at = |after: &str| {
            let RecordsAsked { organization, q, of, .. } = &asked;
            let asked =
                [("organization", organization.as_str()), ("month", &code), ("q", q), ("of", of), ("after", after)];
            address("/office/dues/records", &asked)
        };
        let notice = |form: &str| {
            let asked = [("organization", organization.as_str()), ("month", &code), ("form", form)];
            address("/office/dues/records/notice", &asked)
        };
        Self {
            scope: scope.name.clone(),
            is_branch: scope.is_branch,
            month: spelt(month),
            months: month_choices(today),
            of: DuesLine::OF_A_MONTH.iter().map(|of| Choice::of(of.label(), of.code())).collect(),
            organizations: organizations(by, scope),
            lines: found.lines.iter().map(|line| RecordView::of(&scope.tree, line)).collect(),
            sum: TotalView::of(all, ""),
            previous: None,
            first: (!asked.after.is_empty()).then(|| at("")),
            next: found.next.as_ref().map(|next| at(next)),
            notice_table: notice("xlsx"),
            notice_paper: notice("pdf"),
            month_code: code,
            organization,
            asked,
        }
    }
}

/// One member's record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MemberRecordView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    pub(crate) departed: bool,
    pub(crate) lines: Vec<RecordView>,
    /// Months paid, and what has come in.
    pub(crate) months: usize,
    pub(crate) paid: Fen,
}

impl MemberRecordView {
    pub(super) fn of(tree: &Tree, id: String, record: &MemberRecord) -> Self {
        let months = merged(&record.bills);
        Self {
            id,
            name: record.name.clone(),
            branch: record.branch.clone(),
            departed: record.departed,
            lines: record.bills.iter().map(|bill| RecordView::of_bill(tree, bill)).collect(),
            months: months.iter().filter(|month| month.payment.is_some()).count(),
            paid: Fen::new(months.iter().map(|month| month.paid.fen()).sum()),
        }
    }
}
