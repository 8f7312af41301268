//! What the lists are read by, and whom the branches were warned of.

use ejia_db::Migration;

/// The migration of records.
///
/// `dues_warning` holds that a branch was warned of a member's run of unpaid months (from `since` on) at a threshold;
/// `dues_warning_round` how far a month's round through the branches has come.
pub(crate) const FIRST: Migration = Migration {
    name: "dues.records_001_first",
    sql: "
CREATE INDEX dues_bill_unpaid ON dues_bill(organization_id, month, member_id) WHERE state = 'due';
CREATE TABLE dues_warning (
  member_id TEXT NOT NULL,
  since TEXT NOT NULL,
  months BIGINT NOT NULL,
  organization_id TEXT NOT NULL,
  warned_at BIGINT NOT NULL,
  PRIMARY KEY (member_id, since, months)
) WITHOUT ROWID;
CREATE TABLE dues_warning_round (
  month TEXT PRIMARY KEY,
  after_path TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  ended_at BIGINT
);
",
};
