//! Takes what WeChat tells later of a push: arrived, refused by its reader, or lost. It may tell twice, and it may be
//! faster than its own answer.

use ejia_db::Txn;
use ejia_kernel::{MessageId, Problem};

use super::push::by_sms;
use crate::store::{self, Early, Ending};

/// Writes down what became of the push that WeChat knows by `number`: without a `failure` it has arrived, with one the
/// letter goes by text message. Answers how many messages learned something new. What is told of a push whose number is not
/// written down yet is kept and counted by the next sweep.
///
/// # Errors
/// A fault of the database.
pub fn record_push(txn: &mut Txn<'_>, number: &str, failure: Option<&str>) -> Result<usize, Problem> {
    let Some(id) = store::find_pushed(txn, number)? else {
        store::keep_report(txn, number, failure, None)?;
        return Ok(0);
    };
    told(txn, id, true, failure).map(usize::from)
}

/// Writes down what was told of a message; whether that is new.
fn told(txn: &mut Txn<'_>, id: MessageId, by_wechat: bool, failure: Option<&str>) -> Result<bool, Problem> {
    match failure {
        None => store::end(txn, id, &Ending::delivered()),
        Some(reason) if by_wechat => by_sms(txn, id, reason),
        Some(reason) => store::end(txn, id, &Ending::failed(reason)),
    }
}

/// Counts the reports that came before the answers they speak of.
pub(super) fn count_early(txn: &mut Txn<'_>, limit: i64) -> Result<(), Problem> {
    for Early { message, by_wechat, failure } in store::early_reports(txn, limit)? {
        told(txn, message, by_wechat, failure.as_deref())?;
    }
    Ok(())
}
