//! Knows the root again.

use ejia_db::{Desk, args};
use ejia_kernel::Problem;

/// Writes down a mark of the vault's root in a new database, and looks whether it is the same in another. With another root
/// nobody would be found by his number, and everybody could be entered twice.
///
/// # Errors
/// A fault of the database.
pub fn recognise(desk: &Desk) -> Result<bool, Problem> {
    let mark = desk.vault().index("keys.root", "");
    desk.write_now(move |txn| {
        txn.execute("INSERT INTO key_root (id, mark) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", &args![&mark])?;
        let kept: Vec<u8> = txn.one("SELECT mark FROM key_root WHERE id = 1", &args![], |row| row.get(0))?;
        Ok(kept == mark)
    })
}
