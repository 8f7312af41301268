//! The tables of bills and of their totals.

use ejia_db::Migration;

/// The migration of bills.
///
/// A member has one bill a month (sequence 0), whichever branch sets it; what changes after it was paid is a difference
/// entry with the next sequence; a negative one names the paid bill (`of_bill`) whose money goes back. Totals are kept exactly, in the transaction of whoever changes a bill, so that a
/// committee's figures are read and not counted.
pub(crate) const FIRST: Migration = Migration {
    name: "dues.bills_001_first",
    sql: "
CREATE TABLE dues_bill (
  id TEXT PRIMARY KEY,
  member_id TEXT NOT NULL,
  member_name TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  month TEXT NOT NULL,
  sequence BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  basis TEXT NOT NULL,
  base BIGINT,
  computed BIGINT,
  rate TEXT NOT NULL,
  article TEXT NOT NULL,
  rounding TEXT NOT NULL,
  typed_reason TEXT NOT NULL,
  exemption TEXT NOT NULL,
  state TEXT NOT NULL,
  issued_at BIGINT NOT NULL,
  paid_at BIGINT,
  order_id TEXT,
  channel TEXT,
  payer_id TEXT,
  payer_name TEXT,
  of_bill TEXT
);
CREATE UNIQUE INDEX dues_bill_member_id_month_sequence_key ON dues_bill(member_id, month, sequence);
CREATE INDEX dues_bill_due ON dues_bill(member_id, month) WHERE state = 'due';
CREATE INDEX dues_bill_sheet ON dues_bill(organization_id, month, member_id);
CREATE TABLE dues_total (
  organization_id TEXT NOT NULL,
  month TEXT NOT NULL,
  billed BIGINT NOT NULL,
  billed_amount BIGINT NOT NULL,
  paid BIGINT NOT NULL,
  paid_amount BIGINT NOT NULL,
  exempt BIGINT NOT NULL,
  PRIMARY KEY (month, organization_id)
) WITHOUT ROWID;
",
};

/// The sums of what there was before sums were kept: written down as changes, to be gathered.
pub(crate) const SUMS: Migration = Migration {
    name: "dues.bills_002_sums",
    sql: "
INSERT INTO tree_change (name, path, id, n1, n2, n3, n4, n5, n6)
  SELECT 'dues ' || t.month, o.path, t.organization_id, t.billed, t.billed_amount, t.paid, t.paid_amount, t.exempt,
    CASE WHEN t.billed + t.exempt > 0 THEN 1 ELSE 0 END
  FROM dues_total t JOIN organization o ON o.id = t.organization_id;
",
};
