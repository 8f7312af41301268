//! What a committee sees of its branches' sheets: who has submitted, who has not.

use ejia_db::Txn;
use ejia_kernel::{Instant, Month, OrganizationKind, OrganizationPath, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{SheetRow, SheetState};
use super::store;
use super::views::{month_label, months, standing};

/// Branches on a page.
const PAGE: usize = 50;

/// What is asked of the overview.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct OverviewAsked {
    pub(crate) month: String,
    /// A branch by name or pinyin.
    pub(crate) q: String,
    /// `open`: only branches that have not submitted.
    pub(crate) only: String,
    /// The path after which the page begins.
    pub(crate) after: String,
}

/// One branch.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BranchView {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) lines: i64,
    pub(crate) saved_at: Option<Instant>,
    pub(crate) submitted_at: Option<Instant>,
}

/// The branches of a committee in a month.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct OverviewView {
    pub(crate) month: String,
    pub(crate) month_label: String,
    pub(crate) months: Vec<Choice>,
    pub(crate) q: String,
    pub(crate) only: String,
    pub(crate) branches: usize,
    pub(crate) submitted: usize,
    pub(crate) lines: Vec<BranchView>,
    pub(crate) previous: Option<String>,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

/// The branches under the officer's organization, those asked for.
///
/// # Errors
/// A fault of the database.
pub(crate) fn overview(
    txn: &mut Txn<'_>,
    officer: &Officer,
    month: Month,
    asked: &OverviewAsked,
) -> Result<OverviewView, Problem> {
    let tree = ejia_directory::tree(txn)?;
    let sheets = store::sheets(txn, month)?;
    let submitted = |row: Option<&SheetRow>| row.is_some_and(|row| row.state == SheetState::Submitted);
    let is_branch = |node: &&ejia_directory::Node| node.kind == OrganizationKind::Branch && !node.closed;
    let all: Vec<&ejia_directory::Node> = tree.under(officer.path()).filter(is_branch).collect();
    let mut view = OverviewView {
        month: month.to_string(),
        month_label: month_label(month),
        months: months(Month::of(txn.now().china_date()), month),
        q: asked.q.trim().to_owned(),
        only: asked.only.clone(),
        branches: all.len(),
        submitted: all.iter().filter(|node| submitted(sheets.get(&node.id))).count(),
        ..OverviewView::default()
    };
    let after: Option<OrganizationPath> = asked.after.parse().ok();
    let searched = if view.q.is_empty() { all } else { tree.branches_named(officer.path(), &view.q) };
    let mut shown: Vec<&ejia_directory::Node> = searched
        .into_iter()
        .filter(|node| asked.only != "open" || !submitted(sheets.get(&node.id)))
        .filter(|node| !view.q.is_empty() || after.as_ref().is_none_or(|after| node.path > *after))
        .take(PAGE + 1)
        .collect();
    let more = shown.len() > PAGE;
    shown.truncate(PAGE);
    let address = |after: &str| format!("/office/dues/standards?month={month}&only={}&after={after}", only(asked));
    view.next = shown.last().filter(|_| more).map(|node| address(node.path.as_str()));
    view.first = after.map(|_| address(""));
    view.lines = shown.iter().map(|node| branch_view(node, sheets.get(&node.id), month)).collect();
    Ok(view)
}

fn only(asked: &OverviewAsked) -> &'static str {
    if asked.only == "open" { "open" } else { "" }
}

fn branch_view(node: &ejia_directory::Node, row: Option<&SheetRow>, month: Month) -> BranchView {
    let (state, tone) = row.map_or(("未设置", "bad"), |row| standing(row.state, row.version));
    BranchView {
        name: node.name.clone(),
        href: format!("/office/dues/standards?month={month}&branch={}", node.id),
        state,
        tone,
        lines: row.map_or(0, |row| row.lines),
        saved_at: row.and_then(|row| row.saved_at),
        submitted_at: row.and_then(|row| row.submitted_at),
    }
}
