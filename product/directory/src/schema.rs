//! The tables of the directory.
//!
//! Numbers of people (ID card, phone) are kept twice: sealed, to be shown, and as a blind index, to be found. What a
//! list is filtered by has a partial index of its own, in the order of the list, so that a page of 50 reads 50 rows.

use ejia_db::{Blobs, Holds, Migration};

use crate::{administrators, cases, import, members, organizations};

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "directory.001_first",
    sql: "
CREATE TABLE tree_version (
  id BIGINT PRIMARY KEY,
  version TEXT NOT NULL
);
INSERT INTO tree_version (id, version) VALUES (1, 'empty');

CREATE TABLE organization (
  id TEXT PRIMARY KEY,
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  level BIGINT,
  parent_id TEXT REFERENCES organization(id),
  path TEXT NOT NULL,
  work_unit TEXT NOT NULL,
  secretary TEXT NOT NULL,
  contact TEXT NOT NULL,
  contact_phone_sealed BLOB,
  founded_on TEXT,
  term_ends_on TEXT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  closed_at BIGINT
);
CREATE UNIQUE INDEX organization_code_key ON organization(code);
CREATE UNIQUE INDEX organization_path_key ON organization(path);
CREATE INDEX organization_parent_id ON organization(parent_id);

CREATE TABLE branch_count (
  path TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  members BIGINT NOT NULL,
  probationary BIGINT NOT NULL,
  without_phone BIGINT NOT NULL,
  waiting BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE member (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization(id),
  path TEXT NOT NULL,
  name TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  id_card_sealed BLOB NOT NULL,
  id_card_index BLOB NOT NULL,
  phone_sealed BLOB,
  phone_index BLOB,
  sex TEXT NOT NULL,
  ethnic_group TEXT NOT NULL,
  born_on TEXT NOT NULL,
  education TEXT NOT NULL,
  kind TEXT NOT NULL,
  admitted_on TEXT,
  full_on TEXT,
  post TEXT NOT NULL,
  landline_sealed BLOB,
  address_sealed BLOB,
  standing TEXT NOT NULL,
  lost BOOLEAN NOT NULL,
  lost_on TEXT,
  floating BOOLEAN NOT NULL,
  floating_to TEXT NOT NULL,
  waiting BIGINT NOT NULL,
  reviewed_at BIGINT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  departed_at BIGINT,
  departed_reason TEXT,
  departed_note TEXT
);
CREATE UNIQUE INDEX member_id_card_index_key ON member(id_card_index) WHERE departed_at IS NULL;
CREATE UNIQUE INDEX member_phone_index_key ON member(phone_index) WHERE departed_at IS NULL AND phone_index IS NOT NULL;
CREATE INDEX member_list ON member(path, sort_key, id) WHERE departed_at IS NULL;
CREATE INDEX member_list_probationary ON member(path, sort_key, id) WHERE departed_at IS NULL AND kind = 'probationary';
CREATE INDEX member_list_standing ON member(path, sort_key, id) WHERE departed_at IS NULL AND standing <> 'normal';
CREATE INDEX member_list_without_phone ON member(path, sort_key, id) WHERE departed_at IS NULL AND phone_index IS NULL;
CREATE INDEX member_list_waiting ON member(path, sort_key, id) WHERE departed_at IS NULL AND waiting > 0;
CREATE INDEX member_list_departed ON member(path, sort_key, id) WHERE departed_at IS NOT NULL;

CREATE TABLE member_term (
  term TEXT NOT NULL,
  path TEXT NOT NULL,
  member_id TEXT NOT NULL,
  PRIMARY KEY (term, path, member_id)
) WITHOUT ROWID;

CREATE TABLE record_change (
  id TEXT PRIMARY KEY,
  member_id TEXT NOT NULL REFERENCES member(id),
  organization_id TEXT NOT NULL,
  path TEXT NOT NULL,
  field TEXT NOT NULL,
  before_sealed BLOB NOT NULL,
  after_sealed BLOB NOT NULL,
  source TEXT NOT NULL,
  by_id TEXT,
  by_name TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  decided_by_id TEXT,
  decided_by_name TEXT,
  decided_at BIGINT,
  reason TEXT
);
CREATE UNIQUE INDEX record_change_member_id_field_key ON record_change(member_id, field) WHERE state = 'waiting';
CREATE INDEX record_change_member_id_made_at ON record_change(member_id, made_at);
CREATE INDEX record_change_queue ON record_change(path, member_id, id) WHERE state = 'waiting';

CREATE TABLE record_reading (
  id TEXT PRIMARY KEY,
  member_id TEXT NOT NULL REFERENCES member(id),
  read_at BIGINT NOT NULL,
  administrator_id TEXT NOT NULL,
  administrator_name TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  organization_name TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX record_reading_member_id ON record_reading(member_id, read_at, id);

CREATE TABLE case_counter (
  year BIGINT PRIMARY KEY,
  last BIGINT NOT NULL
);

CREATE TABLE record_case (
  id TEXT PRIMARY KEY,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  claim_index BLOB NOT NULL,
  claim_sealed BLOB NOT NULL,
  claimant_key TEXT NOT NULL,
  claimant_member_id TEXT,
  claimant_name TEXT NOT NULL,
  claimant_organization_id TEXT NOT NULL,
  holder_member_id TEXT NOT NULL,
  holder_organization_id TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  opened_by_id TEXT,
  opened_by_name TEXT NOT NULL,
  state TEXT NOT NULL,
  outcome TEXT,
  note TEXT,
  resolved_by_name TEXT,
  resolved_at BIGINT
);
CREATE UNIQUE INDEX record_case_number_key ON record_case(number);
CREATE UNIQUE INDEX record_case_claim_index_claimant_key_holder_member_id_key ON record_case(claim_index, claimant_key, holder_member_id) WHERE state = 'open';
CREATE INDEX record_case_state ON record_case(state, number);
CREATE INDEX record_case_claimant ON record_case(claimant_member_id, number);
CREATE INDEX record_case_holder ON record_case(holder_member_id, number);

CREATE TABLE administrator (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL REFERENCES organization(id),
  user_name TEXT,
  seat BIGINT NOT NULL,
  name TEXT NOT NULL,
  phone_sealed BLOB,
  phone_index BLOB,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  removed_at BIGINT
);
CREATE UNIQUE INDEX administrator_user_name_key ON administrator(user_name) WHERE removed_at IS NULL AND user_name IS NOT NULL;
CREATE UNIQUE INDEX administrator_organization_id_seat_key ON administrator(organization_id, seat) WHERE removed_at IS NULL;
",
}, crate::import::schema::FIRST, crate::figures::schema::FIRST, crate::sums::schema::FIRST];

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs {
        table: "organization",
        key: &["id"],
        columns: &[("contact_phone_sealed", Holds::Sealed(organizations::store::PHONE))],
    },
    Blobs {
        table: "member",
        key: &["id"],
        columns: &[
            ("id_card_sealed", Holds::Sealed(members::store::ID_CARD)),
            ("id_card_index", Holds::Index),
            ("phone_sealed", Holds::Sealed(members::store::PHONE)),
            ("phone_index", Holds::Index),
            ("landline_sealed", Holds::Sealed(members::store::LANDLINE)),
            ("address_sealed", Holds::Sealed(members::store::ADDRESS)),
        ],
    },
    Blobs {
        table: "record_change",
        key: &["id"],
        columns: &[
            ("before_sealed", Holds::Sealed(members::store::history::CHANGE)),
            ("after_sealed", Holds::Sealed(members::store::history::CHANGE)),
        ],
    },
    Blobs {
        table: "record_case",
        key: &["id"],
        columns: &[("claim_index", Holds::Index), ("claim_sealed", Holds::Sealed(cases::store::CLAIM))],
    },
    Blobs {
        table: "administrator",
        key: &["id"],
        columns: &[("phone_sealed", Holds::Sealed(administrators::store::PHONE)), ("phone_index", Holds::Index)],
    },
    Blobs {
        table: "import_row",
        key: &["run_id", "rank", "number"],
        columns: &[("sealed", Holds::Sealed(import::store::SEALED))],
    },
];
