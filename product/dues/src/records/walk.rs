//! Leafs through what many branches hold: branch after branch in the order of the tree, by name within each.

use ejia_db::Txn;
use ejia_kernel::{MemberId, OrganizationId, OrganizationPath, Problem};

use super::scope::Scope;

/// How many branches one question brings.
const BRANCHES: i64 = 64;

/// A page looks into no more branches than this; the next page goes on from there.
const LOOKED_INTO: usize = 400;

/// Something of a member, and where it stands within his branch.
pub(super) struct Placed<T> {
    pub(super) sort_key: String,
    pub(super) member_id: MemberId,
    pub(super) of: T,
}

/// A page, and where the next one begins.
pub(super) struct Leaf<T> {
    pub(super) lines: Vec<T>,
    pub(super) next: Option<String>,
}

/// Where a page begins: after this member of this branch, or at the branch.
struct Place {
    branch: OrganizationId,
    path: OrganizationPath,
    member: Option<MemberId>,
}

impl Place {
    /// Reads `branch` or `branch.member`; none for what does not stand in the scope.
    fn read(scope: &Scope, text: &str) -> Option<Self> {
        let (branch, member) = text.split_once('.').map_or((text, None), |(branch, member)| (branch, Some(member)));
        let node = scope.tree.get(branch.parse().ok()?).filter(|node| scope.path.contains(&node.path))?;
        Some(Self { branch: node.id, path: node.path.clone(), member: member.and_then(|text| text.parse().ok()) })
    }
}

/// One page of at most `most` lines, after a place in it.
///
/// `branches` answers the branches that may hold something, by path, from a text on that sorts like a path; `lines` what
/// one of them holds.
///
/// # Errors
/// Those of the two; a fault of the database.
pub(super) fn leaf<T>(
    txn: &mut Txn<'_>,
    scope: &Scope,
    after: &str,
    most: usize,
    mut branches: impl FnMut(&mut Txn<'_>, &str, i64) -> Result<Vec<OrganizationId>, Problem>,
    mut lines: impl FnMut(&mut Txn<'_>, OrganizationId) -> Result<Vec<Placed<T>>, Problem>,
) -> Result<Leaf<T>, Problem> {
    let begin = Place::read(scope, after);
    let mut from = begin.as_ref().map_or_else(|| scope.path.to_string(), |place| place.path.to_string());
    let mut leaf = Leaf { lines: Vec::new(), next: None };
    let mut last = None;
    let mut looked_into = 0;
    loop {
        let found = branches(txn, &from, BRANCHES)?;
        for branch in &found {
            looked_into += 1;
            if looked_into > LOOKED_INTO {
                leaf.next = Some(branch.to_string());
                return Ok(leaf);
            }
            let mut held = lines(txn, *branch)?;
            held.sort_by(|a, b| (&a.sort_key, a.member_id).cmp(&(&b.sort_key, b.member_id)));
            let left_off = begin.as_ref().filter(|place| place.branch == *branch).and_then(|place| place.member);
            let passed = match left_off {
                Some(member) => passed(txn, &held, member)?,
                None => 0,
            };
            for Placed { member_id, of, .. } in held.into_iter().skip(passed) {
                if leaf.lines.len() >= most {
                    leaf.next = last;
                    return Ok(leaf);
                }
                last = Some(format!("{branch}.{member_id}"));
                leaf.lines.push(of);
            }
        }
        let end = found.last().and_then(|branch| scope.tree.get(*branch));
        match end {
            // '!' sorts before every digit and letter: right after this branch and before all others.
            Some(node) if i64::try_from(found.len()).is_ok_and(|count| count == BRANCHES) => {
                from = format!("{}!", node.path);
            }
            _ => return Ok(leaf),
        }
    }
}

/// How many of a branch's lines stand before the page: up to the member it begins after, wherever he would stand now.
fn passed<T>(txn: &mut Txn<'_>, held: &[Placed<T>], member: MemberId) -> Result<usize, Problem> {
    if let Some(at) = held.iter().rposition(|placed| placed.member_id == member) {
        return Ok(at + 1);
    }
    let Some(gone) = ejia_directory::load(txn, member)? else { return Ok(0) };
    let key = ejia_directory::sort_key(gone.record.name.as_str());
    Ok(held.iter().filter(|placed| (placed.sort_key.as_str(), placed.member_id) <= (key.as_str(), member)).count())
}
