//! Somebody knocks: the try is counted before it is checked, and whose door it is is found out.

use ejia_db::Txn;
use ejia_directory::{Administrator, MemberBrief, MemberRecord};
use ejia_kernel::{Instant, OrganizationId, Phone, Problem, Vault};

use crate::model::{Account, Login, Side, spelled};
use crate::passwords::{FirstPassword, Secret};
use crate::rules::{ACCOUNT_FAILURES, ADDRESS_FAILURES, FIRST_ADMINISTRATOR_PASSWORD, Failures};
use crate::store;

/// An account that somebody named, as it stood at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) account: Account,
    pub(crate) organization_id: OrganizationId,
    pub(crate) phone: Option<Phone>,
    pub(crate) secret: Secret,
    /// A member's password that an administrator has set.
    pub(crate) must_change: bool,
}

/// One try at a door, counted as a failure until [`open`] takes it back.
#[derive(Debug, Clone)]
pub(crate) struct Knock {
    pub(crate) at: Instant,
    pub(crate) known: Option<Known>,
    account_door: Vec<u8>,
    address_door: Vec<u8>,
}

impl Knock {
    /// What must be opened.
    pub(crate) fn secret(&self) -> Secret {
        self.known.as_ref().map_or(Secret::None, |known| known.secret.clone())
    }
}

/// Counts a try with this login from this address, and finds out whose it is. A locked door is refused, whether anybody
/// lives behind it or not.
pub(crate) fn knock(txn: &mut Txn<'_>, side: Side, login: &str, address: &str) -> Result<Knock, Problem> {
    let account_door = account_door(txn.vault(), side, login);
    let address_door = address_door(txn, address);
    count(txn, &account_door, ACCOUNT_FAILURES, "access.locked")?;
    count(txn, &address_door, ADDRESS_FAILURES, "access.locked")?;
    let known = known(txn, side, login, false)?;
    Ok(Knock { at: txn.now(), known, account_door, address_door })
}

/// The password was right: the try is taken back, the account's door is as new.
pub(crate) fn open(txn: &mut Txn<'_>, knock: &Knock) -> Result<(), Problem> {
    store::forget_failures(txn, &knock.account_door)?;
    forgive(txn, &knock.address_door, knock.at)
}

/// Takes back what [`count`] counted at a door at that time.
pub(crate) fn forgive(txn: &mut Txn<'_>, door: &[u8], at: Instant) -> Result<(), Problem> {
    let mut failures = store::failures(txn, door)?;
    failures.forgive(at);
    Ok(store::save_failures(txn, door, &failures)?)
}

/// The door that an address is counted at.
pub(crate) fn address_door(txn: &Txn<'_>, address: &str) -> Vec<u8> {
    txn.vault().index("access.address", address)
}

/// The door a login is counted at.
pub(crate) fn account_door(vault: &Vault, side: Side, login: &str) -> Vec<u8> {
    let purpose = match side {
        Side::Member => "access.member_login",
        Side::Office => "access.office_login",
    };
    vault.index(purpose, &spelled(login))
}

/// Opens the doors that somebody may have locked for a member, whichever of his numbers was typed there.
pub(crate) fn open_doors(txn: &mut Txn<'_>, record: &MemberRecord) -> Result<(), Problem> {
    for number in [Some(record.id_card.expose()), record.phone.as_ref().map(Phone::expose)].into_iter().flatten() {
        let door = account_door(txn.vault(), Side::Member, number);
        store::forget_failures(txn, &door)?;
    }
    Ok(())
}

/// Counts a try at a door as failed; `locked` is what is said when the door is.
pub(crate) fn count(txn: &mut Txn<'_>, door: &[u8], limit: usize, locked: &'static str) -> Result<(), Problem> {
    let mut failures: Failures = store::failures(txn, door)?;
    let now = txn.now();
    failures.count(now, limit).map_err(|until| {
        let minutes = until.since(now).as_secs().div_ceil(60).max(1);
        Problem::too_many(locked).with("minutes", minutes)
    })?;
    Ok(store::save_failures(txn, door, &failures)?)
}

/// The account of this login, if there is one; `locked` keeps its password from changing meanwhile.
pub(crate) fn known(txn: &mut Txn<'_>, side: Side, login: &str, locked: bool) -> Result<Option<Known>, Problem> {
    match side {
        Side::Member => match member(txn, login)? {
            Some(member) => known_member(txn, member, locked).map(Some),
            None => Ok(None),
        },
        Side::Office => match ejia_directory::administrator_by_login(txn, &spelled(login))? {
            Some(administrator) => known_administrator(txn, administrator, locked),
            None => Ok(None),
        },
    }
}

fn member(txn: &mut Txn<'_>, login: &str) -> Result<Option<MemberBrief>, Problem> {
    match Login::parse(login) {
        Login::Phone(phone) => ejia_directory::member_by_phone(txn, &phone),
        Login::IdCard(id_card) => ejia_directory::member_by_id_card(txn, &id_card),
        Login::Nobody => Ok(None),
    }
}

/// An account by its id, as [`known`] finds it by its login.
pub(crate) fn known_account(txn: &mut Txn<'_>, account: Account, locked: bool) -> Result<Option<Known>, Problem> {
    match account {
        Account::Member(id) => match ejia_directory::member_brief(txn, id)? {
            Some(member) => known_member(txn, member, locked).map(Some),
            None => Ok(None),
        },
        Account::Administrator(id) => match ejia_directory::administrator(txn, id)? {
            Some(administrator) => known_administrator(txn, administrator, locked),
            None => Ok(None),
        },
        Account::Applicant(_) => Ok(None),
    }
}

fn known_member(txn: &mut Txn<'_>, member: MemberBrief, locked: bool) -> Result<Known, Problem> {
    let MemberBrief { id, organization_id, phone, .. } = member;
    let account = Account::Member(id);
    let kept = store::password(txn, account, locked)?;
    let must_change = kept.as_ref().is_some_and(|kept| kept.flagged);
    let secret = match (kept, &phone) {
        (Some(kept), _) => Secret::Set(kept.hash),
        (None, Some(phone)) => Secret::First(FirstPassword(phone.expose().to_owned())),
        (None, None) => Secret::None,
    };
    Ok(Known { account, organization_id, phone, secret, must_change })
}

fn known_administrator(
    txn: &mut Txn<'_>,
    administrator: Administrator,
    locked: bool,
) -> Result<Option<Known>, Problem> {
    let Administrator { id, organization_id, phone, .. } = administrator;
    let tree = ejia_directory::tree(txn)?;
    if tree.get(organization_id).is_none_or(|node| node.closed) {
        return Ok(None);
    }
    let account = Account::Administrator(id);
    let secret = match store::password(txn, account, locked)? {
        Some(kept) => Secret::Set(kept.hash),
        None => Secret::First(FirstPassword(FIRST_ADMINISTRATOR_PASSWORD.to_owned())),
    };
    Ok(Some(Known { account, organization_id, phone, secret, must_change: false }))
}
