//! 【发布会议】: a meeting is published, changed, called off. Whoever was told of it hears of a change, too.

mod entered;
mod pages;
mod publish;
mod views;

pub(crate) use entered::{MOST_GUESTS, MOST_PERSON, MOST_PLACE, MOST_TOPIC};
pub(crate) use pages::routes;
