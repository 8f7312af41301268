//! The receipt 回执 of a letter: sent as a photo by the member, by whoever holds the paper, or by the branch, or come by
//! post; accepted by the side that is left (T12).
//!
//! Until a receipt is accepted the old branch is responsible for the member; in the transaction that accepts it he
//! leaves the list, and the transfer is over. What the member or a stranger sends waits for that; what the old side
//! itself brings is accepted with it.

mod decide;
mod front_pages;
mod model;
mod pages;
pub(crate) mod schema;
mod send;
mod store;
mod views;

pub(crate) use front_pages::routes as front_routes;
pub(crate) use pages::{member_routes, office_routes};
pub(crate) use store::{leaves_side, refuse_all};
#[cfg(test)]
pub(crate) use {
    decide::{RefuseEntered, confirm, refuse},
    send::{bring, send_by_paper, send_own},
};
