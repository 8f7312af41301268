//! The tables of sheets, their lines and the rounding that organizations have chosen.

use ejia_db::Migration;

/// The migration of standards.
///
/// Lines are keyed by month first: a month is opened by copying the one before, and what is copied is appended. A line
/// keeps what was reckoned beside the amount, so that an amount nobody typed follows the rule of its month.
pub(crate) const FIRST: Migration = Migration {
    name: "dues.standards_001_first",
    sql: "
CREATE TABLE dues_sheet (
  month TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  lines BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  saved_at BIGINT,
  saved_by TEXT,
  submitted_at BIGINT,
  PRIMARY KEY (month, organization_id)
) WITHOUT ROWID;
CREATE INDEX dues_sheet_organization_id ON dues_sheet(organization_id, month);
CREATE TABLE dues_standard (
  month TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  basis TEXT NOT NULL,
  base BIGINT,
  computed BIGINT,
  amount BIGINT,
  typed_reason TEXT NOT NULL,
  exemption TEXT NOT NULL,
  PRIMARY KEY (month, organization_id, member_id)
) WITHOUT ROWID;
CREATE TABLE dues_rounding (
  organization_id TEXT NOT NULL,
  from_month TEXT NOT NULL,
  scale TEXT NOT NULL,
  mode TEXT NOT NULL,
  set_at BIGINT NOT NULL,
  set_by TEXT NOT NULL,
  PRIMARY KEY (organization_id, from_month)
) WITHOUT ROWID;
",
};

/// How many sheets are submitted, of what there was before that was summed: written down as changes, to be gathered.
pub(crate) const SUMS: Migration = Migration {
    name: "dues.standards_002_sums",
    sql: "
INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
  SELECT 'sheets ' || s.month, o.path, o.id, 1, 0, 0, 0, 0, 0
  FROM dues_sheet s JOIN organization o ON o.id = s.organization_id WHERE s.state = 'submitted';
",
};
