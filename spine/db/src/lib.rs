//! One door to the database, SQLite or PostgreSQL alike.
//!
//! Everything that touches data is a plain synchronous closure over a [`Txn`]. [`Desk::read`] and
//! [`Desk::write`] carry the closure to a thread that owns a connection and bring its answer back:
//!
//! * **SQLite** has one writer thread that commits in groups. What waits in its queue is run in one
//!   transaction, each closure in a savepoint of its own, and nobody is answered before the commit.
//!   A closure that fails is rolled back alone; its neighbours never notice. Reader threads serve
//!   reads beside it (WAL).
//! * **PostgreSQL** has threads of one connection each. A write is one transaction; a read runs its
//!   statements one by one without a transaction. Statements travel in groups: a write whose outcome nobody
//!   waits for ([`Txn::later`]) goes with the next question or with the commit, and `BEGIN` with the first.
//!
//! A closure may be run again (serialization failure, lost connection), so it must have no effect
//! outside the transaction. The queue is bounded: a full one answers [`Problem::busy`] at once.
//!
//! SQL is one text for both: `$1, $2` for parameters, the column types `BIGINT`, `TEXT`, `BLOB` and
//! `BOOLEAN`, no database clocks. What differs lives in `dialect.rs`. `TEXT` is ordered by bytes on both.
//!
//! After a statement has failed, the transaction is spent on both databases: every later statement
//! answers [`DbError::Spent`] and the transaction is rolled back. Use [`Txn::attempt`] where a failure
//! is an expected answer and work goes on. A write that was left for later fails at the statement it
//! travels with, or at the commit; the closure's caller hears of it either way.
//!
//! [`Problem::busy`]: ejia_kernel::Problem::busy

mod blobs;
mod desk;
mod dialect;
mod error;
mod migrate;
mod postgres;
mod shelf;
mod sqlite;
mod task;
mod testing;
mod together;
mod txn;
mod value;

pub use blobs::{Blobs, Holds};
pub use desk::{Connections, Desk};
pub use error::DbError;
pub use migrate::Migration;
pub use shelf::Shelf;
pub use testing::{PostgresCluster, TestDatabase};
pub use together::{filled, places};
pub use txn::Txn;
pub use value::{FromValue, Row, Value};
