//! What the lists of records are read by.

use ejia_db::Migration;

/// What a list is narrowed by stands beside who sees a transfer, and each list has an index that holds all of it; also
/// what the index itself is chosen by, without which SQLite would look into the table.
///
/// `transfer_party_receipt` is for the reminder of receipts that are still to come.
pub(crate) const FIRST: Migration = Migration {
    name: "transfers.records_001",
    sql: "
ALTER TABLE transfer_party ADD COLUMN stage TEXT NOT NULL DEFAULT '';
ALTER TABLE transfer_party ADD COLUMN direction TEXT NOT NULL DEFAULT '';
ALTER TABLE transfer_party ADD COLUMN name TEXT NOT NULL DEFAULT '';
UPDATE transfer_party SET (stage, direction, name) =
  (SELECT t.stage, t.direction, t.name FROM transfer t WHERE t.id = transfer_party.transfer_id);
CREATE INDEX transfer_party_out
  ON transfer_party(organization_id, transfer_id, stage, direction, name, leaves, enters)
  WHERE leaves AND NOT enters;
CREATE INDEX transfer_party_in
  ON transfer_party(organization_id, transfer_id, stage, direction, name, leaves, enters)
  WHERE enters AND NOT leaves;
CREATE INDEX transfer_party_internal
  ON transfer_party(organization_id, transfer_id, stage, direction, name, internal)
  WHERE internal;
CREATE INDEX transfer_party_receipt ON transfer_party(organization_id, transfer_id, leaves, stage)
  WHERE leaves AND stage = 'receipt';
",
};

/// The lists of what is under way, which history does not make longer.
pub(crate) const FIGURES: Migration = Migration {
    name: "transfers.figures_001",
    sql: "
CREATE INDEX transfer_party_open ON transfer_party(organization_id, transfer_id)
  WHERE stage IN ('review', 'issue', 'allocate', 'accept', 'receipt', 'returned');
",
};
