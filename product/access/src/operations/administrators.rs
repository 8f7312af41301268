//! 【管理员信息】: adding the second administrator, correcting, resetting and removing.
//!
//! Authority: the organization's own administrators (for one another, not for themselves) and those of every
//! organization above; never a sibling.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::{Administrator, NewAdministrator, Seat};
use ejia_kernel::{AdministratorId, OrganizationId, PersonName, Phone, Problem};
use ejia_messages::{Letter, Template};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{challenges, factors};
use crate::model::{Account, UserName};
use crate::store;

/// A second administrator as he was typed in.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct AdministratorForm {
    /// For which organization.
    pub(crate) organization_id: String,
    /// 用户名.
    pub(crate) user_name: String,
    /// 姓名.
    pub(crate) name: String,
    /// 手机号.
    pub(crate) phone: String,
    /// Which write of the row the form was filled in from.
    pub(crate) version: i64,
}

/// Refuses an organization that the officer has nothing to say in, as if it were not there.
pub(crate) fn refuse_foreign(txn: &mut Txn<'_>, by: &Officer, organization: OrganizationId) -> Result<(), Problem> {
    let tree = ejia_directory::tree(txn)?;
    tree.get(organization)
        .filter(|node| !node.closed && by.oversees(&node.path))
        .map(drop)
        .ok_or_else(|| Problem::not_found("access.no_such_organization"))
}

/// The administrator, if the officer may change him: anybody's of his organization or below, but not himself.
pub(crate) fn changeable(txn: &mut Txn<'_>, by: &Officer, id: AdministratorId) -> Result<Administrator, Problem> {
    let administrator =
        ejia_directory::administrator(txn, id)?.ok_or_else(|| Problem::not_found("access.no_such_administrator"))?;
    if refuse_foreign(txn, by, administrator.organization_id).is_err() {
        return Err(Problem::not_found("access.no_such_administrator"));
    }
    if id == by.id() {
        return Err(Problem::forbidden("access.not_for_oneself"));
    }
    Ok(administrator)
}

/// Adds the second administrator of an organization; a third is refused however many try at once.
pub(crate) fn add(txn: &mut Txn<'_>, by: &Officer, form: &AdministratorForm) -> Result<AdministratorId, Problem> {
    let organization_id: OrganizationId =
        form.organization_id.parse().map_err(|_| Problem::not_found("access.no_such_organization"))?;
    refuse_foreign(txn, by, organization_id)?;
    let (user_name, name, phone) = (UserName::parse(&form.user_name), person(&form.name), number(&form.phone));
    let (Ok(user_name), Ok(name), Ok(phone)) = (&user_name, &name, &phone) else {
        return Err(faults([("user_name", user_name.err()), ("name", name.err()), ("phone", phone.err())]));
    };
    store::lock_organization(txn, organization_id)?;
    let sitting = ejia_directory::administrators_of(txn, organization_id)?;
    let seat = [Seat::Second, Seat::First]
        .into_iter()
        .find(|seat| sitting.iter().all(|administrator| administrator.seat != *seat))
        .ok_or_else(|| Problem::conflict("access.third_administrator"))?;
    let new = NewAdministrator {
        id: AdministratorId::new(txn.now()),
        organization_id,
        seat,
        user_name: Some(user_name.as_str().to_owned()),
        name: name.as_str().to_owned(),
        phone: Some(phone.clone()),
    };
    ejia_directory::insert_administrator(txn, &new)?;
    trace(txn, by, "access.administrator_added", new.id, organization_id, &[])?;
    tell(txn, new.id, phone)?;
    Ok(new.id)
}

/// Corrects an administrator's name and phone. A changed administrator is told, and reminded to change the password;
/// with a new phone his sessions end.
pub(crate) fn correct(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: AdministratorId,
    form: &AdministratorForm,
) -> Result<(), Problem> {
    let before = changeable(txn, by, id)?;
    // The phone is shown masked, so an empty field means the one that is there.
    let phone = match (&before.phone, form.phone.trim()) {
        (Some(phone), "") => Ok(phone.clone()),
        (_, typed) => number(typed),
    };
    let name = person(&form.name);
    let (Ok(name), Ok(phone)) = (&name, &phone) else {
        return Err(faults([("name", name.err()), ("phone", phone.err())]));
    };
    let (new_name, new_phone) = (before.name != name.as_str(), before.phone.as_ref() != Some(phone));
    if !new_name && !new_phone {
        return Ok(());
    }
    let after = Administrator {
        name: name.as_str().to_owned(),
        phone: Some(phone.clone()),
        version: form.version,
        ..before.clone()
    };
    ejia_directory::correct_administrator(txn, &after)?;
    store::remind(txn, id)?;
    if new_phone {
        store::end_challenges(txn, Account::Administrator(id))?;
        store::sessions::end_all(txn, Account::Administrator(id), None)?;
    }
    let fields = [("name", new_name), ("phone", new_phone)];
    let changed: Vec<&str> = fields.iter().filter(|(_, yes)| *yes).map(|(field, _)| *field).collect();
    let organization = before.organization_id;
    trace(txn, by, "access.administrator_corrected", id, organization, &[("fields", changed.join(","))])?;
    tell(txn, id, phone)
}

/// Lets the first password stand again: sessions end, the next login asks for a code to the phone and a new password, and
/// what else he could prove himself with is forgotten, since he may have lost it.
pub(crate) fn reset(txn: &mut Txn<'_>, by: &Officer, id: AdministratorId) -> Result<(), Problem> {
    let administrator = changeable(txn, by, id)?;
    let account = Account::Administrator(id);
    store::forget_password(txn, id)?;
    store::end_challenges(txn, account)?;
    store::sessions::end_all(txn, account, None)?;
    factors::forget(txn, id)?;
    forget_failures(txn, &administrator)?;
    trace(txn, by, "access.administrator_password_reset", id, administrator.organization_id, &[])?;
    match &administrator.phone {
        Some(phone) => tell(txn, id, phone),
        None => Ok(()),
    }
}

/// Takes the second administrator's account away.
pub(crate) fn remove(txn: &mut Txn<'_>, by: &Officer, id: AdministratorId) -> Result<(), Problem> {
    let administrator = changeable(txn, by, id)?;
    if administrator.seat != Seat::Second {
        return Err(Problem::refused("access.first_administrator_stays"));
    }
    let account = Account::Administrator(id);
    ejia_directory::remove_administrator(txn, id)?;
    store::end_challenges(txn, account)?;
    store::sessions::end_all(txn, account, None)?;
    store::forget_password(txn, id)?;
    factors::forget(txn, id)?;
    super::computers::revoke_all(txn, id)?;
    trace(txn, by, "access.administrator_removed", id, administrator.organization_id, &[])
}

/// Opens the door that failures may have locked, so that the first password is of use at once.
pub(crate) fn forget_failures(txn: &mut Txn<'_>, administrator: &Administrator) -> Result<(), Problem> {
    let tree = ejia_directory::tree(txn)?;
    let code = tree.get(administrator.organization_id).map(|node| node.code.to_string());
    if let Some(login) = administrator.user_name.clone().or(code) {
        let door = super::knock::account_door(txn.vault(), crate::model::Side::Office, &login);
        store::forget_failures(txn, &door)?;
    }
    factors::reopen(txn, administrator.id)
}

fn person(typed: &str) -> Result<PersonName, &'static str> {
    PersonName::parse(typed).map_err(ejia_kernel::NameFault::code)
}

fn number(typed: &str) -> Result<Phone, &'static str> {
    if typed.trim().is_empty() {
        return Err("access.administrator_phone_required");
    }
    Phone::parse(typed).map_err(ejia_kernel::PhoneFault::code)
}

fn faults<const N: usize>(fields: [(&str, Option<&'static str>); N]) -> Problem {
    fields.into_iter().fold(Problem::refused("kernel.check_fields"), |problem, (field, code)| match code {
        Some(code) => problem.on(field, code),
        None => problem,
    })
}

fn trace(
    txn: &mut Txn<'_>,
    by: &Officer,
    action: &'static str,
    id: AdministratorId,
    organization: OrganizationId,
    facts: &[(&'static str, String)],
) -> Result<(), Problem> {
    let entry = Entry::new(&by.actor(), action).about("administrator", id).within(organization);
    record(txn, facts.iter().fold(entry, |entry, (name, value)| entry.with(name, value)))
}

fn tell(txn: &mut Txn<'_>, id: AdministratorId, phone: &Phone) -> Result<(), Problem> {
    let letter = Letter::new(phone.clone(), Template::AdministratorChanged);
    ejia_messages::send(txn, &letter.about(challenges::about(Account::Administrator(id)))).map(drop)
}
