//! The closed lists and the texts.

use crate::{MemberKind, OrganizationKind, Sex, Standing, TEXTS, sentence};

#[test]
fn every_kind_is_found_by_its_code_and_its_label() {
    for kind in OrganizationKind::ALL {
        assert_eq!(OrganizationKind::from_code(kind.code()), Some(*kind));
        assert_eq!(OrganizationKind::from_label(kind.label()), Some(*kind));
        assert_eq!(serde_json::to_string(kind).unwrap(), format!("\"{}\"", kind.code()));
    }
    for kind in MemberKind::ALL {
        assert_eq!(MemberKind::from_label(&format!(" {kind}\u{3000}")), Some(*kind));
    }
    for sex in Sex::ALL {
        assert_eq!(Sex::from_code(sex.code()), Some(*sex));
    }
    for standing in Standing::ALL {
        assert_eq!(Standing::from_label(standing.label()), Some(*standing));
    }
    assert_eq!(OrganizationKind::from_label("党组"), None);
    assert_eq!(Sex::from_code("男"), None);
}

#[test]
fn committees_allocate_and_branches_do_not() {
    let told: Vec<_> =
        OrganizationKind::ALL.iter().map(|kind| (kind.label(), kind.authority_level(), kind.may_allocate())).collect();
    assert_eq!(
        told,
        [
            ("市委", Some(1), true),
            ("党工委", Some(1), true),
            ("区委", Some(1), true),
            ("党委", Some(2), true),
            ("党总支", None, false),
            ("党支部", None, false),
            ("客服", None, false),
            ("系统管理", None, false),
            ("安全管理", None, false),
            ("审计管理", None, false),
        ]
    );
}

#[test]
fn the_texts_are_plain_lines_with_codes_of_this_crate() {
    let lines = TEXTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut seen = std::collections::HashSet::new();
    for line in lines {
        let (code, text) = line.split_once(" = ").unwrap();
        let code = code.trim_matches('"');
        assert!(code.starts_with("kernel.") && seen.insert(code), "{line}");
        assert!(!text.contains('\\') && text.ends_with("。\""), "{line}");
        assert!(!sentence(code).is_empty());
    }
}
