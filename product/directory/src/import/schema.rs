//! The tables of imports: one row a run, one row a line of its file.
//!
//! A line keeps what was read sealed, because it holds ID-card numbers and phones; it goes when the run is old.

use ejia_db::Migration;

/// Follows the directory's own first step.
pub(crate) const FIRST: Migration = Migration {
    name: "directory.import_001_first",
    sql: "
CREATE TABLE import_run (
  id TEXT PRIMARY KEY,
  organization_id TEXT,
  path TEXT,
  by_id TEXT,
  by_name TEXT NOT NULL,
  file_name TEXT NOT NULL,
  kind TEXT,
  state TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  fresh BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  unchanged BIGINT NOT NULL,
  refused BIGINT NOT NULL,
  unknown_columns TEXT NOT NULL,
  missing_columns TEXT NOT NULL,
  cursor_rank BIGINT NOT NULL,
  cursor_number BIGINT NOT NULL,
  failure TEXT,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL
);
CREATE INDEX import_run_path ON import_run(path, created_at);

CREATE TABLE import_row (
  run_id TEXT NOT NULL,
  rank BIGINT NOT NULL,
  number BIGINT NOT NULL,
  outcome TEXT NOT NULL,
  code TEXT,
  sentence TEXT NOT NULL,
  subject_version BIGINT,
  accepted BOOLEAN NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (run_id, rank, number)
) WITHOUT ROWID;
CREATE INDEX import_row_refused ON import_row(run_id, rank, number) WHERE outcome = 'refused';
CREATE INDEX import_row_changed ON import_row(run_id, rank, number) WHERE outcome = 'changed';
",
};
