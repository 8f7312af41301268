//! What real tables get wrong: the same defects in an invented file, and in the real tables where they are at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ejia_db::Desk;
use ejia_kernel::IdCardNumber;

use super::super::{OpenTable, TableRows, import_files};
use super::city::{member, members, shelf};
use super::{Files, How, both, count, counts, id_card, sentences};
use crate::members::{Member, load, member_by_id_card};

fn found(desk: &Desk, id_card: &str) -> Option<Member> {
    let id_card = IdCardNumber::parse(id_card).unwrap();
    desk.read_now(move |txn| match member_by_id_card(txn, &id_card)? {
        Some(brief) => load(txn, brief.id),
        None => Ok(None),
    })
    .unwrap()
}

#[test]
fn each_defect_is_refused_or_mended() {
    both(|desk| {
        let mut lines: Vec<Vec<String>> = (1..=20).map(|index| member(index, "陈一", "第一支部")).collect();
        let full_width =
            |text: &str| -> String { text.chars().map(|c| char::from_u32(u32::from(c) + 0xFEE0).unwrap()).collect() };
        lines[0][1] = String::new();
        let wrong = if lines[1][3].ends_with('1') { "2" } else { "1" };
        lines[1][3].replace_range(17.., wrong);
        lines[2][4] = "女".to_owned();
        lines[3][6] = "1990-09-09".to_owned();
        lines[4][2] = "中共不存在的支部委员会".to_owned();
        lines[5][10] = "12345678901".to_owned();
        lines[6][3] = lines[9][3].clone();
        lines.swap(6, 10);
        lines[7][10] = lines[9][10].clone();
        lines.swap(7, 11);
        lines[12][3] = full_width(&id_card(13, true));
        lines[13][1] = "陈　 二".to_owned();
        lines[14][5] = "汉".to_owned();
        lines[15][6] = "1980.01.01".to_owned();
        lines[16][6] = "19800101".to_owned();
        lines[17][10] = " 138 0001-7777".to_owned();
        lines[18][10] = String::new();
        lines[19][1] = "王𬱖".to_owned();
        let shelf = shelf();
        shelf.put("党员.xlsx", &members(lines));
        let report = shelf.import(desk, Files::Both, How::Write);
        assert_eq!(counts(&report)[1], (12, 0, 0, 8), "{report}");
        let expected = [
            "第4行“姓名”：请填写姓名",
            "第5行“公民身份证号”：公民身份证号校验位不正确",
            "第6行“性别”：与公民身份证号不一致",
            "第7行“出生日期”：与公民身份证号不一致",
            "第8行“所在党支部”：没有名为“中共不存在的支部委员会”的党支部",
            "第9行“手机号”：不是手机号",
            "第14行“公民身份证号”：与第13行重复",
            "第15行“手机号”：与第13行的手机号相同",
        ];
        for (sentence, part) in sentences(&report).iter().zip(expected) {
            assert!(sentence.starts_with(part), "{sentence}");
        }
        assert_eq!(found(desk, &id_card(14, true)).unwrap().record.name.as_str(), "陈二");
        assert_eq!(found(desk, &id_card(15, true)).unwrap().record.ethnic_group.label(), "汉族");
        assert_eq!(found(desk, &id_card(18, true)).unwrap().record.phone.unwrap().expose(), "13800017777");
        assert!(found(desk, &id_card(19, true)).unwrap().record.phone.is_none());
        assert_eq!(found(desk, &id_card(20, true)).unwrap().record.name.as_str(), "王𬱖");
        assert!(found(desk, &id_card(13, true)).is_some());
    });
}

fn tables() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/tables");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the real tables do not lie beside the repository");
    None
}

fn open() -> OpenTable {
    Arc::new(|path, name| ejia_tables::open(path, name).map(|rows| Box::new(rows) as TableRows))
}

/// `line<TAB>what`, by line.
fn expected(folder: &Path) -> BTreeMap<u32, String> {
    let text = std::fs::read_to_string(folder.join("defects.tsv")).unwrap();
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(line, what)| (line.parse().unwrap(), what.to_owned()))
        .collect()
}

/// The refused lines as 序号: the line in the file without what stands above.
fn refused(report: &[(String, String)], above: u32) -> BTreeMap<u32, String> {
    report
        .iter()
        .map(|(_, sentence)| {
            let number: u32 = sentence.trim_start_matches('第').split('行').next().unwrap().parse().unwrap();
            (number - above, sentence.clone())
        })
        .collect()
}

#[test]
fn the_real_tables_come_in_and_exactly_their_defects_are_refused() {
    let Some(folder) = tables() else { return };
    let expected = expected(&folder);
    let to_refuse: Vec<u32> =
        expected.iter().filter(|(_, what)| what.contains("refused")).map(|(line, _)| *line).collect();
    both(|desk| {
        for (file, above) in [("党员.xlsx", 2), ("党员.csv", 1)] {
            let organizations = folder.join("党组织.xls");
            let report =
                import_files(desk, &open(), Some(&organizations), Some(&folder.join(file)), false, false).unwrap();
            let refused = refused(&report.refusals, above);
            assert_eq!(refused.keys().copied().collect::<Vec<_>>(), to_refuse, "{file}: {report}");
            for (line, sentence) in &refused {
                let column = expected[line].split(':').next().unwrap();
                assert!(sentence.contains(&format!("“{column}”")), "{file}: {sentence} for {}", expected[line]);
            }
            let (fresh, changed, unchanged, _) = counts(&report)[1];
            assert_eq!((fresh + unchanged, changed), (2_000 - i64::try_from(to_refuse.len()).unwrap(), 0), "{file}");
        }
        assert_eq!((count(desk, "organization"), count(desk, "administrator")), (185, 185));
        assert_eq!(count(desk, "member"), 2_000 - i64::try_from(to_refuse.len()).unwrap());
        assert_eq!(found(desk, "350205199302056696").unwrap().record.name.as_str(), "王𬱖");
    });
}
