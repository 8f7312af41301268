//! The commands of `ejia`, one a file. Exit codes: 0 done, 1 failed, and those a command documents itself.

mod backup;
mod channel;
mod demo;
mod doctor;
mod export;
mod import;
mod keys;
mod serve;
mod upkeep;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use ejia_db::Desk;
use ejia_kernel::{Clock, Problem, Vault};

use crate::backup::Place;
use crate::house;
use crate::log;
use crate::sealed::{self, Shelf};
use crate::settings::{DEMO_SECRET, LogFormat, Settings, reference};

/// What can be asked of the program.
#[derive(Subcommand)]
pub enum Command {
    /// Starts an invented city with every sandbox, for trying out
    Demo(demo::Demo),
    /// Runs the product as a settings file says
    Serve(serve::Serve),
    /// Brings organizations and members in from the statistics software's tables
    Import(import::Import),
    /// Hands organizations and members out as the statistics software's tables, whole or as differences
    Export(export::Export),
    /// Changes or hands out what the encrypted channel goes by
    Channel(channel::Channel),
    /// Takes a backup of database and files while the product runs
    Backup(backup::Backup),
    /// Puts a backup into an empty database and where no files are
    Restore(backup::Restore),
    /// Prints every setting of a settings file and what it means
    Settings,
    /// Looks at an installation and says what is wrong and what to do
    Doctor(doctor::Doctor),
    /// Seals everything with the current key while the house is used, or says which keys are needed
    RotateKeys(keys::RotateKeys),
    /// Applies the missing steps of the schema
    Migrate(upkeep::Migrate),
    /// Says where the audit chain stands, signed, in a line that can be kept elsewhere
    Checkpoint(upkeep::TakeCheckpoint),
    /// Walks the audit chain and says where it breaks, if it does
    VerifyAudit(upkeep::VerifyAudit),
    /// Measures the product against bare drivers in one run
    Bench(crate::bench::Bench),
}

impl Command {
    /// Runs it to its end.
    pub fn run(self) -> ExitCode {
        // The log of a process that serves is as its settings say.
        if !matches!(self, Self::Serve(_)) {
            log::begin(LogFormat::default(), None);
        }
        let outcome = match self {
            Self::Demo(command) => command.run(),
            Self::Serve(command) => command.run(),
            Self::Import(command) => return command.run(),
            Self::Export(command) => command.run(),
            Self::Channel(command) => command.run(),
            Self::Backup(command) => command.run(),
            Self::Restore(command) => command.run(),
            Self::Settings => {
                print!("{}", reference());
                Ok(())
            }
            Self::Doctor(command) => command.run(),
            Self::RotateKeys(command) => command.run(),
            Self::Migrate(command) => command.run(),
            Self::Checkpoint(command) => command.run(),
            Self::VerifyAudit(command) => command.run(),
            Self::Bench(command) => command.run(),
        };
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(sentence) => {
                eprintln!("ejia: {sentence}");
                ExitCode::FAILURE
            }
        }
    }
}

/// Which database a command works on.
#[derive(Args)]
#[group(required = true, multiple = true)]
pub struct Which {
    /// Address of the database: sqlite://PATH or postgres://…
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Settings file of `ejia serve`
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Which {
    /// Opens the database.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn open(&self) -> Result<Desk, String> {
        Desk::open(&self.url()?, self.vault()?, Clock::system()).map_err(|problem| explained(&problem))
    }

    /// The address of the database.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn url(&self) -> Result<String, String> {
        match (&self.database, self.settings()?) {
            (Some(url), _) => Ok(url.clone()),
            (None, Some(settings)) => Ok(settings.database),
            (None, None) => Err("give --database URL or --config FILE".to_owned()),
        }
    }

    /// Where the database is.
    ///
    /// # Errors
    /// As [`Which::url`].
    pub fn place(&self) -> Result<Place, String> {
        self.url().map(|url| Place::of(&url))
    }

    /// Where files are kept: in the folder of data that is named here, else where the settings say.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn files(&self, data: Option<PathBuf>) -> Result<Arc<dyn Shelf>, String> {
        let (data, bucket) = match (data, self.settings()?) {
            (Some(data), _) => (data, None),
            (None, Some(settings)) => (settings.data.clone(), settings.bucket()?),
            (None, None) => return Err("give --data DIR or --config FILE".to_owned()),
        };
        sealed::shelf(&data, bucket.as_ref(), house::FILES).map_err(|problem| explained(&problem))
    }

    /// What seals and opens. Without a settings file the root secret is that of the file named by `EJIA_SECRET_FILE`, or
    /// the demo's.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn vault(&self) -> Result<Vault, String> {
        match self.settings()? {
            Some(settings) => settings.vault(),
            None => secret_of_environment().map(Vault::new),
        }
    }

    /// The settings, where a file was named.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn settings(&self) -> Result<Option<Settings>, String> {
        self.config.as_deref().map(Settings::read).transpose()
    }
}

fn secret_of_environment() -> Result<[u8; 32], String> {
    match std::env::var_os("EJIA_SECRET_FILE") {
        None => Ok(DEMO_SECRET),
        Some(path) => crate::settings::read_secret(std::path::Path::new(&path)),
    }
}

/// Applies the missing steps of the schema to a database that belongs to the root secret.
fn migrated(desk: &Desk) -> Result<(), String> {
    desk.migrate(house::MIGRATIONS).map_err(|problem| explained(&problem))?;
    if ejia_keys::recognise(desk).map_err(|problem| explained(&problem))? {
        return Ok(());
    }
    Err("secret_file: this database was made with another root secret; with this one nobody would be found by his number".to_owned())
}

/// What an operator at the command line is told of a problem.
pub fn explained(problem: &Problem) -> String {
    let sentence = crate::house::texts().of_problem(problem);
    match &problem.detail {
        Some(detail) => format!("{sentence} ({detail})"),
        None => sentence,
    }
}
