//! How an entry follows from the one before it: pure arithmetic.

use ejia_db::DbError;
use sha2::{Digest, Sha256};

use super::model::Entry;

/// A SHA-256 hash.
pub(crate) type Hash = [u8; 32];

/// What stands before the first entry.
pub(super) const BEGINNING: Hash = [0; 32];

/// The hash of an entry: over everything it holds, each part with its length, so that nothing moves from one into the
/// next unnoticed. What it covers, and in which order, never changes.
pub(super) fn hash(entry: &Entry) -> Hash {
    let Entry { organization_id, number, meeting_id, content, at, by, reason, previous, hash: _ } = entry;
    let mut hash = Sha256::new();
    hash.update(b"ejia.meetings.entry.1");
    hash.update(previous);
    hash.update(number.to_be_bytes());
    hash.update(at.ms().to_be_bytes());
    for part in [&organization_id.to_string(), &meeting_id.to_string(), by, reason, content] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().into()
}

/// The SHA-256 of a file, in hex.
pub(crate) fn fingerprint(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as people read them.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A hash out of its column.
pub(super) fn read(bytes: Vec<u8>) -> Result<Hash, DbError> {
    bytes.try_into().map_err(|_| DbError::Column("meeting_entry.hash is not understood".to_owned()))
}

/// A chain being gone through, entry by entry, from its beginning.
#[derive(Clone, Debug)]
pub(super) struct Walk {
    last: Hash,
    /// How many entries hold together so far.
    pub(super) sound: i64,
}

impl Walk {
    pub(super) const fn new() -> Self {
        Self { last: BEGINNING, sound: 0 }
    }

    /// Whether the next entry follows; it must not be gone on when it does not.
    pub(super) fn follows(&mut self, entry: &Entry) -> bool {
        let follows =
            entry.number == self.sound.saturating_add(1) && entry.previous == self.last && entry.hash == hash(entry);
        if follows {
            self.last = entry.hash;
            self.sound = entry.number;
        }
        follows
    }

    /// Whether the chain ends here, as its head says.
    pub(super) fn ends(&self, entries: i64, head: &Hash) -> bool {
        entries == self.sound && *head == self.last
    }
}

#[cfg(test)]
mod tests {
    use ejia_kernel::{Instant, MeetingId, OrganizationId};

    use super::*;

    type Alter = fn(&mut Entry);

    fn chain() -> Vec<Entry> {
        let (organization_id, meeting_id) = (OrganizationId::random(), MeetingId::random());
        let mut previous = BEGINNING;
        (1..=3)
            .map(|number| {
                let mut entry = Entry {
                    organization_id,
                    number,
                    meeting_id,
                    content: format!("{{\"n\":{number}}}"),
                    at: Instant::from_ms(number),
                    by: "王".to_owned(),
                    reason: String::new(),
                    previous,
                    hash: BEGINNING,
                };
                entry.hash = hash(&entry);
                previous = entry.hash;
                entry
            })
            .collect()
    }

    fn sound(chain: &[Entry]) -> i64 {
        let mut walk = Walk::new();
        let _ = chain.iter().all(|entry| walk.follows(entry));
        walk.sound
    }

    #[test]
    fn whatever_is_altered_is_found_where_it_is() {
        let whole = chain();
        assert_eq!(sound(&whole), 3);
        let alterations: [Alter; 6] = [
            |entry| entry.content.push(' '),
            |entry| entry.at = Instant::from_ms(99),
            |entry| entry.by.clear(),
            |entry| entry.reason.push('x'),
            |entry| entry.meeting_id = MeetingId::random(),
            |entry| entry.organization_id = OrganizationId::random(),
        ];
        for alter in alterations {
            let mut altered = whole.clone();
            alter(&mut altered[1]);
            assert_eq!(sound(&altered), 1);
            // Also when its own hash is reckoned anew: then the next one does not follow.
            altered[1].hash = hash(&altered[1]);
            assert_eq!(sound(&altered), 2);
        }
        let mut shorter = whole.clone();
        shorter.remove(1);
        assert_eq!(sound(&shorter), 1);
    }

    #[test]
    fn an_end_that_was_cut_off_is_missed() {
        let whole = chain();
        let mut walk = Walk::new();
        assert!(whole[..2].iter().all(|entry| walk.follows(entry)));
        assert!(!walk.ends(3, &whole[2].hash));
        assert!(walk.follows(&whole[2]) && walk.ends(3, &whole[2].hash));
    }

    #[test]
    fn the_parts_of_an_entry_do_not_run_into_each_other() {
        let mut entry = chain().remove(0);
        (entry.by, entry.reason) = ("王小".to_owned(), "明".to_owned());
        let first = hash(&entry);
        (entry.by, entry.reason) = ("王".to_owned(), "小明".to_owned());
        assert_ne!(first, hash(&entry));
    }
}
