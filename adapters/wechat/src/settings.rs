//! Who we are with the service, and where it is.

use std::time::Duration;

use crate::AesKey;

/// How the service's calls to our address are written, as the account's console says. In clear the signature does not
/// cover the message, so production should choose encryption.
#[derive(Clone, Debug)]
pub enum Writing {
    /// 明文模式.
    Clear,
    /// 兼容模式: clear and encrypted side by side; the encrypted part is what counts where there is one.
    Both(AesKey),
    /// 安全模式: encrypted, and nothing else is taken.
    Encrypted(AesKey),
}

impl Writing {
    /// The key, unless all is in clear.
    pub(crate) fn key(&self) -> Option<&AesKey> {
        match self {
            Self::Clear => None,
            Self::Both(key) | Self::Encrypted(key) => Some(key),
        }
    }
}

/// The official account, and the addresses of the service.
#[derive(Clone)]
pub struct AccountSettings {
    /// `https://api.weixin.qq.com` in production: where calls go.
    pub api: String,
    /// `https://open.weixin.qq.com`: where a person's phone is asked who he is.
    pub open: String,
    /// `https://mp.weixin.qq.com`: where pictures of codes lie.
    pub pictures: String,
    /// AppID.
    pub app_id: String,
    /// AppSecret.
    pub app_secret: String,
    /// The token that the service signs its calls to us with.
    pub token: String,
    /// How it writes them.
    pub writing: Writing,
    /// How long one call may take in all.
    pub patience: Duration,
}

impl AccountSettings {
    /// The service itself, with the patience that suits it.
    pub fn new(app_id: &str, app_secret: &str, token: &str, writing: Writing) -> Self {
        Self {
            api: "https://api.weixin.qq.com".to_owned(),
            open: "https://open.weixin.qq.com".to_owned(),
            pictures: "https://mp.weixin.qq.com".to_owned(),
            app_id: app_id.to_owned(),
            app_secret: app_secret.to_owned(),
            token: token.to_owned(),
            writing,
            patience: Duration::from_secs(5),
        }
    }
}
