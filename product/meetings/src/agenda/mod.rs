//! The agenda: 【添加议题】, 【在线投票】, 【发表意见】, 【议题结果】.
//!
//! An item is discussed, resolved upon, asked about or elected upon. Resolutions and polls are voted upon in secret on the
//! platform, or resolutions in the room; elections in the room alone. Nothing in this room ever sees what somebody
//! voted: it opens a vote with a list of voters and hears the counts.

mod change;
mod decide;
mod entered;
mod member_pages;
mod member_views;
mod model;
mod pages;
mod record;
mod rules;
pub(crate) mod schema;
mod speak;
mod store;
mod views;
mod vote;

pub(crate) use member_pages::routes as member_routes;
pub(crate) use pages::routes;
pub(crate) use record::{ItemRecord, agenda_of, is_voting};
pub(crate) use vote::handlers;
