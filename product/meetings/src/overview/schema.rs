//! What the overview is read by.

use ejia_db::Migration;

/// A meeting counts as held once it has ended, which nobody writes down: those that have ended since are found by this.
pub(crate) const FIRST: Migration = Migration {
    name: "meetings.overview_001",
    sql: "
CREATE INDEX meeting_ends_at ON meeting(ends_at);
",
};
