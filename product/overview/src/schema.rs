//! The tables of kept figures.

use ejia_db::Migration;

/// A row an organization: `own` is what it comes to by itself, `figures` with everything under it, `transfers` what is under
/// way in its lists; each JSON, names and numbers. What organizations are sorted by stands beside them.
///
/// `overview_state` has one row: as of when the figures are, and how far a round through all organizations has come.
pub(crate) const FIRST: Migration = Migration {
    name: "overview.001_first",
    sql: "
CREATE TABLE overview_figures (
  path TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  parent_path TEXT NOT NULL,
  own TEXT NOT NULL,
  figures TEXT NOT NULL,
  transfers TEXT NOT NULL,
  members BIGINT NOT NULL,
  overdue BIGINT NOT NULL,
  behind BIGINT NOT NULL
);
CREATE INDEX overview_figures_parent_path ON overview_figures(parent_path, path);
CREATE INDEX overview_figures_members ON overview_figures(parent_path, members, path);
CREATE INDEX overview_figures_overdue ON overview_figures(parent_path, overdue, path);
CREATE INDEX overview_figures_behind ON overview_figures(parent_path, behind, path);
CREATE INDEX overview_figures_transfers ON overview_figures(organization_id) WHERE transfers <> '{}';

CREATE TABLE overview_state (
  id BIGINT PRIMARY KEY,
  counted_at BIGINT,
  counted_on TEXT,
  round_on TEXT,
  round_after TEXT NOT NULL,
  looked_until BIGINT NOT NULL
);
INSERT INTO overview_state (id, round_after, looked_until) VALUES (1, '', 0);
",
};
