//! What is shown of 【安全验证】.

use ejia_db::Txn;
use ejia_kernel::Problem;
use ejia_web::{Officer, Scan};
use schemars::JsonSchema;
use serde::Serialize;

use crate::passkeys::text;
use crate::store::authenticators;
use crate::store::passkeys::{self, Named};

/// 【安全验证】 of an administrator.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct VerificationView {
    /// Whether he has an authenticator app.
    pub(crate) authenticator: bool,
    /// How many recovery codes are left.
    pub(crate) recovery_codes: i64,
    /// His passkeys, the last one first.
    pub(crate) passkeys: Vec<PasskeyLine>,
    /// Whether passkeys can be added in this house.
    pub(crate) passkeys_offered: bool,
}

/// One passkey.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct PasskeyLine {
    /// What browsers call it.
    pub(crate) id: String,
    /// What its owner calls it.
    pub(crate) name: String,
    /// Since when …
    pub(crate) added: String,
    /// … and when it was last used.
    pub(crate) used: String,
}

/// A passkey is about to be made.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct PasskeyView {
    /// What it is to sign.
    pub(crate) pending: String,
    /// What its owner will call it.
    pub(crate) name: String,
    /// Whose it is, for the authenticator …
    pub(crate) user: String,
    /// … and for its owner.
    pub(crate) login: String,
    /// The passkeys there are, with a space between them.
    pub(crate) known: String,
}

/// What the officer has beside his phone.
pub(crate) fn verification(txn: &mut Txn<'_>, by: &Officer, offered: bool) -> Result<VerificationView, Problem> {
    let line = |one: Named| PasskeyLine {
        id: text(&one.credential),
        name: one.name,
        added: one.added_at.china_date().to_string(),
        used: one.used_at.map_or_else(String::new, |at| at.to_string()),
    };
    Ok(VerificationView {
        passkeys: passkeys::of(txn, by.id())?.into_iter().map(line).collect(),
        passkeys_offered: offered,
        authenticator: authenticators::counts(txn, by.id())?,
        recovery_codes: authenticators::recovery_codes_left(txn, by.id())?,
    })
}

/// What a browser needs to make a passkey of this name.
pub(crate) fn passkey(txn: &mut Txn<'_>, by: &Officer, pending: String, name: &str) -> Result<PasskeyView, Problem> {
    let known: Vec<String> = passkeys::of(txn, by.id())?.iter().map(|one| text(&one.credential)).collect();
    let (user, login) = (by.id().to_string(), login_of(txn, by)?);
    Ok(PasskeyView { pending, name: name.to_owned(), user, login, known: known.join(" ") })
}

/// What the officer logs in with.
fn login_of(txn: &mut Txn<'_>, by: &Officer) -> Result<String, Problem> {
    let administrator = ejia_directory::administrator(txn, by.id())?.ok_or_else(Problem::login_needed)?;
    Ok(match administrator.user_name {
        Some(name) => name,
        None => ejia_directory::tree(txn)?.find(by.organization_id())?.code.to_string(),
    })
}

/// An app is being set up: what it is to read. Shown to its owner alone, and only until he has confirmed it.
#[derive(Clone, Default, Serialize, JsonSchema)]
pub(crate) struct AuthenticatorView {
    /// To be scanned; none when nothing was begun.
    pub(crate) scan: Option<Scan>,
    /// To be typed in.
    pub(crate) key: String,
    /// How the app names the account.
    pub(crate) login: String,
}

/// The app that the officer has begun to set up.
pub(crate) fn authenticator(txn: &mut Txn<'_>, by: &Officer) -> Result<AuthenticatorView, Problem> {
    let begun = authenticators::find(txn, by.id(), false)?.filter(|app| !app.confirmed);
    let begun = begun.ok_or_else(|| Problem::not_found("access.authenticator_not_begun"))?;
    let login = login_of(txn, by)?;
    let scan = Scan::of(&begun.secret.address(&login))?;
    Ok(AuthenticatorView { scan: Some(scan), key: begun.secret.key(), login })
}

/// Codes for paper, shown once.
#[derive(Clone, Default, Serialize, JsonSchema)]
pub(crate) struct RecoveryCodesView {
    /// They.
    pub(crate) codes: Vec<String>,
    /// Whether the app was set up just now.
    pub(crate) first: bool,
}
