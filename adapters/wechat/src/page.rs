//! What a page needs to use the phone's camera (JS-SDK).

use serde::Serialize;

use crate::answers::Fault;
use crate::{Account, chance, signature};

/// The signature of one page, as the script of the page hands it to WeChat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PageSignature {
    /// AppID.
    pub app_id: String,
    /// Seconds since 1970.
    pub timestamp: String,
    /// A number used once.
    pub nonce_str: String,
    /// The signature.
    pub signature: String,
}

impl Account {
    /// Signs a page: its exact address as the phone shows it, what follows `#` left out.
    ///
    /// # Errors
    /// [`Fault`].
    pub fn sign_page(&self, address: &str) -> Result<PageSignature, Fault> {
        let ticket = self.page_ticket()?;
        let timestamp = self.desk.now().ms().div_euclid(1000).to_string();
        let nonce_str = chance::plain_word::<16>();
        let signature = signature::of_page(&ticket, &nonce_str, &timestamp, address);
        Ok(PageSignature { app_id: self.settings.app_id.clone(), timestamp, nonce_str, signature })
    }
}
