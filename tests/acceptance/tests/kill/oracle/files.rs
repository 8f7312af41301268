//! Of files: whatever a row names is there.

use std::collections::BTreeSet;

use crate::world::World;

/// Every file that a row names.
const NAMED: &str = "SELECT file_key FROM transfer_letter WHERE file_key IS NOT NULL
     UNION ALL SELECT photo_key FROM transfer_receipt WHERE photo_key IS NOT NULL
     UNION ALL SELECT photo_key FROM transfer_applicant WHERE photo_key IS NOT NULL
     UNION ALL SELECT file_key FROM meeting_photo
     UNION ALL SELECT file_key FROM meeting_attachment";

/// What must be true whenever the house was killed.
pub(super) fn are_there(world: &World, after: &str) {
    let files = lying(world, "files");
    for [key] in world.rows::<String, 1>(NAMED) {
        assert!(files.contains(&key), "{after}: the file {key} is not there");
    }
    let keys = lying(world, "ballot-keys");
    let sql = "SELECT k.key_file FROM ballot_key k JOIN ballot b ON b.id = k.ballot_id
               WHERE b.state IN ('open', 'closed')";
    for [key] in world.rows::<String, 1>(sql) {
        assert!(keys.contains(&key), "{after}: the key {key} of a vote that goes on is not there");
    }
}

/// The keys of all files of a sort that are whole, in the folder or the bucket.
pub(super) fn lying(world: &World, sort: &str) -> BTreeSet<String> {
    let shelf = ejia::sealed::shelf(world.folder.path(), world.place.bucket.as_ref(), sort).expect("the files");
    shelf.behind("", usize::MAX).expect("the files").into_iter().collect()
}
