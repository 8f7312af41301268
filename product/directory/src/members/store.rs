//! Loads and saves members. Lists and search are in `store/list.rs`, the history of records in `store/history.rs`.

mod briefs;
mod counting;
mod entering;
pub(crate) mod history;
pub(crate) mod list;
mod named;
mod write;

use std::collections::HashMap;

use ejia_db::{DbError, Row, Txn, Value, args, filled, places};
use ejia_kernel::{
    IdCardNumber, Instant, MemberId, MemberKind, OrganizationId, OrganizationPath, PersonName, Phone, Problem, Sex,
    Standing, Vault,
};

use super::ethnic_groups::EthnicGroup;
use super::model::{BranchMember, Departure, DepartureReason, Member, MemberBrief};
use super::record::MemberRecord;

pub use briefs::member_briefs;
pub(crate) use briefs::{ids_under, members_by_ids};
pub(crate) use entering::Entering;
pub use named::members_named;
pub(crate) use write::{clear_phone, depart, move_member, restore, set_reviewed, set_waiting, write_decided};
pub use write::{insert_members, update_member};

pub(crate) const ID_CARD: &str = "member.id_card";
pub(crate) const PHONE: &str = "member.phone";
pub(crate) const LANDLINE: &str = "member.landline";
pub(crate) const ADDRESS: &str = "member.address";

/// How many numbers one statement looks up.
const LOOKED_UP: usize = 100;

const COLUMNS: &str =
    "m.id, m.organization_id, m.path, m.name, m.id_card_sealed, m.phone_sealed, m.sex, m.ethnic_group,
    m.born_on, m.education, m.kind, m.admitted_on, m.full_on, m.post, m.landline_sealed, m.address_sealed, m.standing,
    m.lost, m.lost_on, m.floating, m.floating_to, m.waiting, m.reviewed_at, m.version, m.created_at, m.changed_at,
    m.departed_at, m.departed_reason, m.departed_note";

/// The blind index of an ID-card number.
pub(crate) fn id_card_index(vault: &Vault, id_card: &IdCardNumber) -> Vec<u8> {
    vault.index(ID_CARD, id_card.expose())
}

/// The blind index of a phone number.
pub(crate) fn phone_index(vault: &Vault, phone: &Phone) -> Vec<u8> {
    vault.index(PHONE, phone.expose())
}

/// An ID-card number as a list holds it, opened.
pub(crate) fn opened_id_card(vault: &Vault, sealed: &[u8]) -> Result<String, Problem> {
    vault.open(ID_CARD, sealed)
}

/// Whether there is a member at all, on the list or departed.
pub(crate) fn anybody(txn: &mut Txn<'_>) -> Result<bool, Problem> {
    Ok(txn.first("SELECT id FROM member LIMIT 1", &args![], |row| row.get::<MemberId>(0))?.is_some())
}

fn understood<T>(parsed: Option<T>, name: &str) -> Result<T, DbError> {
    parsed.ok_or_else(|| DbError::Column(format!("member.{name} is not understood")))
}

fn opened(vault: &Vault, purpose: &str, sealed: Option<Vec<u8>>) -> Result<String, DbError> {
    match sealed {
        Some(sealed) => vault.open(purpose, &sealed).map_err(|problem| DbError::Column(problem.to_string())),
        None => Ok(String::new()),
    }
}

fn path(row: &Row<'_>, index: usize) -> Result<OrganizationPath, DbError> {
    understood(row.get::<String>(index)?.parse().ok(), "path")
}

fn phone(vault: &Vault, sealed: Option<Vec<u8>>) -> Result<Option<Phone>, DbError> {
    Ok(Phone::parse(&opened(vault, PHONE, sealed)?).ok())
}

fn record(vault: &Vault, row: &Row<'_>) -> Result<MemberRecord, DbError> {
    let id_card = opened(vault, ID_CARD, row.get(4)?)?;
    Ok(MemberRecord {
        name: understood(PersonName::parse(&row.get::<String>(3)?).ok(), "name")?,
        id_card: understood(IdCardNumber::parse(&id_card).ok(), "id_card")?,
        phone: phone(vault, row.get(5)?)?,
        sex: understood(Sex::from_code(&row.get::<String>(6)?), "sex")?,
        ethnic_group: understood(EthnicGroup::parse(&row.get::<String>(7)?), "ethnic_group")?,
        born_on: row.get(8)?,
        education: row.get(9)?,
        kind: understood(MemberKind::from_code(&row.get::<String>(10)?), "kind")?,
        admitted_on: row.get(11)?,
        full_on: row.get(12)?,
        post: row.get(13)?,
        landline: opened(vault, LANDLINE, row.get(14)?)?,
        address: opened(vault, ADDRESS, row.get(15)?)?,
        standing: understood(Standing::from_code(&row.get::<String>(16)?), "standing")?,
        lost: row.get(17)?,
        lost_on: row.get(18)?,
        floating: row.get(19)?,
        floating_to: row.get(20)?,
    })
}

fn departure(row: &Row<'_>) -> Result<Option<Departure>, DbError> {
    let Some(at) = row.get::<Option<Instant>>(26)? else { return Ok(None) };
    let reason = row.get::<Option<String>>(27)?.unwrap_or_default();
    let reason = understood(DepartureReason::from_code(&reason), "departed_reason")?;
    Ok(Some(Departure { at, reason, note: row.get::<Option<String>>(28)?.unwrap_or_default() }))
}

fn member(vault: &Vault, row: &Row<'_>) -> Result<Member, DbError> {
    Ok(Member {
        id: row.get(0)?,
        organization_id: row.get(1)?,
        path: path(row, 2)?,
        record: record(vault, row)?,
        waiting: row.get(21)?,
        reviewed_at: row.get(22)?,
        version: row.get(23)?,
        created_at: row.get(24)?,
        changed_at: row.get(25)?,
        departed: departure(row)?,
    })
}

fn select(txn: &mut Txn<'_>, rest: &str, args: &[Value]) -> Result<Vec<Member>, DbError> {
    let vault = txn.vault().clone();
    txn.query(&select_text(rest), args, |row| member(&vault, row))
}

fn select_text(rest: &str) -> String {
    format!("SELECT {COLUMNS} FROM member m {rest}")
}

/// The member with this id, departed or not.
///
/// # Errors
/// A fault of the database.
pub fn load(txn: &mut Txn<'_>, id: MemberId) -> Result<Option<Member>, Problem> {
    Ok(select(txn, "WHERE m.id = $1", &args![id])?.into_iter().next())
}

/// The member with this id, his row locked until the transaction ends.
pub(crate) fn load_locked(txn: &mut Txn<'_>, id: MemberId) -> Result<Option<Member>, Problem> {
    let rest = format!("WHERE m.id = $1{}", txn.for_update());
    Ok(select(txn, &rest, &args![id])?.into_iter().next())
}

fn brief(txn: &mut Txn<'_>, column: &str, value: Value) -> Result<Option<MemberBrief>, Problem> {
    let vault = txn.vault().clone();
    let found = txn.first(
        &format!(
            "SELECT id, organization_id, path, name, phone_sealed FROM member
             WHERE {column} = $1 AND departed_at IS NULL"
        ),
        &[value],
        |row| {
            Ok(MemberBrief {
                id: row.get(0)?,
                organization_id: row.get(1)?,
                path: path(row, 2)?,
                name: row.get(3)?,
                phone: phone(&vault, row.get(4)?)?,
            })
        },
    )?;
    Ok(found)
}

/// The member with this id, unless he has departed.
///
/// # Errors
/// A fault of the database.
pub fn member_brief(txn: &mut Txn<'_>, id: MemberId) -> Result<Option<MemberBrief>, Problem> {
    brief(txn, "id", id.into())
}

/// The members of a branch by name, without those who have departed. One statement.
///
/// # Errors
/// A fault of the database.
pub fn branch_members(txn: &mut Txn<'_>, branch: OrganizationId) -> Result<Vec<BranchMember>, Problem> {
    let Some(path) = crate::tree(txn)?.get(branch).map(|node| node.path.to_string()) else { return Ok(Vec::new()) };
    listed(txn, "path = $1", None, &args![path])
}

/// The members of an organization and of all that lies under it, by their names: no more than `most`.
///
/// # Errors
/// A fault of the database.
pub fn members_under(txn: &mut Txn<'_>, path: &OrganizationPath, most: i64) -> Result<Vec<BranchMember>, Problem> {
    listed(txn, "path >= $1 AND path < $2", Some(most), &args![path.as_str(), path.upper_bound()])
}

fn listed(txn: &mut Txn<'_>, range: &str, most: Option<i64>, args: &[Value]) -> Result<Vec<BranchMember>, Problem> {
    let vault = txn.vault().clone();
    let most = most.map(|most| format!(" LIMIT {most}")).unwrap_or_default();
    let sql = format!(
        "SELECT id, name, sort_key, kind, phone_sealed, admitted_on FROM member
         WHERE {range} AND departed_at IS NULL ORDER BY sort_key, id{most}"
    );
    let found = txn.query(&sql, args, |row| {
        let kind: String = row.get(3)?;
        Ok(BranchMember {
            id: row.get(0)?,
            name: row.get(1)?,
            sort_key: row.get(2)?,
            kind: MemberKind::from_code(&kind).ok_or_else(|| DbError::Column(format!("kind {kind}")))?,
            phone: phone(&vault, row.get(4)?)?,
            admitted_on: row.get(5)?,
        })
    })?;
    Ok(found)
}

/// The member with this ID-card number, unless he has departed.
///
/// # Errors
/// A fault of the database.
pub fn member_by_id_card(txn: &mut Txn<'_>, id_card: &IdCardNumber) -> Result<Option<MemberBrief>, Problem> {
    let index = id_card_index(txn.vault(), id_card);
    brief(txn, "id_card_index", index.into())
}

/// The member with this phone, unless he has departed.
///
/// # Errors
/// A fault of the database.
pub fn member_by_phone(txn: &mut Txn<'_>, phone: &Phone) -> Result<Option<MemberBrief>, Problem> {
    let index = phone_index(txn.vault(), phone);
    brief(txn, "phone_index", index.into())
}

fn by_indexes(txn: &mut Txn<'_>, column: &str, indexes: &[Vec<u8>]) -> Result<Vec<Member>, DbError> {
    let rest = format!("WHERE m.{column} IN ({}) AND m.departed_at IS NULL", places(1, LOOKED_UP));
    let mut found = Vec::new();
    for chunk in indexes.chunks(LOOKED_UP) {
        found.extend(select(txn, &rest, &filled(chunk, LOOKED_UP))?);
    }
    Ok(found)
}

/// The members with these ID-card numbers who have not departed.
///
/// # Errors
/// A fault of the database.
pub fn members_by_id_cards(
    txn: &mut Txn<'_>,
    id_cards: &[IdCardNumber],
) -> Result<HashMap<IdCardNumber, Member>, Problem> {
    let vault = txn.vault().clone();
    let indexes: Vec<Vec<u8>> = id_cards.iter().map(|number| id_card_index(&vault, number)).collect();
    let members = by_indexes(txn, "id_card_index", &indexes)?;
    Ok(members.into_iter().map(|member| (member.record.id_card.clone(), member)).collect())
}

/// The members with these phones who have not departed.
///
/// # Errors
/// A fault of the database.
pub fn members_by_phones(txn: &mut Txn<'_>, phones: &[Phone]) -> Result<HashMap<Phone, Member>, Problem> {
    let vault = txn.vault().clone();
    let indexes: Vec<Vec<u8>> = phones.iter().map(|phone| phone_index(&vault, phone)).collect();
    let members = by_indexes(txn, "phone_index", &indexes)?;
    Ok(members.into_iter().filter_map(|member| member.record.phone.clone().map(|phone| (phone, member))).collect())
}
