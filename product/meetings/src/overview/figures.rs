//! What an organization has held and what it is behind with in this quarter, for whoever sums figures up the tree: as
//! 【开展情况】 has it.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_directory::{Counts, Figures, Node, counts_of_branches, tree};
use ejia_kernel::{Date, Instant, OrganizationId, Problem};

use super::standings::{Quarter, is_asked, standings_of};
use super::store;
use super::views::address_of;
use crate::kinds::{Every, MeetingKind, Standing};

/// The name of the figure of branches that something is asked of.
pub const BRANCHES_ASKED: &str = "meetings.asked";

/// The name of the figure of branches that are behind with anything.
pub const BRANCHES_BEHIND: &str = "meetings.behind";

/// The name of the figure of branches that stand so with a kind.
pub fn figure_of(kind: MeetingKind, standing: Standing) -> String {
    format!("meetings.{}.{}", kind.code(), standing.code())
}

/// The name of the figure of how often a kind was held.
pub fn held_figure(kind: MeetingKind) -> String {
    format!("meetings.{}.held", kind.code())
}

/// The kinds that are due in the quarter of a day, and how often.
pub fn due_kinds(today: Date) -> Vec<(MeetingKind, Every)> {
    let first = Quarter::of(today).first;
    MeetingKind::ALL.iter().filter_map(|kind| kind.due(first).map(|every| (*kind, every))).collect()
}

/// The quarter of a day, as people read it: the one that [`meeting_figures`] looks at.
pub fn quarter_of(today: Date) -> String {
    Quarter::of(today).label()
}

/// Where the branches under an organization are listed that stand so in the quarter of a day: with a kind or with any;
/// all of them without a standing.
pub fn standing_address(
    organization: &str,
    today: Date,
    kind: Option<MeetingKind>,
    standing: Option<Standing>,
) -> String {
    address_of(organization, Quarter::of(today), kind, standing)
}

/// What each of these organizations has held by itself in this quarter, and how it stands with each kind that is due.
///
/// # Errors
/// A fault of the database.
pub fn meeting_figures(
    txn: &mut Txn<'_>,
    organizations: &[OrganizationId],
) -> Result<HashMap<OrganizationId, Figures>, Problem> {
    let tree = tree(txn)?;
    let branches: Vec<&Node> =
        organizations.iter().filter_map(|id| tree.get(*id)).filter(|node| is_asked(node)).collect();
    let mut members: HashMap<String, Counts> = HashMap::new();
    for branch in &branches {
        members.extend(counts_of_branches(txn, &branch.path)?);
    }
    let quarter = Quarter::of(txn.now().china_date());
    let stand = standings_of(txn, &branches, &members, quarter)?;
    let figures = stand.into_iter().map(|branch| {
        let mut figures = Figures::default();
        figures.add(BRANCHES_ASKED, 1);
        figures.add(BRANCHES_BEHIND, i64::from(branch.stands(Standing::Behind, None)));
        for (kind, standing, held) in branch.kinds {
            figures.add(&held_figure(kind), held);
            if standing != Standing::Free {
                figures.add(&figure_of(kind, standing), 1);
            }
        }
        (branch.id, figures)
    });
    Ok(figures.collect())
}

/// The organizations of meetings that have ended after the one instant and by the other: nothing was written, and they
/// count as held.
///
/// # Errors
/// A fault of the database.
pub fn meetings_ended(txn: &mut Txn<'_>, after: Instant, by: Instant) -> Result<Vec<OrganizationId>, Problem> {
    store::ended(txn, after, by)
}
