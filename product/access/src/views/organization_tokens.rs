//! The views of 【接口令牌】.

use ejia_db::Txn;
use ejia_directory::Reminder;
use ejia_kernel::{Instant, Problem};
use ejia_web::{Officer, Scope};
use schemars::JsonSchema;
use serde::Serialize;

use crate::rules::TOKEN_REMINDER;
use crate::store::organization_tokens::{self as kept, Kept};

/// 【接口令牌】: the organization's tokens.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct TokensView {
    /// The last one made stands first.
    pub(crate) tokens: Vec<TokenLine>,
    /// What a token can be made for.
    pub(crate) scopes: Vec<ScopeLine>,
}

/// A token.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct TokenLine {
    pub(crate) id: String,
    pub(crate) name: String,
    /// In words.
    pub(crate) scopes: String,
    /// Empty is everywhere.
    pub(crate) addresses: String,
    /// The name of whoever made it.
    pub(crate) made_by: String,
    /// A day.
    pub(crate) made: String,
    /// A day.
    pub(crate) expires: String,
    /// A moment; empty when it was never used.
    pub(crate) used: String,
    /// How often it was used.
    pub(crate) uses: i64,
    /// `live`, `soon` (it runs out), `expired`, `revoked` or `orphaned` (whoever made it acts for the organization no more).
    pub(crate) state: &'static str,
}

impl TokenLine {
    fn of(token: Kept, now: Instant) -> Self {
        let state = match &token {
            Kept { revoked_at: Some(_), .. } => "revoked",
            Kept { expires_at, .. } if *expires_at <= now => "expired",
            Kept { maker_sits: false, .. } => "orphaned",
            Kept { expires_at, .. } if expires_at.since(now) <= TOKEN_REMINDER => "soon",
            _ => "live",
        };
        let scopes: Vec<&str> = token.scopes.split(' ').filter_map(Scope::from_code).map(Scope::label).collect();
        Self {
            id: token.id.to_string(),
            scopes: scopes.join("、"),
            made: token.made_at.china_date().to_string(),
            expires: token.expires_at.china_date().to_string(),
            used: token.used_at.map(|at| at.to_string()).unwrap_or_default(),
            name: token.name,
            addresses: token.addresses,
            made_by: token.made_by,
            uses: token.uses,
            state,
        }
    }

    /// Whether it opens anything, so that it can be ended.
    pub(crate) fn stands(&self) -> bool {
        matches!(self.state, "live" | "soon" | "orphaned")
    }
}

/// A scope to be ticked.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct ScopeLine {
    pub(crate) code: &'static str,
    pub(crate) label: &'static str,
    pub(crate) ticked: bool,
}

/// A token that was just made: said once.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(crate) struct MadeView {
    /// What `Authorization: Bearer` bears.
    pub(crate) token: String,
}

/// The tokens of the officer's organization; `ticked` are the scopes of a form that is shown again.
pub(crate) fn list(txn: &mut Txn<'_>, by: &Officer, ticked: &[String]) -> Result<TokensView, Problem> {
    let now = txn.now();
    let tokens = kept::of(txn, by.organization_id())?.into_iter().map(|token| TokenLine::of(token, now)).collect();
    let line = |scope: &Scope| ScopeLine {
        code: scope.code(),
        label: scope.label(),
        ticked: ticked.iter().any(|code| code == scope.code()),
    };
    Ok(TokensView { tokens, scopes: Scope::ALL.iter().map(line).collect() })
}

/// Tokens that are about to run out, for the first page.
///
/// # Errors
/// A fault of the database.
pub fn reminders(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<Reminder>, Problem> {
    let ending = list(txn, by, &[])?.tokens.iter().filter(|token| token.state == "soon").count();
    Ok(vec![Reminder {
        text: "个接口令牌即将到期",
        count: i64::try_from(ending).unwrap_or(i64::MAX),
        late: 0,
        href: "/office/tokens",
        action: "去查看",
    }])
}
