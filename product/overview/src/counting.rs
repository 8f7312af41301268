//! Keeps the figures in line with what they count.
//!
//! A piece is one transaction: it takes the marks of some organizations, counts these from their rows, and adds what has
//! become different to everything above them. So whatever is kept of an organization is at every instant the sum of what is
//! kept of itself and of those right under it; and what is kept of itself is true but for what a mark still tells of.
//! Whoever counts holds the one row of the state, so that two never count beside each other.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ejia_db::{Desk, Txn};
use ejia_directory::{Figures, Node, Tree, mark_changed, member_figures, take_changed, tree};
use ejia_dues::dues_figures;
use ejia_jobs::{Handlers, JobFault};
use ejia_kernel::{Instant, OrganizationId, OrganizationPath, Problem};
use ejia_meetings::{meeting_figures, meetings_ended};
use ejia_transfers::transfer_figures;

use crate::store::{self, Kept};

/// How often figures are brought in line.
const EVERY: Duration = Duration::from_mins(1);
/// A run leaves the rest to the next one before that one begins.
const AT_MOST: Duration = Duration::from_secs(45);
/// Organizations of a piece of a round.
const PIECE: usize = 64;

/// With the job.
#[must_use]
pub(crate) fn handlers(handlers: Handlers) -> Handlers {
    handlers.every("overview.count", EVERY, |desk| count(desk).map(|_| ()).map_err(JobFault::from))
}

/// Brings the kept figures in line; false when the time of a run was over before.
///
/// # Errors
/// A fault of the database.
pub fn count(desk: &Desk) -> Result<bool, Problem> {
    let begun = desk.now();
    desk.write_now(begin)?;
    while desk.write_now(piece)? {
        if desk.now() > begun.plus(AT_MOST) {
            return Ok(false);
        }
    }
    desk.write_now(move |txn| end(txn, begun))?;
    Ok(true)
}

/// Marks what has changed without a word: meetings that have ended since; on another day, everything.
fn begin(txn: &mut Txn<'_>) -> Result<(), Problem> {
    let mut state = store::locked_state(txn)?;
    let (now, today) = (txn.now(), txn.now().china_date());
    if state.round_on.or(state.counted_on) != Some(today) {
        state.round_on = Some(today);
        state.round_after = String::new();
    }
    // Before the first round nothing is kept that an ended meeting could change.
    if state.counted_at.is_some() {
        for organization in meetings_ended(txn, state.looked_until, now)? {
            mark_changed(txn, organization)?;
        }
    }
    state.looked_until = now;
    store::save_state(txn, &state)
}

/// Counts some organizations anew: those that are marked, else the next ones of a round. False when there are none.
fn piece(txn: &mut Txn<'_>) -> Result<bool, Problem> {
    let mut state = store::locked_state(txn)?;
    let tree = tree(txn)?;
    let marked = take_changed(txn)?;
    if !marked.is_empty() {
        let nodes: Vec<&Node> = marked.iter().filter_map(|id| tree.get(*id)).collect();
        count_anew(txn, &tree, &nodes)?;
        return Ok(true);
    }
    if state.round_on.is_none() {
        return Ok(false);
    }
    let counted = tree.all().partition_point(|node| node.path.as_str() <= state.round_after.as_str());
    let nodes: Vec<&Node> = tree.all().iter().skip(counted).take(PIECE).collect();
    match nodes.last() {
        Some(last) => {
            count_anew(txn, &tree, &nodes)?;
            state.round_after = last.path.to_string();
        }
        None => state.counted_on = state.round_on.take(),
    }
    store::save_state(txn, &state)?;
    Ok(true)
}

/// What these organizations come to by themselves, and the differences for all above them.
fn count_anew(txn: &mut Txn<'_>, tree: &Tree, nodes: &[&Node]) -> Result<(), Problem> {
    let nodes: Vec<&Node> = nodes.iter().copied().filter(|node| node.kind.is_party()).collect();
    let paths: Vec<OrganizationPath> = nodes.iter().map(|node| node.path.clone()).collect();
    let ids: Vec<OrganizationId> = nodes.iter().map(|node| node.id).collect();
    let today = txn.now().china_date();
    let members = member_figures(txn, &paths, today)?;
    let dues = dues_figures(txn, &ids, today)?;
    let meetings = meeting_figures(txn, &ids)?;
    let ways: BTreeSet<&str> =
        nodes.iter().flat_map(|node| tree.way(&node.path)).map(|node| node.path.as_str()).collect();
    let mut kept = store::kept(txn, &ways.into_iter().collect::<Vec<_>>())?;
    let mut touched: BTreeMap<&str, &Node> = BTreeMap::new();
    for node in nodes {
        let mut fresh = members.get(node.path.as_str()).cloned().unwrap_or_default();
        for more in [dues.get(&node.id), meetings.get(&node.id)].into_iter().flatten() {
            fresh += more;
        }
        let own = &mut kept.entry(node.path.to_string()).or_default().own;
        let difference = &fresh - &*own;
        *own = fresh;
        touched.insert(node.path.as_str(), node);
        if difference.is_empty() {
            continue;
        }
        for above in tree.way(&node.path) {
            kept.entry(above.path.to_string()).or_default().figures += &difference;
            touched.insert(above.path.as_str(), above);
        }
    }
    for (path, node) in touched {
        let kept: &Kept = kept.entry(path.to_owned()).or_default();
        store::keep(txn, node.id, &node.path, kept)?;
    }
    Ok(())
}

/// Everything that stood when the run began is counted. Transfers are few that are under way: they are counted as a whole.
fn end(txn: &mut Txn<'_>, begun: Instant) -> Result<(), Problem> {
    let mut state = store::locked_state(txn)?;
    let tree = tree(txn)?;
    let (mut kept, fresh) = (store::transfers_kept(txn)?, transfer_figures(txn)?);
    for (id, figures) in fresh {
        if kept.remove(&id).as_ref() != Some(&figures)
            && let Some(node) = tree.get(id)
        {
            store::keep_transfers(txn, &node.path, &figures)?;
        }
    }
    for node in kept.keys().filter_map(|id| tree.get(*id)) {
        store::keep_transfers(txn, &node.path, &Figures::default())?;
    }
    state.counted_at = Some(begun);
    store::save_state(txn, &state)
}
