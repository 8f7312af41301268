//! The tables of sums.

use ejia_db::Migration;

/// The sums themselves, by the place above theirs, and what is still to be added to them. What branches held before
/// there were sums is written down as changes, to be gathered like any other.
pub(crate) const FIRST: Migration = Migration {
    name: "directory.sums_001_first",
    sql: "
CREATE TABLE tree_sum (
  name TEXT NOT NULL,
  above TEXT NOT NULL,
  path TEXT NOT NULL,
  n1 BIGINT NOT NULL,
  n2 BIGINT NOT NULL,
  n3 BIGINT NOT NULL,
  n4 BIGINT NOT NULL,
  n5 BIGINT NOT NULL,
  n6 BIGINT NOT NULL,
  PRIMARY KEY (name, above, path)
) WITHOUT ROWID;
CREATE TABLE tree_change (
  name TEXT NOT NULL,
  path TEXT NOT NULL,
  id TEXT NOT NULL,
  n1 BIGINT NOT NULL,
  n2 BIGINT NOT NULL,
  n3 BIGINT NOT NULL,
  n4 BIGINT NOT NULL,
  n5 BIGINT NOT NULL,
  n6 BIGINT NOT NULL,
  PRIMARY KEY (name, path, id)
) WITHOUT ROWID;
INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
  SELECT 'members', path, organization_id, members, probationary, without_phone, waiting, 0, 0 FROM branch_count;
",
};
