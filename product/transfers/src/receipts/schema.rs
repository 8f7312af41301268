//! The table of receipts.

use ejia_db::Migration;

/// Receipts, and where their photos lie.
pub(crate) const FIRST: Migration = Migration {
    name: "transfers.receipts_001",
    sql: "
CREATE TABLE transfer_receipt (
  id TEXT PRIMARY KEY,
  transfer_id TEXT NOT NULL,
  letter_id TEXT NOT NULL,
  source TEXT NOT NULL,
  state TEXT NOT NULL,
  photo_key TEXT,
  sent_at BIGINT NOT NULL,
  sent_by TEXT NOT NULL,
  decided_at BIGINT,
  decided_by TEXT NOT NULL,
  reason TEXT NOT NULL
);
CREATE INDEX transfer_receipt_transfer_id ON transfer_receipt(transfer_id, id);
CREATE INDEX transfer_receipt_waiting ON transfer_receipt(letter_id) WHERE state = 'waiting';
",
};
