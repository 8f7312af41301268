//! What people do with an import, step by step, and what happens when it is interrupted.

use std::path::PathBuf;
use std::sync::Arc;

use ejia_db::Desk;
use ejia_jobs::FolderDepot;
use ejia_kernel::{AdministratorId, ImportId, Problem, SessionId};
use ejia_web::{CommitteeOfficer, Officer};

use super::super::model::{Run, RunState};
use super::super::operations::{self, Choose, Confirm};
use super::super::pace::{Haste, Pace};
use super::super::store::{self, Which};
use super::super::{ImportDesk, handlers};
use super::city::{code, member, members, organization, organizations, shelf};
use super::{Files, How, Shelf, both, cells, count};
use crate::organizations::tree;

fn officer(desk: &Desk, number: u32) -> CommitteeOfficer {
    let node = desk.read_now(move |txn| Ok(tree(txn)?.by_code(&code(number)).unwrap().clone())).unwrap();
    let (id, session) = (AdministratorId::random(), SessionId::random());
    Officer::admitted(id, node.id, node.name, node.kind, node.path, "管理员", session).as_committee().unwrap()
}

struct Office {
    imports: Arc<ImportDesk>,
    shelf: Shelf,
    _folder: tempfile::TempDir,
}

impl Office {
    fn open(desk: &Desk) -> Self {
        let shelf = shelf();
        shelf.import(desk, Files::Organizations, How::Write);
        let folder = tempfile::tempdir().unwrap();
        let write = Arc::new(
            |path: &std::path::Path,
             name: &str,
             headings: &[(&str, u16)],
             rows: &mut dyn Iterator<Item = Vec<String>>| {
                ejia_tables::write_xlsx(path, name, headings, rows)
            },
        );
        let depot = Arc::new(FolderDepot::new(folder.path()));
        let imports = Arc::new(ImportDesk::new(folder.path().to_owned(), depot, shelf.open(), write));
        Self { imports, shelf, _folder: folder }
    }

    fn upload(&self, desk: &Desk, by: &CommitteeOfficer, rows: &[Vec<String>]) -> ImportId {
        let id = ImportId::new(desk.now());
        let file = self.imports.folder.join("upload");
        std::fs::write(&file, id.to_string()).unwrap();
        self.imports.keep(&file, id).unwrap();
        self.shelf.put(&id.to_string(), rows);
        let by = by.clone();
        desk.write_now(move |txn| operations::start(txn, &by, id, "表.xlsx")).unwrap();
        id
    }

    fn file(&self, id: ImportId) -> PathBuf {
        self.imports.folder.join("import").join(id.to_string())
    }

    fn work(&self, desk: &Desk) {
        handlers(&self.imports).drain(desk).unwrap();
    }
}

fn run(desk: &Desk, id: ImportId) -> Run {
    desk.read_now(move |txn| store::load_run(txn, id)).unwrap()
}

fn confirm(desk: &Desk, by: &CommitteeOfficer, id: ImportId, changes: &str) -> Result<(), Problem> {
    let (by, input) = (by.clone(), Confirm { changes: changes.to_owned() });
    desk.write_now(move |txn| operations::confirm(txn, &by, id, &input))
}

fn refusals(desk: &Desk, id: ImportId) -> Vec<String> {
    let rows = desk.read_now(move |txn| store::staged_after(txn, id, Which::Refused, (-1, 0), 100)).unwrap();
    rows.into_iter().map(|row| row.sentence).collect()
}

// proves: M1
#[test]
fn a_file_is_read_shown_chosen_from_confirmed_and_written_once() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 4));
        let id = office.upload(desk, &by, &members([member(1, "甲", "第一支部"), member(2, "乙", "第二支部")]));
        office.work(desk);
        assert_eq!((run(desk, id).state, run(desk, id).counts.fresh), (RunState::Preview, 2));
        assert!(!office.file(id).exists(), "the file is gone as soon as it has been read");
        assert_eq!(count(desk, "member"), 0, "nothing is written before the confirmation");
        confirm(desk, &by, id, "").unwrap();
        assert_eq!(confirm(desk, &by, id, "").unwrap_err().code, "directory.import_decided");
        office.work(desk);
        let done = run(desk, id);
        assert_eq!((done.state, done.done, done.total, count(desk, "member")), (RunState::Done, 2, 2, 2));
        let id = office.upload(desk, &by, &members([member(1, "甲甲", "第一支部"), member(2, "乙乙", "第二支部")]));
        office.work(desk);
        let rows = desk.read_now(move |txn| store::staged_after(txn, id, Which::Changed, (-1, 0), 9)).unwrap();
        assert_eq!(
            (rows.len(), rows[0].kept.changes[0].before.as_str(), rows[0].kept.changes[0].after.as_str()),
            (2, "甲", "甲甲")
        );
        let shown = vec!["0-4".to_owned(), "0-5".to_owned()];
        let input = Choose { shown, accepted: vec!["0-5".to_owned()] };
        let clerk = by.clone();
        desk.write_now(move |txn| operations::choose(txn, &clerk, id, &input)).unwrap();
        confirm(desk, &by, id, "chosen").unwrap();
        office.work(desk);
        assert_eq!((run(desk, id).state, run(desk, id).done), (RunState::Done, 1));
        assert_eq!(count(desk, "member WHERE name = '乙乙'"), 1);
        assert_eq!(count(desk, "member WHERE name = '甲'"), 1);
        assert_eq!(count(desk, "job WHERE state = 'failed'"), 0);
    });
}

#[test]
fn nothing_outside_the_own_tree_is_touched() {
    both(|desk| {
        let (office, by, other) = (Office::open(desk), officer(desk, 4), officer(desk, 3));
        let id = office.upload(desk, &other, &members([member(1, "甲", "第三支部")]));
        office.work(desk);
        confirm(desk, &other, id, "").unwrap();
        office.work(desk);
        let mut moved = member(1, "甲", "第一支部");
        moved[10] = String::new();
        let id = office.upload(desk, &by, &members([moved, member(2, "乙", "第三支部"), member(3, "丙", "第二支部")]));
        office.work(desk);
        assert_eq!((run(desk, id).counts.fresh, run(desk, id).counts.refused), (1, 2));
        let said = refusals(desk, id);
        assert!(said[0].starts_with("第4行“公民身份证号”：身份证重复"), "{said:?}");
        assert!(said[1].contains("不在本党组织管理范围内"), "{said:?}");
        let stranger = other.clone();
        let unseen = desk.read_now(move |txn| operations::overseen(txn, &stranger, id)).unwrap_err();
        assert_eq!(unseen.code, "directory.no_such_import");
        let superior = officer(desk, 2);
        assert_eq!(confirm(desk, &superior, id, "").unwrap_err().code, "directory.import_of_others");
        confirm(desk, &by, id, "").unwrap();
        office.work(desk);
        assert!(refusals(desk, id)[0].contains("编号 K2026-000001"), "M5: the clash is a case now");
    });
}

#[test]
fn an_officer_brings_organizations_only_under_his_own_and_none_above() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 4));
        let mut own = organizations()[2].clone();
        own[1] = "自封党委".to_owned();
        let table = [
            cells(&super::city::ORGANIZATIONS),
            organization(20, "新支部", 4, "党支部"),
            organization(21, "别家支部", 3, "党支部"),
            organization(22, "越级工委", 4, "党工委"),
            organization(23, "客服", 4, "客服"),
            organization(24, "新的根", 0, "市委"),
            own,
            organization(7, "第三支部", 3, "党支部"),
        ];
        let id = office.upload(desk, &by, &table);
        office.work(desk);
        assert_eq!((run(desk, id).counts.fresh, run(desk, id).counts.refused), (1, 6), "{:?}", refusals(desk, id));
    });
}

#[test]
fn a_line_without_a_superior_stands_under_whoever_imports_it() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 2));
        let table = [
            cells(&super::city::ORGANIZATIONS),
            organization(30, "并入的党委", 0, "党委"),
            organization(31, "并入的支部", 30, "党支部"),
        ];
        for fresh in [2, 0] {
            let id = office.upload(desk, &by, &table);
            office.work(desk);
            assert_eq!(
                (run(desk, id).counts.fresh, run(desk, id).counts.refused),
                (fresh, 0),
                "{:?}",
                refusals(desk, id)
            );
            confirm(desk, &by, id, "").unwrap();
            office.work(desk);
        }
        let tree = desk.read_now(crate::tree).unwrap();
        let adopted = tree.by_code(&super::city::code(30)).unwrap();
        let above = adopted.parent_id.and_then(|id| tree.get(id)).unwrap();
        assert_eq!(above.code.as_str(), super::city::code(2));
    });
}

#[test]
fn writing_goes_on_where_it_was_interrupted_and_reading_begins_anew() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 4));
        let lines = (1..=300).map(|index| member(index, "甲", "第一支部"));
        let id = office.upload(desk, &by, &members(lines));
        let file = office.file(id);
        let read = || {
            let failing = || Err(ejia_jobs::JobFault::Retry("stopped".to_owned()));
            let mut pace = Pace::new(Haste::Considerate, &failing);
            super::super::reading::read(desk, &office.imports.open, id, &file, &Arc::default(), &mut pace)
        };
        read().unwrap();
        office.work(desk);
        assert_eq!((run(desk, id).counts.fresh, run(desk, id).done, run(desk, id).total), (300, 300, 300));
        confirm(desk, &by, id, "").unwrap();
        assert!(super::super::writing::write_piece(desk, id, 100).unwrap());
        assert_eq!((run(desk, id).state, count(desk, "member")), (RunState::Writing, 100));
        office.work(desk);
        assert_eq!((run(desk, id).state, run(desk, id).done, count(desk, "member")), (RunState::Done, 300, 300));
    });
}

#[test]
fn what_changed_after_the_preview_is_refused_and_said() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 4));
        let first = office.upload(desk, &by, &members([member(1, "甲", "第一支部")]));
        let second = office.upload(desk, &by, &members([member(1, "乙", "第一支部"), member(2, "丙", "第一支部")]));
        office.work(desk);
        confirm(desk, &by, first, "").unwrap();
        confirm(desk, &by, second, "").unwrap();
        office.work(desk);
        assert_eq!(count(desk, "member"), 2);
        assert_eq!((run(desk, second).counts.fresh, run(desk, second).counts.refused), (1, 1));
        assert!(refusals(desk, second)[0].contains("核对之后档案有了改动"));
        let first = office.upload(desk, &by, &members([member(1, "甲一", "第一支部")]));
        let second = office.upload(desk, &by, &members([member(1, "甲二", "第一支部")]));
        office.work(desk);
        confirm(desk, &by, first, "all").unwrap();
        confirm(desk, &by, second, "all").unwrap();
        office.work(desk);
        assert_eq!(count(desk, "member WHERE name = '甲一'"), 1, "what was shown is what is done");
        assert_eq!(run(desk, second).counts.refused, 1);
    });
}

#[test]
fn a_run_given_up_is_forgotten_and_a_lost_file_is_said() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 4));
        let id = office.upload(desk, &by, &members([member(1, "甲", "第一支部")]));
        office.work(desk);
        let clerk = by.clone();
        desk.write_now(move |txn| operations::cancel(txn, &clerk, id)).unwrap();
        desk.clock().set(desk.now().plus(std::time::Duration::from_hours(7)));
        office.work(desk);
        assert_eq!(
            (run(desk, id).state, count(desk, "import_row WHERE outcome = 'new' AND rank = 0")),
            (RunState::Cancelled, 0)
        );
        let id = office.upload(desk, &by, &members([member(1, "甲", "第一支部")]));
        std::fs::remove_file(office.file(id)).unwrap();
        office.work(desk);
        assert_eq!(run(desk, id).state, RunState::Failed);
        assert!(run(desk, id).failure.unwrap().contains("重新上传"));
    });
}

#[test]
fn the_report_says_of_every_line_what_became_of_it() {
    both(|desk| {
        let (office, by) = (Office::open(desk), officer(desk, 4));
        let id = office.upload(desk, &by, &members([member(1, "甲", "第一支部"), member(2, "", "第一支部")]));
        office.work(desk);
        confirm(desk, &by, id, "").unwrap();
        office.work(desk);
        let path = office.imports.folder.join("report.xlsx");
        super::super::write_report(desk, &office.imports.write, &[id], &path).unwrap();
        let rows: Vec<Vec<String>> =
            ejia_tables::open(&path, "report.xlsx").unwrap().map(|row| row.unwrap().cells).collect();
        assert_eq!(rows[0], ["文件", "行号", "姓名或党组织名称", "结果", "说明"]);
        assert_eq!(rows[1], ["表.xlsx", "4", "甲", "已新增"]);
        assert_eq!(rows[2][1..], ["5", "", "未导入", "第5行“姓名”：请填写姓名。"]);
        assert_eq!(rows.len(), 3);
    });
}
