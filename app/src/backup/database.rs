//! The database of a backup: taken at one moment while others write, and put back into an empty one.
//!
//! `SQLite` copies itself; `PostgreSQL` is copied by its own programs, which stand beside every server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use postgres::config::Host;
use postgres::{Config, NoTls};
use rusqlite::{Connection, OpenFlags};

const SQLITE: &str = "SQLite";
const POSTGRES: &str = "PostgreSQL";

/// Where a database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A file.
    Sqlite(PathBuf),
    /// The address of a server's database.
    Postgres(String),
}

impl Place {
    /// The place that an address names, as settings have it.
    pub fn of(url: &str) -> Self {
        match url.strip_prefix("sqlite://") {
            Some(path) => Self::Sqlite(PathBuf::from(path.split('?').next().unwrap_or(path))),
            None => Self::Postgres(url.to_owned()),
        }
    }

    pub(super) fn url(&self) -> String {
        match self {
            Self::Sqlite(path) => format!("sqlite://{}", path.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    pub(super) const fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => SQLITE,
            Self::Postgres(_) => POSTGRES,
        }
    }

    /// Copies the database as it stands at one moment into an empty file.
    pub(super) fn snapshot(&self, to: &Path) -> Result<(), String> {
        match self {
            Self::Sqlite(path) => {
                let copy = || {
                    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                    let connection = Connection::open_with_flags(path, flags)?;
                    connection.busy_timeout(std::time::Duration::from_secs(30))?;
                    connection.execute("VACUUM INTO ?1", [to.to_string_lossy()]).map(drop)
                };
                copy().map_err(|error| format!("the database cannot be copied: {error}"))
            }
            Self::Postgres(url) => {
                let mut command = program("pg_dump", url)?;
                run(command.args(["--format=custom", "--no-owner", "--no-privileges", "--file"]).arg(to))
            }
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> Result<bool, String> {
        match self {
            Self::Sqlite(path) => Ok(fs::metadata(path).map_or(true, |about| about.len() == 0)),
            Self::Postgres(url) => {
                let tables = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'public'";
                let counted =
                    postgres::Client::connect(url, NoTls).and_then(|mut client| client.query_one(tables, &[]));
                let counted = counted.map_err(|error| format!("PostgreSQL does not answer: {error}"))?;
                Ok(counted.get::<_, i64>(0) == 0)
            }
        }
    }

    /// Puts a copy into an empty database, whole or not at all.
    pub(super) fn restore(&self, from: &Path) -> Result<(), String> {
        match self {
            Self::Sqlite(path) => {
                let unwritten = |error: std::io::Error| format!("cannot write {}: {error}", path.display());
                let part = path.with_added_extension("part");
                fs::copy(from, &part).map_err(unwritten)?;
                fs::File::open(&part).and_then(|file| file.sync_all()).map_err(unwritten)?;
                fs::rename(&part, path).map_err(unwritten)
            }
            Self::Postgres(url) => {
                let mut command = program("pg_restore", url)?;
                let command =
                    command.args(["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]);
                run(command.arg("--dbname").arg(named(url)?).arg(from))
            }
        }
    }
}

/// Whether a copy is sound.
pub(super) fn check(engine: &str, copy: &Path) -> Result<(), String> {
    if engine == POSTGRES {
        let mut command = Command::new("pg_restore");
        return run(command.arg("--list").arg(copy).stdout(std::process::Stdio::null()));
    }
    let said = Connection::open_with_flags(copy, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|connection| connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)));
    match said {
        Ok(said) if said == "ok" => Ok(()),
        Ok(said) => Err(format!("the database in the backup is damaged: {said}")),
        Err(error) => Err(format!("the database in the backup is damaged: {error}")),
    }
}

fn parsed(url: &str) -> Result<Config, String> {
    url.parse().map_err(|error| format!("the address of the database: {error}"))
}

fn named(url: &str) -> Result<String, String> {
    let config = parsed(url)?;
    Ok(config.get_dbname().or(config.get_user()).unwrap_or("postgres").to_owned())
}

/// A program of `PostgreSQL`'s own, told by its environment where the database is: arguments are open to everybody on the machine.
fn program(name: &str, url: &str) -> Result<Command, String> {
    let config = parsed(url)?;
    let mut command = Command::new(name);
    command.env("PGDATABASE", named(url)?);
    if let Some(host) = config.get_hosts().first() {
        match host {
            Host::Tcp(host) => command.env("PGHOST", host),
            Host::Unix(folder) => command.env("PGHOST", folder),
        };
    }
    if let Some(port) = config.get_ports().first() {
        command.env("PGPORT", port.to_string());
    }
    if let Some(user) = config.get_user() {
        command.env("PGUSER", user);
    }
    if let Some(password) = config.get_password() {
        command.env("PGPASSWORD", String::from_utf8_lossy(password).as_ref());
    }
    Ok(command)
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let ended = command.output().map_err(|error| {
        format!("{name} cannot be started ({error}); install the client programs of PostgreSQL (postgresql-client)")
    })?;
    if ended.status.success() {
        return Ok(());
    }
    Err(format!("{name}: {}", String::from_utf8_lossy(&ended.stderr).trim()))
}
