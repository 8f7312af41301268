//! The tree of organizations in memory: for authority, for names on pages, for finding a branch by its name.
//!
//! Every transaction compares one row with the version it holds; only a change of the tree loads it anew. The version
//! is drawn at random for each change, so that a change that was rolled back can never be taken for another.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use ejia_db::Txn;
use ejia_kernel::{OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath, Problem};
use ejia_web::Officer;

use super::grams::Grams;
use super::{Counts, store};
use crate::members::spellings;

/// One organization as the tree holds it.
#[derive(Clone, Debug)]
pub struct Node {
    /// Which.
    pub id: OrganizationId,
    /// The one above; none for the root.
    pub parent_id: Option<OrganizationId>,
    /// Where it stands.
    pub path: OrganizationPath,
    /// Its code.
    pub code: OrganizationCode,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: OrganizationKind,
    /// Its authority: 1, 2 or none.
    pub level: Option<u8>,
    /// The employer or site it belongs to.
    pub work_unit: String,
    /// Whether it was closed.
    pub closed: bool,
    /// Initials and full pinyin of the name, for finding it.
    pub spellings: Vec<(String, String)>,
}

/// All organizations, in the order of their paths.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    by_id: HashMap<OrganizationId, usize>,
    by_code: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// How many open branches stand before each node, and after the last how many there are.
    branches_before: Vec<usize>,
    /// Those that were closed, in the order of their paths.
    closed: Vec<usize>,
    /// What names are searched by: made when the first is searched.
    grams: OnceLock<Grams>,
}

/// The most organizations a search by name answers.
const FOUND: usize = 20;

impl Tree {
    /// The tree of these nodes.
    pub fn of(mut nodes: Vec<Node>) -> Self {
        nodes.sort_by(|a, b| a.path.cmp(&b.path));
        let mut tree = Self::default();
        for (index, node) in nodes.iter().enumerate() {
            tree.by_id.insert(node.id, index);
            tree.by_code.insert(node.code.to_string(), index);
            tree.by_name.entry(node.name.clone()).or_default().push(index);
        }
        let mut branches = 0;
        tree.branches_before.push(branches);
        tree.branches_before.extend(nodes.iter().map(|node| {
            branches += usize::from(node.kind == OrganizationKind::Branch && !node.closed);
            branches
        }));
        tree.closed = (0..nodes.len()).filter(|index| nodes.get(*index).is_some_and(|node| node.closed)).collect();
        tree.nodes = nodes;
        tree
    }

    /// The organization with this id.
    pub fn get(&self, id: OrganizationId) -> Option<&Node> {
        self.by_id.get(&id).and_then(|index| self.nodes.get(*index))
    }

    /// The organization with this id, or the refusal that there is none.
    pub fn find(&self, id: OrganizationId) -> Result<&Node, Problem> {
        self.get(id).ok_or_else(|| Problem::not_found("directory.no_such_organization"))
    }

    /// The officer's own organization, or the one under it that he chose by its id, as an address has it.
    ///
    /// # Errors
    /// Not found for what does not stand under him.
    pub fn chosen(&self, by: &Officer, id: &str) -> Result<&Node, Problem> {
        let id = if id.is_empty() { Some(by.organization_id()) } else { id.parse().ok() };
        let node = id.and_then(|id| self.get(id)).filter(|node| by.oversees(&node.path));
        node.ok_or_else(|| Problem::not_found("directory.no_such_organization"))
    }

    /// The organization with this code.
    pub fn by_code(&self, code: &str) -> Option<&Node> {
        self.by_code.get(code).and_then(|index| self.nodes.get(*index))
    }

    /// The organizations that bear exactly this name.
    pub fn by_name(&self, name: &str) -> Vec<&Node> {
        self.by_name.get(name).into_iter().flatten().filter_map(|index| self.nodes.get(*index)).collect()
    }

    /// The organization at this path.
    pub fn at(&self, path: &OrganizationPath) -> Option<&Node> {
        self.nodes.binary_search_by(|node| node.path.cmp(path)).ok().and_then(|index| self.nodes.get(index))
    }

    /// The nearest organization at or above this one that is open and of which `fits` is true.
    pub fn open_at_or_above(&self, id: OrganizationId, fits: impl Fn(&Node) -> bool) -> Option<&Node> {
        let mut here = self.get(id);
        while let Some(node) = here {
            if !node.closed && fits(node) {
                return Some(node);
            }
            here = node.parent_id.and_then(|above| self.get(above));
        }
        None
    }

    /// The name of an organization, or a dash.
    pub fn name(&self, id: OrganizationId) -> String {
        self.get(id).map_or_else(|| "—".to_owned(), |node| node.name.clone())
    }

    /// The root: the first organization without one above.
    pub fn root(&self) -> Option<&Node> {
        self.nodes.iter().find(|node| node.parent_id.is_none())
    }

    /// Whether there is nothing yet.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// All organizations, in the order of their paths.
    pub fn all(&self) -> &[Node] {
        &self.nodes
    }

    /// This organization and everything under it, in the order of paths.
    pub fn under<'a>(&'a self, path: &OrganizationPath) -> impl Iterator<Item = &'a Node> + use<'a> {
        self.nodes.get(self.range(path)).unwrap_or_default().iter()
    }

    /// What stands under `path` behind a place, in the order of paths; all of it without one.
    pub fn under_after<'a>(
        &'a self,
        path: &OrganizationPath,
        after: Option<&OrganizationPath>,
    ) -> impl Iterator<Item = &'a Node> + use<'a> {
        let under = self.nodes.get(self.range(path)).unwrap_or_default();
        let passed = after.map_or(0, |after| under.partition_point(|node| node.path <= *after));
        under.get(passed..).unwrap_or_default().iter()
    }

    /// Where this organization and everything under it lie: in the order of paths they lie side by side.
    fn range(&self, path: &OrganizationPath) -> Range<usize> {
        let first = self.nodes.partition_point(|node| node.path < *path);
        let end = path.upper_bound();
        let rest = self.nodes.get(first..).unwrap_or_default();
        first..first + rest.partition_point(|node| node.path.as_str() < end.as_str())
    }

    /// How many organizations there are at and under this path.
    pub fn count_under(&self, path: &OrganizationPath) -> usize {
        self.range(path).len()
    }

    /// How many open branches there are at and under this path.
    pub fn branches_under(&self, path: &OrganizationPath) -> usize {
        let Range { start, end } = self.range(path);
        let before = |index: usize| self.branches_before.get(index).copied().unwrap_or_default();
        before(end) - before(start)
    }

    /// The closed organizations at and under this path.
    pub fn closed_under<'a>(&'a self, path: &OrganizationPath) -> impl Iterator<Item = &'a Node> + use<'a> {
        let Range { start, end } = self.range(path);
        let first = self.closed.partition_point(|index| *index < start);
        let closed = self.closed.get(first..).unwrap_or_default().iter().take_while(move |index| **index < end);
        closed.filter_map(|index| self.nodes.get(*index))
    }

    /// The organizations right under this one.
    pub fn children<'a>(&'a self, path: &OrganizationPath) -> impl Iterator<Item = &'a Node> + use<'a> {
        let Range { start, end } = self.range(path);
        // The first behind it is its first child; behind all that stands under a child comes the next one.
        let mut next = start + usize::from(self.at(path).is_some());
        std::iter::from_fn(move || {
            let child = self.nodes.get(next).filter(|_| next < end)?;
            next = self.range(&child.path).end;
            Some(child)
        })
    }

    /// The way from the root down to this organization, itself included.
    pub fn way(&self, path: &OrganizationPath) -> Vec<&Node> {
        let mut way = Vec::new();
        let mut here = Some(path.clone());
        while let Some(path) = here {
            way.extend(self.at(&path));
            here = path.parent();
        }
        way.reverse();
        way
    }

    /// Branches under `path` whose name has this part, or whose pinyin begins so: at most twenty, exact names first.
    pub fn branches_named(&self, path: &OrganizationPath, typed: &str) -> Vec<&Node> {
        self.matching(path, typed, |node| node.kind == OrganizationKind::Branch)
    }

    /// The open branch under `path` that is meant: the one chosen by its id, else the only one that bears exactly the
    /// name or the code typed.
    pub fn branch_meant(&self, path: &OrganizationPath, typed: &str, chosen: &str) -> Option<&Node> {
        self.meant(path, typed, chosen, |node| node.kind == OrganizationKind::Branch)
    }

    /// The open organization that may allocate, found as [`Tree::branch_meant`] finds a branch.
    pub fn committee_meant(&self, path: &OrganizationPath, typed: &str, chosen: &str) -> Option<&Node> {
        self.meant(path, typed, chosen, |node| node.kind.may_allocate())
    }

    fn meant(
        &self,
        path: &OrganizationPath,
        typed: &str,
        chosen: &str,
        admits: impl Fn(&Node) -> bool,
    ) -> Option<&Node> {
        let fits = |node: &&Node| path.contains(&node.path) && admits(node) && !node.closed;
        let chosen = chosen.parse().ok().and_then(|id| self.get(id)).filter(fits);
        if chosen.is_some() {
            return chosen;
        }
        let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut exact = self.by_name(&typed).into_iter().chain(self.by_code(&typed)).filter(fits);
        match (exact.next(), exact.next()) {
            (only, None) => only,
            _ => None,
        }
    }

    /// Organizations that may allocate under `path`, found as [`Tree::branches_named`] finds branches.
    pub fn committees_named(&self, path: &OrganizationPath, typed: &str) -> Vec<&Node> {
        self.matching(path, typed, |node| node.kind.may_allocate())
    }

    /// Organizations of every kind under `path`, found as [`Tree::branches_named`] finds branches.
    pub fn named(&self, path: &OrganizationPath, typed: &str) -> Vec<&Node> {
        self.matching(path, typed, |_| true)
    }

    fn matching(&self, path: &OrganizationPath, typed: &str, admits: impl Fn(&Node) -> bool) -> Vec<&Node> {
        let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
        let letters = typed.to_ascii_lowercase();
        let spelt = !letters.is_empty() && letters.bytes().all(|byte| byte.is_ascii_lowercase());
        let fits = |node: &&Node| {
            let sounds = |(initials, full): &(String, String)| initials.contains(&letters) || full.contains(&letters);
            node.name.contains(&typed) || (spelt && node.spellings.iter().any(sounds))
        };
        let open = |node: &&Node| admits(node) && !node.closed;
        let exact = self.by_name(&typed).into_iter().chain(self.by_code(&typed));
        let mut found: Vec<&Node> = exact.filter(|node| path.contains(&node.path)).filter(open).collect();
        let range = self.range(path);
        let grams = self.grams.get_or_init(|| Grams::of(&self.nodes));
        let places = grams.holding(&typed, spelt.then_some(letters.as_str()), &range);
        let places: Box<dyn Iterator<Item = usize>> = match places {
            Some(places) => Box::new(places.into_iter()),
            None => Box::new(range),
        };
        let rest = places.filter_map(|place| self.nodes.get(place)).filter(open).filter(fits);
        found.extend(rest.filter(|node| node.name != typed && node.code.as_str() != typed).take(FOUND));
        found.truncate(FOUND);
        found
    }
}

/// The tree this process holds, and the version it was loaded at.
#[derive(Default)]
struct Held(Mutex<Option<(String, Arc<Tree>)>>);

/// The tree as it stands in this transaction.
///
/// # Errors
/// A fault of the database.
pub fn tree(txn: &mut Txn<'_>) -> Result<Arc<Tree>, Problem> {
    let version = store::tree_version(txn)?;
    of_version(txn, version)
}

/// The tree, and how many members stand under a path of it: both asked at once.
///
/// # Errors
/// A fault of the database.
pub(crate) fn tree_and_counts(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<(Arc<Tree>, Counts), Problem> {
    let (version, counts) = store::tree_version_and_counts(txn, path)?;
    Ok((of_version(txn, version)?, counts))
}

/// The tree in memory, if it is of this version, or the one in the tables.
fn of_version(txn: &mut Txn<'_>, version: String) -> Result<Arc<Tree>, Problem> {
    let held = txn.shelf::<Held>();
    if let Some((known, tree)) = held.0.lock().unwrap_or_else(PoisonError::into_inner).as_ref()
        && *known == version
    {
        return Ok(Arc::clone(tree));
    }
    let nodes = store::nodes(txn)?
        .into_iter()
        .map(|mut node| {
            node.spellings = spellings(&node.name);
            node
        })
        .collect();
    let tree = Arc::new(Tree::of(nodes));
    *held.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((version, Arc::clone(&tree)));
    Ok(tree)
}
