//! What two of the three separate offices (三员分立, GB/T 22239, level 3) see: how the platform runs, for 系统管理, and the
//! record of acts, for 审计管理. The third, 安全管理, has its pages in access, whose accounts, sessions and computers it
//! looks after.
//!
//! The three are organizations right under the city committee with administrators of their own. A route is closed to
//! them until it is opened to them (`ejia_web::Audience`), so that none reads what belongs to another or to the Party's
//! organizations. What the system office and the security office do is written into the record, which they cannot see;
//! who reads the record can change nothing.

mod audit;
mod schema;
mod system;

use std::path::PathBuf;
use std::sync::Arc;

use ejia_documents::Documents;
use ejia_jobs::Handlers;
use ejia_web::{RouteSet, Texts};

pub use schema::MIGRATIONS;
pub use system::Storage;

/// The Chinese sentences of this crate.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate.
pub fn routes() -> Vec<RouteSet> {
    vec![system::routes().merge(audit::routes()).into()]
}

/// The jobs of this crate. A walk over the record's chain compares the checkpoints of this file, too.
pub fn handlers(kept: Option<PathBuf>) -> Handlers {
    audit::handlers(kept)
}

/// Registers who makes sheets of the record; acts are named by these texts.
#[must_use]
pub fn documents(documents: Documents, texts: Arc<Texts>) -> Documents {
    audit::made(documents, texts)
}
