//! The agenda as the record of a meeting holds it.

use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};

use super::model::{Counts, Item, ItemKind, ItemState};
use super::{rules, store};
use crate::kinds::Quorum;

/// An item of the agenda, as the record of its meeting holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ItemRecord {
    /// 议题名称.
    pub(crate) title: String,
    /// 议题类型.
    pub(crate) kind: &'static str,
    /// What was said or asked, a line each.
    pub(crate) points: Vec<String>,
    /// What came out.
    pub(crate) outcome: String,
    /// In favour, against, abstaining: of a resolution.
    pub(crate) votes: Option<Counts>,
    /// Who was due and who was there, where that counts.
    pub(crate) quorum: Option<Quorum>,
}

/// The agenda of a meeting, in its order.
pub(crate) fn agenda_of(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<ItemRecord>, Problem> {
    let mut records = Vec::new();
    for item in store::items(txn, meeting)? {
        records.push(ItemRecord {
            points: points(txn, &item)?,
            title: item.title,
            kind: item.kind.label(),
            outcome: item.outcome,
            votes: item.counts,
            quorum: item.quorum,
        });
    }
    Ok(records)
}

/// Whether a vote is under way or waits for its count: until then there is no record to be made.
pub(crate) fn is_voting(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<bool, Problem> {
    let under_way = |item: &Item| match item.state {
        ItemState::Open => item.kind != ItemKind::Discussion,
        ItemState::Counting => true,
        _ => false,
    };
    Ok(store::items(txn, meeting)?.iter().any(under_way))
}

fn points(txn: &mut Txn<'_>, item: &Item) -> Result<Vec<String>, Problem> {
    let mut lines: Vec<String> = item.description.lines().map(str::to_owned).collect();
    if item.kind == ItemKind::Discussion {
        let opinions = store::opinions(txn, item.id)?.into_iter();
        lines.extend(opinions.map(|opinion| format!("{}：{}", opinion.name, opinion.said.replace('\n', " "))));
    }
    if item.kind == ItemKind::Election && item.choices.iter().any(|one| one.votes.is_some()) {
        lines.push(format!("得票：{}。", rules::each(&item.choices)));
    }
    lines.extend(item.manner.map(|manner| format!("表决方式：{manner}。")));
    Ok(lines)
}
