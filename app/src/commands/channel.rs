//! `ejia channel`: the keys behind the encrypted channel.

use std::fmt::Write as _;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};

use super::{Which, explained};
use crate::secure::{self, Maker};

/// Changes or hands out what the encrypted channel goes by.
#[derive(Args)]
pub struct Channel {
    #[command(subcommand)]
    act: Act,
}

#[derive(Subcommand)]
enum Act {
    /// Issues certificates with a new key from now on; computers that are enrolled go on
    Rotate {
        #[command(flatten)]
        which: Which,
        /// The old key is known to a stranger: every computer is shut out and must be enrolled again
        #[arg(long)]
        at_once: bool,
    },
    /// Writes authorities.pem and revocations.pem for a gateway in front
    Export {
        #[command(flatten)]
        which: Which,
        /// Folder to write to
        #[arg(long, value_name = "DIR")]
        folder: PathBuf,
    },
}

impl Channel {
    pub(super) fn run(self) -> Result<(), String> {
        match self.act {
            Act::Rotate { which, at_once } => {
                let desk = which.open()?;
                let rotate = move |txn: &mut ejia_db::Txn<'_>| ejia_access::rotate_authority(txn, &Maker, at_once);
                let generation = desk.write_now(rotate).map_err(|problem| explained(&problem))?;
                println!("certificates are issued by authority {generation}");
                Ok(())
            }
            Act::Export { which, folder } => export(&which, &folder),
        }
    }
}

fn export(which: &Which, folder: &std::path::Path) -> Result<(), String> {
    let held = secure::for_gateways(&which.open()?).map_err(|problem| explained(&problem))?;
    let (mut authorities, mut revocations) = (String::new(), String::new());
    for one in &held {
        authorities.push_str(&pem("CERTIFICATE", &one.certificate));
        revocations.push_str(&pem("X509 CRL", &one.revocations));
    }
    for (name, text) in [("authorities.pem", authorities), ("revocations.pem", revocations)] {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", path.display());
    }
    Ok(())
}

fn pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        // Writing to a string does not fail.
        let _ = writeln!(text, "{}", String::from_utf8_lossy(line));
    }
    let _ = writeln!(text, "-----END {label}-----");
    text
}
