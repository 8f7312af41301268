//! What is entered of a meeting, read at the door.

use ejia_kernel::{Faults, GroupId, Instant};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::MeetingKind;
use crate::model::{Meeting, Way};

const MOST_NAME: usize = 60;
pub(crate) const MOST_TOPIC: usize = 500;
pub(crate) const MOST_PLACE: usize = 60;
pub(crate) const MOST_PERSON: usize = 20;
pub(crate) const MOST_GUESTS: usize = 200;
/// No meeting is longer, in days.
const MOST_DAYS: i32 = 7;

/// A meeting as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct MeetingEntered {
    /// 会议类型, a [`MeetingKind`] by its code.
    pub(crate) kind: String,
    /// 党小组, at a meeting of one.
    pub(crate) group: String,
    /// 会议名称.
    pub(crate) name: String,
    /// 会议主题.
    pub(crate) topic: String,
    /// 会议方式, a [`Way`] by its code.
    pub(crate) way: String,
    /// 会议地点.
    pub(crate) place: String,
    /// 召开时间.
    pub(crate) starts_at: String,
    /// 结束时间.
    pub(crate) ends_at: String,
    /// 主持人.
    pub(crate) chair: String,
    /// 记录人.
    pub(crate) recorder: String,
    /// 列席人员.
    pub(crate) guests: String,
    /// The version that is changed; 0 for a new one.
    pub(crate) version: i64,
}

/// What was entered, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) kind: MeetingKind,
    pub(crate) group_id: Option<GroupId>,
    pub(crate) name: String,
    pub(crate) topic: String,
    pub(crate) way: Way,
    pub(crate) place: String,
    pub(crate) starts_at: Instant,
    pub(crate) ends_at: Instant,
    pub(crate) chair: String,
    pub(crate) recorder: String,
    pub(crate) guests: String,
}

impl MeetingEntered {
    /// Reads what was entered; all that is wrong is marked.
    pub(crate) fn read(&self, faults: &mut Faults) -> Option<Wanted> {
        let kind = faults.read("kind", MeetingKind::from_code(&self.kind).ok_or("meetings.kind_needed"));
        let group = if kind == Some(MeetingKind::Group) {
            faults.read("group", self.group.parse().map(Some).map_err(|_| "meetings.group_needed"))
        } else {
            Some(None)
        };
        let way = faults.read("way", Way::from_code(&self.way).ok_or("meetings.way_needed"));
        let name = faults.needed("name", &self.name, MOST_NAME, "meetings.name_needed");
        let topic = faults.lines("topic", &self.topic, MOST_TOPIC);
        let place = if way == Some(Way::Online) {
            faults.optional("place", &self.place, MOST_PLACE)
        } else {
            faults.needed("place", &self.place, MOST_PLACE, "meetings.place_needed")
        };
        let (chair, recorder) = (
            faults.optional("chair", &self.chair, MOST_PERSON),
            faults.optional("recorder", &self.recorder, MOST_PERSON),
        );
        let guests = faults.optional("guests", &self.guests, MOST_GUESTS);
        let starts_at = moment(faults, "starts_at", &self.starts_at, "meetings.starts_at_needed");
        let ends_at = moment(faults, "ends_at", &self.ends_at, "meetings.ends_at_needed");
        if let Some((from, to)) = starts_at.zip(ends_at) {
            if to <= from {
                faults.mark("ends_at", "meetings.ends_before_it_starts");
            } else if to.china_date().days_since(from.china_date()) > MOST_DAYS {
                faults.mark("ends_at", "meetings.too_many_days");
            }
        }
        Some(Wanted {
            kind: kind?,
            group_id: group?,
            name,
            topic,
            way: way?,
            place,
            starts_at: starts_at?,
            ends_at: ends_at?,
            chair,
            recorder,
            guests,
        })
    }
}

fn moment(faults: &mut Faults, field: &str, text: &str, missing: &'static str) -> Option<Instant> {
    faults.read(field, Instant::parse_loose(text).map_err(|_| missing))
}

impl From<&Meeting> for MeetingEntered {
    fn from(meeting: &Meeting) -> Self {
        Self {
            kind: meeting.kind.code().to_owned(),
            group: meeting.group_id.map(|id| id.to_string()).unwrap_or_default(),
            name: meeting.name.clone(),
            topic: meeting.topic.clone(),
            way: meeting.way.code().to_owned(),
            place: meeting.place.clone(),
            starts_at: in_form(meeting.starts_at),
            ends_at: in_form(meeting.ends_at),
            chair: meeting.chair.clone(),
            recorder: meeting.recorder.clone(),
            guests: meeting.guests.clone(),
            version: meeting.version,
        }
    }
}

/// A moment as a field of a form holds it.
fn in_form(at: Instant) -> String {
    at.to_string().replace(' ', "T")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entered() -> MeetingEntered {
        MeetingEntered {
            kind: "assembly".to_owned(),
            name: "第一季度党员大会".to_owned(),
            way: "offline".to_owned(),
            place: "三楼会议室".to_owned(),
            starts_at: "2026-03-05T14:30".to_owned(),
            ends_at: "2026-03-05T16:00".to_owned(),
            ..MeetingEntered::default()
        }
    }

    fn faults_of(entered: &MeetingEntered) -> Vec<(String, &'static str)> {
        let mut faults = Faults::none();
        entered.read(&mut faults);
        faults.problem().fields.into_iter().map(|field| (field.field, field.code)).collect()
    }

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        assert!(faults_of(&entered()).is_empty());
        let fields: Vec<_> = faults_of(&MeetingEntered::default()).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["kind", "way", "name", "place", "starts_at", "ends_at"]);
    }

    #[test]
    fn a_meeting_ends_after_it_begins_and_needs_a_place_unless_it_is_online() {
        let backwards = MeetingEntered { ends_at: "2026-03-05T14:30".to_owned(), ..entered() };
        assert_eq!(faults_of(&backwards), [("ends_at".to_owned(), "meetings.ends_before_it_starts")]);
        let weeks = MeetingEntered { ends_at: "2026-03-13T14:30".to_owned(), ..entered() };
        assert_eq!(faults_of(&weeks), [("ends_at".to_owned(), "meetings.too_many_days")]);
        let online = MeetingEntered { way: "online".to_owned(), place: String::new(), ..entered() };
        assert!(faults_of(&online).is_empty());
        let group = MeetingEntered { kind: "group".to_owned(), ..entered() };
        assert_eq!(faults_of(&group), [("group".to_owned(), "meetings.group_needed")]);
    }
}
