//! Of files: whatever a row names is there.

use std::collections::BTreeSet;
use std::path::Path;

use crate::world::World;

/// Every file that a row names.
const NAMED: &str = "SELECT file_key FROM transfer_letter WHERE file_key IS NOT NULL
     UNION ALL SELECT photo_key FROM transfer_receipt WHERE photo_key IS NOT NULL
     UNION ALL SELECT photo_key FROM transfer_applicant WHERE photo_key IS NOT NULL
     UNION ALL SELECT file_key FROM meeting_photo
     UNION ALL SELECT file_key FROM meeting_attachment";

/// What must be true whenever the house was killed.
pub(super) fn are_there(world: &World, after: &str) {
    let lying = below(&world.folder.path().join("files"));
    for [key] in world.rows::<String, 1>(NAMED) {
        assert!(lying.contains(&key), "{after}: the file {key} is not there");
    }
    let keys = below(&world.folder.path().join("ballot-keys"));
    let sql = "SELECT k.key_file FROM ballot_key k JOIN ballot b ON b.id = k.ballot_id
               WHERE b.state IN ('open', 'closed')";
    for [key] in world.rows::<String, 1>(sql) {
        assert!(keys.contains(&key), "{after}: the key {key} of a vote that goes on is not there");
    }
}

/// The keys of all files in a folder that are whole.
pub(super) fn below(folder: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(within) = open.pop() {
        for entry in std::fs::read_dir(&within).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_none() {
                let key = path.strip_prefix(folder).expect("below it").to_string_lossy().into_owned();
                found.insert(key);
            }
        }
    }
    found
}
