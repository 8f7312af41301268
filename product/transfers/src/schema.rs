//! The tables of transfers.

use ejia_db::{Blobs, Holds, Migration};

use crate::{incoming, letters};

/// The first step: transfers, what was done on the way, and who sees them.
///
/// `transfer_member_id_key` makes two open transfers of one member impossible. `transfer_party` has a row for every
/// organization at or above either end, so that a list asks by organization and never looks at others' transfers.
pub(crate) const FIRST: Migration = Migration {
    name: "transfers.001_first",
    sql: "
CREATE TABLE transfer (
  id TEXT PRIMARY KEY,
  direction TEXT NOT NULL,
  member_id TEXT,
  name TEXT NOT NULL,
  sort_key TEXT NOT NULL,
  from_organization_id TEXT,
  from_name TEXT NOT NULL,
  to_organization_id TEXT,
  to_name TEXT NOT NULL,
  unit TEXT NOT NULL,
  committee_id TEXT,
  addressee TEXT NOT NULL,
  reason TEXT NOT NULL,
  remark TEXT NOT NULL,
  stage TEXT NOT NULL,
  at_organization_id TEXT,
  since BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  ended_at BIGINT,
  version BIGINT NOT NULL
);
CREATE UNIQUE INDEX transfer_member_id_key ON transfer(member_id) WHERE ended_at IS NULL AND member_id IS NOT NULL;
CREATE INDEX transfer_of_member ON transfer(member_id, id);
CREATE INDEX transfer_at ON transfer(at_organization_id, stage, since) WHERE ended_at IS NULL;

CREATE TABLE transfer_step (
  transfer_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  act TEXT NOT NULL,
  at BIGINT NOT NULL,
  organization_id TEXT,
  organization TEXT NOT NULL,
  by_name TEXT NOT NULL,
  said TEXT NOT NULL,
  PRIMARY KEY (transfer_id, position)
);

CREATE TABLE transfer_party (
  organization_id TEXT NOT NULL,
  transfer_id TEXT NOT NULL,
  leaves BOOLEAN NOT NULL,
  enters BOOLEAN NOT NULL,
  internal BOOLEAN NOT NULL,
  PRIMARY KEY (organization_id, transfer_id)
);
CREATE INDEX transfer_party_transfer_id ON transfer_party(transfer_id);

CREATE TABLE transfer_issuer (
  organization_id TEXT PRIMARY KEY,
  may_issue BOOLEAN NOT NULL
);
",
};

/// What people from outside have told of themselves: sealed, and forgotten when their application has ended.
pub(crate) const INCOMING: Migration = Migration {
    name: "transfers.incoming_001",
    sql: "
CREATE TABLE transfer_applicant (
  transfer_id TEXT PRIMARY KEY,
  applicant_id TEXT NOT NULL,
  id_card_index BLOB NOT NULL,
  told_sealed BLOB,
  photo_key TEXT,
  ended_at BIGINT
);
CREATE UNIQUE INDEX transfer_applicant_id_card_index_key ON transfer_applicant(id_card_index) WHERE ended_at IS NULL;
CREATE INDEX transfer_applicant_applicant_id ON transfer_applicant(applicant_id, transfer_id);
",
};

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs {
        table: "transfer_applicant",
        key: &["transfer_id"],
        columns: &[("id_card_index", Holds::Index), ("told_sealed", Holds::Sealed(incoming::store::TOLD))],
    },
    Blobs {
        table: "transfer_letter",
        key: &["id"],
        columns: &[
            ("content", Holds::Sealed(letters::say::PURPOSE)),
            ("receipt_index", Holds::Index),
            ("signature", Holds::Open),
        ],
    },
];
