//! Paths and codes of organizations.

use proptest::prelude::*;

use crate::{OrganizationCode, OrganizationPath};

prop_compose! {
    fn path()(numbers in prop::collection::vec(prop_oneof![0..40_u32, 0..1_679_616_u32], 1..6)) -> OrganizationPath {
        let (first, rest) = numbers.split_first().unwrap();
        rest.iter().fold(OrganizationPath::root(*first).unwrap(), |path, number| path.child(*number).unwrap())
    }
}

#[test]
fn a_child_lies_below_its_parent() {
    let city = OrganizationPath::root(0).unwrap();
    let district = city.child(35).unwrap();
    let branch = district.child(36 * 36).unwrap();
    assert_eq!(branch.as_str(), "0000000z0100");
    assert_eq!((branch.depth(), branch.number()), (3, 1296));
    assert_eq!(branch.parent(), Some(district.clone()));
    assert_eq!(city.parent(), None);
    assert!(city.contains(&branch) && district.contains(&branch) && branch.contains(&branch));
    assert!(!branch.contains(&district));
    assert!(!city.child(3).unwrap().contains(&district));
}

#[test]
fn the_tree_has_an_edge() {
    let city = OrganizationPath::root(0).unwrap();
    assert!(city.child(1_679_615).is_ok());
    assert!(city.child(1_679_616).is_err());
    let mut deep = city;
    for _ in 1..16 {
        deep = deep.child(0).unwrap();
    }
    assert!(deep.child(0).is_err());
}

#[test]
fn what_is_no_path_is_refused() {
    for text in ["", "000", "00000", "000A", "00 0", "000~", "零零", &"0".repeat(68)] {
        assert!(text.parse::<OrganizationPath>().is_err(), "{text}");
    }
}

#[test]
fn a_code_is_twelve_digits() {
    assert_eq!(OrganizationCode::parse(" ３５０２００００００１２").unwrap().as_str(), "350200000012");
    for typed in ["", "35020000001", "3502000000123", "35020000001x", "3502-0000001"] {
        assert!(OrganizationCode::parse(typed).is_err(), "{typed}");
    }
}

proptest! {
    #[test]
    fn what_a_path_contains_is_one_range(a in path(), b in path(), number in 0..1_679_616_u32) {
        let within = b.as_str() >= a.as_str() && b.as_str() < a.upper_bound().as_str();
        prop_assert_eq!(within, a.contains(&b));
        let child = a.child(number).unwrap();
        prop_assert!(a.contains(&child) && child.as_str() < a.upper_bound().as_str());
        prop_assert_eq!(child.parent().unwrap(), a.clone());
        prop_assert_eq!(child.number(), number);
        prop_assert_eq!(a.to_string().parse::<OrganizationPath>(), Ok(a));
    }
}
