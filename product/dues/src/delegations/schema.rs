//! The table of delegations.

use ejia_db::Migration;

/// The migration of delegations.
///
/// A pair has at most one delegation that has not ended; those that have stay as history.
pub(crate) const FIRST: Migration = Migration {
    name: "dues.delegations_001_first",
    sql: "
CREATE TABLE dues_delegation (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  principal_id TEXT NOT NULL,
  payer_id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  asked_at BIGINT NOT NULL,
  live_at BIGINT,
  ended_at BIGINT,
  ended_by TEXT
);
CREATE UNIQUE INDEX dues_delegation_pair_key ON dues_delegation(principal_id, payer_id) WHERE ended_at IS NULL;
CREATE INDEX dues_delegation_principal_id ON dues_delegation(principal_id, asked_at);
CREATE INDEX dues_delegation_payer_id ON dues_delegation(payer_id, asked_at);
",
};
