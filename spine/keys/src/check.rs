//! Which keys are needed.

use std::collections::BTreeMap;

use ejia_db::Desk;
use ejia_kernel::Problem;

use crate::store::tables;
use crate::{Places, files};

/// How much one key has sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The byte that tells the key.
    pub key: u8,
    /// Whether the vault has such a key.
    pub opens: bool,
    /// Values, by table or folder.
    pub places: BTreeMap<String, u64>,
}

/// How much each key has sealed, by the first byte of every value. Changes nothing. The vault's keys stand first, the current
/// one before the others; what follows does not open.
///
/// # Errors
/// A fault of the database or of a folder.
pub fn check(desk: &Desk, places: &Places) -> Result<Vec<Held>, Problem> {
    let keys = desk.vault().keys();
    let mut held: Vec<Held> = keys.iter().map(|key| Held { key: *key, opens: true, places: BTreeMap::new() }).collect();
    let mut add = |place: &str, counts: Vec<(u8, u64)>| {
        for (key, count) in counts {
            let at = held.iter().position(|one| one.key == key).unwrap_or(held.len());
            if at == held.len() {
                held.push(Held { key, opens: false, places: BTreeMap::new() });
            }
            if let Some(one) = held.get_mut(at) {
                *one.places.entry(place.to_owned()).or_default() += count;
            }
        }
    };
    for table in places.tables() {
        add(table.table, desk.read_now(|txn| tables::census(txn, table))?);
    }
    for (name, folder) in places.folders() {
        add(name, files::census(folder)?);
    }
    Ok(held)
}
