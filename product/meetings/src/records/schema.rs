//! The tables of records: photos beside a meeting, and the entries of the register.

use ejia_db::Migration;

/// Photos, which can go as long as the record is open; entries, which are only ever added.
///
/// Entries stand in a chain for each organization. `meeting_chain` holds where it ends: whoever adds an entry locks that
/// row first, so that numbers have neither gaps nor doubles, and it tells when entries are missing at the end. The
/// unique keys make a fork impossible.
///
/// `settled_at` stands at everybody who was not there when the record was archived: who checks in at that very moment
/// waits for the archiving and then finds his row settled, so that lists and register never differ.
///
/// `meeting_archived` holds all that the register is counted and leafed through by.
pub(crate) const FIRST: Migration = Migration {
    name: "meetings.records_001",
    sql: "
ALTER TABLE meeting_person ADD COLUMN settled_at BIGINT;

CREATE TABLE meeting_photo (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  file_key TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  caption TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  added_by TEXT NOT NULL
);
CREATE INDEX meeting_photo_meeting_id ON meeting_photo(meeting_id, place, id);

CREATE TABLE meeting_chain (
  organization_id TEXT PRIMARY KEY,
  entries BIGINT NOT NULL,
  hash BLOB NOT NULL
);

CREATE TABLE meeting_entry (
  organization_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  meeting_id TEXT NOT NULL,
  content TEXT NOT NULL,
  at BIGINT NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  previous BLOB NOT NULL,
  hash BLOB NOT NULL,
  PRIMARY KEY (organization_id, number)
);
CREATE UNIQUE INDEX meeting_entry_previous_key ON meeting_entry(organization_id, previous);
CREATE INDEX meeting_entry_meeting_id ON meeting_entry(meeting_id, number);
CREATE INDEX meeting_archived ON meeting(organization_id, starts_at, id, kind, archived_at)
  WHERE archived_at IS NOT NULL;
",
};
