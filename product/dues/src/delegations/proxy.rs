//! 【代交党费】 (D8, D10): everybody the member may pay for, what each of them owes, and the sum of those chosen.

use std::collections::BTreeSet;

use ejia_db::Txn;
use ejia_directory::tree;
use ejia_kernel::{Fen, MemberId, Problem};
use ejia_web::{Choice, Member};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::store::payable_for;
use crate::paying::{Owed, WindowBill, owed};
use crate::records::arrears::spelt;

/// Who was chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct Chosen {
    /// The members whose dues are to be paid.
    pub(crate) member: Vec<String>,
}

/// A member and what he owes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OwedView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) branch: String,
    /// The months he is behind with.
    pub(crate) arrears_months: String,
    pub(crate) arrears: Fen,
    pub(crate) current: Fen,
    pub(crate) total: Fen,
    pub(crate) choosable: bool,
    /// Why he cannot be chosen, or that nothing is to be paid.
    pub(crate) why: &'static str,
    pub(crate) ticked: bool,
}

/// 【代交党费】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ProxyView {
    /// The month that is payable now.
    pub(crate) month: String,
    pub(crate) people: Vec<OwedView>,
    /// Whether anybody can be chosen.
    pub(crate) any: bool,
    /// Whether somebody cannot because his branch has not set the month's dues.
    pub(crate) unset: bool,
}

/// What is about to be paid: for whom, how much, and over which channels it can be.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct SumView {
    pub(crate) people: Vec<OwedView>,
    pub(crate) total: Fen,
    pub(crate) channels: Vec<Choice>,
}

fn sum(bills: &[crate::bills::Bill]) -> Fen {
    Fen::new(bills.iter().map(|bill| bill.amount.fen()).sum())
}

fn spelt_months(bills: &[crate::bills::Bill]) -> String {
    let months: Vec<_> = bills.iter().map(|bill| bill.month).collect();
    spelt(&months)
}

/// The manual's answer to 为什么代交党费时无法选择党员.
const UNSET: &str = "支部还未设置党费标准或还未确认党费，请联系该支部管理员";

/// Why somebody cannot be chosen (manual: 那是因为支部还未设置党费标准，或支部还未确认党费).
fn why(owed: &Owed) -> &'static str {
    match owed.window_bill {
        WindowBill::Missing => UNSET,
        _ if owed.choosable() => "",
        WindowBill::Exempt => "本月免交",
        WindowBill::Due | WindowBill::Paid => "本月已交",
    }
}

fn people(txn: &mut Txn<'_>, by: &Member, ticked: impl Fn(MemberId) -> bool) -> Result<Vec<OwedView>, Problem> {
    let tree = tree(txn)?;
    let principals = payable_for(txn, by.id())?;
    let ids: Vec<MemberId> = principals.iter().map(|principal| principal.member_id).collect();
    let owed = owed(txn, &ids)?;
    let views = principals.iter().zip(&owed).map(|(principal, owed)| OwedView {
        id: principal.member_id.to_string(),
        name: principal.name.clone(),
        branch: tree.name(principal.organization_id),
        arrears_months: spelt_months(&owed.arrears),
        arrears: sum(&owed.arrears),
        current: sum(&owed.current),
        total: owed.total(),
        choosable: owed.choosable(),
        why: why(owed),
        ticked: owed.choosable() && ticked(principal.member_id),
    });
    Ok(views.collect())
}

impl ProxyView {
    /// Everybody the member may pay for; `all` ticks everybody who can be chosen.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, all: bool, chosen: &Chosen) -> Result<Self, Problem> {
        let ids = ids(chosen);
        let people = people(txn, by, |id| all || ids.contains(&id))?;
        let month = crate::rules::window(txn.now().china_date());
        Ok(Self {
            month: spelt(&[month]),
            any: people.iter().any(|person| person.choosable),
            unset: people.iter().any(|person| person.why == UNSET),
            people,
        })
    }
}

impl SumView {
    /// Those chosen, with the sum of what they owe now.
    ///
    /// # Errors
    /// `dues.choose_principals` when nobody was chosen; `dues.principal_not_choosable` when one cannot be.
    pub(super) fn of(txn: &mut Txn<'_>, by: &Member, chosen: &Chosen, channels: Vec<Choice>) -> Result<Self, Problem> {
        let ids = ids(chosen);
        if ids.is_empty() {
            return Err(Problem::refused("dues.choose_principals"));
        }
        let mut people = people(txn, by, |id| ids.contains(&id))?;
        people.retain(|person| person.ticked);
        if people.len() != ids.len() {
            return Err(Problem::refused("dues.principal_not_choosable"));
        }
        let total = Fen::new(people.iter().map(|person| person.total.fen()).sum());
        Ok(Self { people, total, channels })
    }
}

/// The members named, each once.
pub(super) fn ids(chosen: &Chosen) -> BTreeSet<MemberId> {
    chosen.member.iter().filter_map(|text| text.parse().ok()).collect()
}
