//! The table of administrators: who acts for which organization. Access logs them in and has their pages.

mod model;
pub(crate) mod store;

pub use model::{Administrator, NewAdministrator, Seat};
pub use store::{
    administrator, administrator_by_login, administrators_of, correct_administrator, insert_administrator,
    remove_administrator,
};
