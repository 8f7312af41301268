//! Sealed files: as a change of keys sees them.

use ejia_kernel::{Problem, Vault};

use crate::store::Sealed;

/// A folder of files that the vault has sealed. A file's name is words between slashes; the first one is the purpose it was
/// sealed for.
pub trait SealedFiles: Send + Sync {
    /// The names behind this one, in their order, at most so many. Behind the empty name lie all.
    ///
    /// # Errors
    /// Why the folder cannot be read, for the operator.
    fn behind(&self, name: &str, most: usize) -> Result<Vec<String>, String>;

    /// A file; nothing when it is gone.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, String>;

    /// The first byte of a file; nothing when it is gone or empty.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn first_byte(&self, name: &str) -> Result<Option<u8>, String>;

    /// Puts other bytes in the place of a file that is there. One that was deleted meanwhile stays deleted.
    ///
    /// # Errors
    /// Why it cannot be written; the file is as it was.
    fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), String>;
}

/// Seals so many files behind this one anew.
pub(crate) fn seal_anew(
    files: &dyn SealedFiles,
    vault: &Vault,
    behind: Option<&str>,
    most: usize,
) -> Result<Sealed, Problem> {
    let names = files.behind(behind.unwrap_or_default(), most).map_err(Problem::fault)?;
    let mut sealed = Sealed { behind: names.last().cloned(), looked: names.len(), ..Sealed::default() };
    for name in names {
        let first = files.first_byte(&name).map_err(Problem::fault)?;
        if first.is_none_or(|byte| byte == vault.current()) {
            sealed.done += 1;
            continue;
        }
        let Some(bytes) = files.read(&name).map_err(Problem::fault)? else { continue };
        match vault.seal_anew(purpose(&name), &bytes) {
            Ok(anew) => {
                anew.map_or(Ok(()), |anew| files.replace(&name, &anew)).map_err(Problem::fault)?;
                sealed.done += 1;
            }
            Err(_) => sealed.unreadable += 1,
        }
    }
    Ok(sealed)
}

fn purpose(name: &str) -> &str {
    name.split('/').next().unwrap_or_default()
}

/// How many files each key has sealed, by its byte.
pub(crate) fn census(files: &dyn SealedFiles) -> Result<Vec<(u8, u64)>, Problem> {
    let mut counts = std::collections::BTreeMap::new();
    for name in files.behind("", usize::MAX).map_err(Problem::fault)? {
        if let Some(byte) = files.first_byte(&name).map_err(Problem::fault)? {
            *counts.entry(byte).or_default() += 1;
        }
    }
    Ok(counts.into_iter().collect())
}

/// How many files are sealed with a former key.
pub(crate) fn former(files: &dyn SealedFiles, vault: &Vault) -> Result<u64, Problem> {
    let counts = census(files)?;
    Ok(counts.into_iter().filter(|(byte, _)| *byte != vault.current()).map(|(_, count)| count).sum())
}
