//! How long it takes to find a branch by what somebody types, among 100,000 organizations.

use ejia_directory::{Node, Tree, spellings};
use ejia_kernel::{Date, OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath};

use super::measure::Times;
use super::report::{Line, Wanted};
use crate::city::City;

/// Searches of each kind.
const SEARCHES: usize = 500;
/// p99 of each kind, in milliseconds.
const BOUND: f64 = 30.0;
/// An invented city has some 40 organizations for a step of its scale.
const SCALE: u32 = 3_000;

type Kind = (&'static str, fn(&Node) -> String);

const KINDS: [Kind; 4] = [
    ("whole name", |node| node.name.clone()),
    ("part of a name", |node| node.name.chars().skip(4).take(4).collect()),
    ("pinyin initials", |node| initials(node).chars().skip(2).take(5).collect()),
    ("nothing like it", |node| format!("{}不存在", node.name.chars().take(3).collect::<String>())),
];

fn initials(node: &Node) -> String {
    node.spellings.first().map(|(initials, _)| initials.clone()).unwrap_or_default()
}

/// Finds branches in a tree of that size, as 【拟转入党支部】 does while somebody types.
pub(super) fn measure(today: Date) -> Result<Vec<Line>, String> {
    let tree = grown(today)?;
    let root = tree.root().ok_or("a city without a root")?.path.clone();
    let branches: Vec<&Node> = tree.all().iter().filter(|node| node.kind == OrganizationKind::Branch).collect();
    let step = (branches.len() / SEARCHES).max(1);
    let mut lines = Vec::new();
    for (kind, typed) in KINDS {
        let mut times = Times::default();
        for branch in branches.iter().step_by(step) {
            let text = typed(branch);
            times.run(|| tree.branches_named(&root, &text));
        }
        let (p50, p99) = (times.percentile(50), times.percentile(99));
        let what = format!("finding a branch among {} organizations, {kind}: p99", tree.all().len());
        lines.push(Line::new(what, p99, "ms", Wanted::AtMost(BOUND)).from(format!("p50 {p50:.2} ms")));
    }
    Ok(lines)
}

fn grown(today: Date) -> Result<Tree, String> {
    let city = City::invent(SCALE, 1, today);
    let mut nodes: Vec<Node> = Vec::with_capacity(city.organizations().len());
    let mut places = std::collections::HashMap::new();
    let mut children: std::collections::HashMap<OrganizationId, u32> = std::collections::HashMap::new();
    for organization in city.organizations() {
        let parent = places.get(organization.parent_code()).and_then(|place: &usize| nodes.get(*place));
        let path = match parent {
            Some(above) => {
                let number = children.entry(above.id).or_default();
                *number += 1;
                above.path.child(*number)
            }
            None => OrganizationPath::root(1),
        };
        let node = Node {
            id: OrganizationId::random(),
            parent_id: parent.map(|above| above.id),
            path: path.map_err(|fault| fault.to_string())?,
            code: OrganizationCode::parse(organization.code()).map_err(|fault| fault.to_string())?,
            name: organization.name().to_owned(),
            kind: organization.kind,
            level: organization.kind.authority_level(),
            work_unit: String::new(),
            closed: false,
            spellings: spellings(organization.name()),
        };
        places.insert(organization.code().to_owned(), nodes.len());
        nodes.push(node);
    }
    Ok(Tree::of(nodes))
}
