//! Roads on trees of every shape.

use ejia_directory::{Node, Tree};
use ejia_kernel::{OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath};
use proptest::prelude::*;

use super::*;

/// A tree under construction: every node under the number of another.
#[derive(Default)]
struct Grown(Vec<Node>);

impl Grown {
    fn root() -> Self {
        let mut grown = Self::default();
        grown.push(None, OrganizationPath::root(1).unwrap(), OrganizationKind::CityCommittee);
        grown
    }

    fn push(&mut self, parent: Option<usize>, path: OrganizationPath, kind: OrganizationKind) -> usize {
        let number = self.0.len();
        self.0.push(Node {
            id: OrganizationId::random(),
            parent_id: parent.map(|parent| self.0[parent].id),
            path,
            code: OrganizationCode::parse(&format!("{number:012}")).unwrap(),
            name: format!("组织{number}"),
            kind,
            level: kind.authority_level(),
            work_unit: String::new(),
            closed: false,
            spellings: Vec::new(),
        });
        number
    }

    fn under(&mut self, parent: usize, kind: OrganizationKind) -> usize {
        let path = self.0[parent].path.child(u32::try_from(self.0.len()).unwrap()).unwrap();
        self.push(Some(parent), path, kind)
    }

    fn id(&self, number: usize) -> OrganizationId {
        self.0[number].id
    }

    fn tree(&self) -> Tree {
        Tree::of(self.0.clone())
    }

    /// The road as pairs of a stage and a number.
    fn road(&self, trip: &Trip, issuers: &Issuers) -> Result<Vec<(Stage, usize)>, NoRoad> {
        let tree = self.tree();
        let stops = Road { tree: &tree, issuers }.whole(trip)?;
        let number = |id| self.0.iter().position(|node| node.id == id).unwrap();
        Ok(stops.into_iter().map(|stop| (stop.stage, number(stop.organization_id))).collect())
    }
}

/// The city: two committees; the first with a branch right under it and one under a general branch, the second alike,
/// below a working committee.
struct City {
    grown: Grown,
    first: usize,
    general: usize,
    direct: usize,
    deep: usize,
    working: usize,
    second: usize,
    far_general: usize,
    far: usize,
}

fn city() -> City {
    let mut grown = Grown::root();
    let first = grown.under(0, OrganizationKind::Committee);
    let general = grown.under(first, OrganizationKind::GeneralBranch);
    let direct = grown.under(first, OrganizationKind::Branch);
    let deep = grown.under(general, OrganizationKind::Branch);
    let working = grown.under(0, OrganizationKind::WorkingCommittee);
    let second = grown.under(working, OrganizationKind::Committee);
    let far_general = grown.under(second, OrganizationKind::GeneralBranch);
    let far = grown.under(far_general, OrganizationKind::Branch);
    City { grown, first, general, direct, deep, working, second, far_general, far }
}

impl City {
    fn within(&self, from: usize, to: usize) -> Trip {
        let (from, to) = (Some(self.grown.id(from)), Some(self.grown.id(to)));
        Trip { direction: Direction::Within, from, to, committee: None }
    }

    fn out(&self, from: usize) -> Trip {
        Trip { direction: Direction::Out, from: Some(self.grown.id(from)), to: None, committee: None }
    }
}

#[test]
fn within_one_committee_it_allocates_itself_after_its_review() {
    let city = city();
    let road = city.grown.road(&city.within(city.direct, city.deep), &Issuers::default());
    let expected = [
        (Stage::Review, city.direct),
        (Stage::Review, city.first),
        (Stage::Allocate, city.first),
        (Stage::Accept, city.deep),
    ];
    assert_eq!(road.unwrap(), expected);
}

#[test]
fn between_committees_every_level_reviews_and_the_other_committee_allocates() {
    let city = city();
    let road = city.grown.road(&city.within(city.deep, city.far), &Issuers::default());
    let expected = [
        (Stage::Review, city.deep),
        (Stage::Review, city.general),
        (Stage::Review, city.first),
        (Stage::Allocate, city.second),
        (Stage::Accept, city.far),
    ];
    assert_eq!(road.unwrap(), expected);
}

#[test]
fn out_of_the_city_it_goes_up_to_who_may_issue_letters() {
    let city = city();
    let road = city.grown.road(&city.out(city.far), &Issuers::default());
    let expected = [
        (Stage::Review, city.far),
        (Stage::Review, city.far_general),
        (Stage::Review, city.second),
        (Stage::Issue, city.second),
    ];
    assert_eq!(road.unwrap(), expected);
    let withdrawn = Issuers::decided([(city.grown.id(city.second), false)]);
    let road = city.grown.road(&city.out(city.far), &withdrawn).unwrap();
    assert_eq!(road.last(), Some(&(Stage::Issue, city.working)), "its right was taken away");
    let given = Issuers::decided([(city.grown.id(city.far_general), true)]);
    let road = city.grown.road(&city.out(city.far), &given).unwrap();
    assert_eq!(road.last(), Some(&(Stage::Issue, city.far_general)), "it was given the right");
}

#[test]
fn a_person_from_outside_comes_to_the_committee_he_chose() {
    let city = city();
    let trip = Trip {
        direction: Direction::In,
        from: None,
        to: Some(city.grown.id(city.far)),
        committee: Some(city.grown.id(city.first)),
    };
    let road = city.grown.road(&trip, &Issuers::default()).unwrap();
    assert_eq!(road, [(Stage::Allocate, city.first), (Stage::Accept, city.far)]);
}

#[test]
fn there_is_no_road_to_nowhere() {
    let mut city = city();
    assert_eq!(city.grown.road(&city.within(city.deep, city.deep), &Issuers::default()), Err(NoRoad::SameBranch));
    assert_eq!(city.grown.road(&city.within(city.deep, city.second), &Issuers::default()), Err(NoRoad::NoBranch));
    city.grown.0[city.far].closed = true;
    assert_eq!(city.grown.road(&city.within(city.deep, city.far), &Issuers::default()), Err(NoRoad::NoBranch));
    let nobody = Issuers::decided((0..city.grown.0.len()).map(|number| (city.grown.id(number), false)));
    assert_eq!(city.grown.road(&city.out(city.deep), &nobody), Err(NoRoad::NoIssuer));
}

#[test]
fn what_lies_at_a_closed_organization_is_handled_above_it() {
    let mut city = city();
    for closed in [city.general, city.deep] {
        city.grown.0[closed].closed = true;
    }
    let tree = city.grown.tree();
    let road = Road { tree: &tree, issuers: &Issuers::default() };
    let id = |number| city.grown.id(number);
    let at = |stage, number| road.handled_at(Stop { stage, organization_id: id(number) });
    let first = |stage| Some(Stop { stage, organization_id: id(city.first) });
    assert_eq!(at(Stage::Review, city.general), first(Stage::Review));
    assert_eq!(at(Stage::Review, city.deep), first(Stage::Review));
    assert_eq!(at(Stage::Accept, city.deep), first(Stage::Allocate), "another branch has to be named");
    let mut reached = road.within_reach(id(city.first));
    reached.sort();
    let mut expected = vec![id(city.first), id(city.general), id(city.deep)];
    expected.sort();
    assert_eq!(reached, expected);
    assert_eq!(road.within_reach(id(city.direct)), [id(city.direct)]);
}

proptest! {
    /// Whatever the tree looks like and whatever is closed on the way, an application comes to an end in so many steps
    /// as there are levels, and at every stop exactly one open organization handles it.
    #[test]
    fn every_road_ends_and_every_stop_has_one_handler(
        parents in proptest::collection::vec((0_usize..40, 0_u8..5), 3..40),
        closed in proptest::collection::vec(0_usize..40, 0..12),
        ends in (0_usize..40, 0_usize..40),
    ) {
        let mut grown = Grown::root();
        let mut branches = Vec::new();
        for (parent, kind) in parents {
            let parents: Vec<usize> = (0..grown.0.len())
                .filter(|n| grown.0[*n].kind != OrganizationKind::Branch && grown.0[*n].path.depth() < 12)
                .collect();
            let kind = match kind {
                0 => OrganizationKind::WorkingCommittee,
                1 => OrganizationKind::Committee,
                2 => OrganizationKind::GeneralBranch,
                _ => OrganizationKind::Branch,
            };
            let number = grown.under(parents[parent % parents.len()], kind);
            if kind == OrganizationKind::Branch {
                branches.push(number);
            }
        }
        prop_assume!(branches.len() >= 2);
        let (from, to) = (branches[ends.0 % branches.len()], branches[ends.1 % branches.len()]);
        prop_assume!(from != to);
        let before = grown.tree();
        let issuers = Issuers::default();
        let trip = Trip {
            direction: Direction::Within,
            from: Some(grown.id(from)),
            to: Some(grown.id(to)),
            committee: None,
        };
        let road = Road { tree: &before, issuers: &issuers };
        let stops = road.whole(&trip).unwrap();
        prop_assert!(stops.len() <= grown.0[from].path.depth() + 2);
        prop_assert_eq!(stops.last().map(|stop| stop.organization_id), trip.to);
        for number in closed {
            let number = number % grown.0.len();
            if number != 0 {
                grown.0[number].closed = true;
            }
        }
        let after = grown.tree();
        let road = Road { tree: &after, issuers: &issuers };
        for stop in stops {
            let handled = road.handled_at(stop).unwrap();
            prop_assert!(!after.get(handled.organization_id).unwrap().closed);
            prop_assert!(road.within_reach(handled.organization_id).contains(&stop.organization_id));
            // From there on it still ends, unless the branch to go to is gone.
            if let Ok(rest) = road.onward(&trip, handled) {
                prop_assert!(rest.len() <= 16);
            } else {
                prop_assert!(after.get(grown.id(to)).unwrap().closed);
            }
        }
    }
}
