//! Writes a letter down, to be delivered once the transaction stands.

use ejia_db::Txn;
use ejia_kernel::{MessageId, Problem};

use crate::jobs::{self, Handover};
use crate::letter::Letter;
use crate::store;

/// Writes the message row and the job that delivers it. The same key again gives the first message's id and sends
/// nothing.
pub fn send(txn: &mut Txn<'_>, letter: &Letter) -> Result<MessageId, Problem> {
    letter.check()?;
    let id = MessageId::new(txn.now());
    if let Some(first) = store::insert(txn, id, letter)? {
        return Ok(first);
    }
    ejia_jobs::enqueue(txn, jobs::DELIVER, Handover { message: id })?;
    Ok(id)
}
