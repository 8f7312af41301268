//! The official account as this crate needs it: who stands behind a code, and what it tells of those who follow it.

use std::fmt;
use std::sync::Arc;

use ejia_kernel::OpenId;

/// WeChat's official account, as the door sees it.
pub trait OfficialAccount: Send + Sync {
    /// Where WeChat is asked who its user is (OAuth, `snsapi_base`); it comes back to `redirect_uri` with `code` and
    /// `state`. The state is at most 128 letters and digits.
    fn authorize_address(&self, redirect_uri: &str, state: &str) -> String;
    /// Whose code this is. Blocks, at most some seconds; called outside any transaction.
    fn open_id(&self, code: &str) -> Result<OpenId, EntryFault>;
}

/// Why nobody is known to stand behind a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryFault {
    /// WeChat has refused the code, with this number of its own: it was used, or has run out, or never was one.
    Refused(String),
    /// WeChat was not reached, or could not answer; in words for the log.
    Unreachable(String),
}

impl fmt::Display for EntryFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(code) => write!(f, "WeChat has refused the code: {code}"),
            Self::Unreachable(reason) => write!(f, "WeChat was not reached: {reason}"),
        }
    }
}

impl std::error::Error for EntryFault {}

/// What the official account tells of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountEvent {
    /// He follows it (again).
    Subscribed,
    /// He follows it no more.
    Unsubscribed,
}

/// The way in from WeChat: a part of the site. Without it there is no official account, and phones come in by password.
#[derive(Clone)]
pub struct WechatEntry {
    account: Arc<dyn OfficialAccount>,
    origin: String,
}

impl fmt::Debug for WechatEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WechatEntry").field("origin", &self.origin).finish_non_exhaustive()
    }
}

impl WechatEntry {
    /// The way in through this account, to a platform that the outside reaches at `public_origin`.
    pub fn new(account: Arc<dyn OfficialAccount>, public_origin: &str) -> Self {
        Self { account, origin: public_origin.trim_end_matches('/').to_owned() }
    }

    /// Where a phone is sent to.
    pub(crate) fn away(&self, state: &str) -> String {
        self.account.authorize_address(&format!("{}/wechat/oauth", self.origin), state)
    }

    /// The account itself.
    pub(crate) fn account(&self) -> Arc<dyn OfficialAccount> {
        Arc::clone(&self.account)
    }
}
