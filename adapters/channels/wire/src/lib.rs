//! What the protocols of payment channels and of WeChat share, and nothing that belongs to one of them.
//!
//! [`PrivateKey`], [`PublicKey`] and [`Certificate`] read keys in the shapes that banks hand them out in and sign with
//! the [`Scheme`]s that the protocols ask for. [`Form`] holds ordered pairs and writes them as a form or as the
//! canonical `k=v&…` that is signed; [`Charset`] is UTF-8 or GBK. [`Caller`] makes one blocking HTTP call and tells a
//! call that certainly was never sent from one of which nobody knows. [`stamps`] are instants in China's time as the
//! protocols write them, [`packed`] opens and makes the packages statements come in, [`raw_member`] finds the exact text
//! of a member of a JSON object, since that text is what was signed, [`xml`] reads and writes
//! elements in elements.

mod calls;
mod certificates;
mod codes;
mod forms;
mod json;
mod keys;
pub mod packed;
pub mod stamps;
pub mod xml;

pub use calls::{CallFault, Caller, Reply, origin};
pub use certificates::Certificate;
pub use codes::{base64, from_base64, from_hex, hex, md5, md5_hex, same, sha1, sha256, sha256_hex};
pub use forms::{Charset, Form, percent_decode, percent_encode};
pub use json::raw_member;
pub use keys::{KeyFault, PrivateKey, PublicKey, Scheme};
