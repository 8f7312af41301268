//! Delegations (D8–D10): who may pay whose dues, and paying for others.
//!
//! A member authorises another, who confirms or declines (manual lines 93–116), or the branch delegates one of its
//! members (254–260). Either side and the branch end it at any time; once is enough for all months. Several may be
//! allowed to pay for the same member: the first to pay pays, and a bill is never paid twice.

mod answer;
mod authorise;
mod delegate;
pub(crate) mod jobs;
mod model;
mod office_pages;
mod pages;
mod proxy;
mod proxy_pages;
pub(crate) mod schema;
mod store;
mod views;

#[cfg(test)]
mod tests;

pub(crate) use office_pages::routes as office_routes;
pub(crate) use store::payable_for;

/// The member's pages.
pub(crate) fn routes() -> ejia_web::Routes<ejia_web::MemberPortal> {
    pages::routes().merge(proxy_pages::routes())
}
