//! Takes the carrier's delivery reports: unsigned, perhaps twice, perhaps before its own answer.

use ejia_db::Txn;
use ejia_kernel::Problem;

use crate::carrier::Report;
use crate::store::{self, Ending};

/// Writes down what the reports tell and says how many told something new. A report counts only when its phone
/// number is the message's, and by a company's own number also when that number is written down only later; one about a message that has ended changes nothing.
pub fn record_reports(txn: &mut Txn<'_>, reports: &[Report]) -> Result<usize, Problem> {
    let mut fresh = 0;
    for report in reports {
        let Some(id) = store::find_reported(txn, report)? else {
            // A company that does not give our number back may be faster than its own answer.
            if report.id.is_none() && !report.number.is_empty() {
                store::keep_report(txn, &report.number, report.failure.as_deref(), Some(&report.phone))?;
            }
            continue;
        };
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
