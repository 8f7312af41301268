//! What goes in without a preview is what the import would have entered, under the same checks.

use std::iter;

use ejia_db::Desk;
use ejia_kernel::Problem;

use super::super::import_straight;
use super::city::{MEMBERS, member, members, organizations, shelf};
use super::{Files, How, both, cells, count, counts};

fn lines() -> Vec<Vec<String>> {
    (1..=6).map(|index| member(index, "张三", if index < 4 { "第一支部" } else { "第三支部" })).collect()
}

fn straight(desk: &Desk, lines: Vec<Vec<String>>) -> (Vec<u64>, Result<(), Problem>) {
    let mut heard = Vec::new();
    let members = iter::once(cells(&MEMBERS)).chain(lines);
    let done = import_straight(desk, organizations().into_iter(), members, &mut |count| heard.push(count));
    (heard, done)
}

#[test]
fn the_import_finds_nothing_to_change_in_what_went_in_straight() {
    const TABLES: [&str; 7] =
        ["organization", "administrator", "member", "member_term", "branch_count", "tree_sum", "tree_change"];
    both(|desk| {
        let (heard, done) = straight(desk, lines());
        assert_eq!((heard, done), (vec![0, 6], Ok(())));
        let shelf = shelf();
        shelf.put("党员.xlsx", &members(lines()));
        let rows: Vec<i64> = TABLES.iter().map(|table| count(desk, table)).collect();
        let report = shelf.import(desk, Files::Both, How::Write);
        assert_eq!(counts(&report), [(0, 0, 7, 0), (0, 0, 6, 0)], "{report}");
        both(|desk| {
            shelf.import(desk, Files::Both, How::Write);
            assert_eq!(TABLES.map(|table| count(desk, table)).to_vec(), rows, "as the import enters them");
        });
    });
}

#[test]
fn a_line_that_no_import_would_take_ends_it_and_it_can_be_begun_again() {
    both(|desk| {
        let wrong = |column: usize, text: &str| {
            let mut lines = lines();
            lines[5][column] = text.to_owned();
            straight(desk, lines).1.unwrap_err().args.into_iter().map(|(_, value)| value).collect::<Vec<_>>()
        };
        assert!(wrong(3, "350203198001010010").iter().any(|said| said.contains("第7行“公民身份证号”")));
        assert!(wrong(2, "第九支部").iter().any(|said| said.contains("第7行“所在党支部”")));
        assert_eq!(count(desk, "member"), 0);
        let (_, done) = straight(desk, lines().split_off(3));
        assert_eq!((done, count(desk, "member")), (Ok(()), 3));
        let (_, done) = straight(desk, lines());
        assert_eq!((done, count(desk, "member"), count(desk, "organization")), (Ok(()), 6, 7));
    });
}
