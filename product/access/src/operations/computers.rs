//! Computers of the encrypted channel: enrolled once each, renewed before they run out, shut out at once.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_kernel::{AdministratorId, Instant, OrganizationKind, Problem};
use ejia_web::Officer;

use super::administrators::changeable;
use super::challenges::{self, Purpose};
use super::{authorities, knock, on_field};
use crate::channel::{Certificates, ComputerOrder};
use crate::model::Account;
use crate::rules::{BACKDATED, COMPUTER_LIFE, COMPUTERS, FILE_LIFE, RENEWAL_TIME};
use crate::store;
use crate::store::computers::{self, Computer};
use crate::tokens::{self, Token};

/// A computer about to be enrolled: what is to be made for it, outside any transaction.
#[derive(Clone)]
pub(crate) struct Prepared {
    pub(crate) order: ComputerOrder,
    administrator_id: AdministratorId,
    generation: i64,
    issued_at: Instant,
    renews: Option<String>,
}

/// What its owner takes away.
#[derive(Clone)]
pub(crate) struct Enrolled {
    /// The name of the computer.
    pub(crate) name: String,
    /// What the file is locked with; shown once.
    pub(crate) password: String,
    /// Opens the way to the file for a while.
    pub(crate) file: String,
}

/// Prepares the computer of whoever has begun this on the login page, with password and code.
pub(crate) fn prepare_first(
    txn: &mut Txn<'_>,
    certificates: &dyn Certificates,
    pending: &str,
    name: &str,
    old: bool,
) -> Result<Prepared, Problem> {
    let account = challenges::find(txn, pending, Purpose::Computer, false)?.account.ok_or_else(challenges::gone)?;
    let Account::Administrator(id) = account else { return Err(challenges::gone()) };
    knock::known_account(txn, account, false)?.ok_or_else(challenges::gone)?;
    prepare(txn, certificates, id, &named(name)?, old, None)
}

/// Prepares a computer of a branch's administrator, who is inside on the open side and may come over the channel too.
pub(crate) fn prepare_inside(
    txn: &mut Txn<'_>,
    certificates: &dyn Certificates,
    by: &Officer,
    name: &str,
    old: bool,
) -> Result<Prepared, Problem> {
    if is_above_branches(by.kind()) {
        return Err(Problem::forbidden("access.enrolled_at_login"));
    }
    prepare(txn, certificates, by.id(), &named(name)?, old, None)
}

/// Prepares another certificate for the computer that the officer speaks from.
pub(crate) fn prepare_renewal(
    txn: &mut Txn<'_>,
    certificates: &dyn Certificates,
    by: &Officer,
    old: bool,
) -> Result<Prepared, Problem> {
    let current = own(txn, by)?.ok_or_else(|| Problem::refused("access.renewed_on_its_computer"))?;
    if current.expires_at.since(txn.now()) > RENEWAL_TIME {
        return Err(Problem::refused("access.renewal_too_early"));
    }
    prepare(txn, certificates, by.id(), &current.name, old, Some(current.serial))
}

/// The computer that the officer speaks from.
pub(crate) fn own(txn: &mut Txn<'_>, by: &Officer) -> Result<Option<Computer>, Problem> {
    match by.computer() {
        Some(serial) => Ok(computers::computer(txn, serial)?),
        None => Ok(None),
    }
}

fn prepare(
    txn: &mut Txn<'_>,
    certificates: &dyn Certificates,
    id: AdministratorId,
    name: &str,
    old: bool,
    renews: Option<String>,
) -> Result<Prepared, Problem> {
    if computers::live(txn, Some(id))?.len() >= COMPUTERS {
        return Err(Problem::refused("access.computers_too_many").with("count", COMPUTERS));
    }
    let administrator = ejia_directory::administrator(txn, id)?.ok_or_else(challenges::gone)?;
    let organization_code = ejia_directory::tree(txn)?.find(administrator.organization_id)?.code.to_string();
    let mut held = authorities::ensure(txn, certificates)?;
    held.reverse();
    let now = txn.now();
    let newest = held.first().map(|newest| (newest.generation, newest.expires_at));
    let (generation, ends) = newest.ok_or_else(|| Problem::fault("no authority holds"))?;
    let order = ComputerOrder {
        authorities: held.into_iter().map(|one| one.keys).collect(),
        organization_code: organization_code.clone(),
        serial: certificates.serial()?,
        name: format!("党建e家 {organization_code} {name}"),
        from: now.minus(BACKDATED),
        until: now.plus(COMPUTER_LIFE).min(ends),
        password: tokens::draw_password()?,
        old,
    };
    Ok(Prepared { order, administrator_id: id, generation, issued_at: now, renews })
}

fn named(typed: &str) -> Result<String, Problem> {
    let name: String = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    match name.chars().count() {
        0 => Err(on_field("name", "access.computer_name_missing")),
        1..=30 if !name.chars().any(char::is_control) => Ok(name),
        _ => Err(on_field("name", "access.computer_name_length")),
    }
}

/// Enrols the computer that was begun on the login page: one for each login there.
pub(crate) fn enrol(
    txn: &mut Txn<'_>,
    pending: &str,
    prepared: &Prepared,
    name: &str,
    file: &[u8],
) -> Result<Enrolled, Problem> {
    let challenge = challenges::find(txn, pending, Purpose::Computer, true)?;
    let account = Account::Administrator(prepared.administrator_id);
    if challenge.account != Some(account) {
        return Err(challenges::gone());
    }
    store::end_challenges(txn, account)?;
    keep(txn, prepared, &named(name)?, file, "access.computer_enrolled")
}

/// Enrols the computer that was prepared from inside.
pub(crate) fn enrol_inside(
    txn: &mut Txn<'_>,
    prepared: &Prepared,
    name: &str,
    file: &[u8],
) -> Result<Enrolled, Problem> {
    keep(txn, prepared, &named(name)?, file, "access.computer_enrolled")
}

/// Keeps another certificate of the officer's computer; the one before ends with the first login by the new one.
pub(crate) fn renew(txn: &mut Txn<'_>, by: &Officer, prepared: &Prepared, file: &[u8]) -> Result<Enrolled, Problem> {
    let current = own(txn, by)?.ok_or_else(|| Problem::refused("access.renewed_on_its_computer"))?;
    keep(txn, prepared, &current.name, file, "access.computer_renewed")
}

fn keep(
    txn: &mut Txn<'_>,
    prepared: &Prepared,
    name: &str,
    file: &[u8],
    action: &'static str,
) -> Result<Enrolled, Problem> {
    let Prepared { order, administrator_id, generation, issued_at, renews } = prepared;
    let token = Token::draw()?;
    let computer = Computer {
        serial: order.serial.clone(),
        administrator_id: *administrator_id,
        name: name.to_owned(),
        issued_at: *issued_at,
        expires_at: order.until,
        revoked_at: None,
        used_at: None,
        renews: renews.clone(),
    };
    let until = txn.now().plus(FILE_LIFE);
    computers::insert(txn, &computer, *generation, file, &token.hash(), until)?;
    let account = Account::Administrator(*administrator_id);
    let entry = Entry::new(&account.actor(), action).about("computer", &computer.serial);
    record(txn, entry.with("administrator", administrator_id))?;
    Ok(Enrolled { name: computer.name, password: order.password.clone(), file: token.into_text() })
}

/// The file that waits under a token, for its name.
pub(crate) fn file(txn: &mut Txn<'_>, token: &str) -> Result<Vec<u8>, Problem> {
    computers::file(txn, &tokens::hash(token))?.ok_or_else(|| Problem::not_found("access.computer_file_gone"))
}

/// Shuts out a computer of one's own, or of an administrator whom one may change.
pub(crate) fn revoke(txn: &mut Txn<'_>, by: &Officer, serial: &str) -> Result<AdministratorId, Problem> {
    let unknown = || Problem::not_found("access.no_such_computer");
    let computer = computers::computer(txn, serial)?.ok_or_else(unknown)?;
    let id = computer.administrator_id;
    if id != by.id() {
        changeable(txn, by, id).map_err(|_| unknown())?;
    }
    if computers::revoke(txn, serial)? {
        let entry = Entry::new(&by.actor(), "access.computer_revoked").about("computer", serial);
        record(txn, entry.with("administrator", id))?;
    }
    Ok(id)
}

/// Shuts out all computers of an administrator who is gone.
pub(crate) fn revoke_all(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), Problem> {
    for serial in computers::live(txn, Some(id))? {
        computers::revoke(txn, &serial)?;
    }
    Ok(())
}

/// Somebody logs in from a computer: it must be his, and the one it follows is not needed any more.
pub(crate) fn arrive(txn: &mut Txn<'_>, account: Account, serial: &str) -> Result<bool, Problem> {
    let Some(computer) = computers::computer(txn, serial)? else { return Ok(false) };
    let his = Account::Administrator(computer.administrator_id) == account;
    if !his || computers::standing(txn, serial)?.is_none() {
        return Ok(false);
    }
    computers::used(txn, serial)?;
    if let Some(before) = &computer.renews {
        computers::revoke(txn, before)?;
    }
    Ok(true)
}

/// Whether an organization of this kind works over the encrypted channel alone.
pub(crate) fn is_above_branches(kind: OrganizationKind) -> bool {
    kind != OrganizationKind::Branch
}
