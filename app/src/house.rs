//! The whole product put together: desk, site, routes, jobs. Demo, serve, tests and measurements all build it here.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use ejia_db::{Desk, Migration};
use ejia_directory::import::{OpenTable, WriteTable};
use ejia_jobs::Handlers;
use ejia_kernel::Problem;
use ejia_messages::Carrier;
use ejia_web::{Asset, RouteSet, Site, Templates, Texts};
use rust_embed::RustEmbed;

use crate::front;

/// The schema of every crate, in the order in which they stand on one another.
pub const MIGRATIONS: &[&[Migration]] = &[
    ejia_jobs::MIGRATIONS,
    ejia_audit::MIGRATIONS,
    ejia_directory::MIGRATIONS,
    ejia_messages::MIGRATIONS,
    ejia_access::MIGRATIONS,
];

const TEXTS: &[&str] = &[ejia_directory::TEXTS, ejia_messages::TEXTS, ejia_access::TEXTS];

/// Templates, styles and scripts, built into the program.
#[derive(RustEmbed)]
#[folder = "../portals"]
#[include = "*.html"]
#[include = "*/assets/*"]
#[include = "vendor/*"]
struct Portals;

/// What differs between demo, production and tests.
pub struct Plan {
    /// The door to the database, migrated.
    pub desk: Desk,
    /// Who carries text messages.
    pub carrier: Arc<dyn Carrier>,
    /// Folder for uploads under way and reports.
    pub folder: PathBuf,
    /// Whether `X-Forwarded-For` is believed.
    pub behind_proxy: bool,
    /// Whether cookies carry `Secure`.
    pub secure_cookies: bool,
}

/// The product, ready to be served and to work.
pub struct House {
    /// What is the same for all requests.
    pub site: Site,
    /// Every page and call.
    pub router: Router,
    /// Every kind of job.
    pub handlers: Handlers,
}

/// Puts the product together.
///
/// # Errors
/// A fault when the folder cannot be made or the texts contradict one another.
pub fn build(plan: Plan) -> Result<House, Problem> {
    let Plan { desk, carrier, folder, behind_proxy, secure_cookies } = plan;
    std::fs::create_dir_all(&folder).map_err(Problem::fault)?;
    let site = Site::builder(desk.clone())
        .texts(TEXTS)
        .templates(Templates::embedded::<Portals>())
        .assets(asset)
        .doorkeeper(Arc::new(ejia_access::Keeper))
        .behind_proxy(behind_proxy)
        .secure(secure_cookies)
        .uploads(folder.join("uploads"))
        .part(imports(&folder))
        .build()?;
    Ok(House { router: site.router(routes()), handlers: handlers(&folder, carrier), site })
}

/// The routes of every portal, in the form that tests walk through.
pub fn routes() -> Vec<RouteSet> {
    let mut sets = vec![front::routes().into()];
    sets.extend(ejia_directory::routes());
    sets.extend(ejia_access::routes());
    sets
}

/// The sentences of the whole product.
pub fn texts() -> Texts {
    let mut all = vec![ejia_kernel::TEXTS, ejia_web::TEXTS];
    all.extend(TEXTS);
    Texts::of(&all).unwrap_or_default()
}

fn handlers(folder: &Path, carrier: Arc<dyn Carrier>) -> Handlers {
    let all = Handlers::new()
        .merge(ejia_audit::jobs())
        .merge(ejia_directory::jobs(imports(folder)))
        .merge(ejia_access::jobs());
    ejia_messages::handlers(all, carrier)
}
