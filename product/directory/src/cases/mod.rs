//! Cases for the help desk: a number that two records want, and who gets it.

mod model;
mod open;
pub(crate) mod pages;
mod resolve;
pub(crate) mod store;
mod views;

pub use model::{Claim, Claimant, Clash, ClashKind, Outcome};
pub(crate) use open::check;
pub use open::open_case;
pub(crate) use views::{CaseLine, cases_of};

#[cfg(test)]
pub(crate) use {
    pages::CasesAsked,
    resolve::{Resolve, resolve_case},
    views::CasesView,
};

#[cfg(test)]
pub(crate) fn case_by_number(
    txn: &mut ejia_db::Txn<'_>,
    number: &str,
) -> Result<Option<ejia_kernel::CaseId>, ejia_kernel::Problem> {
    Ok(store::by_number(txn, number)?.map(|case| case.id))
}
