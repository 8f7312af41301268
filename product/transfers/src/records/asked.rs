//! What is asked of the records: which list, and what it is narrowed by.

use ejia_directory::asking;
use ejia_kernel::{Date, Instant, OrganizationId, TransferId, folded, labelled};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Direction, Stage};

labelled! {
    /// Which list.
    pub enum Tab {
        /// What left this organization.
        Out => "out", "转出";
        /// What came to it.
        In => "in", "转入";
        /// What stayed within it, or within one committee.
        Internal => "internal", "内部转移";
    }
}

impl Tab {
    /// The ways a transfer of this list can have taken.
    pub(super) const fn directions(self) -> &'static [Direction] {
        match self {
            Self::Out => &[Direction::Within, Direction::Out],
            Self::In => &[Direction::Within, Direction::In],
            Self::Internal => &[Direction::Within],
        }
    }
}

/// How far a transfer has come, as a list is narrowed by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// Not ended.
    Open,
    /// Not ended, and what is to be done next should have been done by now.
    Late,
    /// At this stage.
    At(Stage),
}

impl State {
    /// Every state, in the order in which they are offered.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        [Self::Open, Self::Late].into_iter().chain(Stage::ALL.iter().map(|stage| Self::At(*stage)))
    }

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "late",
            Self::At(stage) => stage.code(),
        }
    }

    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Open => "在办",
            Self::Late => "在办且已超期",
            Self::At(stage) => stage.label(),
        }
    }
}

/// What is asked, as it stands in an address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RecordsAsked {
    /// A [`Tab`] by its code.
    pub(crate) tab: String,
    /// 姓名, or part of it.
    pub(crate) q: String,
    /// A [`State`] by its code.
    pub(crate) stage: String,
    /// A [`Direction`] by its code.
    pub(crate) direction: String,
    /// Whose list, if it is not the officer's own: an organization under his.
    pub(crate) organization: String,
    /// 申请日期, from this day …
    pub(crate) from: String,
    /// … to this one.
    pub(crate) to: String,
    /// The page after this transfer …
    pub(crate) after: String,
    /// … or before this one.
    pub(crate) before: String,
    /// What an export is handed out as.
    pub(crate) form: String,
}

/// What is asked, understood. What is not understood does not narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    pub(crate) tab: Tab,
    /// Part of the name; empty for all.
    pub(crate) name: String,
    pub(crate) state: Option<State>,
    pub(crate) direction: Option<Direction>,
    /// Whose list, if it is not the officer's own.
    pub(crate) organization: Option<OrganizationId>,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
}

impl Filter {
    pub(super) fn of(asked: &RecordsAsked) -> Self {
        let tab = Tab::from_code(&asked.tab).unwrap_or(Tab::Out);
        let direction = Direction::from_code(&asked.direction);
        Self {
            tab,
            name: folded(&asked.q),
            state: State::all().find(|state| state.code() == asked.stage),
            direction: direction.filter(|direction| tab.directions().contains(direction)),
            organization: asked.organization.parse().ok(),
            from: Date::parse_loose(&asked.from).ok(),
            to: Date::parse_loose(&asked.to).ok(),
        }
    }

    /// Whether it leaves anything out.
    pub(super) fn narrows(&self) -> bool {
        let Self { tab: _, name, state, direction, organization, from, to } = self;
        !name.is_empty()
            || state.is_some()
            || organization.is_some()
            || direction.is_some()
            || from.is_some()
            || to.is_some()
    }

    /// Where the ids of what was handed in on the first day begin.
    pub(crate) fn first_id(&self) -> Option<String> {
        self.from.map(|day| beginning(Instant::start_of(day)))
    }

    /// Where the ids of what was handed in after the last day begin.
    pub(crate) fn end_of_ids(&self) -> Option<String> {
        self.to.map(|day| beginning(Instant::start_of(day.plus_days(1))))
    }

    /// The same, as it is asked for; without a place.
    pub(super) fn asked(&self) -> RecordsAsked {
        let Self { tab, name, state, direction, organization, from, to } = self;
        RecordsAsked {
            tab: tab.code().to_owned(),
            q: name.clone(),
            stage: state.map_or("", State::code).to_owned(),
            direction: direction.map_or("", Direction::code).to_owned(),
            organization: organization.map(|id| id.to_string()).unwrap_or_default(),
            from: from.map(|day| day.to_string()).unwrap_or_default(),
            to: to.map(|day| day.to_string()).unwrap_or_default(),
            ..RecordsAsked::default()
        }
    }
}

/// Where the ids made at this instant and later begin: the first ten letters of an id are its instant.
fn beginning(instant: Instant) -> String {
    TransferId::new(instant).to_string().chars().take(10).collect()
}

impl RecordsAsked {
    /// The address that asks this.
    pub(super) fn address(&self) -> String {
        let Self { tab, q, stage, direction, organization, from, to, after, before, form: _ } = self;
        let asked = [
            ("tab", tab.as_str()),
            ("q", q),
            ("stage", stage),
            ("direction", direction),
            ("organization", organization),
            ("from", from),
            ("to", to),
            ("after", after),
            ("before", before),
        ];
        asking("/office/transfers/records", &asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_of_application_are_a_range_of_ids() {
        let day = Date::parse_loose("2026-03-20").unwrap();
        let asked = Filter { from: Some(day), to: Some(day), ..Filter::of(&RecordsAsked::default()) };
        let (first, end) = (asked.first_id().unwrap(), asked.end_of_ids().unwrap());
        for (at, within) in [
            ("2026-03-19T23:59:59.999+08:00", false),
            ("2026-03-20T00:00:00+08:00", true),
            ("2026-03-20T23:59:59.999+08:00", true),
            ("2026-03-21T00:00:00+08:00", false),
        ] {
            let id = TransferId::new(at.parse().unwrap()).to_string();
            assert_eq!(first <= id && id < end, within, "{at}");
        }
    }

    #[test]
    fn what_is_not_understood_does_not_narrow() {
        let asked = RecordsAsked {
            tab: "internal".to_owned(),
            q: " 陈  建 ".to_owned(),
            stage: "nowhere".to_owned(),
            direction: "out".to_owned(),
            from: "soon".to_owned(),
            ..RecordsAsked::default()
        };
        let filter = Filter::of(&asked);
        assert_eq!(filter.asked().address(), "/office/transfers/records?tab=internal&q=%E9%99%88%20%E5%BB%BA");
        assert!(filter.narrows());
    }
}
