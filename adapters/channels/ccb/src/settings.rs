//! Who we are at the bank, and where it is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use ejia_payments::Means;

/// How many hex digits of the merchant's public key go into the MAC.
const TAIL: usize = 30;

/// The merchant contract with China Construction Bank.
#[derive(Clone)]
pub struct CcbSettings {
    /// The bank's paying page: `https://ibsbjstar.ccb.com.cn/CCBIS/ccbMain`.
    pub page: String,
    /// 商户代码, 15 digits (MERCHANTID, also CUST_ID of the platform).
    pub merchant: String,
    /// 柜台代码, 9 digits (POSID).
    pub counter: String,
    /// 分行代码, 9 digits (BRANCHID).
    pub branch: String,
    /// The counter's public key as the merchant console shows it: hex of the DER. Notifications are checked with it, and
    /// its last 30 digits go into the MAC.
    pub public_key: String,
    /// GATEWAY: which ways of paying the page shows. Empty: the contract's.
    pub gateway: String,
    /// ISSINSCODE: the issuing bank's code, or `UnionPay` for the page where any bank's debit card pays. Not sent when
    /// none.
    pub issuer: Option<String>,
    /// What each ACC_TYPE of a notification means. The bank's table is not public: what does not stand here is untold.
    pub account_types: BTreeMap<String, Means>,
    /// Where the 外联平台 client listens: `tcp://host:port` (its socket), or `http://…` where one relays the same bytes.
    pub platform: String,
    /// 操作员号 (USER_ID).
    pub user: String,
    /// The operator's password.
    pub password: String,
    /// Where the platform client puts the files that it fetches.
    pub files: StatementFiles,
    /// From which hour of the next day (China) a day's statement is asked for.
    pub statement_from: u8,
    /// How long one call may take.
    pub patience: Duration,
}

/// Where fetched files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatementFiles {
    /// In a folder of this machine, or one that is mounted here.
    Folder(PathBuf),
    /// Below an address; the file's name is appended.
    Address(String),
}

impl CcbSettings {
    /// The bank itself, the platform client on this machine.
    pub fn new(merchant: &str, counter: &str, branch: &str, public_key: &str) -> Self {
        Self {
            page: "https://ibsbjstar.ccb.com.cn/CCBIS/ccbMain".to_owned(),
            merchant: merchant.to_owned(),
            counter: counter.to_owned(),
            branch: branch.to_owned(),
            public_key: public_key.to_owned(),
            gateway: String::new(),
            issuer: None,
            account_types: BTreeMap::new(),
            platform: "tcp://127.0.0.1:12345".to_owned(),
            user: String::new(),
            password: String::new(),
            files: StatementFiles::Folder(PathBuf::from("ccb")),
            statement_from: 10,
            patience: Duration::from_secs(8),
        }
    }

    /// The part of the public key that goes into the MAC.
    pub(crate) fn key_tail(&self) -> &str {
        let key = self.public_key.trim();
        key.len().checked_sub(TAIL).and_then(|start| key.get(start..)).unwrap_or(key)
    }
}
