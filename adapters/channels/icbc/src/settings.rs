//! Who we are at the bank's open platform, and where it is.

use std::time::Duration;

/// The contract with the Industrial and Commercial Bank of China, and the application on its open platform.
#[derive(Clone)]
pub struct IcbcSettings {
    /// `https://gw.open.icbc.com.cn`.
    pub gateway: String,
    /// The application's number.
    pub app: String,
    /// 商户代码 (merID).
    pub merchant: String,
    /// 商户账号 (merAcct), to which the money goes.
    pub account: String,
    /// How our messages are signed.
    pub signing: Signing,
    /// The gateway's public key (base64), with which answers and notifications are checked.
    pub gateway_key: String,
    /// Where the bank notifies; its path is signed.
    pub notify_url: String,
    /// Where the payer goes afterwards; `{order}` in it becomes the order's number.
    pub return_url: String,
    /// The merchant's domain (merReference): the bank compares it with the page the payer comes from.
    pub reference: String,
    /// A telephone of the office that runs the platform, shown to payers. Never a payer's.
    pub hotline: String,
    /// `HS`: notified once. `LS`: until answered.
    pub notify_type: String,
    /// The services' paths.
    pub paths: Paths,
    /// How long one call may take.
    pub patience: Duration,
}

/// What signs our messages.
#[derive(Clone)]
pub enum Signing {
    /// `RSA2`: SHA256withRSA with the private key whose public half is registered for the application.
    Rsa2 {
        /// PKCS#8 or PKCS#1, PEM, DER or base64.
        key: Vec<u8>,
    },
    /// `CA`: the bank's own scheme over bare SHA-1, with the merchant certificate that the bank issued.
    Ca {
        /// The certificate's private key.
        key: Vec<u8>,
        /// The certificate as a file (DER, or its base64).
        certificate: Vec<u8>,
    },
}

/// Paths of the services. Those of refunds come from samples, not from the bank's documents: check them against the
/// contract.
#[derive(Clone, Debug)]
pub struct Paths {
    /// The paying page.
    pub pay: String,
    /// An order.
    pub query: String,
    /// Sending money back.
    pub refund: String,
    /// What became of it.
    pub refund_query: String,
}

impl Default for Paths {
    fn default() -> Self {
        Self {
            pay: "/ui/b2c/pc/pay/transfer/V1".to_owned(),
            query: "/api/b2c/orderqry/search/V1".to_owned(),
            refund: "/api/enterprise/merctserv/refund/V1".to_owned(),
            refund_query: "/api/enterprise/merctserv/qryrefund/V1".to_owned(),
        }
    }
}

impl IcbcSettings {
    /// The bank itself.
    pub fn new(app: &str, merchant: &str, account: &str, signing: Signing, gateway_key: &str) -> Self {
        Self {
            gateway: "https://gw.open.icbc.com.cn".to_owned(),
            app: app.to_owned(),
            merchant: merchant.to_owned(),
            account: account.to_owned(),
            signing,
            gateway_key: gateway_key.to_owned(),
            notify_url: String::new(),
            return_url: String::new(),
            reference: String::new(),
            hotline: String::new(),
            notify_type: "HS".to_owned(),
            paths: Paths::default(),
            patience: Duration::from_secs(7),
        }
    }
}
