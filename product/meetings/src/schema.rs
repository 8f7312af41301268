//! The tables of meetings and their lists.

use ejia_db::{Blobs, Holds, Migration};

/// Meetings, and a row for everybody on a list. A row also bears what he has said and whether he was there, so that a
/// check-in is one update by key.
///
/// `token` and `screen_token` are what the codes hold: chance alone, nothing of the meeting.
pub(crate) const FIRST: Migration = Migration {
    name: "meetings.001_first",
    sql: "
CREATE TABLE meeting (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  group_id TEXT,
  name TEXT NOT NULL,
  topic TEXT NOT NULL,
  way TEXT NOT NULL,
  place TEXT NOT NULL,
  starts_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL,
  chair TEXT NOT NULL,
  recorder TEXT NOT NULL,
  guests TEXT NOT NULL,
  minutes TEXT NOT NULL,
  recorded TEXT NOT NULL,
  published_by TEXT NOT NULL,
  publisher TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  called_off_at BIGINT,
  call_off_reason TEXT NOT NULL,
  archived_at BIGINT,
  version BIGINT NOT NULL,
  token TEXT NOT NULL,
  screen_token TEXT NOT NULL
);
CREATE UNIQUE INDEX meeting_token_key ON meeting(token);
CREATE UNIQUE INDEX meeting_screen_token_key ON meeting(screen_token);
CREATE INDEX meeting_of_organization ON meeting(organization_id, starts_at, id);

CREATE TABLE meeting_person (
  meeting_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  name TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  voting BOOLEAN NOT NULL,
  notified_at BIGINT,
  answer TEXT NOT NULL,
  leave_reason TEXT NOT NULL,
  answered_at BIGINT,
  attendance TEXT NOT NULL,
  reason TEXT NOT NULL,
  source TEXT,
  marked_at BIGINT,
  PRIMARY KEY (meeting_id, member_id)
);
CREATE INDEX meeting_person_listed ON meeting_person(meeting_id, sort_key, member_id);
CREATE INDEX meeting_person_member ON meeting_person(member_id, meeting_id);
",
};

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs { table: "meeting_chain", key: &["organization_id"], columns: &[("hash", Holds::Hash)] },
    Blobs {
        table: "meeting_entry",
        key: &["organization_id", "number"],
        columns: &[("previous", Holds::Hash), ("hash", Holds::Hash)],
    },
];
