//! The tables of documents.

use ejia_db::Migration;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "documents.001_first",
    sql: "
CREATE TABLE document (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  file_name TEXT NOT NULL,
  about TEXT NOT NULL,
  administrator_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  state TEXT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  ended_at BIGINT
);
CREATE INDEX document_administrator_id ON document(administrator_id, id);
CREATE INDEX document_asked_at ON document(asked_at);
",
}];
