//! What 【消息发送情况】 shows.

use std::time::Duration;

use ejia_db::Txn;
use ejia_kernel::Problem;
use schemars::JsonSchema;
use serde::Serialize;

use crate::letter::{Route, State};
use crate::store;

/// How far back it looks.
const SPAN: Duration = Duration::from_hours(24);
/// Reasons shown.
const REASONS: i64 = 10;

/// One way, and how far the letters came on it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct WayLine {
    pub(crate) route: &'static str,
    /// In the order of [`OverviewView::states`].
    pub(crate) counts: Vec<i64>,
}

/// Why letters failed or wait.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReasonLine {
    pub(crate) reason: String,
    pub(crate) count: i64,
}

/// 【消息发送情况】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OverviewView {
    pub(crate) states: Vec<&'static str>,
    pub(crate) ways: Vec<WayLine>,
    pub(crate) reasons: Vec<ReasonLine>,
    /// Since when the letter waits that waits the longest.
    pub(crate) waits_since: String,
}

impl OverviewView {
    pub(crate) fn of(txn: &mut Txn<'_>) -> Result<Self, Problem> {
        let since = txn.now().minus(SPAN);
        let counted = store::counted(txn, since)?;
        let count = |route: Route, state: State| {
            counted.iter().filter(|(way, stage, _)| (*way, *stage) == (route, state)).map(|(_, _, count)| *count).sum()
        };
        let ways = Route::ALL.iter().map(|route| WayLine {
            route: route.label(),
            counts: State::ALL.iter().map(|state| count(*route, *state)).collect(),
        });
        let reasons = store::reasons(txn, since, REASONS)?;
        Ok(Self {
            states: State::ALL.iter().map(|state| state.label()).collect(),
            ways: ways.collect(),
            reasons: reasons.into_iter().map(|(reason, count)| ReasonLine { reason, count }).collect(),
            waits_since: store::waits_since(txn)?.map(|at| at.to_string()).unwrap_or_default(),
        })
    }
}
