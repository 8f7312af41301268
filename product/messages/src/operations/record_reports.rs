//! Takes the carrier's delivery reports: unsigned, perhaps twice, perhaps before its own answer.

use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::carrier::Report;
use crate::store::{self, Ending};

/// Writes down what the reports tell and says how many told something new. A report counts only when its phone
/// number is the message's; one about a message that has ended changes nothing.
pub fn record_reports(txn: &mut Txn<'_>, reports: &[Report]) -> Result<usize, Problem> {
    let mut fresh = 0;
    for report in reports {
        let Some(id) = store::find_reported(txn, report)? else { continue };
        let ending = match &report.failure {
            None => Ending::delivered(),
            Some(reason) => Ending::failed(reason),
        };
        if store::end(txn, id, &ending)? {
            fresh += 1;
        }
    }
    Ok(fresh)
}
