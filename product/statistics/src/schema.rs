//! The tables of exports.

use ejia_db::{Blobs, Holds, Migration};

use crate::store::LINES;

pub(crate) const FIRST: Migration = Migration {
    name: "statistics.001_first",
    sql: "
CREATE TABLE statistics_export (
  document_id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  content TEXT NOT NULL,
  by_name TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  done_at BIGINT,
  lines BIGINT NOT NULL,
  added BIGINT NOT NULL,
  gone BIGINT NOT NULL,
  changed BIGINT NOT NULL,
  refused BIGINT NOT NULL
);
CREATE INDEX statistics_export_organization_id ON statistics_export(organization_id, asked_at);

CREATE TABLE statistics_piece (
  document_id TEXT NOT NULL,
  number BIGINT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (document_id, number)
);
",
};

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[Blobs {
    table: "statistics_piece",
    key: &["document_id", "number"],
    columns: &[("sealed", Holds::Sealed(LINES))],
}];
