//! `ejia backup` and `ejia restore`.

use std::path::PathBuf;

use clap::Args;
use ejia_db::Desk;
use ejia_kernel::Clock;

use super::{Which, explained};
use crate::backup::{self, Held};

/// Takes a backup while the product runs: database and files in one file, sealed under the root secret.
#[derive(Args)]
pub struct Backup {
    #[command(flatten)]
    which: Which,
    /// Folder of the data, where the settings do not say where files are kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Writes the backup here; a file that exists is never replaced
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
}

impl Backup {
    pub(super) fn run(self) -> Result<(), String> {
        let (place, files, vault) = (self.which.place()?, self.which.files(self.data)?, self.which.vault()?);
        let held = backup::take(&place, &*files, &vault, &self.to)?;
        // What cannot be read again is no backup.
        backup::check(&vault, &self.to)?;
        println!("{}: {}", self.to.display(), told(&held));
        Ok(())
    }
}

/// Puts a backup into an empty database and where no files are, or only checks that it could be.
#[derive(Args)]
pub struct Restore {
    #[command(flatten)]
    which: Which,
    /// Folder of the data, where the settings do not say where files are kept
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The backup
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// Reads it to its end and writes nothing
    #[arg(long)]
    check: bool,
}

impl Restore {
    pub(super) fn run(self) -> Result<(), String> {
        let vault = self.which.vault()?;
        if self.check {
            println!("the backup is sound: {}", told(&backup::check(&vault, &self.from)?));
            return Ok(());
        }
        let (place, files) = (self.which.place()?, self.which.files(self.data)?);
        let held = backup::restore(&place, &*files, &vault, &self.from)?;
        println!("restored: {}", told(&held));
        let desk = Desk::open(&self.which.url()?, vault, Clock::system()).map_err(|problem| explained(&problem))?;
        match ejia_audit::verify(&desk) {
            Ok(verified) => println!("the audit chain is whole: {verified}"),
            Err(broken) => return Err(format!("restored, but the audit chain is broken: {broken}")),
        }
        Ok(())
    }
}

fn told(held: &Held) -> String {
    let Held { label, files, bytes } = held;
    format!("{} of {}, {files} files, {} MB", label.engine, label.taken_at, bytes.div_ceil(1_000_000))
}
