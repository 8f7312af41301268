//! The tables of letters.

use ejia_db::Migration;

/// Letters, the counters of their numbers, and what stands on them.
///
/// `transfer_letter_transfer_id_key` allows one letter of a transfer that is not void; `…_sequence_key` stands behind the
/// counter, whose row a transaction that issues keeps locked.
pub(crate) const FIRST: Migration = Migration {
    name: "transfers.letters_001",
    sql: "
CREATE TABLE transfer_letter (
  id TEXT PRIMARY KEY,
  transfer_id TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  issuer TEXT NOT NULL,
  year BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  number TEXT NOT NULL,
  name TEXT NOT NULL,
  content BLOB NOT NULL,
  check_token TEXT NOT NULL,
  receipt_index BLOB NOT NULL,
  signature_kind TEXT NOT NULL,
  signature BLOB NOT NULL,
  issued_at BIGINT NOT NULL,
  valid_until TEXT NOT NULL,
  file_key TEXT,
  printed_at BIGINT,
  print_attempt TEXT,
  void_at BIGINT,
  void_reason TEXT,
  answered_at BIGINT
);
CREATE UNIQUE INDEX transfer_letter_transfer_id_key ON transfer_letter(transfer_id) WHERE void_at IS NULL;
CREATE UNIQUE INDEX transfer_letter_organization_id_year_sequence_key
  ON transfer_letter(organization_id, year, sequence);
CREATE UNIQUE INDEX transfer_letter_check_token_key ON transfer_letter(check_token);
CREATE UNIQUE INDEX transfer_letter_receipt_index_key ON transfer_letter(receipt_index);
CREATE INDEX transfer_letter_of ON transfer_letter(transfer_id, issued_at);

CREATE TABLE transfer_letter_counter (
  organization_id TEXT NOT NULL,
  year BIGINT NOT NULL,
  issued BIGINT NOT NULL,
  PRIMARY KEY (organization_id, year)
);

CREATE TABLE transfer_letterhead (
  organization_id TEXT PRIMARY KEY,
  word TEXT NOT NULL,
  seal TEXT NOT NULL,
  address TEXT NOT NULL,
  phone TEXT NOT NULL,
  fax TEXT NOT NULL,
  postcode TEXT NOT NULL
);
",
};
