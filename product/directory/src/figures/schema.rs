//! The table of marks, and what members of a rare kind are listed by.

use ejia_db::Migration;

/// A mark is a row of its own and no flag on the organization's: writers never wait for one another over it, and a mark
/// that is not seen yet is not deleted either.
///
/// Of ethnic groups and of education the frequent values need no index: a page of 50 is found soon.
pub(crate) const FIRST: Migration = Migration {
    name: "directory.figures_001",
    sql: "
CREATE TABLE organization_changed (
  organization_id TEXT NOT NULL
);
CREATE INDEX organization_changed_organization_id ON organization_changed(organization_id);
CREATE INDEX member_list_ethnic_group ON member(ethnic_group, path, sort_key, id)
  WHERE departed_at IS NULL AND ethnic_group <> '汉族';
CREATE INDEX member_list_education ON member(education, path, sort_key, id)
  WHERE departed_at IS NULL AND education IN ('中专', '中技', '小学', '其他');
",
};
