//! A year of the register of one organization, read from its entries.

use ejia_db::Txn;
use ejia_directory::Way;
use ejia_documents::FileKey;
use ejia_kernel::{AttachmentId, MeetingId, Problem};

use super::asked::Filter;
use super::store;
use crate::records::{self, Content, Entry, changes, understood};

/// What the register holds of a meeting: its last entry, and what was corrected.
#[derive(Clone, Debug)]
pub(super) struct Held {
    pub(super) meeting: MeetingId,
    pub(super) organization_id: ejia_kernel::OrganizationId,
    /// As it reads now.
    pub(super) content: Content,
    /// When it was put into the register.
    pub(super) archived_at: String,
    /// 校验码 of the last entry.
    pub(super) code: String,
    pub(super) corrections: Vec<Correction>,
}

/// A correction.
#[derive(Clone, Debug)]
pub(super) struct Correction {
    pub(super) at: String,
    pub(super) by: String,
    /// Why, and what was changed.
    pub(super) words: String,
}

impl Held {
    /// Of the entries of one meeting, the oldest first.
    fn of(entries: &[Entry]) -> Result<Option<Self>, Problem> {
        let (Some(first), Some(last)) = (entries.first(), entries.last()) else { return Ok(None) };
        let mut contents = entries.iter().map(understood).collect::<Result<Vec<_>, _>>()?;
        let corrections = entries.iter().skip(1).zip(contents.windows(2)).map(|(entry, pair)| {
            let items: Vec<&str> = changes(pair).iter().map(|change| change.item).collect();
            Correction {
                at: entry.at.to_string(),
                by: entry.by.clone(),
                words: format!("{}（更正{}）", entry.reason, items.join("、")),
            }
        });
        let corrections = corrections.collect();
        let Some(content) = contents.pop() else { return Ok(None) };
        Ok(Some(Self {
            meeting: last.meeting_id,
            organization_id: last.organization_id,
            content,
            archived_at: first.at.to_string(),
            code: last.check_code(),
            corrections,
        }))
    }
}

/// What the register holds of these meetings, in their order.
pub(super) fn held(txn: &mut Txn<'_>, meetings: &[MeetingId]) -> Result<Vec<Held>, Problem> {
    let entries = records::store::entries_of_all(txn, meetings)?;
    let mut found = Vec::new();
    for of_one in entries.chunk_by(|one, next| one.meeting_id == next.meeting_id) {
        found.extend(Held::of(of_one)?);
    }
    found.sort_by_key(|held| meetings.iter().position(|id| *id == held.meeting));
    Ok(found)
}

/// Some more of a register behind a place; and the place it ends at, none when there was nothing more.
pub(super) fn some(
    txn: &mut Txn<'_>,
    filter: &Filter,
    place: Option<&store::Place>,
    limit: i64,
) -> Result<(Vec<Held>, Option<store::Place>), Problem> {
    let places = store::places(txn, filter, place, Way::On, limit)?;
    let meetings: Vec<MeetingId> = places.iter().map(|(_, id)| *id).collect();
    Ok((held(txn, &meetings)?, places.last().copied()))
}

/// Where the photos of a meeting lie that its entry names, in the order of the entry.
pub(super) fn keys(txn: &mut Txn<'_>, held: &Held) -> Result<Vec<(AttachmentId, FileKey)>, Problem> {
    let photos = records::store::photos(txn, held.meeting)?;
    let key = |id: AttachmentId| photos.iter().find(|photo| photo.id == id).map(|photo| (id, photo.key.clone()));
    Ok(held.content.photos.iter().filter_map(|photo| key(photo.id)).collect())
}
