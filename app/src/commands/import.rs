//! `ejia import`: the statistics software's tables, from the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use ejia_directory::import::{import_files, write_report};

use super::{Which, explained, migrated};
use crate::house;

/// Nothing was done.
const NOTHING_DONE: u8 = 2;
/// Some rows were refused; the others are in.
const SOME_REFUSED: u8 = 3;

/// Brings organizations and members in. Exit code 0: all rows are in; 3: some rows were refused and the others are in;
/// 2: nothing was done.
#[derive(Args)]
pub struct Import {
    #[command(flatten)]
    which: Which,
    /// Table of organizations (.xls, .xlsx, .csv)
    #[arg(long, value_name = "FILE")]
    organizations: Option<PathBuf>,
    /// Table of members (.xls, .xlsx, .csv)
    #[arg(long, value_name = "FILE")]
    members: Option<PathBuf>,
    /// Says what would be done and writes nothing
    #[arg(long)]
    dry_run: bool,
    /// Rows of people who are already here and differ: take the table's values
    #[arg(long)]
    accept_changes: bool,
    /// Writes the row-by-row report here (.xlsx)
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Import {
    pub(super) fn run(self) -> ExitCode {
        match self.import() {
            Ok(0) => ExitCode::SUCCESS,
            Ok(_) => ExitCode::from(SOME_REFUSED),
            Err(sentence) => {
                eprintln!("ejia: {sentence}");
                ExitCode::from(NOTHING_DONE)
            }
        }
    }

    /// Answers how many rows were refused.
    fn import(&self) -> Result<u64, String> {
        if self.organizations.is_none() && self.members.is_none() {
            return Err("give --organizations FILE, --members FILE, or both".to_owned());
        }
        let desk = self.which.open()?;
        migrated(&desk)?;
        let report = import_files(
            &desk,
            &house::open_table(),
            self.organizations.as_deref(),
            self.members.as_deref(),
            self.dry_run,
            self.accept_changes,
        )
        .map_err(|problem| explained(&problem))?;
        println!("{report}");
        if let Some(path) = &self.report {
            write_report(&desk, &house::write_table(), &report.ids(), path).map_err(|problem| explained(&problem))?;
        }
        Ok(report.refused())
    }
}
