//! What organizations do with an application: review it and send it on, send it back with a reason, allocate, take in
//! (T4, T5, T9, T10). Under 【组织关系接转】 → 【转出办理】 and 【转入办理】.

mod accept;
mod allocate;
pub(crate) mod at_desk;
mod entered;
mod lists;
mod pages;
mod review;
mod send_back;
mod views;

pub use entered::Said;
pub(crate) use pages::routes;
pub use review::review;
#[cfg(test)]
pub(crate) use {
    accept::{Accepted, accept},
    allocate::allocate,
    entered::Placed,
    lists::to_handle,
    send_back::send_back,
};
