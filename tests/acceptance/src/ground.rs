//! What a house stands on: which database, and whether its files lie in a folder or in a bucket.

use ejia_buckets::testing::Server;

use crate::house::House;

/// Which database a house stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file.
    Sqlite,
    /// A PostgreSQL of the tests' own.
    Postgres,
}

impl House {
    /// Runs a test on each database.
    pub fn on_both(test: impl Fn(&Self)) {
        for database in [Database::Sqlite, Database::Postgres] {
            eprintln!("-- on {database:?}");
            test(&Self::start(database));
        }
    }

    /// Runs a test on each database, its files in a folder on the one and in a bucket on the other.
    pub fn on_folder_and_bucket(test: impl Fn(&Self)) {
        test(&Self::start(Database::Sqlite));
        let mut house = Self::build(Database::Postgres, false, Some(Server::shared().account.clone()));
        house.settle();
        test(&house);
    }
}
