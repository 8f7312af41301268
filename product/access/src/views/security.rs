//! What the security office sees of administrators' accounts, sessions and computers.

use ejia_db::Txn;
use ejia_directory::{Leaf, Way, asking, leaf};
use ejia_kernel::{OrganizationKind, Problem};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::device;
use crate::model::Side;
use crate::operations::knock::account_door;
use crate::store::security::{self, AccountRow, Asked, Whose};

/// Lines of a page.
const PAGE: usize = 50;

/// What a list is asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct ListAsked {
    /// A part of a name, or a whole organization code or user name.
    pub(crate) q: String,
    /// Accounts whose login is locked, and no others.
    pub(crate) locked: bool,
    pub(crate) after: String,
    pub(crate) before: String,
}

impl ListAsked {
    fn from(&self) -> Option<(String, Way)> {
        match (self.after.as_str(), self.before.as_str()) {
            ("", "") => None,
            (after, "") => Some((after.to_owned(), Way::On)),
            (_, before) => Some((before.to_owned(), Way::Back)),
        }
    }

    fn asking(&self, path: &str, place: &[(&str, &str)]) -> String {
        let mut asked = vec![("q", self.q.trim()), ("locked", if self.locked { "true" } else { "" })];
        asked.extend(place);
        asking(path, &asked)
    }
}

/// Whose something is.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct WhoseView {
    pub(crate) administrator: String,
    pub(crate) name: String,
    pub(crate) login: String,
    pub(crate) organization: String,
    pub(crate) kind: &'static str,
    /// Whether it is the officer's own.
    pub(crate) oneself: bool,
}

impl WhoseView {
    fn of(whose: Whose, by: &Officer) -> Self {
        Self {
            oneself: whose.administrator_id == by.id(),
            administrator: whose.administrator_id.to_string(),
            name: whose.name,
            login: whose.login,
            organization: whose.organization,
            kind: OrganizationKind::from_code(&whose.kind).map_or("", OrganizationKind::label),
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct ListView<T> {
    pub(crate) asked: ListAsked,
    pub(crate) lines: Vec<T>,
    pub(crate) first: Option<String>,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// An account.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct AccountLine {
    pub(crate) whose: WhoseView,
    pub(crate) locked: bool,
    pub(crate) sessions: i64,
    pub(crate) computers: i64,
}

/// An open session.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct SessionLine {
    pub(crate) id: String,
    pub(crate) whose: WhoseView,
    pub(crate) opened: String,
    pub(crate) seen: String,
    /// What it was opened with.
    pub(crate) device: String,
    /// The name of the computer, over the encrypted channel.
    pub(crate) computer: String,
}

/// A computer that may come in.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub(crate) struct MachineLine {
    pub(crate) serial: String,
    pub(crate) whose: WhoseView,
    pub(crate) name: String,
    pub(crate) issued: String,
    pub(crate) expires: String,
    pub(crate) used: String,
}

/// The page that was asked for: read by `fetch`, its lines placed by `key` and shown by `shown`.
fn paged<R, T>(
    path: &str,
    asked: ListAsked,
    mut fetch: impl FnMut(Asked<'_>) -> Result<Vec<R>, Problem>,
    key: impl Fn(&R) -> String,
    shown: impl Fn(R) -> T,
) -> Result<ListView<T>, Problem> {
    let from = asked.from();
    let begun = from.is_some();
    let typed = asked.q.clone();
    let Leaf { lines, previous, next } = leaf(PAGE, from, |place, way, limit| {
        fetch(Asked { typed: &typed, place: place.map(String::as_str), way, limit })
    })?;
    let first_key = lines.first().filter(|_| previous).map(&key);
    let last_key = lines.last().filter(|_| next).map(&key);
    Ok(ListView {
        first: begun.then(|| asked.asking(path, &[])),
        previous: first_key.map(|key| asked.asking(path, &[("before", &key)])),
        next: last_key.map(|key| asked.asking(path, &[("after", &key)])),
        lines: lines.into_iter().map(shown).collect(),
        asked,
    })
}

/// 【管理员账号】.
pub(crate) fn accounts(txn: &mut Txn<'_>, by: &Officer, asked: ListAsked) -> Result<ListView<AccountLine>, Problem> {
    let shut = security::locked_doors(txn)?;
    let vault = txn.vault().clone();
    let locked = |row: &AccountRow| shut.contains(&account_door(&vault, Side::Office, &row.whose.login));
    let only = asked.locked;
    let fetch = |page: Asked<'_>| {
        if !only {
            return Ok(security::accounts(txn, page)?);
        }
        // Whose a locked door is, only the vault can tell: all are looked through, unless none is locked.
        if shut.is_empty() {
            return Ok(Vec::new());
        }
        let mut found = security::accounts(txn, Asked { limit: i64::MAX, ..page })?;
        found.retain(&locked);
        found.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
        Ok(found)
    };
    let shown = |row: AccountRow| AccountLine {
        locked: locked(&row),
        sessions: row.sessions,
        computers: row.computers,
        whose: WhoseView::of(row.whose, by),
    };
    paged("/office/security/accounts", asked, fetch, |row| row.key.clone(), shown)
}

/// 【登录会话】.
pub(crate) fn sessions(txn: &mut Txn<'_>, by: &Officer, asked: ListAsked) -> Result<ListView<SessionLine>, Problem> {
    let fetch = |page: Asked<'_>| Ok(security::sessions(txn, page)?);
    let shown = |row: security::SessionRow| SessionLine {
        id: row.id.to_string(),
        whose: WhoseView::of(row.whose, by),
        opened: row.opened_at.to_string(),
        seen: row.seen_at.to_string(),
        device: device::shown(row.device),
        computer: row.computer.unwrap_or_default(),
    };
    paged("/office/security/sessions", asked, fetch, |row| row.id.to_string(), shown)
}

/// 【已登记电脑】.
pub(crate) fn machines(txn: &mut Txn<'_>, by: &Officer, asked: ListAsked) -> Result<ListView<MachineLine>, Problem> {
    let fetch = |page: Asked<'_>| Ok(security::computers(txn, page)?);
    let shown = |row: security::ComputerRow| MachineLine {
        serial: row.serial,
        whose: WhoseView::of(row.whose, by),
        name: row.name,
        issued: row.issued_at.china_date().to_string(),
        expires: row.expires_at.china_date().to_string(),
        used: row.used_at.map(|at| at.to_string()).unwrap_or_default(),
    };
    paged("/office/security/computers", asked, fetch, |row| row.key.clone(), shown)
}
