//! Loads and saves administrators. What they may do and how they log in is for access to say.

use ejia_db::{DbError, Row, Txn, Value, args};
use ejia_kernel::{AdministratorId, OrganizationId, Phone, Problem};

use super::model::{Administrator, NewAdministrator, Seat};

pub(crate) const PHONE: &str = "administrator.phone";
const COLUMNS: &str = "a.id, a.organization_id, a.seat, a.user_name, a.name, a.phone_sealed, a.version, a.created_at";

type Found = (Administrator, Option<Vec<u8>>);

fn found(row: &Row<'_>) -> Result<Found, DbError> {
    let seat = Seat::from_number(row.get(2)?)
        .ok_or_else(|| DbError::Column("administrator.seat is neither 1 nor 2".to_owned()))?;
    let administrator = Administrator {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        seat,
        user_name: row.get(3)?,
        name: row.get(4)?,
        phone: None,
        version: row.get(6)?,
        created_at: row.get(7)?,
    };
    Ok((administrator, row.get(5)?))
}

fn opened(txn: &Txn<'_>, (mut administrator, sealed): Found) -> Result<Administrator, Problem> {
    if let Some(sealed) = sealed {
        administrator.phone = Phone::parse(&txn.vault().open(PHONE, &sealed)?).ok();
    }
    Ok(administrator)
}

fn select(txn: &mut Txn<'_>, rest: &str, args: &[Value]) -> Result<Vec<Administrator>, Problem> {
    let rows = txn.query(&format!("SELECT {COLUMNS} FROM administrator a {rest}"), args, found)?;
    rows.into_iter().map(|row| opened(txn, row)).collect()
}

/// The administrator with this user name, or the first of the organization with this code.
///
/// # Errors
/// A fault of the database.
pub fn administrator_by_login(txn: &mut Txn<'_>, login: &str) -> Result<Option<Administrator>, Problem> {
    let login = ejia_kernel::narrow(login).trim().to_owned();
    let named = select(txn, "WHERE a.user_name = $1 AND a.removed_at IS NULL", &args![login.to_ascii_lowercase()])?;
    if let Some(administrator) = named.into_iter().next() {
        return Ok(Some(administrator));
    }
    let first = select(
        txn,
        "JOIN organization o ON o.id = a.organization_id
         WHERE o.code = $1 AND a.removed_at IS NULL AND a.user_name IS NULL ORDER BY a.seat",
        &args![login],
    )?;
    Ok(first.into_iter().next())
}

/// The administrator with this id, unless he was removed.
///
/// # Errors
/// A fault of the database.
pub fn administrator(txn: &mut Txn<'_>, id: AdministratorId) -> Result<Option<Administrator>, Problem> {
    Ok(select(txn, "WHERE a.id = $1 AND a.removed_at IS NULL", &args![id])?.into_iter().next())
}

/// The administrators of an organization, the first before the second.
///
/// # Errors
/// A fault of the database.
pub fn administrators_of(txn: &mut Txn<'_>, organization_id: OrganizationId) -> Result<Vec<Administrator>, Problem> {
    select(txn, "WHERE a.organization_id = $1 AND a.removed_at IS NULL ORDER BY a.seat", &args![organization_id])
}

fn refusal(error: DbError) -> Problem {
    if error.is_unique("administrator_user_name_key") {
        Problem::refused("directory.user_name_taken").on("user_name", "directory.user_name_taken")
    } else if error.is_unique("administrator_organization_id_seat_key") {
        Problem::conflict("directory.seat_taken")
    } else {
        error.into()
    }
}

/// Enters an administrator. User names are kept in small letters, and none may be an organization's code.
///
/// # Errors
/// `directory.user_name_taken`, `directory.seat_taken`; a fault of the database.
pub fn insert_administrator(txn: &mut Txn<'_>, new: &NewAdministrator) -> Result<(), Problem> {
    let NewAdministrator { id, organization_id, seat, user_name, name, phone } = new;
    let user_name = user_name.as_ref().map(|name| name.to_ascii_lowercase());
    refuse_code(txn, user_name.as_deref())?;
    let (sealed, index) = sealed(txn, phone.as_ref());
    let now = txn.now();
    txn.execute(
        "INSERT INTO administrator (id, organization_id, user_name, seat, name, phone_sealed, phone_index, version,
             created_at, changed_at, removed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $8, NULL)",
        &args![*id, *organization_id, user_name, seat.number(), name, sealed, index, now],
    )
    .map_err(refusal)?;
    Ok(())
}

fn sealed(txn: &Txn<'_>, phone: Option<&Phone>) -> (Option<Vec<u8>>, Option<Vec<u8>>) {
    let vault = txn.vault();
    phone.map_or((None, None), |phone| {
        (Some(vault.seal(PHONE, phone.expose())), Some(vault.index(PHONE, phone.expose())))
    })
}

fn refuse_code(txn: &mut Txn<'_>, user_name: Option<&str>) -> Result<(), Problem> {
    let Some(user_name) = user_name else { return Ok(()) };
    let taken = txn.first("SELECT id FROM organization WHERE code = $1", &args![user_name], |_| Ok(()))?;
    match taken {
        Some(()) => Err(Problem::refused("directory.user_name_taken").on("user_name", "directory.user_name_taken")),
        None => Ok(()),
    }
}

/// Writes name, user name and phone of an administrator anew.
///
/// # Errors
/// `directory.changed_meanwhile` when somebody else wrote the row since `version`; `directory.user_name_taken`.
pub fn correct_administrator(txn: &mut Txn<'_>, changed: &Administrator) -> Result<(), Problem> {
    let Administrator { id, user_name, name, phone, version, .. } = changed;
    let user_name = user_name.as_ref().map(|name| name.to_ascii_lowercase());
    refuse_code(txn, user_name.as_deref())?;
    let (sealed, index) = sealed(txn, phone.as_ref());
    let now = txn.now();
    let touched = txn
        .execute(
            "UPDATE administrator SET user_name = $2, name = $3, phone_sealed = $4, phone_index = $5,
                 version = version + 1, changed_at = $6
             WHERE id = $1 AND version = $7 AND removed_at IS NULL",
            &args![*id, user_name, name, sealed, index, now, *version],
        )
        .map_err(refusal)?;
    if touched == 1 { Ok(()) } else { Err(Problem::conflict("directory.changed_meanwhile")) }
}

/// Takes an administrator's account away; the row stays for history.
///
/// # Errors
/// `directory.no_such_administrator` when there is none.
pub fn remove_administrator(txn: &mut Txn<'_>, id: AdministratorId) -> Result<(), Problem> {
    let now = txn.now();
    let touched = txn.execute(
        "UPDATE administrator SET removed_at = $2, version = version + 1 WHERE id = $1 AND removed_at IS NULL",
        &args![id, now],
    )?;
    if touched == 1 { Ok(()) } else { Err(Problem::not_found("directory.no_such_administrator")) }
}
