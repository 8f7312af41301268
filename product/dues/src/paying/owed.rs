//! What members owe today.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};

use super::model::Owed;
use super::store;
use crate::bills::{Bill, BillState};
use crate::rules;

/// What each of these members owes today, in their order. Two statements for up to 250 of them.
///
/// # Errors
/// A fault of the database.
pub(crate) fn owed(txn: &mut Txn<'_>, members: &[MemberId]) -> Result<Vec<Owed>, Problem> {
    let today = txn.now().china_date();
    let mut due: HashMap<MemberId, Vec<Bill>> = HashMap::new();
    for bill in store::due_of(txn, members)? {
        due.entry(bill.member_id).or_default().push(bill);
    }
    let mut states: HashMap<MemberId, Vec<BillState>> = HashMap::new();
    for (member, state) in store::states_of(txn, members, rules::window(today))? {
        states.entry(member).or_default().push(state);
    }
    let owed = members.iter().map(|member| {
        let bills = due.remove(member).unwrap_or_default();
        let window = states.get(member).map_or(&[][..], Vec::as_slice);
        Owed::of(*member, bills, window, today)
    });
    Ok(owed.collect())
}
