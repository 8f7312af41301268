//! Takes what WeChat tells later of a push: arrived, refused by its reader, or lost. It may tell twice, and it may be
//! faster than its own answer.

use ejia_db::Txn;
use ejia_kernel::Problem;

use super::push::by_sms;
use crate::store::{self, Ending};

/// Writes down what became of the push that WeChat knows by `number`: without a `failure` it has arrived, with one the
/// letter goes by text message. Answers how many messages learned something new. What is told of a push whose number is not
/// written down yet is kept and counted by the next sweep.
///
/// # Errors
/// A fault of the database.
pub fn record_push(txn: &mut Txn<'_>, number: &str, failure: Option<&str>) -> Result<usize, Problem> {
    let Some(id) = store::find_pushed(txn, number)? else {
        store::keep_report(txn, number, failure)?;
        return Ok(0);
    };
    let fresh = match failure {
        None => store::end(txn, id, &Ending::delivered())?,
        Some(reason) => by_sms(txn, id, reason)?,
    };
    Ok(usize::from(fresh))
}

/// Counts the reports that came before the answers they speak of.
pub(super) fn count_early(txn: &mut Txn<'_>, limit: i64) -> Result<(), Problem> {
    for (number, failure) in store::early_reports(txn, limit)? {
        let Some(id) = store::find_pushed(txn, &number)? else { continue };
        match failure {
            None => store::end(txn, id, &Ending::delivered())?,
            Some(reason) => by_sms(txn, id, &reason)?,
        };
    }
    Ok(())
}
