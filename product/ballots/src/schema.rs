//! The tables of secret votes.

use ejia_db::{Blobs, Holds, Migration};

/// The migrations of this crate, in order.
///
/// Nothing here tells when or in which order somebody voted. `ballot_voter` and `ballot_sealed` share the id of the vote
/// and no more. Tables of ballots are kept by their key alone (`WITHOUT ROWID`), so that SQLite numbers no rows;
/// PostgreSQL's own row numbers tie a voter at most to a sealed ballot, never to an opened one.
///
/// `ballot_key` has a row for every private key that lies in the store, from before it is put until after it is
/// destroyed: no key is forgotten there.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "ballots.001_first",
    sql: "
CREATE TABLE ballot (
  id TEXT PRIMARY KEY,
  organization_id TEXT NOT NULL,
  purpose TEXT NOT NULL,
  title TEXT NOT NULL,
  most BIGINT NOT NULL,
  tell TEXT NOT NULL,
  public_key BLOB NOT NULL,
  locked BOOLEAN NOT NULL,
  state TEXT NOT NULL,
  void_because TEXT,
  valid BIGINT
);

CREATE TABLE ballot_option (
  ballot_id TEXT NOT NULL,
  place BIGINT NOT NULL,
  name TEXT NOT NULL,
  votes BIGINT,
  PRIMARY KEY (ballot_id, place)
) WITHOUT ROWID;

CREATE TABLE ballot_voter (
  ballot_id TEXT NOT NULL,
  member_id TEXT NOT NULL,
  voted BOOLEAN NOT NULL,
  PRIMARY KEY (ballot_id, member_id)
) WITHOUT ROWID;

CREATE TABLE ballot_sealed (
  ballot_id TEXT NOT NULL,
  id BLOB NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (ballot_id, id)
) WITHOUT ROWID;

CREATE TABLE ballot_listed (
  ballot_id TEXT NOT NULL,
  code TEXT NOT NULL,
  chosen BIGINT NOT NULL,
  PRIMARY KEY (ballot_id, code)
) WITHOUT ROWID;

CREATE TABLE ballot_key (
  key_file TEXT PRIMARY KEY,
  ballot_id TEXT,
  prepared_at BIGINT NOT NULL,
  doomed BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX ballot_key_ballot_id_key ON ballot_key(ballot_id) WHERE ballot_id IS NOT NULL;
",
}];

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[
    Blobs { table: "ballot", key: &["id"], columns: &[("public_key", Holds::Open)] },
    Blobs {
        table: "ballot_sealed",
        key: &["ballot_id", "id"],
        columns: &[("id", Holds::Hash), ("sealed", Holds::Foreign)],
    },
];
