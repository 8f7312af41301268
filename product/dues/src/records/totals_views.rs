//! What is shown of totals.

use ejia_kernel::{Date, Fen, Month};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::scope::Scope;
use super::sheets::spelt;
use super::totals::Row;
use super::views::{address, month_choices};

/// An organization's month.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TotalView {
    pub(crate) name: String,
    /// Where it is looked into.
    pub(crate) href: String,
    pub(crate) branches: i64,
    pub(crate) set: i64,
    pub(crate) billed: i64,
    pub(crate) amount: Fen,
    pub(crate) paid: i64,
    pub(crate) paid_amount: Fen,
    pub(crate) unpaid: i64,
    pub(crate) exempt: i64,
    /// How many of those billed have paid: `87.5%`, or a dash.
    pub(crate) rate: String,
}

impl TotalView {
    pub(super) fn of(row: &Row, href: &str) -> Self {
        let total = row.total;
        Self {
            name: row.name.clone(),
            href: href.to_owned(),
            branches: row.branches,
            set: row.set,
            billed: total.billed,
            amount: Fen::new(total.billed_amount),
            paid: total.paid,
            paid_amount: Fen::new(total.paid_amount),
            unpaid: total.billed - total.paid,
            exempt: total.exempt,
            rate: paid_rate(total.paid, total.billed),
        }
    }
}

/// 交纳率: the share of those who have paid, in percent with one decimal, cut off: never 100% while one is missing.
pub fn paid_rate(part: i64, whole: i64) -> String {
    match (part * 1000).checked_div(whole) {
        Some(thousandths) => format!("{}.{}%", thousandths / 10, thousandths % 10),
        None => "—".to_owned(),
    }
}

/// 【党费汇总】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct TotalsView {
    pub(crate) name: String,
    pub(crate) organization: String,
    pub(crate) is_branch: bool,
    /// From the officer's organization down to this one, itself not included: names and addresses.
    pub(crate) way: Vec<Choice>,
    pub(crate) month: String,
    pub(crate) month_code: String,
    pub(crate) months: Vec<Choice>,
    pub(crate) rows: Vec<TotalView>,
    pub(crate) all: TotalView,
}

impl TotalsView {
    pub(super) fn of(by: &Officer, scope: &Scope, month: Month, today: Date, (rows, all): &(Vec<Row>, Row)) -> Self {
        let code = month.to_string();
        let to = |path: &str, id: &str| address(path, &[("organization", id), ("month", &code)]);
        let above = scope.tree.way(&scope.path).into_iter();
        let above = above.filter(|node| by.oversees(&node.path) && node.id != scope.id);
        let row = |row: &Row| {
            let path = if row.is_branch { "/office/dues/records" } else { "/office/dues/totals" };
            TotalView::of(row, &to(path, &row.id))
        };
        Self {
            name: scope.name.clone(),
            organization: scope.id.to_string(),
            is_branch: scope.is_branch,
            way: above
                .map(|node| Choice::of(node.name.clone(), to("/office/dues/totals", &node.id.to_string())))
                .collect(),
            month: spelt(month),
            months: month_choices(today),
            rows: rows.iter().map(row).collect(),
            all: TotalView::of(all, ""),
            month_code: code,
        }
    }
}
