//! What stands above every page of one meeting: what it is, how far it is, and the tabs.

use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::{Instant, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Meeting, Phase, Way};

/// The head of a meeting's pages in the office.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question that the page asks")]
pub(crate) struct MeetingHead {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) name: String,
    pub(crate) organization: String,
    pub(crate) time: String,
    pub(crate) place: String,
    pub(crate) way: &'static str,
    pub(crate) phase: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) recorded: &'static str,
    /// Whether the looker's organization holds it: others only look.
    pub(crate) own: bool,
    /// Whether the looker has published it: only he sees its code.
    pub(crate) publisher: bool,
    /// Whether something can still be changed: it was not called off and does not stand in the register.
    pub(crate) open: bool,
    /// Whether it has begun.
    pub(crate) begun: bool,
    /// Whether the looker may show its codes: he has published it, it is held in a room, and it is not over.
    pub(crate) coded: bool,
    /// Whether the looker may note who is there.
    pub(crate) markable: bool,
}

impl MeetingHead {
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Officer, meeting: &Meeting) -> Result<Self, Problem> {
        let now: Instant = txn.now();
        let phase = meeting.phase(now);
        let own = meeting.organization_id == by.organization_id();
        Ok(Self {
            id: meeting.id.to_string(),
            kind: meeting.kind.label(),
            name: meeting.name.clone(),
            organization: tree(txn)?.name(meeting.organization_id),
            time: meeting.time(),
            place: meeting.place.clone(),
            way: meeting.way.label(),
            phase: phase.label(),
            tone: tone(phase),
            recorded: meeting.recorded.label(),
            own,
            publisher: own && meeting.published_by == by.id(),
            open: !matches!(phase, Phase::CalledOff | Phase::Archived),
            begun: meeting.starts_at <= now,
            coded: own
                && meeting.published_by == by.id()
                && meeting.way == Way::Offline
                && matches!(phase, Phase::Coming | Phase::UnderWay),
            markable: own && meeting.may_be_marked(now),
        })
    }
}

/// How a phase is coloured.
pub(crate) const fn tone(phase: Phase) -> &'static str {
    match phase {
        Phase::Coming => "plain",
        Phase::UnderWay | Phase::Archived => "good",
        Phase::Over => "wait",
        Phase::CalledOff => "bad",
    }
}
