//! What stays when the house is killed: its database, the banks, the text message company, the people and their browsers.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use ejia::house;
use ejia::sandbox::bank::Bank;
use ejia_access::{Account, Hash};
use ejia_counter::Counter;
use ejia_db::{TestDatabase, args};
use ejia_kernel::{AdministratorId, Instant, MemberId};
use ejia_sms::sandbox::{Sandbox, SandboxSettings, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Place, Process};
use crate::program::Program;

/// Members of the city.
const MEMBERS: u32 = 120;

/// What was answered with success: none of it may be lost.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    /// Orders that were opened.
    pub(crate) opened: BTreeSet<String>,
    /// Orders that were seen paid.
    pub(crate) paid: BTreeSet<String>,
    /// Orders of cash.
    pub(crate) cash: BTreeSet<String>,
}

/// A branch and the session of its administrator.
#[derive(Clone, Debug)]
pub(crate) struct Branch {
    pub(crate) id: String,
    pub(crate) token: String,
}

/// Everything but the house.
pub(crate) struct World {
    pub(crate) database: TestDatabase,
    pub(crate) counter: Counter,
    pub(crate) place: Place,
    pub(crate) program: Program,
    /// The members' sessions.
    pub(crate) members: Vec<String>,
    pub(crate) branches: Vec<Branch>,
    /// The day it is, as cash is registered.
    pub(crate) today: String,
    /// Whether the load goes on.
    pub(crate) busy: AtomicBool,
    answered: Mutex<Answered>,
    pub(crate) folder: TempDir,
    _company: Server,
    _bank: ejia_counter::Server,
}

impl World {
    /// With the invented city in this database.
    pub(crate) fn new(database: TestDatabase) -> Self {
        let folder = TempDir::new().expect("a folder");
        let listen = free_address();
        let clock = database.desk.clock().clone();
        // Where the banks answer is known only when they do; their own side does not need it.
        let bank = Bank::open(&database.desk, "http://127.0.0.1:9", &format!("http://{listen}")).expect("banks");
        let server = ejia_counter::Server::start(bank.router).expect("a port for the banks");
        let sms = Sandbox::new(SandboxSettings::demo(), clock);
        let company = Server::start(sms).expect("a port for the text message company");
        ejia::demo_city::settle(&database.desk, folder.path(), MEMBERS).expect("the city");
        bank.counter.send_again_after([200, 400, 800, 1_600].map(Duration::from_millis).to_vec());
        let place = Place {
            // As careful as in production.
            database: database.url.trim_end_matches("?care=off").to_owned(),
            listen,
            bank: server.origin(),
            sms: company.endpoint(),
        };
        Self {
            database,
            counter: bank.counter,
            program: Program::new(&format!("http://{listen}")),
            place,
            members: Vec::new(),
            branches: Vec::new(),
            today: String::new(),
            busy: AtomicBool::new(false),
            answered: Mutex::default(),
            folder,
            _company: company,
            _bank: server,
        }
    }

    pub(crate) fn answered(&self) -> MutexGuard<'_, Answered> {
        self.answered.lock().expect("no client fell")
    }

    pub(crate) fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst)
    }

    /// Starts the house; it may not answer yet.
    pub(crate) fn start(&self) -> Process {
        Process::start(&self.place, self.folder.path(), self.database.desk.now().ms())
    }

    /// It is noon of the 20th of this month, and everybody has just logged in. Only while no house runs.
    pub(crate) fn begin_month(&mut self, month: &str) {
        self.today = format!("{month}-20");
        let noon: Instant = format!("{}T12:00:00+08:00", self.today).parse().expect("a time");
        self.database.desk.clock().set(noon);
        let hash = Hash::of(ejia_acceptance::actors::OWN_PASSWORD).expect("a password");
        let (members, branches) = self
            .database
            .desk
            .write_now(move |txn| {
                let open = |txn: &mut ejia_db::Txn<'_>, account| {
                    if ejia_access::first_password_stands(txn, account)? {
                        ejia_access::set_password(txn, account, &hash)?;
                    }
                    ejia_access::open_session(txn, account)
                };
                let sql = "SELECT id FROM member WHERE departed_at IS NULL ORDER BY id";
                let found: Vec<MemberId> = txn.query(sql, &args![], |row| row.get(0))?;
                let mut members = Vec::new();
                for id in found {
                    members.push(open(txn, Account::Member(id))?);
                }
                let sql = "SELECT o.id, MIN(a.id) FROM organization o
                           JOIN administrator a ON a.organization_id = o.id AND a.removed_at IS NULL
                           WHERE EXISTS (SELECT 1 FROM member m WHERE m.path = o.path AND m.departed_at IS NULL)
                           GROUP BY o.id ORDER BY o.id";
                let found: Vec<(String, AdministratorId)> =
                    txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?)))?;
                let mut branches = Vec::new();
                for (id, administrator) in found {
                    branches.push(Branch { id, token: open(txn, Account::Administrator(administrator))? });
                }
                Ok((members, branches))
            })
            .expect("sessions");
        (self.members, self.branches) = (members, branches);
    }

    /// Every branch sets the month's dues and tells its members.
    pub(crate) fn set_dues(&self, month: &str) {
        for branch in &self.branches {
            let path = format!("/office/dues/standards?month={month}");
            let sheet = self.program.see(&branch.token, &path).expect("a sheet");
            let lines = sheet["lines"].as_array().cloned().unwrap_or_default();
            let members: Vec<&Value> = lines.iter().map(|line| &line["id"]).collect();
            let bases: Vec<String> = (0..lines.len()).map(|place| (4_000 + place).to_string()).collect();
            let entered = json!({
                "month": month, "version": sheet["version"].to_string(), "member": members, "base": bases,
            });
            let done = self.program.act(&branch.token, "/office/dues/standards/submit", &entered);
            let done = done.unwrap_or_else(|why| panic!("{month} was not set: {why}"));
            assert_eq!(done["lines"].as_u64(), u64::try_from(lines.len()).ok(), "{done}");
        }
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

/// The databases it is tried on.
pub(crate) fn databases() -> [fn() -> TestDatabase; 2] {
    [|| TestDatabase::sqlite(house::MIGRATIONS), || TestDatabase::postgres(house::MIGRATIONS)]
}
