//! An organization's register on paper.

use ejia_db::Desk;
use ejia_documents::{
    Files, Paper, RegisterAttendance, RegisterAway, RegisterCorrection, RegisterCount, RegisterEntry, RegisterItem,
    RegisterPaper, RegisterPhoto, RegisterRecorded, RegisterVotes,
};
use ejia_kernel::{Instant, Problem};

use super::asked::Filter;
use super::year::{Held, keys};
use crate::kinds::MeetingKind;
use crate::model::{Attendance, Recorded, time_in_words};
use crate::records::{Attended, Content, Item, Votes, fingerprint, open_photo};

/// Which part of how many.
pub(super) type Part = (usize, usize);

/// A part of an organization's register, its photos opened. `before` meetings stand in the parts before it.
pub(super) fn paper(
    desk: &Desk,
    files: &Files,
    (filter, owner): (&Filter, &str),
    (held, before): (&[Held], usize),
    part: Part,
) -> Result<Paper, Problem> {
    let entries = (before + 1..).zip(held).map(|(number, held)| entry(desk, files, number, held));
    let register = RegisterPaper {
        title: filter.title(owner) + &of_parts(part),
        organization: owner.to_owned(),
        period: filter.period(),
        narrowed: filter.narrowed().to_owned(),
        made_on: desk.now().china_date(),
        overview: overview(held),
        entries: entries.collect::<Result<_, _>>()?,
    };
    Paper::register(&register)
}

/// `（第1部分）`, when there are several.
pub(super) fn of_parts((number, of): Part) -> String {
    if of > 1 { format!("（第{number}部分，共{of}部分）") } else { String::new() }
}

fn overview(held: &[Held]) -> Vec<RegisterCount> {
    let count = |kind: &MeetingKind| {
        let times = held.iter().filter(|held| held.content.kind == *kind).count();
        RegisterCount { kind: kind.label().to_owned(), held: u32::try_from(times).unwrap_or(u32::MAX) }
    };
    MeetingKind::ALL.iter().map(count).filter(|count| count.held > 0).collect()
}

fn entry(desk: &Desk, files: &Files, number: usize, held: &Held) -> Result<RegisterEntry, Problem> {
    let Held { content, archived_at, code, corrections, .. } = held;
    let corrections = corrections.iter().map(|correction| RegisterCorrection {
        at: correction.at.clone(),
        by: correction.by.clone(),
        reason: correction.words.clone(),
    });
    Ok(RegisterEntry {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        kind: content.what(),
        name: content.name.clone(),
        topic: content.topic.clone(),
        time: content.time(),
        place: content.place.clone(),
        way: content.way.label().to_owned(),
        chair: content.chair.clone(),
        recorder: content.recorder.clone(),
        attendance: attendance(content),
        agenda: content.agenda.iter().map(item).collect(),
        minutes: content.minutes.clone(),
        photos: photos(desk, files, held)?,
        recorded: match content.recorded {
            Recorded::Live => RegisterRecorded::Live,
            Recorded::Afterwards => RegisterRecorded::Afterwards,
        },
        recorded_at: archived_at.clone(),
        corrections: corrections.collect(),
        check_code: code.clone(),
    })
}

impl Content {
    /// The kind, with the group at a meeting of one.
    pub(super) fn what(&self) -> String {
        let group = if self.group.is_empty() { String::new() } else { format!("（{}）", self.group) };
        format!("{}{group}", self.kind.label())
    }

    pub(super) fn time(&self) -> String {
        time_in_words(Instant::from_ms(self.starts_at), Instant::from_ms(self.ends_at))
    }
}

fn attendance(content: &Content) -> RegisterAttendance {
    let whole = |number: i64| u32::try_from(number).unwrap_or_default();
    let away = |one: &&Attended| one.attendance != Attendance::Present;
    let away = content.people.iter().filter(away).map(|one| RegisterAway {
        name: one.name.clone(),
        state: one.attendance.label().to_owned(),
        reason: one.reason.clone(),
    });
    RegisterAttendance {
        due: whole(content.turnout.due),
        due_voting: whole(content.turnout.due_voting),
        present: whole(content.turnout.present),
        present_voting: whole(content.turnout.present_voting),
        excused: whole(content.turnout.excused),
        absent: whole(content.turnout.absent),
        names: content.names(Attendance::Present),
        away: away.collect(),
        guests: Some(content.guests.clone()).filter(|guests| !guests.is_empty()).into_iter().collect(),
    }
}

fn item(item: &Item) -> RegisterItem {
    let whole = |number: i64| u32::try_from(number).unwrap_or_default();
    let votes = |votes: Votes| RegisterVotes {
        in_favour: whole(votes.in_favour),
        against: whole(votes.against),
        abstaining: whole(votes.abstaining),
    };
    RegisterItem {
        title: item.title.clone(),
        kind: item.kind.clone(),
        points: item.points.clone(),
        outcome: item.outcome.clone(),
        votes: item.votes.map(votes),
    }
}

/// The photos that an entry names. One that is no longer the picture the entry vouches for is printed, and said to be
/// another.
fn photos(desk: &Desk, files: &Files, held: &Held) -> Result<Vec<RegisterPhoto>, Problem> {
    let of = held.clone();
    let keys = desk.read_now(move |txn| keys(txn, &of))?;
    let mut photos = Vec::new();
    for pictured in &held.content.photos {
        let Some((_, key)) = keys.iter().find(|(id, _)| *id == pictured.id) else { continue };
        let jpeg = open_photo(desk, files, key)?;
        let other = if fingerprint(&jpeg) == pictured.sha256 { "" } else { "（与归档时的照片不符）" };
        photos.push(RegisterPhoto { jpeg: jpeg.into(), caption: format!("{}{other}", pictured.caption) });
    }
    Ok(photos)
}
