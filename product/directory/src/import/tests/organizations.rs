//! The table of organizations.

use ejia_db::Desk;

use super::city::{ORGANIZATIONS, code, organization, organizations, shelf};
use super::{Files, How, Shelf, both, cells, count, counts, sentences};
use crate::administrators::administrators_of;
use crate::organizations::{Node, tree};

fn node(desk: &Desk, number: u32) -> Node {
    desk.read_now(move |txn| Ok(tree(txn)?.by_code(&code(number)).unwrap().clone())).unwrap()
}

#[test]
fn children_may_stand_before_their_parents_and_each_gets_its_first_administrator() {
    both(|desk| {
        let report = shelf().import(desk, Files::Organizations, How::Write);
        assert_eq!(counts(&report), [(7, 0, 0, 0)], "{report}");
        assert_eq!(count(desk, "organization"), 7);
        let (branch, committee) = (node(desk, 5), node(desk, 4));
        assert!(committee.path.contains(&branch.path));
        assert_eq!(branch.path.depth(), 4);
        let found = desk.read_now(move |txn| administrators_of(txn, branch.id)).unwrap();
        assert_eq!((found.len(), found[0].name.as_str(), found[0].user_name.is_none()), (1, "联系人乙", true));
        assert_eq!(found[0].phone.as_ref().unwrap().expose(), "13900000005");
        let again = shelf().import(desk, Files::Organizations, How::Accept);
        assert_eq!(counts(&again), [(0, 0, 7, 0)], "the same file again changes nothing");
        assert_eq!((count(desk, "organization"), count(desk, "administrator")), (7, 7));
    });
}

#[test]
fn a_changed_line_is_a_difference_to_accept() {
    both(|desk| {
        shelf().import(desk, Files::Organizations, How::Write);
        let other = Shelf::default();
        let mut table = organizations();
        table[2][1] = "甲新党委".to_owned();
        table[2][6] = String::new();
        other.put("党组织.xls", &table);
        assert_eq!(counts(&other.import(desk, Files::Organizations, How::Write)), [(0, 1, 6, 0)]);
        assert_eq!(node(desk, 4).name, "甲党委", "not accepted");
        other.import(desk, Files::Organizations, How::Accept);
        assert_eq!(node(desk, 4).name, "甲新党委");
        let id = node(desk, 4).id;
        let kept = desk.read_now(move |txn| crate::organizations::organization(txn, id)).unwrap();
        assert_eq!(kept.card.contact_phone.unwrap().expose(), "13900000004", "an empty cell empties nothing");
        assert_eq!(counts(&other.import(desk, Files::Organizations, How::Accept)), [(0, 0, 7, 0)]);
    });
}

#[test]
fn lines_that_do_not_fit_the_tree_are_refused_with_what_to_do() {
    both(|desk| {
        let shelf = Shelf::default();
        let mut table = organizations();
        table.push(organization(8, "无上级", 0, "党委"));
        table.push(organization(9, "不知上级", 99, "党支部"));
        table.push(organization(10, "支部之下", 5, "党支部"));
        table.push(organization(5, "重复代码", 4, "党支部"));
        table.push(organization(11, "类别不明", 4, "小组"));
        table.push(organization(12, "随之而去", 11, "党支部"));
        table.push(organization(13, "互为上级", 14, "党委"));
        table.push(organization(14, "互为上级", 13, "党委"));
        let mut short = organization(15, "代码太短", 4, "党支部");
        short[0] = "3502".to_owned();
        table.push(short);
        shelf.put("党组织.xls", &table);
        let report = shelf.import(desk, Files::Organizations, How::Write);
        assert_eq!(counts(&report), [(7, 0, 0, 9)], "{report}");
        let said = sentences(&report).join("\n");
        for part in [
            "第9行“上级党组织代码”：此栏为空",
            "第10行“上级党组织代码”：没有代码为350200000099的党组织",
            "第11行“上级党组织代码”：上级不能是党支部",
            "第12行“党组织代码”：与第4行的党组织代码重复",
            "第13行“组织类别”：无法识别",
            "第14行“上级党组织代码”：没有代码为350200000011",
            "第15行“上级党组织代码”：上级党组织所在的行没有导入",
            "第17行“党组织代码”：党组织代码应为12位数字",
        ] {
            assert!(said.contains(part), "{part} in\n{said}");
        }
    });
}

#[test]
fn a_contact_without_a_mobile_number_is_taken_and_remarked() {
    both(|desk| {
        let shelf = Shelf::default();
        let mut root = organization(1, "某市委", 0, "市委");
        root[6] = "0592-1234567".to_owned();
        shelf.put("党组织.xls", &[cells(&ORGANIZATIONS), root]);
        let report = shelf.import(desk, Files::Organizations, How::Write);
        assert_eq!(counts(&report), [(1, 0, 0, 0)]);
        let id = node(desk, 1).id;
        let found = desk.read_now(move |txn| administrators_of(txn, id)).unwrap();
        assert!(found[0].phone.is_none());
    });
}

#[test]
fn the_separate_offices_stand_right_under_the_city_and_nothing_stands_under_them() {
    both(|desk| {
        let shelf = Shelf::default();
        let mut table = organizations();
        table.push(organization(11, "系统管理办公室", 1, "系统管理"));
        table.push(organization(12, "安全管理办公室", 1, "安全管理"));
        table.push(organization(13, "审计管理办公室", 1, "审计管理"));
        table.push(organization(14, "党委的审计", 4, "审计管理"));
        table.push(organization(15, "审计之下", 13, "党支部"));
        shelf.put("党组织.xls", &table);
        let report = shelf.import(desk, Files::Organizations, How::Write);
        assert_eq!(counts(&report), [(10, 0, 0, 2)], "{report}");
        assert!(sentences(&report)[0].contains("只能设在市委之下") && sentences(&report)[1].contains("上级不能是"));
        let office = node(desk, 13);
        assert!(office.kind.is_separate() && office.path.depth() == 2);
        let sitting = desk.read_now(move |txn| administrators_of(txn, office.id)).unwrap();
        assert_eq!(sitting.len(), 1, "it has its first administrator");
        table.truncate(11);
        table[10][3] = "党工委".to_owned();
        let other = Shelf::default();
        other.put("党组织.xls", &table);
        let report = other.import(desk, Files::Organizations, How::Accept);
        assert!(sentences(&report).iter().any(|sentence| sentence.contains("不能通过导入互换")), "{report}");
        assert!(node(desk, 13).kind.is_separate());
    });
}
