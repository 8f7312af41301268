//! Where it is measured: a folder, invented cities as tables, databases, and the program itself as a child.

use std::fs;
use std::io::{BufWriter, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ejia_db::Desk;
use ejia_kernel::{Clock, Month, Vault};

use super::client::{Client, request};
use super::measure::memory;
use crate::city::{City, MEMBER_HEADINGS, ORGANIZATION_HEADINGS};
use crate::commands::explained;
use crate::house::MIGRATIONS;

/// The measurements' root secret: no default, and no secret.
const SECRET: &str = "5f1c9b2ad07e4836a1bc90fd2e6784c3b9d8e7f60112233445566778899aabbc";
/// How long the program may take to answer for the first time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder that goes away with the run.
pub(super) struct Lab {
    folder: PathBuf,
    program: PathBuf,
}

/// A city as two tables.
pub(super) struct Tables {
    pub(super) organizations: PathBuf,
    pub(super) members: PathBuf,
}

/// What a command took.
pub(super) struct Watched {
    pub(super) time: Duration,
    pub(super) peak_megabytes: f64,
}

impl Lab {
    pub(super) fn open() -> Result<Self, String> {
        let folder = std::env::temp_dir().join(format!("ejia-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        let lab = Self { folder, program };
        fs::write(lab.path("secret"), SECRET).map_err(|error| error.to_string())?;
        fs::write(lab.path("sms-secret"), "no letter is sent here").map_err(|error| error.to_string())?;
        Ok(lab)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn sqlite(&self, name: &str) -> String {
        format!("sqlite://{}", self.path(name).display())
    }

    /// Removes a SQLite database that is not needed any more.
    pub(super) fn forget(&self, name: &str) {
        for part in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(self.path(&format!("{name}{part}")));
        }
    }

    /// The door to a database of the lab, for preparing and looking.
    pub(super) fn desk(&self, url: &str) -> Result<Desk, String> {
        let vault = Vault::new(self.secret()?);
        let desk = Desk::open(url, vault, Clock::system()).map_err(|problem| explained(&problem))?;
        desk.migrate(MIGRATIONS).map_err(|problem| explained(&problem))?;
        Ok(desk)
    }

    fn secret(&self) -> Result<[u8; 32], String> {
        crate::settings::read_secret(&self.path("secret"))
    }

    /// Writes a city as two CSV tables; only the members of `range`.
    pub(super) fn tables(&self, city: &City, range: std::ops::Range<usize>) -> Result<Tables, String> {
        let tables = Tables {
            organizations: self.path("organizations.csv"),
            members: self.path(&format!("members-{}-{}.csv", range.start, range.end)),
        };
        let organizations = city.organizations().iter().map(|organization| organization.cells.to_vec());
        write_table(&tables.organizations, &ORGANIZATION_HEADINGS, organizations)?;
        let members = city.members().skip(range.start).take(range.len()).map(|member| member.cells.to_vec());
        write_table(&tables.members, &MEMBER_HEADINGS, members)?;
        Ok(tables)
    }

    /// `ejia import`, as a person would run it.
    pub(super) fn import(&self, url: &str, tables: &Tables) -> Result<Watched, String> {
        let mut import = self.program();
        import.args(["import", "--database", url, "--organizations"]).arg(&tables.organizations);
        self.watched(import.arg("--members").arg(&tables.members))
    }

    /// The job that opens a month, alone in a program of its own.
    pub(super) fn open_month(&self, url: &str, month: Month) -> Result<Watched, String> {
        self.watched(self.program().args(["bench", "--open-month", &month.to_string(), "--on", url]))
    }

    /// The jobs that export all registers, alone in a program of their own.
    pub(super) fn export_registers(&self, url: &str, token: &str) -> Result<Watched, String> {
        self.watched(self.program().args(["bench", "--export-registers", token, "--on", url]))
    }

    /// Runs a command to its end and looks at its memory on the way.
    fn watched(&self, command: &mut Command) -> Result<Watched, String> {
        let started = Instant::now();
        let mut child = command
            .env("EJIA_SECRET_FILE", self.path("secret"))
            .env("RUST_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{command:?}: {error}"))?;
        let mut peak_megabytes = 0.0_f64;
        loop {
            if let Some(megabytes) = memory(child.id(), "VmHWM") {
                peak_megabytes = peak_megabytes.max(megabytes);
            }
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                let time = started.elapsed();
                return match status.code() {
                    Some(0) => Ok(Watched { time, peak_megabytes }),
                    code => Err(format!("{command:?} ended with {code:?}")),
                };
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// `ejia serve` on a free port, until this is dropped.
    pub(super) fn serve(&self, url: &str) -> Result<Served, String> {
        let address = free_address()?;
        let config = self.path("ejia.toml");
        let folder = self.folder.display();
        let text = format!(
            "listen = \"{address}\"\ndatabase = \"{url}\"\ndata = \"{folder}/served\"\nsecret_file = \"{folder}/secret\"\n\
             public_origin = \"https://bench.invalid\"\nsecure_cookies = false\nsecure = \"elsewhere\"\n{}[sms]\nendpoint = \"https://sms.invalid\"\naccess_key = \"bench\"\n\
             access_secret_file = \"{folder}/sms-secret\"\nsign_name = \"党建e家\"\nreport_secret = \"nobody reports here\"\n",
            without_limits()
        );
        fs::write(&config, text).map_err(|error| error.to_string())?;
        let started = Instant::now();
        let child = Command::new(&self.program)
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("serve: {error}"))?;
        let mut served = Served { child, address, first_answer: Duration::ZERO };
        served.wait_for_an_answer(started)?;
        Ok(served)
    }

    /// This program again, in another part.
    pub(super) fn program(&self) -> Command {
        Command::new(&self.program)
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The program at work.
pub(super) struct Served {
    child: Child,
    pub(super) address: SocketAddr,
    pub(super) first_answer: Duration,
}

impl Served {
    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    fn wait_for_an_answer(&mut self, started: Instant) -> Result<(), String> {
        let home = request("GET", "/", &[], "");
        while started.elapsed() < PATIENCE {
            let answered = Client::connect(self.address).and_then(|mut client| client.send(&home));
            if answered.is_ok_and(|reply| reply.status == 200) {
                self.first_answer = started.elapsed();
                return Ok(());
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(format!("serve ended at once: {status}"));
            }
            thread::sleep(Duration::from_millis(2));
        }
        Err("serve does not answer".to_owned())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody uses at this moment.
pub(super) fn free_address() -> Result<SocketAddr, String> {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).map_err(|error| error.to_string())
}

fn write_table(path: &Path, headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Result<(), String> {
    let file = fs::File::create(path).map_err(|error| error.to_string())?;
    let mut out = BufWriter::new(file);
    let mut written = writeln!(out, "{}", headings.join(","));
    for row in rows {
        let quoted: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        written = written.and_then(|()| writeln!(out, "{}", quoted.join(",")));
    }
    written.and_then(|()| out.flush()).map_err(|error| error.to_string())
}

/// Settings by which one address may ask for as much as it can: here a single one stands for everybody.
fn without_limits() -> String {
    ["posts_by_address", "posts_by_session", "costly_by_address", "costly_by_session"]
        .map(|limit| format!("limits.{limit} = {{ burst = 1, per_minute = 4000000000 }}\n"))
        .concat()
}
