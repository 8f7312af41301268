//! The tables of groups.

use ejia_db::Migration;

/// Groups of branches, and their members: a member stands in one group at most.
pub(crate) const FIRST: Migration = Migration {
    name: "meetings.groups_001",
    sql: "
CREATE TABLE meeting_group (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  name TEXT NOT NULL,
  leader_id TEXT,
  closed_at BIGINT
);
CREATE UNIQUE INDEX meeting_group_organization_id_name_key ON meeting_group(organization_id, name) WHERE closed_at IS NULL;

CREATE TABLE meeting_group_member (
  member_id TEXT PRIMARY KEY,
  group_id TEXT NOT NULL
);
CREATE INDEX meeting_group_member_group_id ON meeting_group_member(group_id, member_id);
",
};
