//! Dues: standards, bills, paying, proxy payment, cash, and the lists of who has paid.
//!
//! A branch sets a month's dues (`standards`, by the dated `rules`) and issues them as **bills**: one a member and month,
//! with the reason beside the amount. From the 16th of its month a bill can be paid (`paying`), by the member or by whom
//! he has authorised (`delegations`), over a channel of `ejia-payments` or in cash; what was not paid is swept into the
//! next payment. Who has paid and who has not is read from bills and their totals (`records`).
//!
//! Money is the payments' business: an order's lines name bills, and when an order is paid, [`purpose`] decides in the
//! same transaction which bills it settles. A bill is paid once; the money of a line that settles nothing goes back by
//! itself (R5).

use ejia_db::Migration;
use ejia_jobs::Handlers;
use ejia_payments::Cashier;
use ejia_web::RouteSet;

mod bills;
mod delegations;
mod paying;
mod records;
mod rules;
mod standards;

pub use paying::{PayAsk, open_order, purpose, waiting};
pub use records::{BRANCHES_SET, DuesLine, dues_figures, paid_rate, paid_to, payable_month, reminders};
pub use standards::open_month;

/// The migrations of this crate, in order.
pub const MIGRATIONS: &[Migration] = &[
    bills::schema::FIRST,
    delegations::schema::FIRST,
    records::schema::FIRST,
    standards::schema::FIRST,
    bills::schema::SUMS,
    standards::schema::SUMS,
];

/// The Chinese sentences of this crate's refusals, notices and audit actions.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate, a set for each portal.
pub fn routes() -> Vec<RouteSet> {
    let member = delegations::routes().merge(paying::member_pages::routes());
    let office = delegations::office_routes()
        .merge(records::routes())
        .merge(standards::pages::routes())
        .merge(paying::cash_pages::routes());
    vec![member.into(), office.into()]
}

/// The jobs of this crate, with the cashier that gives money back.
#[must_use]
pub fn handlers(handlers: Handlers, cashier: &Cashier) -> Handlers {
    let handlers = paying::handlers(handlers, cashier);
    let handlers = standards::handlers(delegations::jobs::handlers(handlers));
    records::warn::handlers(handlers)
}

/// With the makers of this crate's documents.
#[must_use]
pub fn documents(documents: ejia_documents::Documents) -> ejia_documents::Documents {
    records::exports::made(documents)
}

#[cfg(test)]
mod tests;
