//! The whole product put together: desk, site, routes, jobs. Demo, serve, tests and measurements all build it here.

use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use ejia_access::{Channel as SecureChannel, PasskeyOrigins, WechatEntry};
use ejia_ballots::BallotBox;
use ejia_buckets::Account;
use ejia_db::Desk;
use ejia_directory::import::{self, ImportDesk, OpenTable, TableRows, WriteTable};
use ejia_directory::{Reminders, Rooms};
pub use ejia_documents::SignatureKind;
use ejia_documents::{Documents, Files, FitPhoto, Typesetter, WriteSheet};
use ejia_help::Handbook;
use ejia_jobs::Handlers;
use ejia_kernel::Problem;
use ejia_keys::Places;
use ejia_meetings::CheckInDesk;
use ejia_messages::{Carrier, Post};
use ejia_oversight::Storage;
use ejia_payments::{Cashier, Channel};
use ejia_statistics::GivenTables;
use ejia_transfers::LetterDesk;
use ejia_web::{Asset, Limits, Proxies, RouteSet, Site, SiteBuilder, Texts};
use rust_embed::RustEmbed;

pub use crate::schema::{MIGRATIONS, newer_step};
use crate::sealed::{Kept, SealedDepot};
use crate::secure::Maker;
use crate::tokens::OPEN;
use crate::wechat::{AtWork, WeChat};
use crate::{front, notify};

/// The city whose manual this follows: its name on pages, where the settings name no other.
pub const CITY: &str = "厦门";

/// Where in the folder of data files are kept.
pub const FILES: &str = "files";

/// The sentences of every crate.
pub(crate) const TEXTS: &[&str] = &[
    ejia_directory::TEXTS,
    ejia_messages::TEXTS,
    ejia_access::TEXTS,
    ejia_payments::TEXTS,
    ejia_documents::TEXTS,
    ejia_dues::TEXTS,
    ejia_transfers::TEXTS,
    ejia_ballots::TEXTS,
    ejia_meetings::TEXTS,
    ejia_statistics::TEXTS,
    ejia_overview::TEXTS,
    ejia_oversight::TEXTS,
    ejia_help::TEXTS,
];

/// Styles and scripts, built into the program.
#[derive(RustEmbed)]
#[folder = "../portals"]
#[include = "*/assets/*"]
#[include = "vendor/*"]
struct Portals;

/// What differs between demo, production and tests.
pub struct Plan {
    /// The door to the database, migrated.
    pub desk: Desk,
    /// The name of the city on pages, without 市.
    pub city: String,
    /// Who carries text messages, in the order in which they are tried.
    pub carriers: Vec<Arc<dyn Carrier>>,
    /// The official account, where there is one.
    pub wechat: Option<WeChat>,
    /// Whom money comes in by.
    pub channels: Vec<Arc<dyn Channel>>,
    /// Who sets papers.
    pub typesetter: Arc<dyn Typesetter>,
    /// Folder for uploads under way, what is being made, and files that are kept where there is no bucket.
    pub folder: PathBuf,
    /// The bucket in which files are kept instead, where there is one.
    pub bucket: Option<Account>,
    /// How the outside reaches this platform: what the codes on letters lead to.
    pub public_origin: String,
    /// How letters are signed.
    pub signature: SignatureKind,
    /// The proxies in front, which are believed who calls.
    pub proxies: Proxies,
    /// How much one caller may ask for.
    pub limits: Option<Limits>,
    /// Who may read `/metrics`, beside this machine.
    pub metrics_for: Vec<IpAddr>,
    /// Whether cookies carry `Secure`.
    pub secure_cookies: bool,
    /// Where the encrypted channel is reached (`https://host:port`). With one, organizations above branch level exist on it
    /// alone; without one, everything is on the one listener.
    pub secure: Option<String>,
}

/// The product, ready to be served and to work.
pub struct House {
    /// What is the same for all requests.
    pub site: Site,
    /// Every page and call.
    pub router: Router,
    /// Every kind of job.
    pub handlers: Handlers,
    /// Where money comes in.
    pub cashier: Cashier,
}

/// Puts the product together.
///
/// # Errors
/// A fault when the folder cannot be made or the texts contradict one another.
pub fn build(plan: Plan) -> Result<House, Problem> {
    build_with(plan, |site| site, Vec::new())
}

/// As [`build`], with more parts and routes beside the product's: the demo's console.
///
/// # Errors
/// As [`build`].
pub fn build_with(
    plan: Plan,
    add: impl FnOnce(SiteBuilder) -> SiteBuilder,
    beside: Vec<RouteSet>,
) -> Result<House, Problem> {
    let (desk, carriers, city) = (plan.desk.clone(), plan.carriers.clone(), plan.city.clone());
    let rooms = Furnished::of(plan)?;
    let site = add(rooms.site(&desk).city(&city).part(Handbook::read(&city)?)).build()?;
    let handlers = rooms.handlers(carriers);
    let mut sets: Vec<RouteSet> = routes().into_iter().map(|set| set.open_to_tokens(OPEN)).collect();
    sets.extend(beside);
    let router = site.router(sets).merge(notify::router(desk.clone(), rooms.cashier.clone()));
    let router = rooms.wechat.iter().fold(router, |router, wechat| router.merge(wechat.callback(&desk)));
    Ok(House { site, router, handlers, cashier: rooms.cashier })
}

/// What pages and jobs work with.
struct Furnished {
    imports: Arc<ImportDesk>,
    given: Arc<GivenTables>,
    depot: Arc<SealedDepot>,
    cashier: Cashier,
    documents: Documents,
    files: Files,
    storage: Storage,
    ballots: BallotBox,
    places: Places,
    letters: LetterDesk,
    wechat: Option<AtWork>,
    channel: SecureChannel,
    passkeys: PasskeyOrigins,
    uploads: PathBuf,
    public_origin: String,
    proxies: Proxies,
    limits: Option<Limits>,
    metrics_for: Vec<IpAddr>,
    secure_cookies: bool,
}

impl Furnished {
    fn of(plan: Plan) -> Result<Self, Problem> {
        let Plan {
            desk,
            city: _,
            carriers: _,
            wechat,
            channels,
            typesetter,
            folder,
            bucket,
            public_origin,
            signature,
            proxies,
            limits,
            metrics_for,
            secure_cookies,
            secure,
        } = plan;
        let uploads = folder.join("uploads");
        std::fs::create_dir_all(&uploads).map_err(Problem::fault)?;
        let kept = Kept::of(&folder, bucket.as_ref())?;
        let files = Files::new(kept.files.clone(), fit_photo());
        let (shelf, fetched) = (kept.files.clone(), folder.join("fetched"));
        let depot = Arc::new(SealedDepot::new(files.clone(), shelf, desk.vault(), fetched)?);
        let documents = Documents::new(folder.join("documents"), depot.clone(), write_sheet(), typesetter);
        let documents = ejia_dues::documents(documents);
        let documents = ejia_meetings::documents(ejia_transfers::documents(documents), &files);
        let given = Arc::new(GivenTables::new(depot.clone(), open_table()));
        let documents = ejia_statistics::documents(documents, &given);
        let documents = ejia_oversight::documents(documents, Arc::new(texts()));
        let paid_to = Arc::new(ejia_dues::paid_to);
        Ok(Self {
            imports: Arc::new(ImportDesk::new(folder.join("imports"), depot.clone(), open_table(), write_table())),
            given,
            depot,
            cashier: Cashier::new(channels, vec![ejia_dues::purpose()]),
            ballots: BallotBox::new(kept.ballot_keys.clone()).telling(ejia_meetings::VOTE_ENDED),
            places: kept.places(),
            letters: LetterDesk::new(documents.clone(), files.clone(), &public_origin, signature, paid_to),
            passkeys: passkey_origins([Some(&public_origin), secure.as_ref()]),
            channel: secure.map_or_else(SecureChannel::none, |at| SecureChannel::kept(&at, Arc::new(Maker))),
            wechat: wechat.map(|wechat| AtWork::new(wechat, &desk, &public_origin)),
            documents,
            files,
            storage: Storage::new(folder, ejia_files::room),
            uploads,
            public_origin,
            proxies,
            limits,
            metrics_for,
            secure_cookies,
        })
    }

    /// The site with its parts.
    fn site(&self, desk: &Desk) -> SiteBuilder {
        let site = Site::builder(desk.clone())
            .texts(TEXTS)
            .assets(asset)
            .doorkeeper(Arc::new(ejia_access::SessionDoor::new(desk).keeping_channel(self.channel.is_kept())))
            .part(self.channel.clone())
            .part(self.passkeys.clone())
            .behind(self.proxies.clone())
            .limits(self.limits)
            .metrics_for(self.metrics_for.clone())
            .secure(self.secure_cookies)
            .uploads(self.uploads.clone())
            .form_targets(self.cashier.origins())
            .part(self.cashier.clone())
            .part(
                Reminders::default()
                    .with(ejia_access::computer_reminders)
                    .with(ejia_access::token_reminders)
                    .with(ejia_transfers::reminders)
                    .with(ejia_dues::reminders)
                    .with(ejia_meetings::reminders),
            )
            .part(Rooms::default().with(ejia_meetings::waiting).with(ejia_dues::waiting).with(ejia_transfers::waiting))
            .part(self.documents.clone())
            .part(self.letters.clone())
            .part(CheckInDesk::new(&self.public_origin))
            .part(self.ballots.clone())
            .part(self.files.clone())
            .part(Arc::clone(&self.given))
            .part(self.storage.clone());
        let site = match &self.wechat {
            Some(wechat) => site.part(WechatEntry::new(wechat.account.clone(), &self.public_origin)),
            None => site,
        };
        import::part(site, &self.imports)
    }

    /// Every kind of job.
    fn handlers(&self, carriers: Vec<Arc<dyn Carrier>>) -> Handlers {
        let post = Post::from(carriers);
        let post = match &self.wechat {
            Some(wechat) => wechat.pushing(post),
            None => post,
        };
        let handlers = Handlers::new()
            .merge(ejia_audit::jobs())
            .merge(ejia_oversight::handlers(None))
            .merge(ejia_keys::handlers(self.places.clone()))
            .merge(import::handlers(&self.imports))
            .merge(self.depot.handlers())
            .merge(ejia_access::handlers())
            .merge(ejia_access::channel_handlers(&self.channel));
        let handlers = ejia_messages::handlers(handlers, post).merge(self.documents.handlers());
        let handlers = ejia_dues::handlers(ejia_payments::handlers(handlers, &self.cashier), &self.cashier);
        let handlers = ejia_transfers::handlers(handlers, &self.letters);
        let handlers = ejia_overview::handlers(handlers);
        let handlers = ejia_meetings::handlers(ejia_ballots::handlers(handlers, &self.ballots), &self.files);
        self.wechat.iter().fold(handlers, |handlers, wechat| handlers.merge(wechat.handlers()))
    }
}

/// Where browsers know passkeys. On one's own machine they do by its name alone, not by its number.
fn passkey_origins(origins: [Option<&String>; 2]) -> PasskeyOrigins {
    let named = |origin: &String| [origin.clone(), origin.replace("//127.0.0.1:", "//localhost:")];
    PasskeyOrigins::among(origins.into_iter().flatten().flat_map(named))
}

/// The routes of every portal, in the form that tests walk through.
pub fn routes() -> Vec<RouteSet> {
    let mut sets = vec![front::routes().into()];
    sets.extend(ejia_directory::routes());
    sets.extend(ejia_messages::routes());
    sets.extend(ejia_access::routes());
    sets.extend(ejia_dues::routes());
    sets.extend(ejia_transfers::routes());
    sets.extend(ejia_meetings::routes());
    sets.extend(ejia_statistics::routes());
    sets.extend(ejia_overview::routes());
    sets.extend(ejia_payments::routes());
    sets.extend(ejia_documents::routes());
    sets.extend(ejia_oversight::routes());
    sets.extend(ejia_help::routes());
    sets
}

/// The sentences of the whole product.
pub fn texts() -> Texts {
    let mut all = vec![ejia_kernel::TEXTS, ejia_web::TEXTS];
    all.extend(TEXTS);
    Texts::of(&all).unwrap_or_default()
}

/// How table files are opened.
pub fn open_table() -> OpenTable {
    Arc::new(|path, name| ejia_tables::open(path, name).map(|rows| Box::new(rows) as TableRows))
}

/// How table files are written.
pub fn write_table() -> WriteTable {
    Arc::new(|path, sheet, headings, rows| ejia_tables::write_xlsx(path, sheet, headings, rows))
}

/// How sheets are written as table files.
pub fn write_sheet() -> WriteSheet {
    Arc::new(ejia_tables::write_sheet)
}

/// How photos are made to fit.
pub fn fit_photo() -> FitPhoto {
    Arc::new(|bytes| ejia_photos::fit(bytes, &ejia_photos::Limits::default()))
}

/// `vendor/…` as it is, and what a portal brings itself from its folder `assets`.
fn asset(path: &str) -> Option<Asset> {
    let places = ["vendor", "shared/assets", "wechat/assets"];
    let file = places.iter().find_map(|place| Portals::get(&format!("{place}/{path}")))?;
    Some(Asset { mime: mime_of(path).into(), bytes: file.data })
}

fn mime_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
