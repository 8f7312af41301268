//! Where private keys lie: in a store of files of its own, outside the database and outside its backups.
//!
//! A file holds `mode ‖ key`, or with a passphrase `mode ‖ salt ‖ the key sealed by it`, all sealed by the vault together
//! with the file's own name. A row of `ballot_key` is written before the file is put.

use std::sync::Arc;

use argon2::{Algorithm, Argon2, Params, Version};
use ejia_db::Desk;
use ejia_documents::{FileKey, FileStore, FilesAway};
use ejia_kernel::{Problem, ProblemKind, Vault};

use crate::seal::{self, Opener};
use crate::{rules, store};

const PURPOSE: &str = "ballot_key";
const OPEN: u8 = 0;
const LOCKED: u8 = 1;
const SALT: usize = 16;

/// Where the keys of votes lie and who is told of their ends. A part of the site.
#[derive(Clone)]
pub struct BallotBox {
    store: Arc<dyn FileStore>,
    told: Vec<&'static str>,
}

/// A key pair whose private half lies in the store, for one vote to be opened with. Unused, it is swept away after an
/// hour.
#[derive(Clone)]
pub struct Prepared {
    pub(crate) key_file: FileKey,
    pub(crate) public_key: Vec<u8>,
    pub(crate) locked: bool,
}

impl BallotBox {
    /// Keys lie in this store: a folder of its own, which no backup takes along.
    pub fn new(store: Arc<dyn FileStore>) -> Self {
        Self { store, told: Vec::new() }
    }

    /// With a kind of job by which a caller wants to be told that his vote has ended.
    #[must_use]
    pub fn telling(mut self, kind: &'static str) -> Self {
        self.told.push(kind);
        self
    }

    /// The kind of job of that name.
    pub(crate) fn told(&self, kind: &str) -> Result<&'static str, Problem> {
        let known = self.told.iter().find(|known| **known == kind);
        known.copied().ok_or_else(|| Problem::fault(format_args!("nobody is told by {kind}")))
    }

    /// Makes the key pair of a vote and keeps the private half. With a passphrase (开箱口令) nobody can count without it,
    /// not even who has database, keys and key file; with a lost one the vote can only be called off.
    ///
    /// Blocks: call it aside, before the transaction that opens the vote.
    ///
    /// # Errors
    /// A refusal on the field `passphrase`; `ballots.keys_away`.
    pub fn prepare(&self, desk: &Desk, passphrase: Option<&str>) -> Result<Prepared, Problem> {
        passphrase.map_or(Ok(()), rules::passphrase)?;
        let key_file = FileKey::fresh(PURPOSE)?;
        let (private_key, public_key) = seal::key_pair();
        let content = match passphrase {
            None => [&[OPEN], private_key.as_slice()].concat(),
            Some(passphrase) => locked(&private_key, passphrase)?,
        };
        let row = key_file.clone();
        desk.write_now(move |txn| store::keys::insert(txn, &row))?;
        let sealed = desk.vault().seal_bytes(PURPOSE, &named(&key_file, &content));
        self.store.put(&key_file, &sealed).map_err(away)?;
        Ok(Prepared { key_file, public_key, locked: passphrase.is_some() })
    }

    /// The private key, if its file is still there.
    ///
    /// # Errors
    /// `ballots.passphrase_wrong` on the field `passphrase`; `ballots.keys_away`; a fault when the file was altered or
    /// sealed by another installation.
    pub(crate) fn opener(
        &self,
        vault: &Vault,
        key_file: &FileKey,
        passphrase: Option<&str>,
    ) -> Result<Option<Opener>, Problem> {
        let Some(sealed) = self.store.get(key_file).map_err(away)? else { return Ok(None) };
        let plain = vault.open_bytes(PURPOSE, &sealed)?;
        let content = plain.strip_prefix(named(key_file, &[]).as_slice()).and_then(<[u8]>::split_first);
        let private_key = match content {
            Some((&OPEN, key)) => key.to_vec(),
            Some((&LOCKED, rest)) => unlocked(rest, passphrase)?,
            _ => return Err(unreadable()),
        };
        Opener::new(&private_key).map(Some).ok_or_else(unreadable)
    }

    /// Destroys a key file; it may be gone already. Writing over it first would lay a new file beside the old one, and
    /// what a disk keeps of a deleted file is no more than the vault's seal on it.
    pub(crate) fn destroy(&self, key_file: &FileKey) -> Result<(), Problem> {
        self.store.delete(key_file).map_err(away)
    }
}

/// A key file that was laid in the place of another does not open.
fn named(key_file: &FileKey, content: &[u8]) -> Vec<u8> {
    [key_file.as_str().as_bytes(), b"\n", content].concat()
}

fn locked(private_key: &[u8], passphrase: &str) -> Result<Vec<u8>, Problem> {
    let mut salt = [0; SALT];
    getrandom::fill(&mut salt).map_err(Problem::fault)?;
    let sealed = vault_of(passphrase, &salt)?.seal_bytes(PURPOSE, private_key);
    Ok([&[LOCKED], salt.as_slice(), &sealed].concat())
}

fn unlocked(rest: &[u8], passphrase: Option<&str>) -> Result<Vec<u8>, Problem> {
    let (salt, sealed) = rest.split_first_chunk::<SALT>().ok_or_else(unreadable)?;
    let wrong = || Problem::refused("kernel.check_fields").on("passphrase", "ballots.passphrase_wrong");
    vault_of(passphrase.ok_or_else(wrong)?, salt)?.open_bytes(PURPOSE, sealed).map_err(|_| wrong())
}

/// Argon2id with 64 MiB and three passes (RFC 9106's second choice, with one lane): a passphrase is guessed slowly by who
/// has the file.
fn vault_of(passphrase: &str, salt: &[u8; SALT]) -> Result<Vault, Problem> {
    let params = Params::new(65_536, 3, 1, Some(32)).map_err(Problem::fault)?;
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut key)
        .map_err(Problem::fault)?;
    Ok(Vault::new(key))
}

fn unreadable() -> Problem {
    Problem::fault("a key file of a vote is not what was kept")
}

fn away(fault: FilesAway) -> Problem {
    match fault {
        FilesAway::Full(why) => Problem::no_room(why),
        FilesAway::Away(why) => {
            tracing::error!(why, "the keys of votes are away");
            out_of_reach()
        }
    }
}

/// What is answered when a key is wanted and not to be had.
pub(crate) fn out_of_reach() -> Problem {
    Problem::new(ProblemKind::Busy, "ballots.keys_away")
}
