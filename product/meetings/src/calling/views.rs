//! What the pages of publishing show.

use ejia_db::Txn;
use ejia_kernel::{MeetingId, OrganizationKind, Problem};
use ejia_web::{Choice, Choices, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::entered::MeetingEntered;
use crate::authority::{own, seen, still_open};
use crate::head::MeetingHead;
use crate::kinds::MeetingKind;
use crate::model::{Meeting, Recorded, Turnout, Way};
use crate::{groups, store};

/// The form of a meeting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct FormView {
    /// The meeting that is changed; none for a new one.
    pub(crate) head: Option<MeetingHead>,
    /// Whether it is entered afterwards.
    pub(crate) afterwards: bool,
    pub(crate) entered: MeetingEntered,
    pub(crate) kinds: Choices,
    pub(crate) ways: Choices,
    pub(crate) groups: Vec<Choice>,
}

impl FormView {
    /// The form of a new meeting.
    pub(super) fn new(txn: &mut Txn<'_>, by: &Officer, recorded: Recorded, kind: &str) -> Result<Self, Problem> {
        let kind = MeetingKind::from_code(kind).filter(|kind| offered(by, *kind));
        let entered = MeetingEntered {
            kind: kind.map_or("", MeetingKind::code).to_owned(),
            way: Way::Offline.code().to_owned(),
            ..MeetingEntered::default()
        };
        Self::with(txn, by, None, recorded == Recorded::Afterwards, entered)
    }

    /// A meeting as it stands, to be changed.
    pub(super) fn changing(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = own(txn, by, id)?;
        still_open(&meeting)?;
        let head = MeetingHead::of(txn, by, &meeting)?;
        let afterwards = meeting.recorded == Recorded::Afterwards;
        Self::with(txn, by, Some(head), afterwards, MeetingEntered::from(&meeting))
    }

    fn with(
        txn: &mut Txn<'_>,
        by: &Officer,
        head: Option<MeetingHead>,
        afterwards: bool,
        entered: MeetingEntered,
    ) -> Result<Self, Problem> {
        let kinds = MeetingKind::ALL.iter().filter(|kind| offered(by, **kind));
        let groups = groups::of_branch(txn, by.organization_id())?;
        Ok(Self {
            head,
            afterwards,
            entered,
            kinds: Choices::of(kinds.map(|kind| (kind.label(), kind.code()))),
            ways: Choices::of(Way::ALL.iter().map(|way| (way.label(), way.code()))),
            groups: groups.into_iter().map(|group| Choice::of(group.name, group.id.to_string())).collect(),
        })
    }
}

/// Groups hold meetings in branches alone.
fn offered(by: &Officer, kind: MeetingKind) -> bool {
    kind != MeetingKind::Group || by.kind() == OrganizationKind::Branch
}

/// 【会议详情】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DetailView {
    pub(crate) head: MeetingHead,
    pub(crate) facts: Vec<(&'static str, String)>,
    pub(crate) topic: String,
    pub(crate) called_off: String,
    pub(crate) turnout: Turnout,
    /// Whether there is anybody who could be told and has not been.
    pub(crate) untold: i64,
}

impl DetailView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = seen(txn, by, id)?;
        let turnout = store::turnout(txn, id)?;
        let group = match meeting.group_id {
            Some(group) => groups::group(txn, group)?.map(|group| group.name),
            None => None,
        };
        Ok(Self {
            head: MeetingHead::of(txn, by, &meeting)?,
            facts: facts(&meeting, group),
            topic: meeting.topic.clone(),
            called_off: meeting.call_off_reason.clone(),
            untold: turnout.due - turnout.notified,
            turnout,
        })
    }
}

fn facts(meeting: &Meeting, group: Option<String>) -> Vec<(&'static str, String)> {
    let Meeting { kind, way, place, chair, recorder, guests, publisher, published_at, recorded, .. } = meeting;
    let mut facts = vec![("会议类型", kind.label().to_owned())];
    facts.extend(group.map(|group| ("党小组", group)));
    facts.extend([
        ("召开时间", meeting.time()),
        ("会议方式", way.label().to_owned()),
        ("会议地点", place.clone()),
        ("主持人", chair.clone()),
        ("记录人", recorder.clone()),
        ("列席人员", guests.clone()),
        ("记录方式", recorded.label().to_owned()),
        ("发布人", format!("{publisher}（{published_at}）")),
    ]);
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// A meeting about to be called off.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CallOffView {
    pub(crate) head: MeetingHead,
    pub(crate) notified: i64,
}

impl CallOffView {
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Self, Problem> {
        let meeting = own(txn, by, id)?;
        still_open(&meeting)?;
        Ok(Self { head: MeetingHead::of(txn, by, &meeting)?, notified: store::turnout(txn, id)?.notified })
    }
}
