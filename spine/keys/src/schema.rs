//! The tables of a change of keys.

use ejia_db::{Blobs, Holds, Migration};

/// `key_root` has one row, by which the root is known again. `key_rotation` has one row, for the change that is under way or
/// was the last one; `step` is how far it has come, so that of two jobs one goes on. `key_place` has a row for every table
/// and folder: how much of it was sealed with former keys, and behind which row or file everything is sealed anew.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "keys.001_rotation",
    sql: "
CREATE TABLE key_root (
  id BIGINT PRIMARY KEY,
  mark BLOB NOT NULL
);

CREATE TABLE key_rotation (
  id BIGINT PRIMARY KEY,
  current BIGINT NOT NULL,
  step BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT
);

CREATE TABLE key_place (
  position BIGINT PRIMARY KEY,
  place TEXT NOT NULL,
  behind TEXT,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  unreadable BIGINT NOT NULL,
  ended BOOLEAN NOT NULL
);
",
}];

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[Blobs { table: "key_root", key: &["id"], columns: &[("mark", Holds::Index)] }];
