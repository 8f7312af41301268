//! Searching by name, as pure rules.

use proptest::prelude::*;

use super::*;

fn finds(typed: &str, name: &str) -> bool {
    let Some(Query::Name(part)) = Query::parse(typed) else { return false };
    let terms = terms(name);
    let in_index = (0..3).filter_map(|phase| part.beginning(phase)).any(|beginning| {
        let end = after(&beginning);
        terms.iter().any(|term| *term >= beginning && *term < end)
    });
    assert_eq!(in_index, part.place(name).is_some(), "{typed} {name}");
    assert_eq!(part.place(name).map(|(phase, _)| phase), part.phase(name), "{typed} {name}");
    in_index
}

#[test]
fn a_name_is_found_by_any_part_initials_and_pinyin() {
    for typed in
        ["陈", "建", "国", "建国", "陈建国", "c", "j", "cjg", "jg", "CJG", "chenj", "chenjianguo", "陈 建国", "ｃｊｇ"]
    {
        assert!(finds(typed, "陈建国"), "{typed}");
    }
    for typed in ["国建", "陈国", "gj", "jianguo", "chenguo"] {
        assert!(!finds(typed, "陈建国"), "{typed}");
    }
}

#[test]
fn surnames_are_found_as_surnames_are_read_and_as_the_character_is_read() {
    for (name, typed) in [
        ("单田芳", "shantian"),
        ("单田芳", "stf"),
        ("单田芳", "dtf"),
        ("解晓东", "xiexiao"),
        ("曾志伟", "zengz"),
        ("区伯", "oub"),
        ("仇英", "qiuy"),
        ("查良镛", "zhal"),
        ("朴树", "piaosh"),
        ("尉迟恭", "yuchig"),
        ("尉迟恭", "ycg"),
        ("乐嘉", "yuej"),
        ("万俟卨", "moqi"),
    ] {
        assert!(finds(typed, name), "{typed} should find {name}");
    }
}

#[test]
fn rare_characters_dots_and_latin_names_are_found() {
    assert!(finds("𬱖", "张𬱖"));
    assert!(finds("张𬱖", "张𬱖"));
    assert!(finds("古丽", "阿依古丽·买买提"));
    assert!(finds("买买提", "阿依古丽·买买提"));
    assert!(finds("阿依古丽买买提", "阿依古丽·买买提"));
    assert!(finds("tom", "Tom Li"));
}

#[test]
fn lists_are_ordered_as_names_are_read() {
    let mut names = vec!["张伟", "单田芳", "陈建国", "安娜", "曾志伟"];
    names.sort_by_key(|name| sort_key(name));
    assert_eq!(names, ["安娜", "陈建国", "单田芳", "曾志伟", "张伟"]);
}

#[test]
fn what_is_typed_says_what_is_asked() {
    assert_eq!(Query::parse("  "), None);
    assert!(matches!(Query::parse("138 0013 8003"), Some(Query::Phone(_))));
    assert!(matches!(Query::parse("１３８００１３８００３"), Some(Query::Phone(_))));
    assert!(matches!(Query::parse("11010519491231002x"), Some(Query::IdCard(_))));
    assert_eq!(Query::parse("1380"), Some(Query::Unfinished));
    assert_eq!(Query::parse("110105194912310021"), Some(Query::Unfinished));
    let Some(Query::Name(part)) = Query::parse("W") else { panic!("a name") };
    assert_eq!([part.beginning(0), part.beginning(1), part.beginning(2)], [Some("cw".into()), Some("dw".into()), None]);
}

proptest! {
    #[test]
    fn every_part_of_a_name_finds_it(name in "[\u{4e00}-\u{9fa5}]{1,6}", from in 0_usize..6, length in 1_usize..6) {
        let letters: Vec<char> = name.chars().collect();
        let part: String = letters.iter().skip(from % letters.len()).take(length).collect();
        prop_assert!(finds(&part, &name));
    }

    #[test]
    fn every_spelling_finds_its_name(name in "[\u{4e00}-\u{9fa5}]{1,6}", length in 1_usize..6) {
        for (initials, full) in spellings(&name) {
            for spelling in [initials, full] {
                let typed: String = spelling.chars().take(length).collect();
                prop_assert!(typed.is_empty() || finds(&typed, &name), "{typed} {name}");
            }
        }
    }

    #[test]
    fn nothing_typed_breaks_the_search(typed in "\\PC{0,40}", name in "\\PC{1,50}") {
        let _ = finds(&typed, &name);
        let terms = terms(&name);
        prop_assert!(terms.iter().all(|term| term.chars().count() <= LONGEST + 1));
        prop_assert!(terms.len() <= 200);
    }
}
