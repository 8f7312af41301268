//! The one binary: reads the command line and hands over to a room of its own for each command.

use std::process::ExitCode;

use clap::Parser;
use ejia::commands::Command;
use ejia::log::Masked;

/// 党建e家: an open platform for a city's party organizations and members.
#[derive(Parser)]
#[command(name = "ejia", version, about)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info")),
        )
        .with_writer(|| Masked(std::io::stderr()))
        .init();
    Line::parse().command.run()
}
