//! An administrator reads the numbers of a member in full: with a reason, and the member sees who and why.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::authority::overseen;
use super::model::Member;
use super::store::history;

/// Why the numbers are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Unmask {
    /// 查看原因.
    pub(crate) reason: String,
}

/// Writes down who reads the numbers of whom and why, and answers the member.
///
/// # Errors
/// A refusal without a reason; not found for a member of another organization.
pub(crate) fn unmask(txn: &mut Txn<'_>, by: &Officer, id: MemberId, input: &Unmask) -> Result<Member, Problem> {
    let reason = input.reason.trim();
    let code = match reason.chars().count() {
        0 | 1 => Some("directory.reading_reason_needed"),
        2..=100 => None,
        _ => Some("directory.too_long"),
    };
    if let Some(code) = code {
        return Err(Problem::refused("kernel.check_fields").on("reason", code));
    }
    let member = overseen(txn, by, id)?;
    history::insert_reading(txn, id, by, reason)?;
    record(txn, Entry::new(&by.actor(), "directory.record_read").about("member", id).within(member.organization_id))?;
    Ok(member)
}
