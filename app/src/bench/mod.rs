//! `ejia bench`: measures the product against bare drivers, in one run on one machine.

mod client;
mod measure;
mod report;

use std::path::PathBuf;

use clap::Args;

/// Measures the product against bare drivers in one run.
#[derive(Args)]
pub struct Bench {
    /// Where the figures are written
    #[arg(long, value_name = "FILE", default_value = "bench/results.json")]
    results: PathBuf,
}

impl Bench {
    /// Runs every measurement, prints the table and writes the file.
    ///
    /// # Errors
    /// A sentence when something could not be measured.
    pub fn run(self) -> Result<(), String> {
        let lines = Vec::new();
        print!("{}", report::table(&lines));
        report::write(&self.results, &lines)?;
        if report::all_hold(&lines) { Ok(()) } else { Err("some figures are not as wanted".to_owned()) }
    }
}
