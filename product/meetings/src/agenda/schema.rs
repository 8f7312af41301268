//! The tables of agendas.

use ejia_db::Migration;

/// Items of agendas, and what members say to them: one text a member and item.
///
/// `choices` is a list of names, each with its votes once there are any; it is only ever read together with its item.
/// `due` and `present` are the voting members when it was decided upon: later changes of the list do not change what was
/// decided. Who voted what is nowhere here.
pub(crate) const FIRST: Migration = Migration {
    name: "meetings.agenda_001",
    sql: "
CREATE TABLE meeting_item (
  id TEXT PRIMARY KEY,
  meeting_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  choices TEXT NOT NULL,
  most BIGINT NOT NULL,
  base TEXT NOT NULL,
  state TEXT NOT NULL,
  manner TEXT,
  ballot_id TEXT,
  due BIGINT,
  present BIGINT,
  in_favour BIGINT,
  against BIGINT,
  abstaining BIGINT,
  outcome TEXT NOT NULL,
  opened_at BIGINT,
  closed_at BIGINT
);
CREATE INDEX meeting_item_of_meeting ON meeting_item(meeting_id, position, id);
CREATE UNIQUE INDEX meeting_item_ballot_id_key ON meeting_item(ballot_id) WHERE ballot_id IS NOT NULL;

CREATE TABLE meeting_opinion (
  item_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  name TEXT NOT NULL,
  said TEXT NOT NULL,
  said_at BIGINT NOT NULL,
  PRIMARY KEY (item_id, member_id)
);
",
};
