//! Who holds the phone: the way over WeChat's own page and back with a code (snsapi_base).

use ejia_kernel::OpenId;
use ejia_wire::{Charset, percent_encode};
use serde::Deserialize;

use crate::Account;
use crate::answers::Fault;

/// The code is none, or has run out.
const CODE_INVALID: i64 = 40029;
/// Longer than any code.
const LONGEST: usize = 256;

impl Account {
    /// Where the phone is asked who its user is. It comes back to `redirect_uri` with `code` and `state`; the parameters
    /// have to stand in this order, and what follows `#` belongs to it.
    pub fn authorize_address(&self, redirect_uri: &str, state: &str) -> String {
        let encoded = |text: &str| percent_encode(text, Charset::Utf8);
        format!(
            "{}/connect/oauth2/authorize?appid={}&redirect_uri={}&response_type=code&scope=snsapi_base&state={}\
             #wechat_redirect",
            self.settings.open.trim_end_matches('/'),
            encoded(&self.settings.app_id),
            encoded(redirect_uri),
            encoded(state)
        )
    }

    /// Whose code this is. A code is good once and for five minutes.
    ///
    /// # Errors
    /// [`Fault::Refused`] for a code that is not good (40029, 40163); the other faults as for every call.
    pub fn open_id(&self, code: &str) -> Result<OpenId, Fault> {
        #[derive(Deserialize)]
        struct Told {
            openid: String,
        }
        let fits = !code.is_empty() && code.len() <= LONGEST && code.bytes().all(|byte| byte.is_ascii_graphic());
        if !fits {
            return Err(Fault::Refused(CODE_INVALID));
        }
        let query = [
            ("appid", self.settings.app_id.as_str()),
            ("secret", self.settings.app_secret.as_str()),
            ("code", code),
            ("grant_type", "authorization_code"),
        ];
        let Told { openid } = self.get_bare("/sns/oauth2/access_token", &query)?;
        OpenId::parse(&openid).map_err(|_| Fault::Unknown("an OpenID that is none".to_owned()))
    }
}
