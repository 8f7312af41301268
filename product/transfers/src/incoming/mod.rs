//! 【组织关系转入】 of a person from outside the city, who has no account (T7–T9): he proves his phone, applies, corrects
//! what was wrong, and once his branch has taken him in he is a member.
//!
//! What he tells of himself is sealed in one text beside his transfer and forgotten there as soon as his record exists or
//! the application has ended; so is the photo of his letter or ID card.

mod admit;
mod apply;
mod entered;
mod forms;
mod pages;
mod photo;
pub(crate) mod store;
mod sweep;

pub(crate) use admit::{Admitted, PersonFacts, admit, person, person_phone};
pub(crate) use pages::{office_routes, routes};
pub(crate) use sweep::handlers;
#[cfg(test)]
pub(crate) use {
    apply::{apply, correct, withdraw},
    entered::{ApplicationEntered, PersonEntered},
};
