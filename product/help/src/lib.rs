//! 帮助中心: what people ask, answered in the product's own words, with the way to the very page where it is done.
//!
//! The answers are text files that whoever writes them can edit (`articles/README.md`): a chapter a file. They are read
//! once, when the house is put together ([`Handbook::read`]), and never change while it stands.
//!
//! Help is for everybody, before any login: `/help` on the web, `/wechat/help` inside WeChat. Each page leads to
//! `?at=` its own route, in which ids are `-`; the articles of that page then stand first.
//!
//! `handbook.rs` reads the files, `search.rs` finds articles by what people type, `views.rs` is what pages show.

use ejia_web::RouteSet;

mod handbook;
mod pages;
mod search;
mod views;

#[cfg(test)]
mod tests;

pub use handbook::{Article, Block, Chapter, Handbook, Link, Place, Reader};

/// The Chinese sentences of this crate's refusals.
pub const TEXTS: &str = include_str!("texts.toml");

/// The pages of this crate.
pub fn routes() -> Vec<RouteSet> {
    vec![pages::routes().into()]
}
