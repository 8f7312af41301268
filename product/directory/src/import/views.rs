//! What the pages of imports show.

use schemars::JsonSchema;
use serde::Serialize;

use super::columns::TableKind;
use super::model::{Change, Run, RunState, StagedRow};

/// 数据导入: upload, and the runs so far.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ImportsView {
    /// The latest runs, newest first.
    pub runs: Vec<RunLine>,
}

/// A run in the list.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct RunLine {
    /// Which.
    pub id: String,
    /// The file, as the person calls it.
    pub file_name: String,
    /// 党组织 or 党员; empty while unknown.
    pub table: &'static str,
    /// For templates.
    pub state: &'static str,
    /// For people.
    pub state_label: &'static str,
    /// Who started it.
    pub by: String,
    /// When, in ms.
    pub at: i64,
    /// Lines that are new.
    pub fresh: i64,
    /// Lines that differ.
    pub changed: i64,
    /// Lines that say what is known.
    pub unchanged: i64,
    /// Lines that are refused.
    pub refused: i64,
}

impl RunLine {
    /// The tone its state is shown in.
    pub fn tone(&self) -> &'static str {
        match self.state {
            "preview" | "reading" | "writing" => "wait",
            "done" => "good",
            "failed" => "bad",
            _ => "plain",
        }
    }

    /// The line of a run.
    pub fn of(run: &Run) -> Self {
        Self {
            id: run.id.to_string(),
            file_name: run.file_name.clone(),
            table: run.kind.map_or("", TableKind::label),
            state: run.state.code(),
            state_label: run.state.label(),
            by: run.by_name.clone(),
            at: run.created_at.ms(),
            fresh: run.counts.fresh,
            changed: run.counts.changed,
            unchanged: run.counts.unchanged,
            refused: run.counts.refused,
        }
    }
}

/// One run: its progress, its preview, or its report.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct RunView {
    /// The run.
    pub run: RunLine,
    /// Whether it is being read or written: the page renews itself.
    pub working: bool,
    /// Whether the caller may decide it.
    pub mine: bool,
    /// Lines to go through.
    pub total: i64,
    /// Lines gone through.
    pub done: i64,
    /// Why the file could not be read.
    pub failure: Option<String>,
    /// Headings that are not read.
    pub unknown_columns: Vec<String>,
    /// Headings that the file does not have.
    pub missing_columns: Vec<String>,
    /// Refused lines of this page.
    pub problems: Vec<ProblemLine>,
    /// The first lines that go in with a remark.
    pub remarks: Vec<ProblemLine>,
    /// Where the next refused lines are.
    pub more_problems: Option<String>,
    /// Differences of this page.
    pub changes: Vec<ChangeLine>,
    /// Where the next differences are.
    pub more_changes: Option<String>,
    /// Where this page of differences begins.
    pub changes_after: String,
    /// How many differences are accepted.
    pub accepted: i64,
}

/// A refused line.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ProblemLine {
    /// The line in the file.
    pub number: u32,
    /// Whom or what it is about.
    pub name: String,
    /// Why, and what to do.
    pub sentence: String,
}

/// A line that differs.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct ChangeLine {
    /// Its place, as the form names it.
    pub place: String,
    /// The line in the file.
    pub number: u32,
    /// Whom or what it is about.
    pub name: String,
    /// Whether it is accepted.
    pub accepted: bool,
    /// The items that differ.
    pub items: Vec<Change>,
}

impl ProblemLine {
    pub(crate) fn of(row: StagedRow) -> Self {
        Self { number: row.number, name: row.kept.name, sentence: row.sentence }
    }
}

impl ChangeLine {
    pub(crate) fn of(row: StagedRow) -> Self {
        Self {
            place: place_of(&row),
            number: row.number,
            name: row.kept.name,
            accepted: row.accepted,
            items: row.kept.changes,
        }
    }
}

/// The place of a line, as addresses and forms name it.
pub(crate) fn place_of(row: &StagedRow) -> String {
    format!("{}-{}", row.rank, row.number)
}

impl RunView {
    /// What can be done with the lines that differ.
    pub fn ways(&self) -> [(String, &'static str); 3] {
        [
            (format!("只更新勾选的行（已勾选 {} 行）", self.accepted), "chosen"),
            (format!("全部更新为表格内容（{} 行）", self.run.changed), "all"),
            ("都不更新，保持系统内容".to_owned(), "none"),
        ]
    }
}

impl ImportsView {
    /// What a page is rendered with in tests.
    pub fn sample() -> Self {
        let states = [RunState::Reading, RunState::Preview, RunState::Done, RunState::Failed];
        Self { runs: states.into_iter().map(|state| RunView::sample(state).run).collect() }
    }
}

impl RunView {
    /// What a page is rendered with in tests, in each state.
    pub fn sample(state: RunState) -> Self {
        let run = RunLine {
            id: "01jpx0000000000000000000aa".to_owned(),
            file_name: "党员.xlsx".to_owned(),
            table: TableKind::Members.label(),
            state: state.code(),
            state_label: state.label(),
            by: "林管理员（中共某街道工作委员会）".to_owned(),
            at: 1_773_968_400_000,
            fresh: 1_990,
            changed: 1,
            unchanged: 2,
            refused: 8,
        };
        let problem = ProblemLine {
            number: 12,
            name: "张三".to_owned(),
            sentence: "第12行“公民身份证号”：公民身份证号校验位不正确，请核对是否有输错的数字。".to_owned(),
        };
        let item = Change { label: "学历".to_owned(), before: "高中".to_owned(), after: "大学本科".to_owned() };
        let change = ChangeLine {
            place: "0-15".to_owned(),
            number: 15,
            name: "李四".to_owned(),
            accepted: true,
            items: vec![item],
        };
        Self {
            run,
            working: matches!(state, RunState::Reading | RunState::Writing),
            mine: true,
            total: 2_001,
            done: 700,
            failure: (state == RunState::Failed).then(|| "文件中没有内容。".to_owned()),
            unknown_columns: vec!["备注".to_owned()],
            missing_columns: vec!["外出流向".to_owned()],
            remarks: vec![problem.clone()],
            problems: vec![problem],
            more_problems: Some("?problems=0-12".to_owned()),
            changes: vec![change],
            more_changes: None,
            changes_after: String::new(),
            accepted: 1,
        }
    }
}
