//! What is shown of the rounding: 党费尾数处理.

use ejia_db::Txn;
use ejia_kernel::{Month, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use super::rounding::{chosen, may_choose};
use super::store::policy;
use super::views::month_label;
use crate::rules::{Mode, Rounding, Scale};

/// A choice of the organization itself.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ChoiceView {
    pub(crate) from: String,
    pub(crate) rounding: String,
    pub(crate) set_by: String,
}

/// 党费尾数处理.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RoundingView {
    pub(crate) may_choose: bool,
    /// What holds this month.
    pub(crate) in_force: String,
    /// Whose choice that is; empty where nobody has chosen.
    pub(crate) whose: String,
    /// This month, from which on can be chosen.
    pub(crate) from: String,
    pub(crate) scale: &'static str,
    pub(crate) mode: &'static str,
    pub(crate) scales: Vec<Choice>,
    pub(crate) modes: Vec<Choice>,
    /// What the organization itself has chosen, the latest first.
    pub(crate) own: Vec<ChoiceView>,
}

impl RoundingView {
    /// What holds for the officer's organization.
    pub(crate) fn of(txn: &mut Txn<'_>, officer: &Officer) -> Result<Self, Problem> {
        let month = Month::of(txn.now().china_date());
        let tree = ejia_directory::tree(txn)?;
        let choice = chosen(txn, officer.organization_id(), month)?;
        let in_force = choice.as_ref().map_or(Rounding::USUAL, |choice| choice.rounding);
        let own = policy::choices(txn, &[officer.organization_id()])?;
        Ok(Self {
            may_choose: may_choose(officer),
            in_force: in_force.label(),
            whose: choice.map(|choice| tree.name(choice.organization_id)).unwrap_or_default(),
            from: month.to_string(),
            scale: in_force.scale.code(),
            mode: in_force.mode.code(),
            scales: Scale::ALL.iter().map(|scale| Choice::of(scale.label(), scale.code())).collect(),
            modes: Mode::ALL.iter().map(|mode| Choice::of(mode.label(), mode.code())).collect(),
            own: own
                .into_iter()
                .map(|choice| ChoiceView {
                    from: month_label(choice.from),
                    rounding: choice.rounding.label(),
                    set_by: choice.set_by,
                })
                .collect(),
        })
    }
}
