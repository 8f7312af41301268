//! The tables of access. A password that was never set has no row: then the first password still stands.

use ejia_db::{Blobs, Holds, Migration};

use crate::store::{applicants, authenticators, bindings, computers};

/// The migrations of this crate, in order; they come after those of the directory.
pub const MIGRATIONS: &[Migration] = &[
    Migration { name: "access.001_first", sql: FIRST },
    Migration { name: "access.002_applicants", sql: APPLICANTS },
    Migration { name: "access.003_wechat", sql: WECHAT },
    Migration { name: "access.004_computers", sql: COMPUTERS },
    Migration { name: "access.005_authenticators", sql: AUTHENTICATORS },
    Migration { name: "access.006_devices", sql: DEVICES },
    Migration { name: "access.007_passkeys", sql: PASSKEYS },
    Migration { name: "access.008_tokens", sql: TOKENS },
];

const FIRST: &str = "
CREATE TABLE member_password (
  member_id TEXT PRIMARY KEY REFERENCES member(id),
  hash TEXT NOT NULL,
  must_change BOOLEAN NOT NULL,
  set_at BIGINT NOT NULL
);

CREATE TABLE administrator_password (
  administrator_id TEXT PRIMARY KEY REFERENCES administrator(id),
  hash TEXT NOT NULL,
  remind BOOLEAN NOT NULL,
  set_at BIGINT NOT NULL
);

CREATE TABLE session (
  token_hash BLOB PRIMARY KEY,
  id TEXT NOT NULL,
  account_kind TEXT NOT NULL,
  account_id TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX session_id_key ON session(id);
CREATE INDEX session_account ON session(account_id, account_kind, opened_at);
CREATE INDEX session_seen_at ON session(seen_at);

CREATE TABLE login_failures (
  door BLOB PRIMARY KEY,
  failed_at TEXT NOT NULL,
  locked_until BIGINT,
  touched_at BIGINT NOT NULL
);
CREATE INDEX login_failures_touched_at ON login_failures(touched_at);

CREATE TABLE codes_sent (
  receiver BLOB PRIMARY KEY,
  sent_at TEXT NOT NULL,
  touched_at BIGINT NOT NULL
);
CREATE INDEX codes_sent_touched_at ON codes_sent(touched_at);

CREATE TABLE challenge (
  token_hash BLOB PRIMARY KEY,
  purpose TEXT NOT NULL,
  account_kind TEXT,
  account_id TEXT,
  code_index BLOB,
  code_until BIGINT NOT NULL,
  tries BIGINT NOT NULL,
  passed_at BIGINT,
  until BIGINT NOT NULL
);
CREATE INDEX challenge_account ON challenge(account_id, account_kind);
CREATE INDEX challenge_until ON challenge(until);
";

/// People from outside who have proven that a phone is theirs; a challenge keeps the phone as long as it is not proven.
const APPLICANTS: &str = "
CREATE TABLE applicant (
  id TEXT PRIMARY KEY,
  phone_index BLOB NOT NULL,
  phone_sealed BLOB NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX applicant_phone_index_key ON applicant(phone_index);

ALTER TABLE challenge ADD COLUMN phone_sealed BLOB;
";

/// Whose WeChat is whose; events of the official account that were heard before; phones on their way in, first to WeChat
/// and then, when nobody is bound there, to the page where they bind; and at which door a session was opened.
const WECHAT: &str = "
CREATE TABLE wechat_binding (
  member_id TEXT PRIMARY KEY REFERENCES member(id),
  open_id_index BLOB NOT NULL,
  open_id_sealed BLOB NOT NULL,
  bound_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX wechat_binding_open_id_index_key ON wechat_binding(open_id_index);

CREATE TABLE wechat_event (
  key_index BLOB PRIMARY KEY,
  heard_at BIGINT NOT NULL
);
CREATE INDEX wechat_event_heard_at ON wechat_event(heard_at);

CREATE TABLE wechat_entry (
  key_hash BLOB PRIMARY KEY,
  onward TEXT NOT NULL,
  open_id_sealed BLOB,
  until BIGINT NOT NULL
);
CREATE INDEX wechat_entry_until ON wechat_entry(until);

ALTER TABLE session ADD COLUMN door TEXT NOT NULL DEFAULT 'web';
";

/// The encrypted channel: authorities that issue certificates, the computers that have one, a number that grows whenever
/// listeners must go by something new, and from which computer a session was opened.
const COMPUTERS: &str = "
CREATE TABLE channel_authority (
  generation BIGINT PRIMARY KEY,
  certificate BLOB NOT NULL,
  key_sealed BLOB NOT NULL,
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  retired_at BIGINT
);

CREATE TABLE channel_version (
  id BIGINT PRIMARY KEY,
  version BIGINT NOT NULL
);
INSERT INTO channel_version (id, version) VALUES (1, 0);

CREATE TABLE computer (
  serial TEXT PRIMARY KEY,
  administrator_id TEXT NOT NULL REFERENCES administrator(id),
  generation BIGINT NOT NULL REFERENCES channel_authority(generation),
  name TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  used_at BIGINT,
  renews TEXT,
  file_sealed BLOB,
  file_token_hash BLOB,
  file_until BIGINT
);
CREATE INDEX computer_administrator_id ON computer(administrator_id, issued_at);
CREATE INDEX computer_generation ON computer(generation);
CREATE UNIQUE INDEX computer_file_token_hash_key ON computer(file_token_hash);

ALTER TABLE session ADD COLUMN computer TEXT;
CREATE INDEX session_computer ON session(computer);
";

/// Authenticator apps of administrators: one that was begun counts once it was confirmed; and codes for the day on which it
/// is not at hand, each good once.
const AUTHENTICATORS: &str = "
CREATE TABLE authenticator (
  administrator_id TEXT PRIMARY KEY REFERENCES administrator(id),
  secret_sealed BLOB NOT NULL,
  confirmed_at BIGINT,
  last_step BIGINT NOT NULL
);

CREATE TABLE recovery_code (
  code_index BLOB PRIMARY KEY,
  administrator_id TEXT NOT NULL REFERENCES administrator(id)
);
CREATE INDEX recovery_code_administrator_id ON recovery_code(administrator_id);
";

/// What a session was opened with, in a few words.
const DEVICES: &str = "
ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';
";

/// Passkeys of administrators.
const PASSKEYS: &str = "
CREATE TABLE passkey (
  credential_id BLOB PRIMARY KEY,
  administrator_id TEXT NOT NULL REFERENCES administrator(id),
  public_key BLOB NOT NULL,
  counter BIGINT NOT NULL,
  name TEXT NOT NULL,
  added_at BIGINT NOT NULL,
  used_at BIGINT
);
CREATE INDEX passkey_administrator_id ON passkey(administrator_id);
";

/// Tokens of organizations, which programs bear: whose, by whom made, for what, from where, and when last used.
const TOKENS: &str = "
CREATE TABLE organization_token (
  token_hash BLOB PRIMARY KEY,
  id TEXT NOT NULL,
  organization_id TEXT NOT NULL REFERENCES organization(id),
  administrator_id TEXT NOT NULL REFERENCES administrator(id),
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  addresses TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  revoked_at BIGINT,
  used_at BIGINT,
  uses BIGINT NOT NULL
);
CREATE UNIQUE INDEX organization_token_id_key ON organization_token(id);
CREATE INDEX organization_token_organization_id ON organization_token(organization_id, made_at);
CREATE INDEX organization_token_expires_at ON organization_token(expires_at);
";

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs { table: "organization_token", key: &["token_hash"], columns: &[("token_hash", Holds::Hash)] },
    Blobs { table: "session", key: &["token_hash"], columns: &[("token_hash", Holds::Hash)] },
    Blobs { table: "login_failures", key: &["door"], columns: &[("door", Holds::Index)] },
    Blobs { table: "codes_sent", key: &["receiver"], columns: &[("receiver", Holds::Index)] },
    Blobs {
        table: "challenge",
        key: &["token_hash"],
        columns: &[
            ("token_hash", Holds::Hash),
            ("code_index", Holds::Index),
            ("phone_sealed", Holds::Sealed(applicants::PHONE)),
        ],
    },
    Blobs {
        table: "applicant",
        key: &["id"],
        columns: &[("phone_index", Holds::Index), ("phone_sealed", Holds::Sealed(applicants::PHONE))],
    },
    Blobs {
        table: "wechat_binding",
        key: &["member_id"],
        columns: &[("open_id_index", Holds::Index), ("open_id_sealed", Holds::Sealed(bindings::OPEN_ID))],
    },
    Blobs { table: "wechat_event", key: &["key_index"], columns: &[("key_index", Holds::Index)] },
    Blobs {
        table: "wechat_entry",
        key: &["key_hash"],
        columns: &[("key_hash", Holds::Hash), ("open_id_sealed", Holds::Sealed(bindings::OPEN_ID))],
    },
    Blobs {
        table: "channel_authority",
        key: &["generation"],
        columns: &[("certificate", Holds::Open), ("key_sealed", Holds::Sealed(computers::KEY))],
    },
    Blobs {
        table: "computer",
        key: &["serial"],
        columns: &[("file_sealed", Holds::Sealed(computers::FILE)), ("file_token_hash", Holds::Hash)],
    },
    Blobs {
        table: "authenticator",
        key: &["administrator_id"],
        columns: &[("secret_sealed", Holds::Sealed(authenticators::SECRET))],
    },
    Blobs { table: "recovery_code", key: &["code_index"], columns: &[("code_index", Holds::Index)] },
    Blobs {
        table: "passkey",
        key: &["credential_id"],
        columns: &[("credential_id", Holds::Open), ("public_key", Holds::Open)],
    },
];
