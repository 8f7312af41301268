//! What a member does: apply inside the city (T1, T2) or out of it (T3), mend what came back (T10), take it back, and
//! see how far it has come (T11).

mod apply;
mod change;
mod entered;
mod forms;
mod pages;

pub use apply::apply_out;
pub(crate) use change::{own, own_locked};
pub(crate) use entered::MOST_NAME;
pub use entered::OutEntered;
pub(crate) use pages::{routes, transfer_id};
#[cfg(test)]
pub(crate) use {
    apply::{apply, mend},
    change::withdraw,
    entered::WithinEntered,
};
