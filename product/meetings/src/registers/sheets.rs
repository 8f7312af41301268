//! The register as a table: a row a meeting.

use ejia_db::Desk;
use ejia_directory::tree;
use ejia_jobs::JobFault;
use ejia_kernel::sheet::{Around, Cell, Column};

use super::asked::{Filter, Whose};
use super::store::{self, Place};
use super::year::{Held, some};
use crate::kinds::MeetingKind;
use crate::model::Attendance;
use crate::records::{Attended, Content, Item};

/// So many meetings are read at once.
const READ: i64 = 100;

/// The columns.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::words("党组织", 12),
        Column::words("会议类型", 6),
        Column::words("会议名称", 12),
        Column::words("会议主题", 12),
        Column::words("召开时间", 12),
        Column::words("会议方式", 4),
        Column::words("会议地点", 8),
        Column::words("主持人", 4),
        Column::words("记录人", 4),
        Column::numbers("应到", 3),
        Column::numbers("应到有表决权", 6),
        Column::numbers("实到", 3),
        Column::numbers("实到有表决权", 6),
        Column::numbers("请假", 3),
        Column::numbers("缺席", 3),
        Column::words("到会人员", 16),
        Column::words("未到会人员及原因", 12),
        Column::words("列席人员", 8),
        Column::words("议题及结果", 16),
        Column::words("会议记录", 20),
        Column::numbers("照片", 3),
        Column::words("记录方式", 5),
        Column::words("归档时间", 8),
        Column::words("更正记录", 12),
        Column::words("校验码", 6),
    ]
}

fn row(held: &Held, organization: String) -> Vec<Cell> {
    let Held { content, archived_at, code, corrections, .. } = held;
    let Content { turnout, .. } = content;
    let corrections: Vec<String> =
        corrections.iter().map(|one| format!("{} {}：{}", one.at, one.by, one.words)).collect();
    let away: Vec<String> = content.people.iter().filter_map(Attended::away).collect();
    let photos = i64::try_from(content.photos.len()).unwrap_or(i64::MAX);
    vec![
        Cell::from(organization),
        Cell::from(content.what()),
        Cell::from(content.name.clone()),
        Cell::from(content.topic.clone()),
        Cell::from(content.time()),
        Cell::from(content.way.label()),
        Cell::from(content.place.clone()),
        Cell::from(content.chair.clone()),
        Cell::from(content.recorder.clone()),
        Cell::from(turnout.due),
        Cell::from(turnout.due_voting),
        Cell::from(turnout.present),
        Cell::from(turnout.present_voting),
        Cell::from(turnout.excused),
        Cell::from(turnout.absent),
        Cell::from(content.names(Attendance::Present).join("、")),
        Cell::from(away.join("、")),
        Cell::from(content.guests.clone()),
        Cell::from(content.agenda.iter().map(in_words).collect::<Vec<_>>().join("\n")),
        Cell::from(content.minutes.clone()),
        Cell::from(photos),
        Cell::from(content.recorded.label()),
        Cell::from(archived_at.clone()),
        Cell::from(corrections.join("\n")),
        Cell::from(code.clone()),
    ]
}

fn in_words(item: &Item) -> String {
    let votes = item
        .votes
        .map(|votes| format!("（赞成 {}，反对 {}，弃权 {}）", votes.in_favour, votes.against, votes.abstaining));
    format!("{}：{}{}", item.title, item.outcome, votes.unwrap_or_default())
}

/// What stands around the rows.
pub(super) fn around(filter: &Filter, owner: &str, counts: &[(MeetingKind, i64)]) -> Around {
    let fact = |word: &str, value: String| (word.to_owned(), value);
    let whose = if matches!(filter.whose, Whose::Under(_)) { "及下级党组织" } else { "" };
    let all: i64 = counts.iter().map(|(_, count)| count).sum();
    let mut sums = vec![fact("合计", format!("{all} 次"))];
    sums.extend(counts.iter().map(|(kind, count)| fact(kind.label(), format!("{count} 次"))));
    Around {
        title: filter.title(owner),
        facts: vec![fact("党组织", format!("{owner}{whose}")), fact("期间", filter.period())],
        sums,
        landscape: true,
        ..Around::default()
    }
}

/// The rows, organization by organization, in the order of time within each; some of them in memory at a time.
pub(super) struct Rows<'a, F> {
    pub(super) desk: &'a Desk,
    /// One filter for each organization that has entries.
    pub(super) filters: std::vec::IntoIter<Filter>,
    pub(super) now: Option<(Filter, Option<Place>)>,
    pub(super) loaded: std::vec::IntoIter<Vec<Cell>>,
    /// Hears how many there have been.
    pub(super) told: F,
    pub(super) done: i64,
    /// The first problem ends the rows and is left here.
    pub(super) problem: Option<JobFault>,
}

impl<'a, F: FnMut(i64) -> Result<(), JobFault>> Rows<'a, F> {
    pub(super) fn of(desk: &'a Desk, filters: Vec<Filter>, told: F) -> Self {
        let (filters, loaded) = (filters.into_iter(), Vec::new().into_iter());
        Self { desk, filters, now: None, loaded, told, done: 0, problem: None }
    }

    /// Loads some more; answers whether there is anything left to be asked.
    fn load(&mut self) -> Result<bool, JobFault> {
        let Some((filter, place)) = self.now.take().or_else(|| self.filters.next().map(|filter| (filter, None))) else {
            return Ok(false);
        };
        let asked = filter.clone();
        let (rows, end) = self.desk.read_now(move |txn| {
            let tree = tree(txn)?;
            let (held, end) = some(txn, &asked, place.as_ref(), READ)?;
            Ok((held.iter().map(|held| row(held, tree.name(held.organization_id))).collect::<Vec<_>>(), end))
        })?;
        self.done = self.done.saturating_add(i64::try_from(rows.len()).unwrap_or(0));
        self.loaded = rows.into_iter();
        self.now = end.map(|end| (filter, Some(end)));
        (self.told)(self.done)?;
        Ok(true)
    }
}

impl<F: FnMut(i64) -> Result<(), JobFault>> Iterator for Rows<'_, F> {
    type Item = Vec<Cell>;

    fn next(&mut self) -> Option<Vec<Cell>> {
        while self.problem.is_none() {
            if let Some(row) = self.loaded.next() {
                return Some(row);
            }
            match self.load() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(problem) => self.problem = Some(problem),
            }
        }
        None
    }
}

/// How many of each kind, in the order of the kinds; kinds that were not held are left out.
pub(super) fn in_order(counts: &std::collections::HashMap<MeetingKind, i64>) -> Vec<(MeetingKind, i64)> {
    MeetingKind::ALL.iter().filter_map(|kind| counts.get(kind).map(|count| (*kind, *count))).collect()
}

/// A filter for each organization that has entries, in the order of the tree.
pub(super) fn each(desk: &Desk, filter: &Filter) -> Result<Vec<Filter>, JobFault> {
    let Whose::Under(path) = filter.whose.clone() else { return Ok(vec![filter.clone()]) };
    let asked = filter.clone();
    let mut of = desk.read_now(move |txn| {
        let with: std::collections::HashSet<_> = store::organizations(txn, &asked)?.into_iter().collect();
        Ok(tree(txn)?.under(&path).map(|node| node.id).filter(|id| with.contains(id)).collect::<Vec<_>>())
    })?;
    Ok(of.drain(..).map(|id| Filter { whose: Whose::One(id), ..filter.clone() }).collect())
}
