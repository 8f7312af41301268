//! What a member sees of his own record.

use ejia_db::Txn;
use ejia_kernel::Problem;
use schemars::JsonSchema;
use serde::Serialize;

use super::form_views::FieldView;
use super::model::Member;
use super::record::RecordField;
use super::rules::{Openness, openness};
use super::store::history::{self, Change, ChangeState, Item};
use super::views::{ChangeView, FactView, ReadingView, facts};
use crate::organizations::tree;

/// One item of the member's own record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OwnFieldView {
    #[serde(flatten)]
    pub(crate) field: FieldView,
    /// What stands in the record.
    pub(crate) current: String,
    /// `locked`, `after_review` or `at_once`.
    pub(crate) openness: &'static str,
    /// What awaits review, if something does.
    pub(crate) proposed: Option<String>,
}

impl OwnFieldView {
    /// What stands below the field.
    pub(crate) fn note(&self) -> String {
        let review = if self.openness == "after_review" { "需审核" } else { "" };
        match &self.proposed {
            Some(proposed) => format!("{review}；新内容 {proposed} 正在等待审核"),
            None => review.to_owned(),
        }
    }
}

/// The member's own record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OwnRecordView {
    pub(crate) name: String,
    pub(crate) branch: String,
    /// Whether the record was reviewed: then its grey items are locked.
    pub(crate) reviewed: bool,
    pub(crate) fields: Vec<OwnFieldView>,
    pub(crate) waiting: Vec<ChangeView>,
    pub(crate) returned: Vec<ChangeView>,
    /// Whether he may say that all is right and ask for the first review.
    pub(crate) may_ask_review: bool,
}

impl OwnRecordView {
    pub(crate) fn of(txn: &mut Txn<'_>, member: &Member) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let latest = history::latest_reviewed(txn, member.id)?;
        let in_state = |state: ChangeState| -> Vec<ChangeView> {
            latest.iter().filter(|change| change.state == state).map(|change| ChangeView::of(change, true)).collect()
        };
        let waiting = in_state(ChangeState::Waiting);
        let returned = in_state(ChangeState::Returned);
        let reviewed = member.reviewed_at.is_some();
        Ok(Self {
            name: member.record.name.to_string(),
            branch: tree.name(member.organization_id),
            reviewed,
            fields: RecordField::ALL.map(|field| own_field(member, field, &latest)).into(),
            may_ask_review: !reviewed && waiting.is_empty(),
            waiting,
            returned,
        })
    }
}

fn own_field(member: &Member, field: RecordField, latest: &[Change]) -> OwnFieldView {
    let waits = latest.iter().find(|change| change.item == Item::Field(field) && change.state == ChangeState::Waiting);
    let mut view = FieldView::of(field, &member.record, true);
    if let Some(change) = waits {
        view.value.clone_from(&change.after);
    }
    OwnFieldView {
        current: member.record.text(field),
        openness: match openness(field, member.reviewed_at.is_some()) {
            Openness::Locked => "locked",
            Openness::AfterReview => "after_review",
            Openness::AtOnce => "at_once",
        },
        proposed: waits.map(|change| ChangeView::of(change, true).after),
        field: view,
    }
}

/// Who has read my record.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReadersView {
    pub(crate) readings: Vec<ReadingView>,
}

/// Everything kept of a member, for himself to take away.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MyDataView {
    pub(crate) made_at: String,
    pub(crate) branch: String,
    pub(crate) record: Vec<FactView>,
    pub(crate) changes: Vec<ChangeView>,
    pub(crate) readings: Vec<ReadingView>,
}

/// A member takes away no more lines than these.
const MOST: i64 = 5000;

impl MyDataView {
    pub(crate) fn of(txn: &mut Txn<'_>, member: &Member) -> Result<Self, Problem> {
        let changes = history::of_member(txn, member.id, MOST)?;
        let readings = history::readings(txn, member.id, MOST)?;
        Ok(Self {
            made_at: txn.now().to_string(),
            branch: tree(txn)?.name(member.organization_id),
            record: facts(&member.record, true),
            changes: changes.iter().map(|change| ChangeView::of(change, true)).collect(),
            readings: readings.into_iter().map(ReadingView::of).collect(),
        })
    }

    /// As a table file that spreadsheet programs open: one line an item, a change or a reading.
    pub(crate) fn csv(&self) -> String {
        let mut text = String::from("\u{feff}类别,项目,内容,原内容,时间,操作人,说明\r\n");
        let mut line = |cells: [&str; 7]| {
            text.push_str(&cells.map(cell).join(","));
            text.push_str("\r\n");
        };
        line(["档案", "所在党支部", &self.branch, "", &self.made_at, "", ""]);
        for FactView { label, value, .. } in &self.record {
            line(["档案", label, value, "", "", "", ""]);
        }
        for change in &self.changes {
            let note = if change.reason.is_empty() {
                change.state_label.to_owned()
            } else {
                format!("{}：{}", change.state_label, change.reason)
            };
            line(["修改", change.label, &change.after, &change.before, &change.at, &change.by, &note]);
        }
        for ReadingView { at, by, organization, reason } in &self.readings {
            line(["查看", "查看完整信息", organization, "", at, by, reason]);
        }
        text
    }
}

/// One cell: quoted where it must be, and never a formula.
fn cell(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t']);
    // An ID-card number would be rounded by spreadsheet programs: a tab before it keeps it a text.
    let long = text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X');
    let text = if risky {
        format!("'{text}")
    } else if long {
        format!("\t{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\r', '\n', '\t']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
