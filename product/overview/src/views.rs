//! What 【数据概览】 shows.

use std::sync::Arc;

use ejia_db::Txn;
use ejia_directory::{Figures, Leaf, MEMBERS, Node, Trait, Tree, leaf, tree};
use ejia_dues::{DuesLine, paid_rate, payable_month};
use ejia_kernel::{Date, MemberKind, OrganizationKind, Problem};
use ejia_meetings::{BRANCHES_ASKED, BRANCHES_BEHIND, Standing, standing_address};
use ejia_transfers::{Count, Tab};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::Serialize;

use crate::asked::{Order, OverviewAsked};
use crate::sections::{Number, Section, sections};
use crate::store::{self, Place, Shown};

/// Organizations of a page.
const PAGE: usize = 50;

/// An organization right under the one that is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Under {
    pub(crate) name: String,
    /// Its own overview.
    pub(crate) address: String,
    /// In the order of [`UNDER`].
    pub(crate) numbers: Vec<Number>,
}

/// One of the most important numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct First {
    pub(crate) label: &'static str,
    pub(crate) number: Number,
}

impl First {
    const fn of(label: &'static str, number: Number) -> Self {
        Self { label, number }
    }
}

/// What is shown of organizations right under one.
pub(crate) const UNDER: [&str; 8] =
    ["党员", "预备党员", "本月应交党费", "本月已交", "往月欠交", "未按期支部", "转出在办", "转入在办"];

/// 【数据概览】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OverviewView {
    pub(crate) name: String,
    /// Empty for the officer's own.
    pub(crate) organization: String,
    pub(crate) is_branch: bool,
    /// From the officer's organization down to this one, itself not included: names and addresses.
    pub(crate) way: Vec<Choice>,
    /// As of when the numbers are; empty before they were counted for the first time.
    pub(crate) as_of: String,
    /// The most important numbers.
    pub(crate) first: Vec<First>,
    /// How many of those who have to pay dues have paid.
    pub(crate) rate: String,
    pub(crate) sections: Vec<Section>,
    /// The headings of the numbers of organizations.
    pub(crate) headings: Vec<&'static str>,
    pub(crate) under: Vec<Under>,
    pub(crate) orders: Vec<Choice>,
    pub(crate) order: &'static str,
    pub(crate) first_page: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
    pub(crate) table: String,
    pub(crate) paper: String,
    pub(crate) under_table: String,
    pub(crate) under_paper: String,
}

/// The organization that is asked for.
pub(crate) struct Scope {
    pub(crate) tree: Arc<Tree>,
    pub(crate) node: Node,
    /// Its id as addresses hold it: empty for the officer's own.
    pub(crate) organization: String,
}

impl Scope {
    /// The officer's own organization, or the one he chose under it.
    ///
    /// # Errors
    /// Not found for what does not stand under him.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Officer, chosen: &str) -> Result<Self, Problem> {
        let tree = tree(txn)?;
        let node = tree.chosen(by, chosen)?.clone();
        let organization = as_asked(by, &node);
        Ok(Self { tree, node, organization })
    }
}

/// An organization as addresses name it: empty for the officer's own.
fn as_asked(by: &Officer, node: &Node) -> String {
    if node.id == by.organization_id() { String::new() } else { node.id.to_string() }
}

/// The numbers of an organization right under one, in the order of [`UNDER`].
pub(crate) fn numbers(figures: &Figures, id: &str, day: Date) -> Vec<Number> {
    let month = payable_month(day);
    let kind = MemberKind::Probationary.code();
    let dues = |line: DuesLine| Number::of(figures.get(&line.people()), line.address(id, month));
    let transfers = |tab: Tab| Number::of(figures.get(&Count::Open.figure(tab)), Count::Open.address(id, tab));
    vec![
        Number::of(figures.get(MEMBERS), members_address(id)),
        Number::of(figures.get(&Trait::Kind.figure(kind)), Trait::Kind.address(id, kind)),
        dues(DuesLine::Billed),
        dues(DuesLine::Paid),
        dues(DuesLine::Overdue),
        behind(figures, id, day),
        transfers(Tab::Out),
        transfers(Tab::In),
    ]
}

fn members_address(id: &str) -> String {
    ejia_directory::asking("/office/members", &[("organization", id)])
}

fn behind(figures: &Figures, id: &str, day: Date) -> Number {
    Number::of(figures.get(BRANCHES_BEHIND), standing_address(id, day, None, Some(Standing::Behind)))
}

impl OverviewView {
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &OverviewAsked) -> Result<Self, Problem> {
        let Scope { tree, node, organization } = Scope::of(txn, by, &asked.organization)?;
        let state = store::state(txn)?;
        let (day, order) = (state.day(txn), asked.order());
        let figures = store::of_organization(txn, &node.path)?;
        let from = asked.place();
        let begun = from.is_some();
        let Leaf { lines, previous, next } =
            leaf(PAGE, from, |place, way, limit| store::right_under(txn, &node.path, order, place, way, limit))?;
        let to = |side: &str, shown: &Shown| {
            let (number, path): Place = (order.number(&shown.figures), shown.path.clone());
            OverviewAsked::address(&organization, order, side, &format!("{number}-{path}"))
        };
        let above = tree.way(&node.path).into_iter().filter(|above| by.oversees(&above.path) && above.id != node.id);
        let way_to = |above: &Node| OverviewAsked::address(&as_asked(by, above), Order::Tree, "", "");
        let month = payable_month(day);
        let dues = |line: DuesLine| Number::of(figures.get(&line.people()), line.address(&organization, month));
        let branches = standing_address(&organization, day, None, None);
        let branches = Number::of(figures.get(BRANCHES_ASKED), branches);
        let under = |shown: &Shown| {
            let id = shown.id.to_string();
            Under {
                name: tree.name(shown.id),
                address: OverviewAsked::address(&id, Order::Tree, "", ""),
                numbers: numbers(&shown.figures, &id, day),
            }
        };
        Ok(Self {
            name: node.name.clone(),
            is_branch: node.kind == OrganizationKind::Branch,
            way: above.map(|above| Choice::of(above.name.clone(), way_to(above))).collect(),
            as_of: state.counted_at.map(|at| at.to_string()).unwrap_or_default(),
            first: vec![
                First::of("党员", Number::of(figures.get(MEMBERS), members_address(&organization))),
                First::of("党支部", branches),
                First::of("本月已交党费", dues(DuesLine::Paid)),
                First::of("往月欠交党费", dues(DuesLine::Overdue)),
                First::of("组织生活未按期支部", behind(&figures, &organization, day)),
            ],
            rate: paid_rate(dues(DuesLine::Paid).number, dues(DuesLine::Billed).number),
            sections: sections(&figures, &organization, day),
            headings: UNDER.to_vec(),
            orders: Order::ALL.iter().map(|order| Choice::of(order.label(), order.code())).collect(),
            order: order.code(),
            first_page: begun.then(|| OverviewAsked::address(&organization, order, "", "")),
            previous: lines.first().filter(|_| previous).map(|shown| to("before", shown)),
            next: lines.last().filter(|_| next).map(|shown| to("after", shown)),
            under: lines.iter().map(under).collect(),
            table: OverviewAsked::sheet(&organization, "", "xlsx"),
            paper: OverviewAsked::sheet(&organization, "", "pdf"),
            under_table: OverviewAsked::sheet(&organization, "organizations", "xlsx"),
            under_paper: OverviewAsked::sheet(&organization, "organizations", "pdf"),
            organization,
        })
    }
}
