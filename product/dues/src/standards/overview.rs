//! What a committee sees of its branches' sheets: who has submitted, who has not.

use ejia_db::Txn;
use ejia_directory::Node;
use ejia_kernel::{Instant, Month, OrganizationId, OrganizationKind, OrganizationPath, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{SheetRow, SheetState};
use super::store;
use super::views::{month_label, months, standing};

/// Branches on a page.
const PAGE: usize = 50;
/// A page looks at no more branches than this for those that have not submitted; the next page goes on from there.
const LOOKED_INTO: usize = 1_000;

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
    let scope = officer.path();
    let closed: Vec<OrganizationId> = tree.closed_under(scope).map(|node| node.id).collect();
    let of_closed = store::sheets_of(txn, month, &closed)?.into_values().filter(submitted).count();
    let mut view = OverviewView {
        month: month.to_string(),
        month_label: month_label(month),
        months: months(Month::of(txn.now().china_date()), month),
        q: asked.q.trim().to_owned(),
        only: asked.only.clone(),
        branches: tree.branches_under(scope),
        submitted: usize::try_from(store::submitted(txn, month, scope)?).unwrap_or_default().saturating_sub(of_closed),
        ..OverviewView::default()
    };
    let after: Option<OrganizationPath> = asked.after.parse().ok();
    let open = |node: &&Node| node.kind == OrganizationKind::Branch && !node.closed;
    let branches: Vec<&Node> = if view.q.is_empty() {
        tree.under_after(scope, after.as_ref()).filter(open).take(LOOKED_INTO + 1).collect()
    } else {
        tree.branches_named(scope, &view.q)
    };
    let address =
        |after: &Node| format!("/office/dues/standards?month={month}&only={}&after={}", only(asked), after.path);
    let looked_into = branches.get(..LOOKED_INTO.min(branches.len())).unwrap_or_default();
    let mut shown = shown(txn, month, looked_into, asked.only == "open")?;
    let more = shown.len() > PAGE;
    shown.truncate(PAGE);
    let last = if more { shown.last().map(|(node, _)| *node) } else { looked_into.last().copied() };
    view.next = last.filter(|_| more || branches.len() > LOOKED_INTO).map(address);
    view.lines = shown.iter().map(|(node, sheet)| branch_view(node, sheet.as_ref(), month)).collect();
    view.first = after.map(|_| format!("/office/dues/standards?month={month}&only={}&after=", only(asked)));
    Ok(view)
}

/// Those of these branches that a page shows and one more, with their sheets. They are asked for piece by piece.
fn shown<'a>(
    txn: &mut Txn<'_>,
    month: Month,
    branches: &[&'a Node],
    only_open: bool,
) -> Result<Vec<(&'a Node, Option<SheetRow>)>, Problem> {
    let mut shown = Vec::new();
    for piece in branches.chunks(PAGE + 1) {
        let ids: Vec<OrganizationId> = piece.iter().map(|node| node.id).collect();
        let mut sheets = store::sheets_of(txn, month, &ids)?;
        let with_sheets = piece.iter().map(|node| (*node, sheets.remove(&node.id)));
        shown.extend(with_sheets.filter(|(_, sheet)| !only_open || !sheet.as_ref().is_some_and(submitted)));
        if shown.len() > PAGE {
            break;
        }
    }
    Ok(shown)
}

fn submitted(row: &SheetRow) -> bool {
    row.state == SheetState::Submitted
}

fn only(asked: &OverviewAsked) -> &'static str {
    if asked.only == "open" { "open" } else { "" }
}

fn branch_view(node: &Node, row: Option<&SheetRow>, month: Month) -> BranchView {
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
