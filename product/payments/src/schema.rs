//! The tables of orders, money in and out, events, the journal and reconciliation.

use ejia_db::Migration;

/// The migrations of this crate, in order.
///
/// What became of a line is not written on it when its order is paid (that would be one more statement for each
/// payment): a line of a paid order is settled unless all of it was given back.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "payments.001_first",
    sql: "
CREATE TABLE payment_order (
  id TEXT PRIMARY KEY,
  purpose TEXT NOT NULL,
  channel TEXT NOT NULL,
  payer_kind TEXT NOT NULL,
  payer_id TEXT NOT NULL,
  payer_name TEXT NOT NULL,
  amount BIGINT NOT NULL,
  remark TEXT NOT NULL,
  state TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  ask_at BIGINT NOT NULL,
  paid_at BIGINT,
  trade TEXT,
  closed_at BIGINT
);
CREATE INDEX payment_order_opened_at ON payment_order(opened_at);
CREATE INDEX payment_order_to_ask ON payment_order(ask_at) WHERE state = 'open';
CREATE TABLE payment_order_line (
  order_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  subject TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  amount BIGINT NOT NULL,
  given_back BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  PRIMARY KEY (order_id, position)
) WITHOUT ROWID;
CREATE INDEX payment_order_line_subject ON payment_order_line(subject);
CREATE INDEX payment_order_line_organization ON payment_order_line(organization_id, opened_at);
CREATE TABLE payment (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  trade TEXT NOT NULL,
  number TEXT NOT NULL,
  order_id TEXT,
  amount BIGINT NOT NULL,
  means TEXT NOT NULL,
  learned TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  paid_at BIGINT NOT NULL,
  day TEXT NOT NULL,
  taken_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX payment_channel_trade_key ON payment(channel, trade);
CREATE INDEX payment_order_id ON payment(order_id);
CREATE INDEX payment_day ON payment(day, channel);
CREATE TABLE payment_refund (
  id TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL,
  order_id TEXT,
  channel TEXT NOT NULL,
  organization_id TEXT,
  amount BIGINT NOT NULL,
  reason TEXT NOT NULL,
  state TEXT NOT NULL,
  tries BIGINT NOT NULL,
  asked_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  fault TEXT NOT NULL,
  ended_at BIGINT,
  done_on TEXT,
  listed_on TEXT
);
CREATE INDEX payment_refund_due ON payment_refund(due_at) WHERE state IN ('asked', 'underway');
CREATE INDEX payment_refund_order_id ON payment_refund(order_id);
CREATE INDEX payment_refund_unlisted ON payment_refund(channel, done_on) WHERE state = 'done' AND listed_on IS NULL;
CREATE INDEX payment_refund_refused ON payment_refund(asked_at) WHERE state = 'refused';
CREATE TABLE payment_event (
  id TEXT PRIMARY KEY,
  order_id TEXT,
  channel TEXT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  amount BIGINT,
  detail TEXT NOT NULL
);
CREATE INDEX payment_event_order_id ON payment_event(order_id);
CREATE INDEX payment_event_channel ON payment_event(channel, at);
CREATE TABLE payment_journal (
  day TEXT NOT NULL,
  entry_id TEXT NOT NULL,
  position BIGINT NOT NULL,
  at BIGINT NOT NULL,
  why TEXT NOT NULL,
  about TEXT NOT NULL,
  account TEXT NOT NULL,
  organization_id TEXT NOT NULL,
  debit BIGINT NOT NULL,
  credit BIGINT NOT NULL,
  PRIMARY KEY (day, entry_id, position)
) WITHOUT ROWID;
CREATE TABLE payment_statement (
  channel TEXT NOT NULL,
  day TEXT NOT NULL,
  read_at BIGINT NOT NULL,
  payments BIGINT NOT NULL,
  paid_amount BIGINT NOT NULL,
  refunds BIGINT NOT NULL,
  refunded_amount BIGINT NOT NULL,
  PRIMARY KEY (channel, day)
) WITHOUT ROWID;
CREATE TABLE payment_difference (
  id TEXT PRIMARY KEY,
  channel TEXT NOT NULL,
  day TEXT NOT NULL,
  kind TEXT NOT NULL,
  about TEXT NOT NULL,
  number TEXT NOT NULL,
  trade TEXT NOT NULL,
  here BIGINT,
  there BIGINT,
  order_id TEXT,
  found_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  remedy TEXT NOT NULL,
  note TEXT NOT NULL,
  administrator_id TEXT,
  ended_at BIGINT
);
CREATE UNIQUE INDEX payment_difference_channel_about_kind_number_trade_key
  ON payment_difference(channel, about, kind, number, trade);
CREATE INDEX payment_difference_day ON payment_difference(day);
CREATE INDEX payment_difference_open ON payment_difference(channel, day) WHERE state = 'open';
",
}];
