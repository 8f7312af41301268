//! What is asked of the register: a year, a kind, whose.

use ejia_db::Txn;
use ejia_directory::{Tree, asking, tree};
use ejia_kernel::{Date, Instant, OrganizationId, OrganizationPath, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::kinds::MeetingKind;
use crate::listing::meant;

/// What is asked, as it stands in an address or a form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct RegisterAsked {
    /// 年度.
    pub(super) year: String,
    /// A [`MeetingKind`] by its code; empty for all.
    pub(super) kind: String,
    /// 党组织: the name of one under the officer's, or part of it.
    pub(super) organization: String,
    /// The one that was chosen.
    pub(super) organization_id: String,
    /// Of all that lies under the officer's organization.
    pub(super) all: bool,
    /// The page after this place …
    pub(super) after: String,
    /// … or before it.
    pub(super) before: String,
    /// What an export is handed out as.
    pub(super) form: String,
}

impl RegisterAsked {
    /// The address that asks this, at a place (`after` or `before` it) or, with an empty one, from the beginning.
    pub(super) fn address(&self, side: &str, place: &str) -> String {
        let Self { year, kind, organization, organization_id, all, after: _, before: _, form: _ } = self;
        let all = if *all { "true" } else { "" };
        let asked = [
            ("year", year.as_str()),
            ("kind", kind),
            ("organization", organization),
            ("organization_id", organization_id),
            ("all", all),
            (side, place),
        ];
        asking("/office/meetings/register", &asked)
    }
}

/// Whose register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Whose {
    /// One organization's.
    One(OrganizationId),
    /// That of this organization and of all under it.
    Under(OrganizationPath),
}

/// What is asked, understood: what a job writes down, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Filter {
    pub(super) whose: Whose,
    pub(super) year: i16,
    pub(super) kind: Option<MeetingKind>,
}

impl Filter {
    /// What an officer asks for: never more than he oversees. Beside it the organizations that a name fits which is not
    /// anybody's in full.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &RegisterAsked) -> Result<(Self, Vec<Choice>), Problem> {
        let (organization, found) = meant(&*tree(txn)?, by, &asked.organization, &asked.organization_id);
        let this = txn.now().china_date().year();
        let whose = if asked.all { Whose::Under(by.path().clone()) } else { Whose::One(organization) };
        let year = asked.year.parse().ok().filter(|year| (1921..=this.saturating_add(1)).contains(year));
        Ok((Self { whose, year: year.unwrap_or(this), kind: MeetingKind::from_code(&asked.kind) }, found))
    }

    /// From the first moment of the year to the first one after it.
    pub(super) fn span(&self) -> (Instant, Instant) {
        let first = |year: i16| Date::new(year, 1, 1).map_or(Instant::from_ms(0), Instant::start_of);
        (first(self.year), first(self.year.saturating_add(1)))
    }

    /// The period in words.
    pub(super) fn period(&self) -> String {
        format!("{0}年1月1日至{0}年12月31日", self.year)
    }

    /// What it is narrowed to, in a word; empty when to nothing.
    pub(super) fn narrowed(&self) -> &'static str {
        self.kind.map_or("", MeetingKind::label)
    }

    /// Whose register it is, by name.
    pub(super) fn owner(&self, tree: &Tree) -> String {
        match &self.whose {
            Whose::One(id) => tree.name(*id),
            Whose::Under(path) => tree.at(path).map(|node| node.name.clone()).unwrap_or_default(),
        }
    }

    /// What it is called: 中共…支部委员会2026年度组织生活台账（主题党日）.
    pub(super) fn title(&self, owner: &str) -> String {
        let narrowed = self.kind.map(|kind| format!("（{}）", kind.label())).unwrap_or_default();
        format!("{owner}{}年度组织生活台账{narrowed}", self.year)
    }
}
