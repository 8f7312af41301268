//! What the pages of records show.

use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use super::archive::{CorrectionEntered, being_recorded};
use super::model::{Attended, Content, Entry, Item, Photo};
use super::photos::MOST_PHOTOS;
use super::store;
use crate::agenda;
use crate::authority::{own, seen};
use crate::head::MeetingHead;
use crate::model::{Attendance, Phase, Turnout};
use crate::store as meetings;

/// A photo, as the page shows it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PhotoView {
    pub(crate) id: String,
    pub(crate) caption: String,
    pub(crate) first: bool,
    pub(crate) last: bool,
}

/// What a correction has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Change {
    pub(crate) item: &'static str,
    pub(crate) before: String,
    pub(crate) after: String,
}

/// A correction.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CorrectionView {
    pub(crate) at: String,
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) code: String,
    pub(crate) changes: Vec<Change>,
}

/// How the record stands in the register.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ArchivedView {
    pub(crate) at: String,
    pub(crate) by: String,
    /// The number of its last entry.
    pub(crate) number: i64,
    pub(crate) code: String,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) topic: String,
    /// Who was there.
    pub(crate) present: String,
    /// Who was not, and why.
    pub(crate) away: Vec<String>,
    /// What was on the agenda, and what came out.
    pub(crate) agenda: Vec<Item>,
    pub(crate) corrections: Vec<CorrectionView>,
}

/// 【会议记录】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RecordView {
    pub(crate) head: MeetingHead,
    pub(crate) minutes: String,
    pub(crate) version: i64,
    pub(crate) photos: Vec<PhotoView>,
    pub(crate) turnout: Turnout,
    pub(crate) archived: Option<ArchivedView>,
    /// Whether the looker may write: his organization's, begun and not archived.
    pub(crate) writes: bool,
    /// Whether he may correct.
    pub(crate) corrects: bool,
    /// Whether another photo may be added.
    pub(crate) room: bool,
}

impl RecordView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = seen(txn, by, id)?;
        let head = MeetingHead::of(txn, by, &meeting)?;
        let photos = store::photos(txn, id)?;
        let entries = store::entries_of(txn, id)?;
        Ok(Self {
            writes: head.own && being_recorded(&meeting, txn.now()).is_ok(),
            corrects: head.own && meeting.archived_at.is_some(),
            room: photos.len() < MOST_PHOTOS,
            archived: ArchivedView::of(&entries)?,
            turnout: meetings::turnout(txn, id)?,
            minutes: meeting.minutes.clone(),
            version: meeting.version,
            photos: shown(&photos),
            head,
        })
    }
}

fn shown(photos: &[Photo]) -> Vec<PhotoView> {
    let last = photos.len().saturating_sub(1);
    let view = |(place, photo): (usize, &Photo)| PhotoView {
        id: photo.id.to_string(),
        caption: photo.caption.clone(),
        first: place == 0,
        last: place == last,
    };
    photos.iter().enumerate().map(view).collect()
}

/// What an entry says.
///
/// # Errors
/// A fault when it was altered so that it says nothing.
pub(crate) fn understood(entry: &Entry) -> Result<Content, Problem> {
    serde_json::from_str(&entry.content).map_err(Problem::fault)
}

impl ArchivedView {
    fn of(entries: &[Entry]) -> Result<Option<Self>, Problem> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(None) };
        let contents = entries.iter().map(understood).collect::<Result<Vec<_>, _>>()?;
        let Some(content) = contents.last() else { return Ok(None) };
        let corrections = entries.iter().skip(1).zip(contents.windows(2)).map(|(entry, pair)| CorrectionView {
            at: entry.at.to_string(),
            by: entry.by.clone(),
            reason: entry.reason.clone(),
            code: entry.check_code(),
            changes: changes(pair),
        });
        Ok(Some(Self {
            at: first.at.to_string(),
            by: first.by.clone(),
            number: last.number,
            code: last.check_code(),
            facts: facts(content),
            topic: content.topic.clone(),
            present: content.names(Attendance::Present).join("、"),
            away: content.people.iter().filter_map(Attended::away).collect(),
            agenda: content.agenda.clone(),
            corrections: corrections.collect(),
        }))
    }
}

impl Content {
    /// The names of those of whom this is known.
    pub(crate) fn names(&self, attendance: Attendance) -> Vec<String> {
        let fits = |one: &&Attended| one.attendance == attendance;
        self.people.iter().filter(fits).map(|one| one.name.clone()).collect()
    }
}

impl Attended {
    /// `林晓东（请假：出差）`, of somebody who was not there.
    pub(crate) fn away(&self) -> Option<String> {
        if self.attendance == Attendance::Present {
            return None;
        }
        let colon = if self.reason.is_empty() { "" } else { "：" };
        Some(format!("{}（{}{colon}{}）", self.name, self.attendance.label(), self.reason))
    }
}

fn facts(content: &Content) -> Vec<(&'static str, String)> {
    let Content { turnout, way, place, chair, recorder, guests, recorded, .. } = content;
    let mut facts = vec![
        ("会议方式", way.label().to_owned()),
        ("会议地点", place.clone()),
        ("主持人", chair.clone()),
        ("记录人", recorder.clone()),
        ("列席人员", guests.clone()),
        ("应到", format!("{} 人，其中有表决权 {} 人", turnout.due, turnout.due_voting)),
        ("实到", format!("{} 人，其中有表决权 {} 人", turnout.present, turnout.present_voting)),
        ("请假", format!("{} 人", turnout.excused)),
        ("缺席", format!("{} 人", turnout.absent)),
        ("记录方式", recorded.label().to_owned()),
    ];
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// An item of an entry, and where it stands.
type Side = (&'static str, fn(&Content) -> &String);

/// What has changed from one entry to the next.
pub(crate) fn changes(pair: &[Content]) -> Vec<Change> {
    let [before, after] = pair else { return Vec::new() };
    let sides: [Side; 6] = [
        ("会议主题", |content| &content.topic),
        ("会议地点", |content| &content.place),
        ("主持人", |content| &content.chair),
        ("记录人", |content| &content.recorder),
        ("列席人员", |content| &content.guests),
        ("会议记录", |content| &content.minutes),
    ];
    let changed = |(item, side): Side| {
        let (before, after) = (side(before).clone(), side(after).clone());
        (before != after).then_some(Change { item, before, after })
    };
    let mut all: Vec<Change> = sides.into_iter().filter_map(changed).collect();
    if before.photos != after.photos {
        let count = |content: &Content| format!("{} 张", content.photos.len());
        all.push(Change { item: "照片", before: count(before), after: count(after) });
    }
    all
}

/// 【归档】: what would be written, and what is missing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ArchiveView {
    pub(crate) head: MeetingHead,
    pub(crate) version: i64,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) minutes: usize,
    pub(crate) photos: usize,
    pub(crate) turnout: Turnout,
    /// How many are not known to have been there, and will stand as excused …
    pub(crate) will_be_excused: usize,
    /// … or as absent.
    pub(crate) will_be_absent: usize,
    pub(crate) warnings: Vec<String>,
}

impl ArchiveView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        use crate::model::AnswerKind::Leave;
        let meeting = own(txn, by, id)?;
        being_recorded(&meeting, txn.now())?;
        let (turnout, people) = (meetings::turnout(txn, id)?, meetings::people(txn, id)?);
        let photos = store::photos(txn, id)?.len();
        let unknown = |on_leave: bool| {
            let fits = |one: &&crate::model::Person| {
                one.attendance == Attendance::Unknown && (one.answer == Leave) == on_leave
            };
            people.iter().filter(fits).count()
        };
        let (will_be_excused, will_be_absent) = (unknown(true), unknown(false));
        let all_unknown = !people.is_empty() && will_be_excused + will_be_absent == people.len();
        let missing = [
            (meeting.phase(txn.now()) == Phase::UnderWay, "会议还没有到结束时间，归档后不能再签到。"),
            (people.is_empty(), "还没有参会名单，台账中应到为 0 人。"),
            (all_unknown, "还没有登记到会情况，名单中的党员将全部按请假或缺席写入台账。"),
            (!people.is_empty() && !all_unknown && turnout.present == 0, "没有人到会。"),
            (agenda::is_voting(txn, id)?, "还有议题正在投票或等待计票，请先结束投票再归档。"),
            (meeting.minutes.is_empty() && photos == 0, "既没有填写会议记录，也没有上传照片。"),
        ];
        Ok(Self {
            head: MeetingHead::of(txn, by, &meeting)?,
            version: meeting.version,
            facts: vec![
                ("会议主题", meeting.topic.clone()),
                ("会议地点", meeting.place.clone()),
                ("主持人", meeting.chair.clone()),
                ("记录人", meeting.recorder.clone()),
                ("列席人员", meeting.guests.clone()),
                ("记录方式", meeting.recorded.label().to_owned()),
            ],
            minutes: meeting.minutes.chars().count(),
            photos,
            turnout,
            will_be_excused,
            will_be_absent,
            warnings: missing.into_iter().filter(|(is, _)| *is).map(|(_, words)| words.to_owned()).collect(),
        })
    }
}

/// 【更正】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CorrectView {
    pub(crate) head: MeetingHead,
    pub(crate) entered: CorrectionEntered,
}

impl CorrectView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = own(txn, by, id)?;
        if meeting.archived_at.is_none() {
            return Err(Problem::conflict("meetings.not_archived"));
        }
        Ok(Self { head: MeetingHead::of(txn, by, &meeting)?, entered: CorrectionEntered::from(&meeting) })
    }
}
