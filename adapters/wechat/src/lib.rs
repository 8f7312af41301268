//! The official account of WeChat (微信公众号): its protocol, and the other side of it for trying out.
//!
//! [`Account`] is the client. It asks with one access token that all processes share over a row of the database; the row
//! is taken in hand by one, renewed ahead of its end and sealed at rest ([`MIGRATIONS`]). It sends template messages,
//! whose number makes sending again harmless, and subscription notices; it keeps the menu, makes codes with a scene,
//! leads a phone over WeChat's own page to learn its OpenID, and signs pages that use the camera. Calls are plain and
//! blocking, under time-outs of seconds; they are made from jobs or aside, never inside a transaction.
//!
//! For the product it is an [`OfficialAccount`](ejia_access::OfficialAccount) at the door and, as [`Pushing`], a way for
//! letters. [`callback`] is the address that the service calls: with its proof, and with messages and events, which
//! [`sink`] hands on.
//!
//! [`sandbox`] is a real HTTP server in WeChat's place, with people who follow, phones that are sent to the product's
//! pages, and moods. The client knows nothing of it: only addresses and keys differ.
//!
//! What WeChat sees: an OpenID that it has given out itself, the number of a template, its parameters (a kind of meeting,
//! a time, an amount), a path of ours and our random message id. No name, no phone, no ID-card number (R1).

mod account;
mod answers;
pub mod callback;
mod chance;
mod cipher;
mod credentials;
mod entry;
mod forms;
mod menu;
mod oauth;
mod page;
mod pusher;
pub mod sandbox;
mod scenes;
mod schema;
mod sending;
mod settings;
mod signature;
mod sink;
mod store;
#[cfg(test)]
mod tests;

pub use account::Account;
pub use answers::Fault;
pub use cipher::AesKey;
pub use forms::{PushForm, PushForms, UsualBlank, usual_blanks};
pub use menu::Button;
pub use page::PageSignature;
pub use pusher::Pushing;
pub use scenes::SceneCode;
pub use schema::{BLOBS, MIGRATIONS};
pub use sending::{SubscriptionNotice, TemplateMessage};
pub use settings::{AccountSettings, Writing};
pub use sink::sink;
