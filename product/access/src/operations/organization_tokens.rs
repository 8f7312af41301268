//! 接口令牌: tokens with which programs read for an organization: made by its administrators, shown once, ended at once.
//!
//! A token speaks in the name of whoever made it, for the organization he acts for, and no longer than he does.

use std::time::Duration;

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{Problem, TokenId, narrow};
use ejia_web::{Bearer, Network, Officer, Scope, TOKEN_MARK, Way};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Ended;
use super::change_password::{begin, door};
use super::computers::is_above_branches;
use super::knock::{self, Known};
use super::on_field;
use crate::model::Account;
use crate::rules::{MOST_TOKEN_DAYS, TOKEN_ADDRESSES, TOKEN_DAYS, TOKENS};
use crate::store::organization_tokens::{self as kept, Found, New};
use crate::store::{self, computers};
use crate::tokens::{Token, hash};

/// How long a token's name may be.
const LONGEST_NAME: usize = 30;

/// A token as it was typed in.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct TokenForm {
    /// 名称: what it is for.
    pub(crate) name: String,
    /// 权限: codes of scopes.
    #[schemars(with = "Vec<Scope>")]
    pub(crate) scope: Vec<String>,
    /// 有效天数, from 1 to 365; empty is 90.
    pub(crate) days: String,
    /// 允许的网络地址: addresses and networks, with blanks, commas or new lines between them; empty is everywhere.
    pub(crate) addresses: String,
    /// The maker's own password.
    #[serde(skip_serializing)]
    pub(crate) password: String,
}

/// A token as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    name: String,
    scopes: String,
    addresses: String,
    life: Duration,
}

impl TokenForm {
    /// What is wanted, or what stands against it, field by field.
    pub(crate) fn wanted(&self) -> Result<Wanted, Problem> {
        let (name, scopes, days, addresses) = (self.named(), self.scopes(), self.days(), self.networks());
        let (Ok(name), Ok(scopes), Ok(days), Ok(addresses)) = (&name, &scopes, &days, &addresses) else {
            let faults =
                [("name", name.err()), ("scope", scopes.err()), ("days", days.err()), ("addresses", addresses.err())];
            let put = |problem: Problem, (field, fault): (&str, Option<&'static str>)| match fault {
                Some(code) => problem.on(field, code),
                None => problem,
            };
            return Err(faults.into_iter().fold(Problem::refused("kernel.check_fields"), put));
        };
        let life = Duration::from_hours(days * 24);
        Ok(Wanted { name: name.clone(), scopes: scopes.clone(), addresses: addresses.clone(), life })
    }

    fn named(&self) -> Result<String, &'static str> {
        let name = self.name.trim();
        match name.chars().count() {
            0 => Err("access.token_name_missing"),
            1..=LONGEST_NAME if !name.chars().any(char::is_control) => Ok(name.to_owned()),
            _ => Err("access.token_name_length"),
        }
    }

    fn scopes(&self) -> Result<String, &'static str> {
        if self.scope.iter().any(|code| Scope::from_code(code).is_none()) {
            return Err("access.token_scope_missing");
        }
        let wanted = |scope: &&Scope| self.scope.iter().any(|code| code == scope.code());
        let codes: Vec<&str> = Scope::ALL.iter().filter(wanted).map(|scope| scope.code()).collect();
        if codes.is_empty() { Err("access.token_scope_missing") } else { Ok(codes.join(" ")) }
    }

    fn days(&self) -> Result<u64, &'static str> {
        let typed = narrow(&self.days);
        let days = if typed.trim().is_empty() { Ok(TOKEN_DAYS) } else { typed.trim().parse() };
        let within = days.ok().filter(|days| (1..=MOST_TOKEN_DAYS).contains(days));
        within.and_then(|days| u64::try_from(days).ok()).ok_or("access.token_days")
    }

    fn networks(&self) -> Result<String, &'static str> {
        let typed = narrow(&self.addresses);
        let between = |letter: char| letter.is_whitespace() || matches!(letter, ',' | ';' | '、');
        let named: Vec<&str> = typed.split(between).filter(|one| !one.is_empty()).collect();
        let known = named.iter().all(|one| one.parse::<Network>().is_ok());
        if known && named.len() <= TOKEN_ADDRESSES { Ok(named.join(" ")) } else { Err("access.token_addresses") }
    }
}

/// Counts a try with the password before it is checked.
pub(crate) fn prepare(txn: &mut Txn<'_>, by: &Officer) -> Result<Known, Problem> {
    begin(txn, Account::Administrator(by.id()))
}

/// Makes a token if the password was right; answers what its bearer bears, which is said once and never again.
pub(crate) fn make(
    txn: &mut Txn<'_>,
    by: &Officer,
    known: &Known,
    right: bool,
    wanted: &Wanted,
) -> Result<Ended<String>, Problem> {
    let account = Account::Administrator(by.id());
    if !right || knock::known_account(txn, account, true)?.as_ref() != Some(known) {
        let entry = Entry::new(&by.actor(), "access.token_password_wrong").within(by.organization_id());
        record(txn, entry.about(account.kind(), account.id()))?;
        return Ok(Ended::Refused(on_field("password", "access.own_password_wrong")));
    }
    let door = door(txn, account);
    store::forget_failures(txn, &door)?;
    store::lock_organization(txn, by.organization_id())?;
    let (standing, now) = (kept::of(txn, by.organization_id())?, txn.now());
    if standing.iter().filter(|token| token.revoked_at.is_none() && token.expires_at > now).count() >= TOKENS {
        return Ok(Ended::Refused(Problem::conflict("access.tokens_too_many").with("count", TOKENS)));
    }
    let text = format!("{TOKEN_MARK}{}", Token::draw()?.into_text());
    let new = New {
        id: TokenId::new(txn.now()),
        organization_id: by.organization_id(),
        administrator_id: by.id(),
        name: &wanted.name,
        scopes: &wanted.scopes,
        addresses: &wanted.addresses,
        expires_at: txn.now().plus(wanted.life),
    };
    kept::insert(txn, &new, hash(&text))?;
    let entry = Entry::new(&by.actor(), "access.token_made").about("token", new.id).within(by.organization_id());
    let bound = if wanted.addresses.is_empty() { "anywhere" } else { "addresses" };
    record(txn, entry.with("scopes", &wanted.scopes).with("days", wanted.life.as_secs() / 86_400).with("from", bound))?;
    Ok(Ended::Done(text))
}

/// Ends a token of the officer's own organization, at once.
pub(crate) fn revoke(txn: &mut Txn<'_>, by: &Officer, id: TokenId) -> Result<(), Problem> {
    if !kept::revoke(txn, by.organization_id(), id)? {
        return Err(Problem::not_found("access.no_such_token"));
    }
    let entry = Entry::new(&by.actor(), "access.token_revoked").about("token", id).within(by.organization_id());
    record(txn, entry)
}

/// The token that a program bears, if it holds, comes from where it may be used, and was made for this.
///
/// `channel` says whether the house keeps an encrypted channel: then organizations above branch level exist on it alone, and a
/// token comes in from a computer of its organization.
pub(crate) fn admitted(txn: &mut Txn<'_>, bearer: &Bearer, channel: bool) -> Result<Option<Found>, Problem> {
    let Some(found) = kept::live(txn, hash(&bearer.token))? else { return Ok(None) };
    let kind = super::kind_of(&found.kind)?;
    match &bearer.way {
        Way::Open if channel && is_above_branches(kind) => return Err(Problem::not_found("web.no_such_page")),
        Way::Open => {}
        Way::Encrypted(serial) => {
            if computers::standing(txn, serial)? != Some(found.organization_id) {
                return Ok(None);
            }
        }
    }
    let from = |text: &str| text.parse().is_ok_and(|network: Network| network.holds(bearer.address));
    if !found.addresses.is_empty() && !found.addresses.split(' ').any(from) {
        return Err(Problem::forbidden("access.token_from_elsewhere"));
    }
    let granted = |scope: Scope| found.scopes.split(' ').any(|code| code == scope.code());
    if bearer.scope.is_none_or(|scope| !granted(scope)) {
        return Err(Problem::forbidden("access.token_not_for_this"));
    }
    Ok(Some(found))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(scope: &[&str], days: &str, addresses: &str) -> TokenForm {
        let scope = scope.iter().map(|code| (*code).to_owned()).collect();
        let (days, addresses) = (days.to_owned(), addresses.to_owned());
        TokenForm { name: "统计系统".to_owned(), scope, days, addresses, password: String::new() }
    }

    #[test]
    fn a_token_is_for_scopes_that_there_are_for_so_many_days_and_from_addresses() {
        let wanted =
            form(&["dues:read", "members:read", "dues:read"], "", "10.0.0.5， 10.1.0.0/16\n2001:db8::/32").wanted();
        let wanted = wanted.unwrap();
        assert_eq!(wanted.scopes, "members:read dues:read");
        assert_eq!(wanted.addresses, "10.0.0.5 10.1.0.0/16 2001:db8::/32");
        assert_eq!(wanted.life, Duration::from_hours(90 * 24));
        assert_eq!(form(&["dues:read"], "３６５", "").wanted().unwrap().life, Duration::from_hours(365 * 24));
        for (broken, field) in [
            (form(&[], "", ""), "scope"),
            (form(&["everything"], "", ""), "scope"),
            (form(&["dues:read"], "0", ""), "days"),
            (form(&["dues:read"], "366", ""), "days"),
            (form(&["dues:read"], "-1", ""), "days"),
            (form(&["dues:read"], "", "10.0.0.0/33"), "addresses"),
            (form(&["dues:read"], "", "office"), "addresses"),
            (TokenForm { name: " ".to_owned(), ..form(&["dues:read"], "", "") }, "name"),
            (TokenForm { name: "长".repeat(31), ..form(&["dues:read"], "", "") }, "name"),
        ] {
            assert_eq!(broken.wanted().unwrap_err().fields[0].field, field, "{broken:?}");
        }
    }
}
