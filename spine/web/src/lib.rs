//! What every portal stands on: who is calling, what he sends, and how the answer is dressed.
//!
//! A product crate writes *handlers*: small async functions from a [`Call`] and what was sent
//! ([`Input`], [`Asked`], [`Upload`], axum's `Path`) to an [`Answer`], whose second type is what programs get. A handler never sees a header, a
//! cookie or a template: it says what to show ([`Reply::show`]), where to go on ([`Reply::done`]), or
//! what is wrong (a [`Problem`]), and one place dresses that for whoever asked:
//!
//! * a **page**: the template in the layout of its portal;
//! * a **fragment** when htmx asks (`HX-Request: true`): only what the template puts in its block `content`;
//! * a **phone page** under `/wechat`: the routes of members and applicants again, in the layout for phones;
//! * **JSON** under `/api/v1`: the view itself, bearer tokens only: a session's, or one of an organization for the routes of its
//!   scopes ([`Scope`]).
//!
//! Problems take the same road: a page, a fragment or `{code, message, fields}` with one status. A fault
//! gets a number that the page shows and the log holds, and nothing more is said outside.
//!
//! # Portals are types
//!
//! [`Front`], [`MemberPortal`], [`OfficePortal`] and [`ApplicantPortal`] each name their caller: a [`Visitor`], a
//! [`Member`], an [`Officer`], an [`Applicant`]. Routes, pages, calls and replies carry the portal in their type, and the first argument of
//! every handler is its [`Call`], so a page cannot be reached by somebody it is not for, and an office page
//! on the member router is not a program:
//!
//! ```compile_fail
//! use ejia_web::{Answer, Call, MemberPortal, OfficePortal, Page, Reply, Routes};
//! const LIST: Page<OfficePortal, u32> = Page::new("office/list.html", "党员", |view, _| Ok(view.to_string()));
//! async fn list(_call: Call<OfficePortal>) -> Answer<OfficePortal, u32> {
//!     Ok(Reply::show(LIST, 1))
//! }
//! let _ = Routes::<MemberPortal>::new().get("/member/list", list);
//! ```
//!
//! The same lines with the right router are fine:
//!
//! ```
//! use ejia_web::{Answer, Call, OfficePortal, Page, Reply, Routes};
//! const LIST: Page<OfficePortal, u32> = Page::new("office/list.html", "党员", |view, _| Ok(view.to_string()));
//! async fn list(_call: Call<OfficePortal>) -> Answer<OfficePortal, u32> {
//!     Ok(Reply::show(LIST, 1))
//! }
//! let routes = Routes::<OfficePortal>::new().get("/office/list", list);
//! assert_eq!(routes.list().len(), 1);
//! ```
//!
//! A handler that changes something reads its body with [`Input`] or [`Upload`], which check that the form
//! is one of ours; a `post` without either does not compile, because nothing would have checked it:
//!
//! ```compile_fail
//! use ejia_web::{Answer, Call, MemberPortal, Nothing, Reply, Routes};
//! async fn leave(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
//!     Ok(Reply::done("/", Nothing {}))
//! }
//! let _ = Routes::<MemberPortal>::new().post("/member/leave", leave);
//! ```
//!
//! # Limits
//!
//! A site may have limits (`limits.rs`): so many forms, and so many costly pages ([`Routes::costly`]), for each address and each
//! session. Whoever asks for more is answered 429 with a sentence and `Retry-After`, before anybody is asked who he is. A
//! caller's address is that of the socket, unless a proxy of ours names another ([`Proxies`]).
//!
//! # Where things are
//!
//! `layer.rs` stands around everything (which face, panics, security headers); `handler.rs` turns a handler
//! into a route; `dress.rs` turns the reply into a response; `input.rs` and `upload.rs` read what
//! was sent, within limits; `site.rs` holds what is the same for all requests.
//!
//! [`Problem`]: ejia_kernel::Problem

mod aside;
mod assets;
mod audience;
mod call;
mod callers;
mod choices;
mod cookies;
mod csrf;
mod described;
mod dress;
mod face;
mod faults;
mod fields;
mod form;
mod handler;
mod html;
mod input;
mod layer;
mod limits;
mod links;
mod look;
mod metrics;
mod openapi;
mod packing;
mod portal;
mod programs;
mod proxies;
mod refusals;
mod reply;
mod routes;
mod scan;
mod scope;
mod site;
mod texts;
mod upload;
mod way;

pub use aside::aside;
pub use assets::Asset;
pub use audience::Audience;
pub use call::Call;
pub use callers::{Applicant, BranchOfficer, CommitteeOfficer, Doorkeeper, Member, Officer, Visitor};
pub use choices::{Choice, Choices, Options};
pub use cookies::bears;
pub use described::{Answers, Describing, Either, File, Opening, Takes};
pub use face::Face;
pub use handler::{ChecksOrigin, Guarded, IntoProblem, PortalHandler};
pub use html::{Button, Card, Entered, Field, Form, Refusal, Shown, Words, drawn, filters, parts};
pub use input::{Asked, Input, LongInput, Nothing};
pub use limits::{Limits, Rate};
pub use links::local_path;
pub use look::{Look, View};
pub use portal::{ApplicantPortal, Front, MemberPortal, OfficePortal, Portal};
pub use proxies::{Network, Proxies};
pub use reply::{Answer, Page, Reply};
pub use routes::{RouteSet, Routes};
pub use scan::Scan;
pub use scope::{Bearer, Scope, ScopeTable, TOKEN_MARK};
pub use site::{Site, SiteBuilder};
pub use texts::Texts;
pub use upload::Upload;
pub use way::Way;

#[doc(hidden)]
pub use askama;

/// The sentences of this crate.
pub const TEXTS: &str = include_str!("texts.toml");
