//! Where the gateway is and who we are there.

use std::time::Duration;

use ejia_wire::{KeyFault, PrivateKey, PublicKey};

/// An application at Alipay, signing with a public key (not with certificates: money goes out by refunds only).
#[derive(Clone, Debug)]
pub struct AlipaySettings {
    /// `https://openapi.alipay.com/gateway.do` in production.
    pub gateway: String,
    /// The application's number.
    pub app_id: String,
    /// The seller's number (PID, begins with 2088): notifications for another one are not ours.
    pub seller_id: String,
    /// Our private key.
    pub private_key: PrivateKey,
    /// Alipay's public key (not our own).
    pub alipay_public_key: PublicKey,
    /// Where notifications come in; reachable from outside, without a query.
    pub notify_url: String,
    /// Where the payer comes back to; `{order}` stands for the order's number.
    pub return_url: String,
    /// `product_code` of wap.pay: `QUICK_WAP_WAY` as the manual says; older contracts know `QUICK_WAP_PAY`.
    pub wap_product_code: String,
    /// Where the gateway leads the payer's browser on to, beside its own origin.
    pub cashier_origins: Vec<String>,
    /// How long one call may take in all.
    pub patience: Duration,
}

impl AlipaySettings {
    /// The production gateway with these keys (PEM, or the bare base64 that Alipay's key tool writes).
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn new(app_id: &str, seller_id: &str, private_key: &str, alipay_public_key: &str) -> Result<Self, KeyFault> {
        Ok(Self {
            gateway: "https://openapi.alipay.com/gateway.do".to_owned(),
            app_id: app_id.to_owned(),
            seller_id: seller_id.to_owned(),
            private_key: PrivateKey::read(private_key.as_bytes())?,
            alipay_public_key: PublicKey::read(alipay_public_key.as_bytes())?,
            notify_url: String::new(),
            return_url: String::new(),
            wap_product_code: "QUICK_WAP_WAY".to_owned(),
            cashier_origins: vec!["https://*.alipay.com".to_owned()],
            patience: Duration::from_secs(25),
        })
    }

    /// The address the payer comes back to for an order.
    pub(crate) fn return_url_of(&self, order: &str) -> String {
        self.return_url.replace("{order}", order)
    }
}
