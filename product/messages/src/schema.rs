//! The table of messages.

use ejia_db::{Blobs, Holds, Migration};

use crate::store::{PARAMS, PHONE};

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[FIRST, ROUTES, COMPANIES];

const FIRST: Migration = Migration {
    name: "messages.001_first",
    sql: "
CREATE TABLE message (
  id TEXT PRIMARY KEY,
  template TEXT NOT NULL,
  about_kind TEXT,
  about_id TEXT,
  idempotency_key TEXT,
  phone_index BLOB NOT NULL,
  phone_sealed BLOB,
  params_sealed BLOB,
  state TEXT NOT NULL,
  reason TEXT,
  attempts BIGINT NOT NULL,
  carrier_number TEXT,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  tried_at BIGINT,
  sent_at BIGINT,
  asked_at BIGINT,
  ended_at BIGINT
);
CREATE UNIQUE INDEX message_idempotency_key_key ON message(idempotency_key);
CREATE INDEX message_open ON message(expires_at) WHERE ended_at IS NULL;
CREATE INDEX message_carrier_number ON message(carrier_number);
",
};

const ROUTES: Migration = Migration {
    name: "messages.002_routes",
    sql: "
ALTER TABLE message ADD COLUMN route TEXT NOT NULL DEFAULT 'sms';
ALTER TABLE message ADD COLUMN reader_id TEXT;
ALTER TABLE message ADD COLUMN pushed_at BIGINT;
ALTER TABLE message ADD COLUMN read_at BIGINT;
CREATE INDEX message_reader ON message(reader_id, id) WHERE reader_id IS NOT NULL;
CREATE TABLE push_report (
  number TEXT PRIMARY KEY,
  failure TEXT,
  told_at BIGINT NOT NULL
);
",
};

const COMPANIES: Migration = Migration {
    name: "messages.003_companies",
    sql: "
ALTER TABLE message ADD COLUMN company TEXT;
ALTER TABLE push_report ADD COLUMN phone_index BLOB;
",
};

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs {
        table: "message",
        key: &["id"],
        columns: &[
            ("phone_index", Holds::Index),
            ("phone_sealed", Holds::Sealed(PHONE)),
            ("params_sealed", Holds::Sealed(PARAMS)),
        ],
    },
    Blobs { table: "push_report", key: &["number"], columns: &[("phone_index", Holds::Index)] },
];
