//! Writes a letter down, to be delivered once the transaction stands.

use ejia_db::Txn;
use ejia_kernel::{MessageId, Problem};

use super::deliver::again;
use crate::hours;
use crate::letter::Letter;
use crate::store;

/// Writes the message row and the job that delivers it; in the quiet hours what can wait goes out in the morning. The same key again gives the first message's id and sends
/// nothing.
pub fn send(txn: &mut Txn<'_>, letter: &Letter) -> Result<MessageId, Problem> {
    letter.check()?;
    let id = MessageId::new(txn.now());
    if let Some(first) = store::insert(txn, id, letter)? {
        return Ok(first);
    }
    let now = txn.now();
    again(txn, id, hours::waits_until(now, letter.template, letter.end(now)).unwrap_or(now))?;
    Ok(id)
}
