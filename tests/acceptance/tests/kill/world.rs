//! What stays when the house is killed: its database, the banks, the text message company, the people and their browsers.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::Duration;

use ejia::house;
use ejia::sandbox::bank::Bank;
use ejia_access::{Account, Hash};
use ejia_counter::Counter;
use ejia_db::{FromValue, TestDatabase, args};
use ejia_kernel::{AdministratorId, IdCardNumber, Instant, MemberId, Phone, Problem, ProblemKind};
use ejia_sms::sandbox::{Sandbox, SandboxSettings, Server};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::process::{Place, Process};
use crate::program::Program;

/// Members of the city.
const MEMBERS: u32 = 120;
/// People from outside who apply in a month.
const APPLICANTS: u32 = 12;

/// What was answered with success: none of it may be lost.
#[derive(Debug, Default)]
pub(crate) struct Answered {
    /// Orders that were opened.
    pub(crate) opened: BTreeSet<String>,
    /// Orders that were seen paid.
    pub(crate) paid: BTreeSet<String>,
    /// Orders of cash.
    pub(crate) cash: BTreeSet<String>,
    /// Who pays for whom: principal and payer.
    pub(crate) delegated: BTreeSet<(String, String)>,
    /// How often something was done with a subject, as the record of acts calls both.
    pub(crate) acts: BTreeMap<(&'static str, String), i64>,
    /// How many items were put on the agenda of a meeting.
    pub(crate) items: BTreeMap<String, i64>,
    /// Who has come to which meeting: meeting and member.
    pub(crate) present: BTreeSet<(String, String)>,
    /// Votes that were taken.
    pub(crate) votes: Vec<Vote>,
}

impl Answered {
    /// How often each thing was done.
    pub(crate) fn by_action(&self) -> BTreeMap<&'static str, i64> {
        self.acts.iter().fold(BTreeMap::new(), |mut sums, ((action, _), count)| {
            *sums.entry(*action).or_default() += count;
            sums
        })
    }
}

/// A vote, as its voter has noted it.
#[derive(Clone, Debug)]
pub(crate) struct Vote {
    pub(crate) item: String,
    pub(crate) member: String,
    pub(crate) code: String,
    pub(crate) chosen: usize,
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
    /// The sessions of people from outside.
    pub(crate) applicants: Vec<String>,
    /// Every member's and organization's session, by its id.
    sessions: BTreeMap<String, String>,
    /// ID-card numbers that nobody has borne so far.
    numbers: AtomicU32,
    /// A picture as a phone would send it.
    pub(crate) photo: Vec<u8>,
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
        ejia::demo_city::settle(&database.desk, folder.path(), MEMBERS, |_, _| ()).expect("the city");
        bank.counter.send_again_after([200, 400, 800, 1_600].map(Duration::from_millis).to_vec());
        let place = Place {
            // As careful as in production.
            database: database.url.trim_end_matches("?care=off").to_owned(),
            listen,
            bank: server.origin(),
            sms: company.endpoint(),
            bucket: None,
        };
        Self {
            database,
            counter: bank.counter,
            program: Program::new(&format!("http://{listen}")),
            place,
            members: Vec::new(),
            branches: Vec::new(),
            applicants: Vec::new(),
            sessions: BTreeMap::new(),
            numbers: AtomicU32::new(0),
            photo: a_photo(),
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
        let first = u64::from(self.numbers.fetch_add(APPLICANTS, Ordering::SeqCst));
        let opened = self.database.desk.write_now(move |txn| open_all(txn, &hash, first)).expect("sessions");
        self.members = opened.members.iter().map(|(_, token)| token.clone()).collect();
        self.branches =
            opened.branches.iter().map(|(id, token)| Branch { id: id.clone(), token: token.clone() }).collect();
        self.applicants = opened.applicants;
        self.sessions = opened.members.into_iter().chain(opened.organizations).collect();
    }

    /// The session of a member or an organization; none for who has come since everybody logged in.
    pub(crate) fn session(&self, id: &str) -> Option<&str> {
        self.sessions.get(id).map(String::as_str)
    }

    /// An ID-card number that nobody has borne so far.
    pub(crate) fn nobody_yet(&self) -> String {
        let number = self.numbers.fetch_add(1, Ordering::SeqCst);
        let (day, month, year) = (number / 900 % 28 + 1, number / 25_200 % 12 + 1, 1980 + number / 302_400);
        let body = format!("350101{year}{month:02}{day:02}{:03}", number % 900 + 1);
        IdCardNumber::complete(&body).expect("17 digits make a number").expose().to_owned()
    }

    /// The rows that a statement finds; a database that is just coming back is waited for.
    pub(crate) fn rows<T: FromValue + Send + 'static, const COLUMNS: usize>(&self, sql: &str) -> Vec<[T; COLUMNS]> {
        for _ in 0..600 {
            match self.rows_if_it_answers(sql) {
                Ok(rows) => return rows,
                Err(problem) if problem.kind == ProblemKind::Busy => std::thread::sleep(Duration::from_millis(50)),
                Err(problem) => panic!("{sql}: {problem:?}"),
            }
        }
        panic!("the database is not found again")
    }

    /// The same, for who may find the database gone.
    pub(crate) fn rows_if_it_answers<T: FromValue + Send + 'static, const COLUMNS: usize>(
        &self,
        sql: &str,
    ) -> Result<Vec<[T; COLUMNS]>, Problem> {
        let sql = sql.to_owned();
        self.database.desk.read_now(move |txn| {
            Ok(txn.query(&sql, &args![], |row| {
                let columns = (0..COLUMNS).map(|place| row.get(place)).collect::<Result<Vec<T>, _>>()?;
                Ok(columns.try_into().unwrap_or_else(|_| unreachable!("as many as were asked for")))
            })?)
        })
    }

    /// Every branch sets the month's dues and tells its members.
    pub(crate) fn set_dues(&self, month: &str) {
        for branch in &self.branches {
            // An import that was cut off goes on meanwhile: then the sheet has grown by its people.
            let set = (0..20).find_map(|_| self.set_dues_of(branch, month).map_err(|why| eprintln!("{why}")).ok());
            assert!(set.is_some(), "{month} was not set");
        }
    }

    fn set_dues_of(&self, branch: &Branch, month: &str) -> Result<(), String> {
        let path = format!("/office/dues/standards?month={month}");
        let sheet = self.program.see(&branch.token, &path).ok_or("no sheet")?;
        let lines = sheet["lines"].as_array().cloned().unwrap_or_default();
        let members: Vec<&Value> = lines.iter().map(|line| &line["id"]).collect();
        let bases: Vec<String> = (0..lines.len()).map(|place| (4_000 + place).to_string()).collect();
        let entered = json!({
            "month": month, "version": sheet["version"].to_string(), "member": members, "base": bases,
        });
        let done = self.program.act(&branch.token, "/office/dues/standards/submit", &entered)?;
        assert_eq!(done["lines"].as_u64(), u64::try_from(lines.len()).ok(), "{done}");
        Ok(())
    }
}

/// Sessions of everybody, by whose they are.
struct Opened {
    members: Vec<(String, String)>,
    branches: Vec<(String, String)>,
    organizations: Vec<(String, String)>,
    applicants: Vec<String>,
}

fn open_all(txn: &mut ejia_db::Txn<'_>, hash: &Hash, first: u64) -> Result<Opened, Problem> {
    let open = |txn: &mut ejia_db::Txn<'_>, account| {
        if ejia_access::first_password_stands(txn, account)? {
            ejia_access::set_password(txn, account, hash)?;
        }
        ejia_access::open_session(txn, account)
    };
    let mut opened =
        Opened { members: Vec::new(), branches: Vec::new(), organizations: Vec::new(), applicants: Vec::new() };
    let found: Vec<MemberId> =
        txn.query("SELECT id FROM member WHERE departed_at IS NULL ORDER BY id", &args![], |row| row.get(0))?;
    for id in found {
        opened.members.push((id.to_string(), open(txn, Account::Member(id))?));
    }
    let sql = "SELECT o.id, MIN(a.id), o.kind FROM organization o
               JOIN administrator a ON a.organization_id = o.id AND a.removed_at IS NULL
               WHERE o.closed_at IS NULL GROUP BY o.id, o.kind ORDER BY o.id";
    let found: Vec<(String, AdministratorId, String)> =
        txn.query(sql, &args![], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    for (id, administrator, kind) in found {
        let token = open(txn, Account::Administrator(administrator))?;
        if kind == "branch" {
            opened.branches.push((id.clone(), token.clone()));
        }
        opened.organizations.push((id, token));
    }
    for number in first..first + u64::from(APPLICANTS) {
        let phone = Phone::parse(&format!("139501{number:05}")).expect("a phone");
        let applicant = ejia_access::admit_applicant(txn, &phone)?;
        opened.applicants.push(ejia_access::open_session(txn, Account::Applicant(applicant))?);
    }
    Ok(opened)
}

fn a_photo() -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(160, 120, image::Rgb([90, 120, 160]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).expect("a picture");
    bytes.into_inner()
}

/// An address of this machine at which nobody answers.
pub(crate) fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port")
}

/// The databases it is tried on.
pub(crate) fn databases() -> [fn() -> TestDatabase; 2] {
    [|| TestDatabase::sqlite(house::MIGRATIONS), || TestDatabase::postgres(house::MIGRATIONS)]
}
