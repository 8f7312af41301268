//! `ejia migrate` and `ejia verify-audit`.

use clap::Args;

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

/// Walks the audit chain.
#[derive(Args)]
pub struct VerifyAudit {
    #[command(flatten)]
    which: Which,
}

impl VerifyAudit {
    pub(super) fn run(self) -> Result<(), String> {
        let desk = self.which.open()?;
        match ejia_audit::verify(&desk) {
            Ok(verified) => {
                println!("the audit chain is whole: {verified}");
                Ok(())
            }
            Err(broken) => Err(format!("the audit chain is broken: {broken}")),
        }
    }
}
