//! The table of this crate.

use ejia_db::Migration;

/// The migrations of this crate, in order; they come after those of the record and the directory.
pub const MIGRATIONS: &[Migration] = &[Migration { name: "oversight.001_verification", sql: VERIFICATION }];

/// Walks over the record's chain that were asked for on the page, each under the id of its job.
const VERIFICATION: &str = "
CREATE TABLE audit_verification (
  job_id TEXT PRIMARY KEY,
  administrator_id TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  ended_at BIGINT,
  whole BOOLEAN,
  sentence TEXT NOT NULL
);
CREATE INDEX audit_verification_asked_at ON audit_verification(asked_at);
";
