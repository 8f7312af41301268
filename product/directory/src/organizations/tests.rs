//! What the tree answers quickly is what one finds by going through all of it.

use ejia_kernel::{OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath};

use super::{Node, Tree};
use crate::members::spellings;
use crate::tests::{card, in_city};
use crate::{NewOrganization, insert_organizations, tree};

/// A city of three committees with ten branches each, every fourth closed.
fn city() -> Tree {
    let mut nodes = Vec::new();
    let mut add = |parent: Option<&Node>, number: u32, name: String, kind| {
        let path = match parent {
            Some(parent) => parent.path.child(number).unwrap(),
            None => OrganizationPath::root(number).unwrap(),
        };
        let code = OrganizationCode::parse(&format!("3502{:08}", nodes.len())).unwrap();
        let node = Node {
            id: OrganizationId::random(),
            parent_id: parent.map(|parent| parent.id),
            path,
            code,
            spellings: spellings(&name),
            name,
            kind,
            level: None,
            work_unit: String::new(),
            closed: nodes.len() % 4 == 3,
        };
        nodes.push(node.clone());
        node
    };
    let root = add(None, 1, "中共鹭岛市委员会".to_owned(), OrganizationKind::CityCommittee);
    for (number, place) in (1..).zip(["白鹭大学", "听涛街道", "白鹭街道"]) {
        let committee = add(Some(&root), number, format!("中共{place}委员会"), OrganizationKind::Committee);
        for branch in 1..=10 {
            let name = format!("中共{place}第{branch}支部委员会");
            add(Some(&committee), branch, name, OrganizationKind::Branch);
        }
    }
    Tree::of(nodes)
}

#[test]
fn what_stands_under_a_place_is_what_its_path_says() {
    let tree = city();
    for node in tree.all() {
        let path = &node.path;
        let under: Vec<&Node> = tree.all().iter().filter(|other| path.contains(&other.path)).collect();
        let ids = |nodes: &[&Node]| nodes.iter().map(|node| node.id).collect::<Vec<_>>();
        let those = |fits: &dyn Fn(&Node) -> bool| ids(&under.iter().copied().filter(|n| fits(n)).collect::<Vec<_>>());
        assert_eq!(ids(&tree.under(path).collect::<Vec<_>>()), ids(&under));
        assert_eq!(ids(&tree.children(path).collect::<Vec<_>>()), those(&|n| n.path.depth() == path.depth() + 1));
        assert_eq!(ids(&tree.closed_under(path).collect::<Vec<_>>()), those(&|n| n.closed));
        assert_eq!(tree.count_under(path), under.len());
        let branches = those(&|n| n.kind == OrganizationKind::Branch && !n.closed);
        assert_eq!(tree.branches_under(path), branches.len());
        assert_eq!(tree.at(path).map(|n| n.id), Some(node.id));
        for other in tree.all() {
            let after = tree.under_after(path, Some(&other.path)).collect::<Vec<_>>();
            assert_eq!(ids(&after), those(&|n| n.path > other.path));
        }
    }
}

#[test]
fn a_name_is_found_by_any_part_of_it_and_of_its_spelling() {
    let tree = city();
    let places = [tree.root().unwrap(), tree.all().get(12).unwrap()];
    let texts = tree.all().iter().flat_map(|node| {
        let spelt = node.spellings.iter().flat_map(|(initials, full)| [initials.clone(), full.clone()]);
        std::iter::once(node.name.clone()).chain(spelt)
    });
    let parts = texts.flat_map(|text| {
        let letters: Vec<char> = text.chars().collect();
        let of = |length: usize| letters.windows(length).map(|part| part.iter().collect()).collect::<Vec<String>>();
        [of(1), of(2), of(3), of(letters.len())].concat()
    });
    for typed in parts.chain(["不".to_owned(), "白涛".to_owned(), "qx".to_owned()]) {
        for place in places {
            let spelt = |node: &&Node| {
                typed.bytes().all(|letter| letter.is_ascii_lowercase())
                    && node.spellings.iter().any(|(one, other)| one.contains(&typed) || other.contains(&typed))
            };
            let fits = |node: &&Node| !node.closed && place.path.contains(&node.path);
            let mut all: Vec<&Node> =
                tree.all().iter().filter(fits).filter(|node| node.name.contains(&typed) || spelt(node)).collect();
            all.sort_by_key(|node| node.name != typed);
            all.truncate(20);
            let found = tree.named(&place.path, &typed);
            assert_eq!(
                found.iter().map(|n| n.id).collect::<Vec<_>>(),
                all.iter().map(|n| n.id).collect::<Vec<_>>(),
                "{typed}"
            );
        }
    }
}

#[test]
fn whoever_comes_new_stands_behind_the_last_child_whatever_stands_under_that_one() {
    in_city(|desk, city| {
        let enter = |name: &str, parent: OrganizationId, number: u32| {
            let id = OrganizationId::random();
            let card = card(name, OrganizationKind::Committee, &format!("3503{number:08}"));
            let new = NewOrganization { id, parent_id: Some(parent), level: None, card };
            let path =
                desk.write_now(move |txn| insert_organizations(txn, std::slice::from_ref(&new))).unwrap().remove(0);
            (id, path)
        };
        let root = desk.read_now(move |txn| Ok(tree(txn)?.find(city.root)?.path.clone())).unwrap();
        let (fourth, path) = enter("中共翔安街道委员会", city.root, 1);
        assert_eq!(path, root.child(4).unwrap());
        assert_eq!(enter("中共翔安总支部委员会", fourth, 2).1, path.child(1).unwrap());
        assert_eq!(enter("中共翔安第二总支部委员会", fourth, 3).1, path.child(2).unwrap());
        assert_eq!(enter("中共同安街道委员会", city.root, 4).1, root.child(5).unwrap());
    });
}
