//! The demo's console at `/sandbox/`: whom to log in as, what was sent to which phone, what lies at the
//! banks' counters, what a phone with WeChat shows, and what time it is.
//!
//! It exists in the demo only. The page stands in the site like every other ([`routes`], with a [`Console`] as a
//! part of the site); the calls for programs under `/sandbox/api/` stand beside it ([`router`]), open and without
//! any account, since whatever they tell is invented.

mod api;
pub mod bank;
mod pages;
mod phone;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use ejia_counter::Counter;
use ejia_db::{Desk, Txn};
use ejia_kernel::{OrganizationKind, Problem};
use ejia_sms::sandbox::Sandbox;
use ejia_wechat::sandbox::Sandbox as Phones;
use serde::{Deserialize, Serialize};

pub use api::router;
pub use pages::routes;

/// The sentences of the console.
pub const TEXTS: &str = include_str!("texts.toml");

/// An account of the invented city, with everything needed to log in, as the contract words it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoAccount {
    /// Where it logs in.
    pub portal: DemoPortal,
    /// The person's name.
    pub name: String,
    /// What to type as the account: ID-card number, organization code or user name.
    pub login: String,
    /// What to type as the password.
    pub password: String,
    /// Where the codes go; empty for a member without a phone.
    pub phone: String,
    /// The branch of a member, the organization of an administrator.
    pub organization: String,
    /// Its code.
    pub organization_code: String,
    /// Its kind.
    pub organization_kind: OrganizationKind,
    /// The first login is still to come.
    pub first_login: bool,
}

/// The portal an account logs in at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DemoPortal {
    /// 党员服务平台.
    Member,
    /// 党组织管理平台.
    Office,
}

type StillFirst = dyn Fn(&mut Txn<'_>, &DemoAccount) -> Result<bool, Problem> + Send + Sync;

/// What the console shows and moves.
#[derive(Clone)]
pub struct Console {
    desk: Desk,
    sms: Sandbox,
    bank: Option<Counter>,
    phones: Option<Phones>,
    accounts: Arc<Vec<DemoAccount>>,
    still_first: Option<Arc<StillFirst>>,
}

impl Console {
    /// A console over the demo's desk, whose clock it sets.
    pub fn new(desk: Desk, sms: Sandbox, accounts: Vec<DemoAccount>) -> Self {
        Self { desk, sms, bank: None, phones: None, accounts: Arc::new(accounts), still_first: None }
    }

    /// With the other side of the bank's counter, whose orders the page lists.
    #[must_use]
    pub fn with_bank(mut self, counter: Counter) -> Self {
        self.bank = Some(counter);
        self
    }

    /// With phones that follow the official account.
    #[must_use]
    pub fn with_phones(mut self, phones: Phones) -> Self {
        self.phones = Some(phones);
        self
    }

    /// With a question to the database whether the first login of an account is still to come. An account whose first
    /// login has been done meanwhile has a password that only its user knows, so it leaves the list.
    #[must_use]
    pub fn asking(
        mut self,
        still_first: impl Fn(&mut Txn<'_>, &DemoAccount) -> Result<bool, Problem> + Send + Sync + 'static,
    ) -> Self {
        self.still_first = Some(Arc::new(still_first));
        self
    }

    /// The accounts that can be used as listed.
    async fn accounts(&self) -> Result<Vec<DemoAccount>, Problem> {
        let accounts = Arc::clone(&self.accounts);
        let Some(still_first) = self.still_first.clone() else { return Ok(accounts.as_ref().clone()) };
        self.desk
            .read(move |txn| {
                let mut usable = Vec::new();
                for account in accounts.iter() {
                    if !account.first_login || still_first(txn, account)? {
                        usable.push(account.clone());
                    }
                }
                Ok(usable)
            })
            .await
    }
}
