//! The schema of the whole product.

use ejia_db::Migration;

/// The schema of every crate, in the order in which they stand on one another.
pub const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_keys::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    ejia_access::MIGRATIONS,
    ejia_payments::MIGRATIONS,
    ejia_documents::MIGRATIONS,
    ejia_dues::MIGRATIONS,
    ejia_transfers::MIGRATIONS,
    ejia_ballots::MIGRATIONS,
    ejia_meetings::MIGRATIONS,
    ejia_statistics::MIGRATIONS,
    ejia_overview::MIGRATIONS,
    ejia_oversight::MIGRATIONS,
    ejia_wechat::MIGRATIONS,
];

/// A step of the schema that has been applied and that this program does not know: a newer one has been at work.
pub fn newer_step(applied: &[String]) -> Option<&String> {
    applied.iter().find(|name| MIGRATIONS.iter().copied().flatten().all(|step| step.name != **name))
}
