//! `ejia migrate`, `ejia checkpoint` and `ejia verify-audit`.

use std::path::PathBuf;

use clap::Args;
use ejia_audit::{Checkpoint, PublicKey};

use super::{Which, explained};
use crate::house;

/// Applies the missing steps of the schema.
#[derive(Args)]
pub struct Migrate {
    #[command(flatten)]
    which: Which,
}

impl Migrate {
    pub(super) fn run(self) -> Result<(), String> {
        let desk = self.which.open()?;
        let applied = desk.migrate(house::MIGRATIONS).map_err(|problem| explained(&problem))?;
        if applied.is_empty() {
            println!("the schema is up to date");
        }
        for name in applied {
            println!("applied {name}");
        }
        Ok(())
    }
}

/// Says where the audit chain stands, signed, in a line that can be kept elsewhere.
#[derive(Args)]
pub struct TakeCheckpoint {
    #[command(flatten)]
    which: Which,
    /// Adds the line to this file, if the chain has grown since its last one, instead of printing it
    #[arg(long, value_name = "FILE")]
    append: Option<PathBuf>,
    /// Prints the key that checks checkpoints, as PEM, and no checkpoint
    #[arg(long, conflicts_with = "append")]
    public_key: bool,
}

impl TakeCheckpoint {
    pub(super) fn run(self) -> Result<(), String> {
        let desk = self.which.open()?;
        if self.public_key {
            print!("{}", PublicKey::of(desk.vault()).pem());
            return Ok(());
        }
        ejia_audit::seal(&desk).map_err(|problem| explained(&problem))?;
        if let Some(file) = &self.append {
            match ejia_audit::keep(&desk, file)? {
                Some(checkpoint) => println!("added the checkpoint at {} to {}", checkpoint.number, file.display()),
                None => println!("the chain has not grown since the last checkpoint in {}", file.display()),
            }
            return Ok(());
        }
        let checkpoint = desk.read_now(Checkpoint::now).map_err(|problem| explained(&problem))?;
        println!("{}", checkpoint.ok_or("nothing is sealed yet")?);
        Ok(())
    }
}

/// Walks the audit chain. Exit code 0: it holds; 1: it does not, and a sentence says where.
#[derive(Args)]
pub struct VerifyAudit {
    #[command(flatten)]
    which: Which,
    /// Compares the checkpoints of this file, too
    #[arg(long, value_name = "FILE")]
    checkpoints: Option<PathBuf>,
}

impl VerifyAudit {
    pub(super) fn run(self) -> Result<(), String> {
        let desk = self.which.open()?;
        let kept = self.checkpoints.as_deref().map_or(Ok(Vec::new()), ejia_audit::read_kept)?;
        match ejia_audit::verify_with(&desk, &kept, &mut |_, _| Ok(())) {
            Ok(verified) => {
                println!("the audit chain is whole: {verified}");
                Ok(())
            }
            Err(broken) => Err(format!("the audit chain is broken: {broken}")),
        }
    }
}
