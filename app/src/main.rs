//! The one binary: reads the command line and hands over to a room of its own for each command.

use std::process::ExitCode;

use clap::Parser;
use ejia::commands::Command;

/// 党建e家: an open platform for a city's party organizations and members.
#[derive(Parser)]
#[command(name = "ejia", version, about)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    Line::parse().command.run()
}
