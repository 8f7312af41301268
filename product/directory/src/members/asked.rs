//! What is asked of a list of members, as it stands in an address.

use ejia_kernel::{Date, MemberKind, Sex, Standing};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ethnic_groups::EthnicGroup;
use super::rules::EDUCATION;
use super::store::list::Filter;
use super::traits::AgeBand;
use crate::leafing::{Way, asking};

/// What is asked of the list. What is not understood does not narrow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ListAsked {
    /// What was typed into the search box, a number sealed (`sought`).
    pub(crate) q: String,
    /// Only members of this organization and those under it.
    pub(crate) organization: String,
    /// `full` or `probationary`.
    pub(crate) kind: String,
    /// A standing by its code.
    pub(crate) standing: String,
    /// Only members without a phone.
    pub(crate) without_phone: bool,
    /// Only members with changes that await review.
    pub(crate) waiting: bool,
    /// `male` or `female`.
    pub(crate) sex: String,
    /// An [`AgeBand`] by its code.
    pub(crate) age: String,
    /// One of [`EDUCATION`].
    pub(crate) education: String,
    /// 民族, by its name.
    pub(crate) ethnic_group: String,
    /// The page begins after this place.
    pub(crate) after: String,
    /// Or it ends before this one.
    pub(crate) before: String,
}

impl ListAsked {
    /// The place the page is read from, and which way.
    pub(super) fn place(&self) -> (&str, Way) {
        if self.before.is_empty() { (&self.after, Way::On) } else { (&self.before, Way::Back) }
    }

    /// What the list leaves out, ages being those of `today`.
    pub(super) fn filter(&self, departed: bool, today: Date) -> Filter {
        Filter {
            kind: MemberKind::from_code(&self.kind),
            standing: Standing::from_code(&self.standing),
            without_phone: self.without_phone,
            waiting: self.waiting,
            sex: Sex::from_code(&self.sex),
            age: AgeBand::from_code(&self.age).map(|band| (band, today)),
            education: EDUCATION.into_iter().find(|education| *education == self.education),
            ethnic_group: EthnicGroup::parse(&self.ethnic_group),
            departed,
        }
    }

    /// Whether anything is asked that one has to look for: age, sex, education, ethnic group.
    pub(super) fn by_traits(&self) -> bool {
        [&self.sex, &self.age, &self.education, &self.ethnic_group].iter().any(|text| !text.is_empty())
    }

    /// Whether anything is asked but a page.
    pub(super) fn searching(&self) -> bool {
        let texts = [&self.q, &self.organization, &self.kind, &self.standing];
        self.without_phone || self.waiting || self.by_traits() || texts.iter().any(|text| !text.is_empty())
    }

    /// The address of a page of the list: after a place, before one (`side` and `place`), or the first.
    pub(super) fn address(&self, path: &str, side: &str, place: &str) -> String {
        let Self { q, organization, kind, standing, without_phone, waiting, sex, age, education, ethnic_group, .. } =
            self;
        let flag = |yes: &bool| if *yes { "true" } else { "" };
        let pairs = [
            ("q", q.as_str()),
            ("organization", organization),
            ("kind", kind),
            ("standing", standing),
            ("without_phone", flag(without_phone)),
            ("waiting", flag(waiting)),
            ("sex", sex),
            ("age", age),
            ("education", education),
            ("ethnic_group", ethnic_group),
            (side, place),
        ];
        asking(path, &pairs)
    }
}
