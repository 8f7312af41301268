//! Which rounding holds for an organization: its own choice, or that of the nearest one above it.

use ejia_audit::Entry;
use ejia_db::Txn;
use ejia_kernel::{Month, OrganizationId, OrganizationKind, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store::policy::{self, Choice};
use crate::rules::{Mode, Rounding, Scale};

/// The rounding in a month: the latest choice of the nearest organization that has made one by then; half up to the fen
/// where none has.
pub(crate) fn in_force(txn: &mut Txn<'_>, organization: OrganizationId, month: Month) -> Result<Rounding, Problem> {
    Ok(chosen(txn, organization, month)?.map_or(Rounding::USUAL, |choice| choice.rounding))
}

/// The choice that holds in a month, and whose it is.
pub(super) fn chosen(txn: &mut Txn<'_>, organization: OrganizationId, month: Month) -> Result<Option<Choice>, Problem> {
    let tree = ejia_directory::tree(txn)?;
    let path = tree.find(organization)?.path.clone();
    let way: Vec<OrganizationId> = tree.way(&path).iter().map(|node| node.id).collect();
    let choices = policy::choices(txn, &way)?;
    let nearest = way.iter().rev().find_map(|id| {
        choices.iter().filter(|choice| choice.organization_id == *id && choice.from <= month).max_by_key(|c| c.from)
    });
    Ok(nearest.cloned())
}

/// What the form of 党费尾数处理 brings.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RoundingEntered {
    /// From which month on, `2026-04`.
    pub(crate) from: String,
    /// A [`Scale`]'s code.
    pub(crate) scale: String,
    /// A [`Mode`]'s code.
    pub(crate) mode: String,
}

/// Whether an organization may choose for all under it: those above the branches.
pub(crate) fn may_choose(by: &Officer) -> bool {
    by.kind() != OrganizationKind::Branch && by.kind().is_party()
}

/// Chooses the rounding for the officer's organization and everything under it that has not chosen itself, from a month
/// on that is not over yet: what was submitted before stays as it is.
///
/// # Errors
/// `dues.rounding_committees_only`, `dues.rounding_from_now_on`, `dues.choose_one`.
pub(crate) fn choose(txn: &mut Txn<'_>, by: &Officer, entered: &RoundingEntered) -> Result<(), Problem> {
    if !may_choose(by) {
        return Err(Problem::forbidden("dues.rounding_committees_only"));
    }
    let mut problem = Problem::refused("dues.rounding_refused");
    let from = entered.from.trim().parse::<Month>().ok();
    let today = Month::of(txn.now().china_date());
    if from.is_none_or(|from| from < today) {
        problem = problem.on("from", "dues.rounding_from_now_on");
    }
    let scale = Scale::from_code(&entered.scale);
    if scale.is_none() {
        problem = problem.on("scale", "dues.choose_one");
    }
    let mode = Mode::from_code(&entered.mode);
    if mode.is_none() {
        problem = problem.on("mode", "dues.choose_one");
    }
    let (Some(from), Some(scale), Some(mode)) = (from.filter(|from| *from >= today), scale, mode) else {
        return Err(problem);
    };
    let rounding = Rounding { scale, mode };
    let organization_id = by.organization_id();
    policy::choose(txn, &Choice { organization_id, from, rounding, set_by: by.name().to_owned() })?;
    let entry = Entry::new(&by.actor(), "dues.rounding_set").about("organization", organization_id);
    ejia_audit::record(txn, entry.within(organization_id).with("from", from).with("rounding", rounding.code()))
}
