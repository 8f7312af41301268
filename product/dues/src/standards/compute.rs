//! What one line comes to while it is being typed: the same reckoning as on saving.

use ejia_db::Txn;
use ejia_kernel::{OrganizationId, Problem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{self, LineEntered};
use super::judge::judge;
use super::rounding;
use super::save::month_of;
use super::views::bare;

/// A line as it is typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Compute {
    pub(crate) month: String,
    pub(crate) basis: String,
    pub(crate) base: String,
    pub(crate) amount: String,
    pub(crate) computed: String,
    pub(crate) typed_reason: String,
    pub(crate) exemption: String,
}

/// What it comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct ComputedView {
    /// The basis, as it is understood.
    pub(crate) basis: &'static str,
    /// The amount of the line; empty while it is missing.
    pub(crate) amount: String,
    /// What the rule makes of it; empty where no rule does.
    pub(crate) computed: String,
    /// base × rate = amount (article, rounding).
    pub(crate) why: String,
    /// What stands against submitting the line; empty when nothing does.
    pub(crate) wrong: String,
    /// The cell that is about.
    pub(crate) wrong_cell: &'static str,
}

/// Reckons a line of a branch in a month.
///
/// # Errors
/// `dues.month_needed`, `dues.month_without_rule`.
pub(crate) fn compute(txn: &mut Txn<'_>, branch: OrganizationId, asked: &Compute) -> Result<ComputedView, Problem> {
    let Compute { month, basis, base, amount, computed, typed_reason, exemption } = asked.clone();
    let month = month_of(&month)?;
    let rounding = rounding::in_force(txn, branch, month)?;
    let line = LineEntered { basis, base, amount, computed, typed_reason, exemption };
    let (figure, reckoned, faults) = entry::read(&line, month, rounding)?;
    let wrong = faults.first().copied().or_else(|| judge(&figure, &reckoned));
    let known = LineEntered::of(&figure);
    Ok(ComputedView {
        basis: figure.basis.code(),
        amount: known.amount,
        computed: known.computed,
        why: reckoned.why,
        wrong: wrong.map(|(_, code)| bare(code)).unwrap_or_default(),
        wrong_cell: wrong.map_or("", |(cell, _)| cell.name()),
    })
}
