//! The table of attachments.

use ejia_db::Migration;

/// Files beside a meeting; what is in them lies sealed in the store of files.
pub(crate) const FIRST: Migration = Migration {
    name: "meetings.attachments_001",
    sql: "
CREATE TABLE meeting_attachment (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL,
  name TEXT NOT NULL,
  file_key TEXT NOT NULL,
  bytes BIGINT NOT NULL
);
CREATE INDEX meeting_attachment_meeting_id ON meeting_attachment(meeting_id, id);
",
};
