//! The whole product on a free port, with the invented city in it and the text message company beside it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use ejia::city::{City, InventedMember, InventedOrganization};
use ejia::house::{self, Plan};
use ejia::sandbox::DemoAccount;
use ejia::sandbox::bank::Bank;
use ejia::wechat::{self, WeChat};
use ejia_buckets::Account;
use ejia_counter::Counter;
use ejia_db::{Desk, TestDatabase};
use ejia_jobs::Handlers;
use ejia_kernel::MemberId;
use ejia_press::Press;
use ejia_sms::sandbox::{Sandbox, SandboxSettings, Server};
use ejia_sms::{Aliyun, AliyunSettings};
use ejia_web::Proxies;
use ejia_wechat::sandbox::{Sandbox as Phones, SandboxSettings as PhoneSettings};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

use crate::browser::Browser;
use crate::ground::Database;
use crate::outside;

/// A running house. Dropping it ends it.
pub struct House {
    database: TestDatabase,
    handlers: Handlers,
    sms: Sandbox,
    city: City,
    origin: String,
    plan: Box<dyn Fn(Desk, bool) -> Plan + Send + Sync>,
    secure_origin: String,
    gateway_origin: String,
    bank: Counter,
    phones: Phones,
    accounts: Vec<DemoAccount>,
    _company: Server,
    runtime: Runtime,
    folder: TempDir,
}

impl Drop for House {
    /// Looks over what has left the house (R1).
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        for text in self.sent() {
            let seen = outside::look_over(&text);
            assert!(seen.is_ok(), "what was sent tells {}: {text}", seen.err().unwrap_or_default());
        }
    }
}

/// Members of the small city.
const MEMBERS: u32 = 120;

impl House {
    /// Starts a house with the small city in it.
    ///
    /// # Panics
    /// When it does not start: a test cannot go on without it.
    pub fn start(database: Database) -> Self {
        let mut house = Self::empty(database);
        house.settle();
        house
    }

    /// Starts a house that keeps an encrypted channel, with the small city in it.
    ///
    /// # Panics
    /// As [`House::start`].
    pub fn with_channel(database: Database) -> Self {
        let mut house = Self::build(database, true, None);
        house.settle();
        house
    }

    /// Starts a house without a city.
    ///
    /// # Panics
    /// As [`House::start`].
    pub fn empty(database: Database) -> Self {
        Self::build(database, false, None)
    }

    pub(crate) fn build(database: Database, channel: bool, bucket: Option<Account>) -> Self {
        let database = match database {
            Database::Sqlite => TestDatabase::sqlite(house::MIGRATIONS),
            Database::Postgres => TestDatabase::postgres(house::MIGRATIONS),
        };
        let desk = database.desk.clone();
        let settings = SandboxSettings::demo();
        let sms = Sandbox::new(settings.clone(), desk.clock().clone());
        let company = Server::start(sms.clone()).unwrap_or_else(|error| panic!("text message company: {error}"));
        let mut account =
            AliyunSettings::new(&settings.access_key_id, &settings.access_key_secret, &settings.sign_name);
        account.endpoint = company.endpoint();
        let folder = TempDir::new().unwrap_or_else(|error| panic!("temporary folder: {error}"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap_or_else(|error| panic!("runtime: {error}"));
        let (listener, origin) = opened(&runtime);
        let address = origin.trim_start_matches("http://").to_owned();
        let bank = Bank::open(&desk, &origin, &origin).unwrap_or_else(|error| panic!("{error}"));
        let phones = Phones::new(PhoneSettings::demo(&address), desk.clock().clone())
            .unwrap_or_else(|error| panic!("WeChat: {error}"));
        phones.call(&format!("{origin}{}", wechat::CALLBACK));
        let encrypted = channel.then(|| crate::channel::prepare(&runtime, &desk));
        let secure_origin = encrypted.as_ref().map(|side| side.origin.clone());
        let gateway_origin = encrypted.as_ref().map(|side| side.gateway.clone());
        let (wechat, channels) = (phones.settings(&origin), bank.channels.clone());
        let (place, public_origin, secure) = (folder.path().to_owned(), origin.clone(), secure_origin.clone());
        let plan = Box::new(move |desk: Desk, proxy: bool| Plan {
            carriers: vec![Arc::new(Aliyun::new(account.clone(), desk.clock().clone()))],
            city: house::CITY.to_owned(),
            desk,
            wechat: Some(WeChat { settings: wechat.clone(), forms: Phones::forms() }),
            channels: channels.clone(),
            typesetter: Arc::new(Press::beside()),
            folder: place.clone(),
            bucket: bucket.clone(),
            public_origin: public_origin.clone(),
            signature: house::SignatureKind::Ed25519,
            proxies: if proxy { Proxies::on_this_machine() } else { Proxies::none() },
            limits: None,
            metrics_for: Vec::new(),
            secure_cookies: false,
            secure: secure.clone(),
        });
        let built = house::build(plan(desk.clone(), false)).unwrap_or_else(|problem| panic!("{problem:?}"));
        if let Some(side) = encrypted {
            side.serve(built.router.clone());
        }
        serve(&runtime, listener, built.router.merge(bank.router).merge(phones.router()));
        let city = City::invent(1, MEMBERS, desk.now().china_date());
        Self {
            database,
            handlers: built.handlers,
            sms,
            city,
            origin,
            plan,
            secure_origin: secure_origin.unwrap_or_default(),
            gateway_origin: gateway_origin.unwrap_or_default(),
            bank: bank.counter,
            phones,
            accounts: Vec::new(),
            _company: company,
            runtime,
            folder,
        }
    }

    /// Brings the city in through the same import as a real one's tables.
    pub(crate) fn settle(&mut self) {
        self.accounts = ejia::demo_city::settle(self.desk(), self.folder.path(), MEMBERS, |_, _| ())
            .unwrap_or_else(|problem| panic!("the city: {problem:?}"));
    }

    /// The accounts that the demo's console would list.
    pub fn accounts(&self) -> &[DemoAccount] {
        &self.accounts
    }

    /// Everything that WeChat and the text message company were given to carry.
    fn sent(&self) -> Vec<String> {
        let pushed = self.phones.users().into_iter().flat_map(|person| self.phones.messages(&person.user));
        let pushed = pushed.map(|shown| format!("{} {} {}", shown.title, shown.text, shown.url));
        self.sms.inbox(None).into_iter().map(|line| line.text).chain(pushed).collect()
    }

    /// The other side of the official account: phones that follow it.
    pub fn phones(&self) -> &Phones {
        &self.phones
    }

    /// Runs a test on each database, in a house that keeps an encrypted channel.
    pub fn with_channel_on_both(test: impl Fn(&Self)) {
        for database in [Database::Sqlite, Database::Postgres] {
            eprintln!("-- on {database:?}");
            test(&Self::with_channel(database));
        }
    }

    /// The other side of the bank's counter.
    pub fn bank(&self) -> &Counter {
        &self.bank
    }

    /// The invented city.
    pub fn city(&self) -> &City {
        &self.city
    }

    /// The codes of the branches that have members, most members first.
    pub fn branches_with_members(&self) -> Vec<String> {
        let count = |name: &str| self.city.members().filter(|member| member.branch() == name).count();
        let mut branches: Vec<(usize, String)> = self
            .city
            .organizations()
            .iter()
            .map(|one| (count(one.name()), one.code().to_owned()))
            .filter(|(count, _)| *count > 0)
            .collect();
        branches.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
        branches.into_iter().map(|(_, code)| code).collect()
    }

    /// The code of the branch with most members.
    ///
    /// # Panics
    /// When nobody lives in the city.
    pub fn branch_with_members(&self) -> String {
        self.branches_with_members().first().cloned().unwrap_or_else(|| panic!("an empty city"))
    }

    /// The people of a branch, as they were invented.
    pub fn people_of(&self, branch_code: &str) -> Vec<InventedMember> {
        let branch = self.city.organizations().iter().find(|one| one.code() == branch_code);
        let name = branch.map(InventedOrganization::name).unwrap_or_default();
        self.city.members().filter(|member| member.branch() == name).collect()
    }

    /// A member of a branch, with a phone.
    ///
    /// # Panics
    /// When there is none.
    pub fn a_member_of(&self, branch_code: &str) -> MemberId {
        let people = self.people_of(branch_code);
        let person = people.iter().find(|person| !person.phone().is_empty());
        self.member(person.unwrap_or_else(|| panic!("nobody has a phone")).id_card())
    }

    /// The door to its database, for looking behind the scenes.
    pub fn desk(&self) -> &Desk {
        &self.database.desk
    }

    /// How the outside reaches it: what codes lead to.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Opens the same house at another origin, where whatever somebody does is answered and then undone
    /// (`Desk::rehearsing`); with `proxy`, as it stands behind one that speaks TLS.
    ///
    /// # Panics
    /// When it does not start.
    pub fn rehearsal(&self, proxy: bool) -> String {
        let plan = (self.plan)(self.desk().rehearsing(), proxy);
        let built = house::build(plan).unwrap_or_else(|problem| panic!("{problem:?}"));
        let (listener, origin) = opened(&self.runtime);
        serve(&self.runtime, listener, built.router);
        origin
    }

    /// Where its encrypted channel is reached; empty without one.
    pub fn secure_origin(&self) -> &str {
        &self.secure_origin
    }

    /// Where a gateway in front would reach the encrypted side; empty without one.
    pub fn gateway_origin(&self) -> &str {
        &self.gateway_origin
    }

    /// Somebody with a browser who has not logged in.
    pub fn visitor(&self) -> Browser {
        Browser::new(&self.origin)
    }

    /// Runs every job that is due: text messages arrive, imports go on.
    ///
    /// # Panics
    /// When the queue does not answer.
    pub fn work(&self) {
        self.handlers.drain(self.desk()).unwrap_or_else(|problem| panic!("{problem:?}"));
    }

    /// Lets time pass.
    pub fn pass(&self, time: Duration) {
        let clock = self.desk().clock();
        clock.set(clock.now().plus(time));
    }

    /// The last text message that this phone got.
    ///
    /// # Panics
    /// When it got none.
    pub fn last_message(&self, phone: &str) -> String {
        self.work();
        let inbox = self.sms.inbox(Some(phone));
        inbox.first().map_or_else(|| panic!("no text message to {phone}"), |line| line.text.clone())
    }

    /// How many text messages this phone got.
    pub fn messages(&self, phone: &str) -> usize {
        self.work();
        self.sms.inbox(Some(phone)).len()
    }

    /// The code in the last text message.
    ///
    /// # Panics
    /// When there is none.
    pub fn code(&self, phone: &str) -> String {
        let text = self.last_message(phone);
        let digits: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| digits.len() == 6).collect();
        digits.first().map_or_else(|| panic!("no code in: {text}"), |code| (*code).to_owned())
    }
}

/// A free port and how it is reached.
fn opened(runtime: &Runtime) -> (TcpListener, String) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap_or_else(|error| panic!("no free port: {error}"));
    let address = listener.local_addr().unwrap_or_else(|error| panic!("no address: {error}"));
    (listener, format!("http://{address}"))
}

fn serve(runtime: &Runtime, listener: TcpListener, router: axum::Router) {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    runtime.spawn(async move { axum::serve(listener, service).await });
}
