//! The table of what the service has lent us.

use ejia_db::{Blobs, Holds, Migration};

use crate::store;

/// One row a credential, for all processes of the product.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "wechat.001_credentials",
    sql: "
        CREATE TABLE wechat_credential (
            account TEXT NOT NULL,
            kind TEXT NOT NULL,
            sealed BLOB,
            fetched_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            holder TEXT,
            held_until BIGINT NOT NULL,
            PRIMARY KEY (account, kind)
        );
    ",
}];

/// What lies in the BLOB columns of these tables.
pub const BLOBS: &[Blobs] = &[Blobs {
    table: "wechat_credential",
    key: &["account", "kind"],
    columns: &[("sealed", Holds::SealedBy(store::PURPOSE, "kind"))],
}];
