//! Databases for tests and measurements: a SQLite file, or a PostgreSQL of our own on a free port.

use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant as Stopwatch};

use ejia_kernel::{Clock, Instant, Vault};
use tempfile::TempDir;

use crate::postgres::Client;
use crate::{Desk, Migration};

/// The tests' clock starts at 2026-03-20 09:00 China time.
const START_MS: i64 = 1_773_968_400_000;

/// A migrated database that goes away with this value.
pub struct TestDatabase {
    /// The door to it.
    pub desk: Desk,
    /// Its address, to be opened again by another process or by bare drivers.
    pub url: String,
    _folder: Option<TempDir>,
}

impl TestDatabase {
    /// A SQLite file in a temporary folder.
    ///
    /// # Panics
    /// When it cannot be made: a test cannot go on without it.
    pub fn sqlite(groups: &[&[Migration]]) -> Self {
        let folder = TempDir::new().unwrap_or_else(|error| panic!("temporary folder: {error}"));
        let url = format!("sqlite://{}?care=off", folder.path().join("test.db").display());
        Self::over(url, Some(folder), groups)
    }

    /// A new database in this process's PostgreSQL.
    ///
    /// # Panics
    /// When Debian's `postgresql` is not installed or does not start.
    pub fn postgres(groups: &[&[Migration]]) -> Self {
        Self::over(PostgresCluster::shared().new_database(), None, groups)
    }

    /// A new database of a PostgreSQL that the test has to itself.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn on(cluster: &PostgresCluster, groups: &[&[Migration]]) -> Self {
        Self::over(cluster.new_database(), None, groups)
    }

    /// Runs a test on each of the two.
    pub fn both(groups: &[&[Migration]], test: impl Fn(&Desk)) {
        for database in [Self::sqlite(groups), Self::postgres(groups)] {
            eprintln!("-- on {}", database.desk.engine());
            test(&database.desk);
        }
    }

    fn over(url: String, folder: Option<TempDir>, groups: &[&[Migration]]) -> Self {
        let clock = Clock::starting_at(Instant::from_ms(START_MS));
        let connections = crate::Connections { sqlite_readers: 2, postgres: 8 };
        let desk = Desk::open_with(&url, Vault::new([7; 32]), clock, connections)
            .unwrap_or_else(|problem| panic!("{problem:?}"));
        desk.migrate(groups).unwrap_or_else(|problem| panic!("{problem:?}"));
        Self { desk, url, _folder: folder }
    }
}

/// A PostgreSQL server started from Debian's binaries as a non-root user, ended with this process.
pub struct PostgresCluster {
    port: u16,
    folder: PathBuf,
    databases: AtomicU64,
    /// Its guard stops the server as soon as this pipe closes, however the process ends.
    guard: Child,
}

const GUARD: &str = r#"
if [ -n "$PRIMARY" ]; then
    "$BIN/pg_basebackup" -h 127.0.0.1 -p "$PRIMARY" -U postgres -D "$DIR/data" -R -c fast --no-sync >"$DIR/log" 2>&1 || exit 1
else
    "$BIN/initdb" -D "$DIR/data" -U postgres -A trust -E UTF8 --locale=C --no-sync >"$DIR/log" 2>&1 || exit 1
fi
rise() {
    "$BIN/postgres" -D "$DIR/data" -p "$PORT" -k "$DIR" -c listen_addresses=127.0.0.1 -c max_connections=300 \
        -c deadlock_timeout=100ms -c shared_buffers=256MB -c fsync="$SYNC" -c full_page_writes="$SYNC" \
        -c synchronous_commit="$SYNC" >>"$DIR/log" 2>&1 &
    server=$!
}
rise
while read -r word && [ "$word" != stop ]; do
    case "$word" in
    fall) kill -QUIT "$server"; wait "$server" ;;
    rise) rise ;;
    esac
done
kill -QUIT "$server"; wait "$server"; rm -rf "$DIR"
"#;

impl PostgresCluster {
    /// The one server of this process, careless of power cuts and therefore quick.
    pub fn shared() -> &'static Self {
        static CLUSTER: OnceLock<PostgresCluster> = OnceLock::new();
        CLUSTER.get_or_init(|| Self::start(false))
    }

    /// A server; `durable` keeps every commit on the disk as production does (for measurements).
    ///
    /// # Panics
    /// When Debian's `postgresql` is not installed or does not start.
    pub fn start(durable: bool) -> Self {
        Self::started(durable, None)
    }

    /// A replica that follows this server by streaming, and answers reads.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn start_replica(&self) -> Self {
        Self::started(false, Some(self.port))
    }

    fn started(durable: bool, primary: Option<u16>) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("ejia-pg-")
            .tempdir()
            .unwrap_or_else(|error| panic!("temporary folder: {error}"))
            .keep();
        let port = free_port();
        let guard = guard_command(&folder)
            .env("BIN", binaries())
            .env("DIR", &folder)
            .env("PORT", port.to_string())
            .env("PRIMARY", primary.map(|port| port.to_string()).unwrap_or_default())
            .env("SYNC", if durable { "on" } else { "off" })
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("PostgreSQL: {error}"));
        let cluster = Self { port, folder, databases: AtomicU64::new(0), guard };
        cluster.wait_until_it_answers();
        cluster
    }

    /// Makes an empty database and answers its address.
    ///
    /// # Panics
    /// When the server refuses.
    pub fn new_database(&self) -> String {
        let name = format!("test_{}", self.databases.fetch_add(1, Ordering::Relaxed));
        Client::connect(&self.url("postgres"))
            .and_then(|mut client| client.batch(&format!("CREATE DATABASE {name}")))
            .unwrap_or_else(|error| panic!("PostgreSQL: {error}"));
        self.url(&name)
    }

    /// The address of a database of this server.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The whole server ends at once, as when its machine loses power; transactions are cut off.
    ///
    /// # Panics
    /// When its guard is gone.
    pub fn fall(&mut self) {
        self.tell("fall");
        while Client::connect(&self.url("postgres")).is_ok() {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Starts the server again after it fell, and waits until it answers.
    ///
    /// # Panics
    /// When it does not start.
    pub fn rise(&mut self) {
        self.tell("rise");
        self.wait_until_it_answers();
    }

    fn tell(&mut self, word: &str) {
        let told = self.guard.stdin.as_mut().is_some_and(|pipe| writeln!(pipe, "{word}").is_ok());
        assert!(told, "the guard of PostgreSQL is gone");
    }

    fn wait_until_it_answers(&self) {
        let started = Stopwatch::now();
        while Client::connect(&self.url("postgres")).is_err() {
            assert!(
                started.elapsed() < Duration::from_mins(1),
                "PostgreSQL did not start: {}",
                std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for PostgresCluster {
    fn drop(&mut self) {
        if let Some(pipe) = self.guard.stdin.as_mut() {
            let _ = pipe.write_all(b"stop\n");
        }
        let _ = self.guard.wait();
    }
}

/// PostgreSQL refuses to run as root; then Debian's `postgres` user runs it.
fn guard_command(folder: &Path) -> Command {
    let root = std::fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0);
    let mut command;
    if root {
        let owned = Command::new("chown").arg("postgres").arg(folder).status();
        assert!(owned.is_ok_and(|status| status.success()), "there is no user postgres");
        command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh", "-c", GUARD]);
    } else {
        command = Command::new("sh");
        command.args(["-c", GUARD]);
    }
    command.current_dir("/");
    command
}

fn binaries() -> PathBuf {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    installed
        .map(|entry| entry.path().join("bin"))
        .filter(|bin| bin.join("initdb").exists())
        .max()
        .unwrap_or_else(|| panic!("Debian's package postgresql is not installed"))
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_or_else(|error| panic!("no free port: {error}"), |address| address.port())
}
