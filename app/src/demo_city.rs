//! Settles the demo's invented city: its lines go in by the rules of the import, its tables are written as files to be
//! tried out, and a few people finish their first login.

use std::collections::HashMap;
use std::iter;
use std::path::Path;

use ejia_access::{Account, Hash};
use ejia_db::{Desk, Txn};
use ejia_kernel::{IdCardNumber, OrganizationKind, Problem};

use crate::city::{City, InventedMember, InventedOrganization, MEMBER_HEADINGS, ORGANIZATION_HEADINGS};
use crate::sandbox::{DemoAccount, DemoPortal};

/// The password of those who have finished their first login.
const OWN_PASSWORD: &str = "Ludao2026";
/// The first password of every administrator.
const FIRST_OFFICE_PASSWORD: &str = "123456";
/// Of a large city no more members than this stand in the table that is written.
const TABLED: usize = 20_000;
/// Members listed of each sort: who have finished the first login, and who have not.
const LISTED: usize = 4;

/// Settles the city if nobody lives there yet; answers the accounts that the console lists. `told` hears how many members
/// are in, and of how many.
///
/// # Errors
/// A fault of the folder or the database, or a city that its own import refuses.
pub fn settle(
    desk: &Desk,
    folder: &Path,
    members: u32,
    mut told: impl FnMut(u64, u64),
) -> Result<Vec<DemoAccount>, Problem> {
    let list = folder.join("accounts.json");
    if let Ok(text) = std::fs::read_to_string(&list) {
        return serde_json::from_str(&text).map_err(Problem::fault);
    }
    let city = City::invent(scale_for(members), members, desk.now().china_date());
    write_tables(folder, &city)?;
    enter(desk, &city, &mut |count| told(count, u64::from(members)))?;
    let home = listed_branch(&city);
    let mut settled = officers(&city, home.as_deref());
    settled.extend(some_members(&city, home.as_deref()));
    finish_first_logins(desk, &settled)?;
    let text = serde_json::to_string_pretty(&settled).map_err(Problem::fault)?;
    std::fs::write(&list, text).map_err(Problem::fault)?;
    Ok(settled)
}

/// Enters everybody, by the rules of the import.
///
/// # Errors
/// A fault of the database, or a city that its own import refuses.
pub(crate) fn enter(desk: &Desk, city: &City, told: &mut dyn FnMut(u64)) -> Result<(), Problem> {
    let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    let organizations = city.organizations().iter().map(|organization| organization.cells.to_vec());
    let organizations = iter::once(row(&ORGANIZATION_HEADINGS)).chain(organizations);
    let members = iter::once(row(&MEMBER_HEADINGS)).chain(city.members().map(|member| member.cells.to_vec()));
    ejia_directory::import::import_straight(desk, organizations, members, told)
}

/// Whether the first login of a listed account is still to come.
///
/// # Errors
/// A fault of the database.
pub fn still_first(txn: &mut Txn<'_>, account: &DemoAccount) -> Result<bool, Problem> {
    found(txn, account)?.map_or(Ok(false), |account| ejia_access::first_password_stands(txn, account))
}

/// One step of the invented city for every 600 members.
fn scale_for(members: u32) -> u32 {
    members.div_ceil(600).max(1)
}

/// Writes the tables that can be imported by hand.
fn write_tables(folder: &Path, city: &City) -> Result<(), Problem> {
    let tables = folder.join("tables");
    std::fs::create_dir_all(&tables).map_err(Problem::fault)?;
    let rows = city.organizations().iter().map(|organization| organization.cells.clone());
    write(&tables.join("党组织.xlsx"), "党组织", &ORGANIZATION_HEADINGS, rows)?;
    let members = city.members().take(TABLED).map(|member| member.cells);
    write(&tables.join("党员.xlsx"), "党员", &MEMBER_HEADINGS, members)
}

fn write<const N: usize>(
    path: &Path,
    sheet: &str,
    headings: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<(), Problem> {
    const WIDTH: u16 = 14;
    let headings = headings.map(|heading| (heading, WIDTH));
    ejia_tables::write_xlsx(path, sheet, &headings, rows).map_err(|fault| Problem::fault(fault.sentence()))
}

/// One administrator of every kind, that of the listed members' branch, and whoever has a say when one of them moves:
/// everybody under their committee, and under another one. One branch's has not finished his first login.
fn officers(city: &City, home: Option<&str>) -> Vec<DemoAccount> {
    let all = city.organizations();
    let mut chosen: Vec<&InventedOrganization> = Vec::new();
    for organization in all {
        if organization.kind != OrganizationKind::Branch && !chosen.iter().any(|one| one.kind == organization.kind) {
            chosen.push(organization);
        }
    }
    let home = all.iter().find(|one| Some(one.name()) == home);
    chosen.extend(home);
    let places = Places::of(all);
    let committees = all.iter().filter(|one| one.kind == OrganizationKind::Committee);
    let (own, others): (Vec<_>, Vec<_>) =
        committees.partition(|one| home.is_some_and(|home| places.stands_under(home, one.code())));
    for committee in own.into_iter().chain(others.into_iter().take(1)) {
        let under = all.iter().filter(|one| places.stands_under(one, committee.code()));
        let fresh: Vec<_> = under.filter(|one| !chosen.contains(one)).collect();
        chosen.extend(fresh);
    }
    let last = all.iter().rfind(|one| one.kind == OrganizationKind::Branch && !chosen.contains(one));
    let mut settled: Vec<DemoAccount> = chosen.into_iter().map(|one| officer(one, false)).collect();
    settled.extend(last.map(|one| officer(one, true)));
    settled
}

/// Organizations by their codes.
struct Places<'a>(HashMap<&'a str, &'a InventedOrganization>);

impl<'a> Places<'a> {
    fn of(all: &'a [InventedOrganization]) -> Self {
        Self(all.iter().map(|one| (one.code(), one)).collect())
    }

    /// Whether an organization is the one of this code, or stands under it.
    fn stands_under(&self, one: &InventedOrganization, code: &str) -> bool {
        one.code() == code || self.0.get(one.parent_code()).is_some_and(|above| self.stands_under(above, code))
    }
}

fn officer(organization: &InventedOrganization, first_login: bool) -> DemoAccount {
    DemoAccount {
        portal: DemoPortal::Office,
        name: organization.contact().to_owned(),
        login: organization.code().to_owned(),
        password: if first_login { FIRST_OFFICE_PASSWORD } else { OWN_PASSWORD }.to_owned(),
        phone: organization.contact_phone().to_owned(),
        organization: organization.name().to_owned(),
        organization_code: organization.code().to_owned(),
        organization_kind: organization.kind,
        first_login,
    }
}

/// The branch whose members are listed: the first that has enough of them with a phone.
fn listed_branch(city: &City) -> Option<String> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for member in city.members().filter(|member| !member.phone().is_empty()) {
        match counted.last_mut() {
            Some((branch, count)) if branch == member.branch() => *count += 1,
            _ => counted.push((member.branch().to_owned(), 1)),
        }
        if let Some((branch, count)) = counted.last()
            && *count >= 2 * LISTED
        {
            return Some(branch.clone());
        }
    }
    counted.into_iter().max_by_key(|(_, count)| *count).map(|(branch, _)| branch)
}

fn some_members(city: &City, home: Option<&str>) -> Vec<DemoAccount> {
    let Some(home) = home else { return Vec::new() };
    let code = city.organizations().iter().find(|one| one.name() == home).map(|one| one.code().to_owned());
    let of_branch = city.members().filter(|member| member.branch() == home && !member.phone().is_empty());
    of_branch
        .take(2 * LISTED)
        .enumerate()
        .map(|(n, member)| listed_member(&member, code.as_deref().unwrap_or_default(), n >= LISTED))
        .collect()
}

fn listed_member(member: &InventedMember, code: &str, first_login: bool) -> DemoAccount {
    DemoAccount {
        portal: DemoPortal::Member,
        name: member.name().to_owned(),
        login: member.id_card().to_owned(),
        password: if first_login { member.phone() } else { OWN_PASSWORD }.to_owned(),
        phone: member.phone().to_owned(),
        organization: member.branch().to_owned(),
        organization_code: code.to_owned(),
        organization_kind: OrganizationKind::Branch,
        first_login,
    }
}

fn finish_first_logins(desk: &Desk, settled: &[DemoAccount]) -> Result<(), Problem> {
    let hash = Hash::of(OWN_PASSWORD)?;
    let finished: Vec<DemoAccount> = settled.iter().filter(|account| !account.first_login).cloned().collect();
    desk.write_now(move |txn| {
        for listed in &finished {
            let account = found(txn, listed)?;
            let account = account.ok_or_else(|| Problem::fault("a listed account is not in the database"))?;
            ejia_access::set_password(txn, account, &hash)?;
        }
        Ok(())
    })
}

/// The account of the database that a listed one logs in as.
fn found(txn: &mut Txn<'_>, listed: &DemoAccount) -> Result<Option<Account>, Problem> {
    match listed.portal {
        DemoPortal::Member => {
            let Ok(number) = IdCardNumber::parse(&listed.login) else { return Ok(None) };
            Ok(ejia_directory::member_by_id_card(txn, &number)?.map(|member| Account::Member(member.id)))
        }
        DemoPortal::Office => {
            let administrator = ejia_directory::administrator_by_login(txn, &listed.login)?;
            Ok(administrator.map(|administrator| Account::Administrator(administrator.id)))
        }
    }
}
