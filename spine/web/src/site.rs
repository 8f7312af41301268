//! What is the same for all requests: desk, sentences, assets, doorkeeper, and the router around them.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::HeaderValue;
use ejia_db::Desk;
use ejia_kernel::Problem;

use crate::assets::{Asset, Assets};
use crate::callers::Doorkeeper;
use crate::csrf::Seal;
use crate::face::Trust;
use crate::html::Fixed;
use crate::layer;
use crate::limits::{Limits, Meter};
use crate::metrics::{Metrics, Readers};
use crate::proxies::Proxies;
use crate::routes::RouteSet;
use crate::texts::Texts;

/// What is the same for all requests; cloning it is cheap.
#[derive(Clone)]
pub struct Site(Arc<Inside>);

struct Inside {
    desk: Desk,
    texts: Texts,
    assets: Assets,
    fixed: OnceLock<Fixed>,
    doorkeeper: Option<Arc<dyn Doorkeeper>>,
    seal: Seal,
    trust: Trust,
    meter: Meter,
    uploads: PathBuf,
    parts: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    policy: HeaderValue,
    metrics: Metrics,
    readers: Readers,
    city: String,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Site")
    }
}

impl Site {
    /// Begins a site on a desk.
    pub fn builder(desk: Desk) -> SiteBuilder {
        SiteBuilder {
            desk,
            texts: vec![ejia_kernel::TEXTS.to_owned(), crate::TEXTS.to_owned()],
            assets: Assets::new(|_| None),
            doorkeeper: None,
            key: None,
            trust: Trust::default(),
            limits: None,
            uploads: std::env::temp_dir(),
            parts: HashMap::new(),
            form_targets: Vec::new(),
            readers: Readers::default(),
            city: String::new(),
        }
    }

    /// Mounts the routes of the portals and everything around them.
    pub fn router(&self, sets: impl IntoIterator<Item = RouteSet>) -> Router {
        layer::router(self, sets)
    }

    /// The door to the database.
    pub fn desk(&self) -> &Desk {
        &self.0.desk
    }

    /// The sentence of a code, with its arguments put in.
    pub fn sentence(&self, code: &str, args: &[(&'static str, String)]) -> String {
        self.0.texts.sentence(code, args)
    }

    /// What a problem says to a person.
    pub fn problem_sentence(&self, problem: &Problem) -> String {
        self.0.texts.of_problem(problem)
    }

    /// Something the app has handed to the handlers. Asking for what was not handed over is a fault.
    pub fn part<T: Send + Sync + 'static>(&self) -> Result<Arc<T>, Problem> {
        self.0
            .parts
            .get(&TypeId::of::<T>())
            .cloned()
            .and_then(|part| part.downcast().ok())
            .ok_or_else(|| Problem::fault(format!("the site has no {}", std::any::type_name::<T>())))
    }

    pub(crate) fn assets(&self) -> &Assets {
        &self.0.assets
    }

    /// What is the same on all pages, written when the first one is asked for.
    pub(crate) fn fixed(&self) -> &Fixed {
        self.0.fixed.get_or_init(|| Fixed::of(&self.0.city, |path| self.0.assets.address(path)))
    }

    pub(crate) fn doorkeeper(&self) -> Option<Arc<dyn Doorkeeper>> {
        self.0.doorkeeper.clone()
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.0.seal
    }

    pub(crate) fn trust(&self) -> &Trust {
        &self.0.trust
    }

    /// Counts what is asked for, and what is refused.
    pub(crate) fn meter(&self) -> &Meter {
        &self.0.meter
    }

    /// The content security policy of every answer.
    pub(crate) fn policy(&self) -> &HeaderValue {
        &self.0.policy
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Who may read the metrics.
    pub(crate) fn readers(&self) -> &Readers {
        &self.0.readers
    }

    pub(crate) fn uploads(&self) -> &Path {
        &self.0.uploads
    }
}

/// A site being put together.
#[must_use]
pub struct SiteBuilder {
    desk: Desk,
    texts: Vec<String>,
    assets: Assets,
    doorkeeper: Option<Arc<dyn Doorkeeper>>,
    key: Option<[u8; 32]>,
    trust: Trust,
    limits: Option<Limits>,
    uploads: PathBuf,
    parts: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
    form_targets: Vec<String>,
    readers: Readers,
    city: String,
}

impl fmt::Debug for SiteBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SiteBuilder")
    }
}

impl SiteBuilder {
    /// Adds the sentences of the crates; those of the kernel and of this crate are there already.
    pub fn texts(mut self, files: &[&str]) -> Self {
        self.texts.extend(files.iter().map(|file| (*file).to_owned()));
        self
    }

    /// Says where styles, scripts and pictures come from. They are read once.
    pub fn assets(mut self, source: impl Fn(&str) -> Option<Asset> + Send + Sync + 'static) -> Self {
        self.assets = Assets::new(source);
        self
    }

    /// Says who knows the sessions; without one nobody gets in.
    pub fn doorkeeper(mut self, doorkeeper: Arc<dyn Doorkeeper>) -> Self {
        self.doorkeeper = Some(doorkeeper);
        self
    }

    /// The key that forms and notices are sealed with; without one it is drawn from the desk's vault.
    pub fn keys(mut self, key: [u8; 32]) -> Self {
        self.key = Some(key);
        self
    }

    /// Believes these proxies who calls, and `X-Forwarded-Proto`: they must set both.
    pub fn behind(mut self, proxies: Proxies) -> Self {
        self.trust.proxies = proxies;
        self
    }

    /// Has whoever asks for too much wait; without limits nobody does.
    pub fn limits(mut self, limits: Option<Limits>) -> Self {
        self.limits = limits;
        self
    }

    /// Marks every cookie `Secure`: for listeners that speak TLS.
    pub fn secure(mut self, yes: bool) -> Self {
        self.trust.secure = yes;
        self
    }

    /// The folder in which uploads lie until their request is over.
    pub fn uploads(mut self, folder: impl Into<PathBuf>) -> Self {
        self.uploads = folder.into();
        self
    }

    /// Hands something to the handlers; they find it by its type.
    pub fn part<T: Send + Sync + 'static>(mut self, part: T) -> Self {
        self.parts.insert(TypeId::of::<T>(), Arc::new(part));
        self
    }

    /// Lets forms be sent to these origins (`https://host`) besides our own: the counters that payers leave for.
    pub fn form_targets(mut self, origins: Vec<String>) -> Self {
        self.form_targets.extend(origins);
        self
    }

    /// Lets these addresses read `/metrics`, beside this machine itself.
    pub fn metrics_for(mut self, addresses: Vec<IpAddr>) -> Self {
        self.readers = Readers(addresses);
        self
    }

    /// The name of the city on pages, without 市.
    pub fn city(mut self, name: &str) -> Self {
        name.clone_into(&mut self.city);
        self
    }

    /// The site; fails if a text file cannot be read or says one code with different words, or a form target is no origin.
    pub fn build(self) -> Result<Site, Problem> {
        let Self { desk, texts, assets, doorkeeper, key, trust, limits, uploads, parts, form_targets, readers, city } =
            self;
        let files: Vec<&str> = texts.iter().map(String::as_str).collect();
        let key = match key {
            Some(key) => key,
            None => drawn(&desk)?,
        };
        Ok(Site(Arc::new(Inside {
            texts: Texts::of(&files)?,
            assets,
            fixed: OnceLock::new(),
            doorkeeper,
            seal: Seal::new(&key)?,
            trust,
            meter: Meter::new(limits),
            uploads,
            parts,
            policy: layer::policy(&form_targets)?,
            metrics: Metrics::default(),
            readers,
            city,
            desk,
        })))
    }
}

/// A key that is the same in every process on this database.
fn drawn(desk: &Desk) -> Result<[u8; 32], Problem> {
    let halves = [desk.vault().index("web.seal", "first"), desk.vault().index("web.seal", "second")];
    halves.concat().try_into().map_err(|_| Problem::fault("the vault's index has an unexpected length"))
}
