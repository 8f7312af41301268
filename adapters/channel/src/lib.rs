//! The encrypted channel on the wire: certificates of a small authority of our own, and a listener that lets nobody in
//! without one.
//!
//! An [`Authority`] issues two kinds of certificates: one for the listener, by the names it is reached by, and one for
//! each computer. The latter goes out as a PKCS#12 file ([`computer_file`]) that Windows, macOS and browsers take in; its
//! key is made here, because a browser no longer makes one. A list of what was revoked ([`Authority::revocations`]) is
//! asked at every handshake.
//!
//! A [`Door`] speaks TLS 1.2 and 1.3 and demands a certificate. No session is resumed and no ticket given, since a
//! resumed session is not checked again. What the door goes by can be exchanged while it stands open ([`Door::go_by`]);
//! a connection that is open already is told apart by its [`Peer`], which every request carries, so that whoever keeps
//! the list of computers can refuse the next request on it.
//!
//! Nothing here knows who an administrator is.

mod authority;
mod door;
mod fault;
mod file;
mod terms;

#[cfg(test)]
mod tests;

pub use authority::{Authority, Issued, Revoked, Validity, draw_serial};
pub use door::{Door, Peer};
pub use fault::ChannelFault;
pub use file::{Flavour, computer_file};
pub use terms::{Identity, Now, Terms};
