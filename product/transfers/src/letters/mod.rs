//! The introduction letter 介绍信: issued with a number of its own, printed once, verified by anybody, declared void and
//! issued again (T5, T6, T13).
//!
//! A letter is a row that is never rewritten: number, validity, what it says (sealed), a signature over all of it. Its
//! number comes from a counter row of the issuing organization and the year, raised in the transaction that inserts the
//! letter: what is rolled back leaves no gap, and two who issue at once wait for one another. A unique key allows one
//! letter that is not void for each transfer.
//!
//! The PDF is made by a job afterwards (`make`). It is printed by whoever is first (`print`): one statement marks the
//! letter, and only who has marked it is handed the file, which is deleted then.

mod desk;
mod entered;
mod front_pages;
mod head;
mod issue;
mod list;
mod make;
mod model;
mod pages;
mod print;
mod print_pages;
pub(crate) mod say;
pub(crate) mod schema;
mod sign;
mod store;
#[cfg(test)]
mod tests;
mod token;
mod views;
mod void;

pub use desk::{LetterDesk, PaidTo};
pub(crate) use front_pages::routes as front_routes;
pub(crate) use issue::answers_for_last;
pub(crate) use make::{forget_file, handlers};
pub(crate) use model::{Letter, LetterState};
pub(crate) use pages::routes as office_routes;
pub(crate) use print_pages::{member_routes, office_routes as print_routes};
pub(crate) use store::{answered, by_receipt_token, latest, live, valid_until_under};
pub(crate) use token::Token;
pub(crate) use views::{LetterRights, LetterView};
#[cfg(test)]
pub(crate) use {
    entered::{LetterEntered, VoidEntered},
    issue::{issue, reissue},
    say::LetterContent,
    store::load,
    void::void,
};
