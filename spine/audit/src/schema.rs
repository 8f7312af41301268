//! The tables of the record.

use ejia_db::{Blobs, Holds, Migration};

/// The tables of the record and its chain.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "audit.001_record", sql: RECORD },
    Migration { name: "audit.002_reading", sql: READING },
    Migration { name: "audit.003_evidence", sql: EVIDENCE },
];

const RECORD: &str = "
        CREATE TABLE audit_entry (
            id TEXT PRIMARY KEY,
            at BIGINT NOT NULL,
            actor_kind TEXT NOT NULL,
            actor_id TEXT,
            action TEXT NOT NULL,
            subject_kind TEXT,
            subject_id TEXT,
            organization_id TEXT,
            facts TEXT NOT NULL,
            sealed BOOLEAN NOT NULL
        );
        CREATE INDEX audit_entry_by_subject ON audit_entry (subject_kind, subject_id, id);
        CREATE INDEX audit_entry_unsealed ON audit_entry (id) WHERE sealed = FALSE;
        CREATE TABLE audit_link (
            number BIGINT PRIMARY KEY,
            entry_id TEXT NOT NULL,
            hash BLOB NOT NULL
        );
        CREATE UNIQUE INDEX audit_link_entry_id_key ON audit_link (entry_id);
        CREATE TABLE audit_checkpoint (
            number BIGINT PRIMARY KEY,
            hash BLOB NOT NULL,
            at BIGINT NOT NULL,
            signature BLOB NOT NULL
        );
        CREATE TABLE audit_head (
            name TEXT PRIMARY KEY,
            number BIGINT NOT NULL,
            hash BLOB,
            at BIGINT NOT NULL,
            signature BLOB
        );
        INSERT INTO audit_head (name, number, at) VALUES ('chain', 0, 0);
    ";

/// For reading the record by actor and by act.
const READING: &str = "
        CREATE INDEX audit_entry_by_actor ON audit_entry (actor_id, id) WHERE actor_id IS NOT NULL;
        CREATE INDEX audit_entry_by_action ON audit_entry (action, id);
    ";

/// Who has written an entry (a MAC, made when it is written), and what each of its columns was when it was sealed.
const EVIDENCE: &str = "
        ALTER TABLE audit_entry ADD COLUMN mac BLOB;
        ALTER TABLE audit_link ADD COLUMN digests BLOB;
    ";

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs { table: "audit_entry", key: &["id"], columns: &[("mac", Holds::Index)] },
    Blobs { table: "audit_link", key: &["number"], columns: &[("hash", Holds::Hash), ("digests", Holds::Hash)] },
    Blobs {
        table: "audit_checkpoint",
        key: &["number"],
        columns: &[("hash", Holds::Hash), ("signature", Holds::Open)],
    },
    Blobs { table: "audit_head", key: &["name"], columns: &[("hash", Holds::Hash), ("signature", Holds::Open)] },
];
