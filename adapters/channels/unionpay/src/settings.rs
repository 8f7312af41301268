//! Where the gateway is, who we are there, and whom we believe.

use std::fmt;
use std::time::Duration;

/// Why a channel could not be set up. Holds names of settings, nothing of their values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsFault(pub String);

impl fmt::Display for SettingsFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "UnionPay: {}", self.0)
    }
}

impl std::error::Error for SettingsFault {}

/// A merchant at UnionPay's gateway. Each channel (the gateway itself, a bank under its own name) needs a merchant number
/// of its own, since a day's file does not tell which counter a line came from.
#[derive(Clone)]
pub struct UnionPaySettings {
    /// Where the payer's browser sends the order: `…/gateway/api/frontTransReq.do`.
    pub front_address: String,
    /// Where money is sent back: `…/gateway/api/backTransReq.do`.
    pub back_address: String,
    /// Where one asks: `…/gateway/api/queryTrans.do`.
    pub query_address: String,
    /// Where the day's file is: `https://filedownload.95516.com/`.
    pub file_address: String,
    /// Origins that the front address leads the browser on to.
    pub cashier_origins: Vec<String>,
    /// The merchant number, 15 digits and letters.
    pub mer_id: String,
    /// Our signing key (PKCS#8 or PKCS#1, PEM).
    pub signing_key: String,
    /// Its certificate (PEM); its serial number is our certId.
    pub signing_certificate: String,
    /// Root certificates (PEM) that the gateway's chain ends in; two while one is being replaced.
    pub roots: Vec<String>,
    /// Middle certificates (PEM).
    pub middles: Vec<String>,
    /// Whose name the gateway's certificate bears between the second and the third `@` of its common name.
    pub signer: String,
    /// Where notifications come to.
    pub back_url: String,
    /// Where the payer's browser comes back to, by GET or POST; `{order}` in it becomes the order's number.
    pub front_url: String,
    /// Whether the acquirer has opened the merchant for debit cards only. If so, a payment whose card the gateway does not
    /// describe is taken; if not, it counts as one by a credit card and goes back.
    pub debit_only: bool,
    /// How long one call may take in all.
    pub patience: Duration,
}

impl UnionPaySettings {
    /// The gateway itself; keys, certificates and our own addresses are to be filled in.
    pub fn production(mer_id: &str) -> Self {
        let gateway = |room: &str| format!("https://gateway.95516.com/gateway/api/{room}.do");
        Self {
            front_address: gateway("frontTransReq"),
            back_address: gateway("backTransReq"),
            query_address: gateway("queryTrans"),
            file_address: "https://filedownload.95516.com/".to_owned(),
            cashier_origins: vec!["https://cashier.95516.com".to_owned()],
            mer_id: mer_id.to_owned(),
            signing_key: String::new(),
            signing_certificate: String::new(),
            roots: Vec::new(),
            middles: Vec::new(),
            signer: "中国银联股份有限公司".to_owned(),
            back_url: String::new(),
            front_url: String::new(),
            debit_only: true,
            patience: Duration::from_secs(25),
        }
    }
}
