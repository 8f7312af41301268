//! The table of members.

use ejia_db::Desk;
use ejia_kernel::{IdCardNumber, Instant, MemberId};

use super::city::{MEMBERS, code, member, members, shelf};
use super::{FORMULA, Files, How, Shelf, both, cells, count, counts, id_card, sentences};
use crate::members::{Member, load, member_by_id_card};
use crate::organizations::tree;

fn settled(desk: &Desk) -> Shelf {
    let shelf = shelf();
    let lines = (1..=6).map(|index| member(index, "张三", if index < 4 { "第一支部" } else { "第三支部" }));
    shelf.put("党员.xlsx", &members(lines));
    let report = shelf.import(desk, Files::Both, How::Write);
    assert_eq!(counts(&report), [(7, 0, 0, 0), (6, 0, 0, 0)], "{report}");
    shelf
}

fn found(desk: &Desk, index: u32) -> Member {
    let id_card = IdCardNumber::parse(&id_card(index, true)).unwrap();
    desk.read_now(move |txn| {
        let brief = member_by_id_card(txn, &id_card)?.unwrap();
        Ok(load(txn, brief.id)?.unwrap())
    })
    .unwrap()
}

#[test]
fn members_come_in_and_the_same_file_again_changes_nothing() {
    both(|desk| {
        let shelf = settled(desk);
        assert_eq!(count(desk, "member"), 6);
        let before: Vec<(MemberId, Instant)> = (1..=6).map(|n| found(desk, n)).map(|m| (m.id, m.changed_at)).collect();
        desk.clock().set(desk.now().plus(std::time::Duration::from_mins(1)));
        let again = shelf.import(desk, Files::Both, How::Accept);
        assert_eq!(counts(&again), [(0, 0, 7, 0), (0, 0, 6, 0)]);
        let after: Vec<(MemberId, Instant)> = (1..=6).map(|n| found(desk, n)).map(|m| (m.id, m.changed_at)).collect();
        assert_eq!(before, after);
        assert_eq!((count(desk, "record_change"), count(desk, "record_case")), (0, 0));
    });
}

#[test]
fn a_changed_line_is_a_difference_to_accept_and_leaves_its_history() {
    both(|desk| {
        let shelf = settled(desk);
        let mut changed = member(2, "张三丰", "第二支部");
        changed[7] = "大学本科".to_owned();
        changed[10] = String::new();
        changed[11] = String::new();
        shelf.put("党员.xlsx", &members([member(1, "张三", "第一支部"), changed]));
        assert_eq!(counts(&shelf.import(desk, Files::Members, How::Write)), [(0, 1, 1, 0)]);
        assert_eq!(found(desk, 2).record.name.as_str(), "张三", "not accepted");
        shelf.import(desk, Files::Members, How::Accept);
        let member = found(desk, 2);
        assert_eq!((member.record.name.as_str(), member.record.education.as_str()), ("张三丰", "大学本科"));
        assert!(member.record.phone.is_some() && !member.record.address.is_empty(), "an empty cell empties nothing");
        let branch = desk.read_now(move |txn| Ok(tree(txn)?.name(member.organization_id))).unwrap();
        assert_eq!(branch, "第二支部");
        assert_eq!(count(desk, "record_change"), 3);
        assert_eq!(counts(&shelf.import(desk, Files::Members, How::Accept)), [(0, 0, 2, 0)]);
    });
}

#[test]
fn a_number_that_another_bears_is_refused_with_the_number_of_a_case() {
    both(|desk| {
        let shelf = settled(desk);
        let mut taken = member(9, "李四", "第一支部");
        taken[10] = "13800000001".to_owned();
        shelf.put("党员.xlsx", &members([taken]));
        let rehearsed = shelf.import(desk, Files::Members, How::Rehearse);
        assert!(sentences(&rehearsed)[0].starts_with("第4行“手机号”：手机号被占用"), "{rehearsed}");
        assert_eq!(count(desk, "record_case"), 0, "nothing is written before the confirmation");
        for _ in 0..2 {
            let report = shelf.import(desk, Files::Members, How::Write);
            assert!(sentences(&report)[0].contains("编号 K2026-000001"), "{report}");
            assert_eq!(counts(&report), [(0, 0, 0, 1)]);
        }
        assert_eq!((count(desk, "record_case"), count(desk, "member")), (1, 6));
    });
}

#[test]
fn a_rehearsal_knows_the_branches_that_would_come_and_writes_nothing() {
    both(|desk| {
        let shelf = shelf();
        shelf.put("党员.xlsx", &members([member(1, "张三", "第一支部"), member(2, "李四", "没有的支部")]));
        let report = shelf.import(desk, Files::Both, How::Rehearse);
        assert_eq!(counts(&report), [(7, 0, 0, 0), (1, 0, 0, 1)], "{report}");
        assert_eq!((count(desk, "organization"), count(desk, "member"), count(desk, "administrator")), (0, 0, 0));
    });
}

#[test]
fn a_branch_may_be_named_by_its_code_and_must_be_one_branch() {
    both(|desk| {
        let shelf = settled(desk);
        shelf.put(
            "党员.xlsx",
            &members([
                member(11, "甲", &code(6)),
                member(12, "乙", "甲党委"),
                member(13, "丙", ""),
                member(14, "丁", "第 一支部"),
            ]),
        );
        let report = shelf.import(desk, Files::Members, How::Write);
        assert_eq!(counts(&report), [(2, 0, 0, 2)], "{report}");
        let said = sentences(&report).join("\n");
        assert!(
            said.contains("第5行“所在党支部”：“甲党委”不是党支部") && said.contains("第6行“所在党支部”：此栏为空"),
            "{said}"
        );
    });
}

#[test]
fn a_formula_is_refused_and_so_is_a_word_nobody_knows() {
    both(|desk| {
        let shelf = settled(desk);
        let with = |index: u32, column: usize, text: &str| {
            let mut line = member(index, "赵六", "第一支部");
            line[column] = text.to_owned();
            line
        };
        shelf.put(
            "党员.xlsx",
            &members([
                with(21, 3, FORMULA),
                with(22, 5, "火星族"),
                with(23, 8, "群众"),
                with(24, 5, ""),
                with(25, 9, "去年"),
                with(26, 11, &"长".repeat(201)),
            ]),
        );
        let report = shelf.import(desk, Files::Members, How::Write);
        let said = sentences(&report);
        assert_eq!(said.len(), 6, "{said:?}");
        for (sentence, part) in said.iter().zip([
            "第4行“公民身份证号”：单元格里是公式",
            "第5行“民族”：填写的内容无法识别",
            "第6行“人员类别”：填写的内容无法识别",
            "第7行“民族”：此栏为空，新增时必须填写",
            "第8行“加入党组织日期”：日期不存在或格式不正确",
            "第9行“家庭住址”：内容太长，请缩短到200字以内",
        ]) {
            assert!(sentence.starts_with(part), "{sentence}");
        }
    });
}

#[test]
fn a_file_that_is_no_such_table_is_named_and_nothing_is_written() {
    both(|desk| {
        let shelf = settled(desk);
        shelf.put("党员.xlsx", &super::city::organizations());
        let problem = shelf.try_import(desk, Files::Members, How::Write).unwrap_err();
        assert_eq!(problem.code, "directory.import_other_table");
        shelf.put("党员.xlsx", &[cells(&["甲", "乙"]), cells(&["1", "2"])]);
        let problem = shelf.try_import(desk, Files::Members, How::Write).unwrap_err();
        assert!(problem.args.iter().any(|(_, text)| text.starts_with("没有找到表头")), "{problem:?}");
        shelf.put("党员.xlsx", &[cells(&MEMBERS)]);
        let problem = shelf.try_import(desk, Files::Members, How::Write).unwrap_err();
        assert!(problem.args.iter().any(|(_, text)| text.starts_with("表头下面没有")), "{problem:?}");
        assert_eq!(count(desk, "member"), 6);
    });
    both(|desk| {
        let shelf = shelf();
        shelf.put("党员.xlsx", &[cells(&["甲", "乙"]), cells(&["1", "2"])]);
        assert!(shelf.try_import(desk, Files::Both, How::Write).is_err());
        assert_eq!(
            (count(desk, "organization"), count(desk, "import_run")),
            (0, 0),
            "the other file is not written either"
        );
    });
}
