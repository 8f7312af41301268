//! A meeting is published, changed, called off.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{Faults, MeetingId, Problem};
use ejia_web::Officer;

use super::entered::{MeetingEntered, Wanted};
use crate::authority::{own_locked, still_open};
use crate::inviting::{self, Told};
use crate::kinds::MeetingKind;
use crate::model::{Meeting, Phase, Recorded};
use crate::{groups, store};

const MOST_REASON: usize = 100;

/// Publishes a meeting of the officer's organization. `recorded` says whether it is announced or entered afterwards.
///
/// # Errors
/// Refusals on the fields.
pub(crate) fn publish(
    txn: &mut Txn<'_>,
    by: &Officer,
    entered: &MeetingEntered,
    recorded: Recorded,
) -> Result<MeetingId, Problem> {
    let now = txn.now();
    let wanted = read(txn, by, entered)?;
    let mut faults = Faults::none();
    match recorded {
        Recorded::Live if wanted.ends_at <= now => faults.mark("ends_at", "meetings.over_already"),
        Recorded::Afterwards if wanted.ends_at > now => faults.mark("ends_at", "meetings.not_over_yet"),
        _ => {}
    }
    faults.settled()?;
    let meeting = Meeting {
        id: MeetingId::new(now),
        organization_id: by.organization_id(),
        kind: wanted.kind,
        group_id: wanted.group_id,
        name: wanted.name,
        topic: wanted.topic,
        way: wanted.way,
        place: wanted.place,
        starts_at: wanted.starts_at,
        ends_at: wanted.ends_at,
        chair: wanted.chair,
        recorder: wanted.recorder,
        guests: wanted.guests,
        minutes: String::new(),
        recorded,
        published_by: by.id(),
        publisher: by.name().to_owned(),
        published_at: now,
        called_off_at: None,
        call_off_reason: String::new(),
        archived_at: None,
        version: 1,
    };
    store::insert(txn, &meeting)?;
    note(txn, by, "meetings.published", &meeting)?;
    Ok(meeting.id)
}

/// Changes what was published. Who was told of it is told that it has changed, when time, place or way are others.
///
/// # Errors
/// Refusals on the fields; `meetings.changed_meanwhile`; what [`own_locked`] and [`still_open`] refuse.
pub(crate) fn change(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, entered: &MeetingEntered) -> Result<(), Problem> {
    let before = own_locked(txn, by, id)?;
    still_open(&before)?;
    let now = txn.now();
    let wanted = read(txn, by, entered)?;
    let mut faults = Faults::none();
    if before.recorded == Recorded::Afterwards && wanted.ends_at > now {
        faults.mark("ends_at", "meetings.not_over_yet");
    }
    if before.phase(now) == Phase::Coming && wanted.ends_at <= now {
        faults.mark("ends_at", "meetings.over_already");
    }
    faults.settled()?;
    let Wanted { kind, group_id, name, topic, way, place, starts_at, ends_at, chair, recorder, guests } = wanted;
    let version = entered.version;
    let after = Meeting {
        kind,
        group_id,
        name,
        topic,
        way,
        place,
        starts_at,
        ends_at,
        chair,
        recorder,
        guests,
        version,
        ..before.clone()
    };
    store::update(txn, &after)?;
    note(txn, by, "meetings.changed", &after)?;
    let moved = (after.starts_at, &after.place, after.way) != (before.starts_at, &before.place, before.way);
    if moved && after.phase(now) == Phase::Coming {
        inviting::tell_those_told(txn, &after, Told::Changed)?;
    }
    Ok(())
}

/// Calls a meeting off that has not ended. Who was told of it hears that it is not held.
///
/// # Errors
/// A refusal on `reason`; `meetings.over_cannot_be_called_off`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn call_off(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, reason: &str) -> Result<(), Problem> {
    let meeting = own_locked(txn, by, id)?;
    still_open(&meeting)?;
    if meeting.phase(txn.now()) == Phase::Over {
        return Err(Problem::conflict("meetings.over_cannot_be_called_off"));
    }
    let mut faults = Faults::none();
    let reason = faults.needed("reason", reason, MOST_REASON, "meetings.call_off_reason_needed");
    faults.settled()?;
    let now = txn.now();
    store::call_off(txn, &meeting, now, &reason)?;
    note(txn, by, "meetings.called_off", &meeting)?;
    inviting::tell_those_told(txn, &meeting, Told::CalledOff)
}

/// What was entered, understood; the group is one of the branch's.
fn read(txn: &mut Txn<'_>, by: &Officer, entered: &MeetingEntered) -> Result<Wanted, Problem> {
    let mut faults = Faults::none();
    let wanted = entered.read(&mut faults);
    if let Some(Wanted { kind: MeetingKind::Group, group_id: Some(group), .. }) = &wanted
        && !groups::is_of(txn, *group, by.organization_id())?
    {
        faults.mark("group", "meetings.group_needed");
    }
    match wanted {
        Some(wanted) => faults.settled().map(|()| wanted),
        None => Err(faults.problem()),
    }
}

fn note(txn: &mut Txn<'_>, by: &Officer, action: &'static str, meeting: &Meeting) -> Result<(), Problem> {
    let entry = Entry::new(&by.actor(), action).about("meeting", meeting.id).within(meeting.organization_id);
    record(txn, entry.with("kind", meeting.kind.code()))
}
