//! Loads and saves organizations and the counts of their members.

use std::collections::HashMap;
use std::iter::successors;

use ejia_db::{DbError, Row, Txn, args, filled, places};
use ejia_kernel::{
    ChangeId, OrganizationCode, OrganizationId, OrganizationKind, OrganizationPath, Phone, Problem, Vault,
};

use super::counts::{Counts, SUM_OF_MEMBERS};
use super::model::{NewOrganization, Organization, OrganizationCard};
use super::tree::Node;
use crate::figures::mark_changed;
use crate::sums::{SUM_AT, add_to_sums, at_values, numbers};

pub(crate) const PHONE: &str = "organization.contact_phone";

pub(super) fn tree_version(txn: &mut Txn<'_>) -> Result<String, DbError> {
    txn.one(TREE_VERSION, &args![], |row| row.get(0))
}

const TREE_VERSION: &str = "SELECT version FROM tree_version WHERE id = 1";

/// Keeps other writers of the tree out until this transaction ends, and gives the tree a new version.
fn change_tree(txn: &mut Txn<'_>) -> Result<(), DbError> {
    let version = ChangeId::random().to_string();
    txn.execute("UPDATE tree_version SET version = $1 WHERE id = 1", &args![version])?;
    Ok(())
}

fn column<T, E>(parsed: Result<T, E>, name: &str) -> Result<T, DbError> {
    parsed.map_err(|_| DbError::Column(format!("organization.{name} is not understood")))
}

fn kind(row: &Row<'_>, index: usize) -> Result<OrganizationKind, DbError> {
    OrganizationKind::from_code(&row.get::<String>(index)?)
        .ok_or_else(|| DbError::Column("organization.kind is not understood".to_owned()))
}

fn level(row: &Row<'_>, index: usize) -> Result<Option<u8>, DbError> {
    Ok(row.get::<Option<i64>>(index)?.and_then(|level| u8::try_from(level).ok()))
}

pub(super) fn nodes(txn: &mut Txn<'_>) -> Result<Vec<Node>, DbError> {
    txn.query(
        "SELECT id, parent_id, path, code, name, kind, level, work_unit, closed_at FROM organization",
        &args![],
        |row| {
            Ok(Node {
                id: row.get(0)?,
                parent_id: row.get(1)?,
                path: column(row.get::<String>(2)?.parse(), "path")?,
                code: column(OrganizationCode::parse(&row.get::<String>(3)?), "code")?,
                name: row.get(4)?,
                kind: kind(row, 5)?,
                level: level(row, 6)?,
                work_unit: row.get(7)?,
                closed: row.get::<Option<i64>>(8)?.is_some(),
                spellings: Vec::new(),
            })
        },
    )
}

const CARD: &str = "SELECT id, parent_id, path, level, code, name, kind, work_unit, secretary, contact,
    contact_phone_sealed, founded_on, term_ends_on, version, closed_at FROM organization";

fn card(vault: &Vault, row: &Row<'_>) -> Result<Organization, DbError> {
    let phone = row.get::<Option<Vec<u8>>>(10)?.map(|sealed| vault.open(PHONE, &sealed)).transpose();
    let phone = phone.map_err(|problem| DbError::Column(problem.to_string()))?;
    let card = OrganizationCard {
        code: column(OrganizationCode::parse(&row.get::<String>(4)?), "code")?,
        name: row.get(5)?,
        kind: kind(row, 6)?,
        work_unit: row.get(7)?,
        secretary: row.get(8)?,
        contact: row.get(9)?,
        contact_phone: phone.and_then(|phone| Phone::parse(&phone).ok()),
        founded_on: row.get(11)?,
        term_ends_on: row.get(12)?,
    };
    Ok(Organization {
        id: row.get(0)?,
        parent_id: row.get(1)?,
        path: column(row.get::<String>(2)?.parse(), "path")?,
        level: level(row, 3)?,
        card,
        version: row.get(13)?,
        closed_at: row.get(14)?,
    })
}

/// One organization with all that is kept of it.
///
/// # Errors
/// A refusal when there is none; a fault of the database.
pub fn organization(txn: &mut Txn<'_>, id: OrganizationId) -> Result<Organization, Problem> {
    let vault = txn.vault().clone();
    let found = txn.first(&format!("{CARD} WHERE id = $1"), &args![id], |row| card(&vault, row))?;
    found.ok_or_else(|| Problem::not_found("directory.no_such_organization"))
}

/// These organizations with all that is kept of them, closed or not, in no order.
pub(crate) fn organizations_by_ids(txn: &mut Txn<'_>, ids: &[OrganizationId]) -> Result<Vec<Organization>, Problem> {
    const TOGETHER: usize = 100;
    let vault = txn.vault().clone();
    let sql = format!("{CARD} WHERE id IN ({})", places(1, TOGETHER));
    let mut found = Vec::with_capacity(ids.len());
    for chunk in ids.chunks(TOGETHER) {
        found.extend(txn.query(&sql, &filled(chunk, TOGETHER), |row| card(&vault, row))?);
    }
    Ok(found)
}

/// The path a new child of `parent` gets: the next number, never one used before. What stands under a parent lies side by
/// side in the index of paths, and the last of it under the last child: one look, however large the tree.
fn next_path(txn: &mut Txn<'_>, parent: Option<OrganizationId>) -> Result<OrganizationPath, Problem> {
    let parent = parent.map(|parent| path_of(txn, parent)).transpose()?;
    let text = |row: &Row<'_>| row.get::<Option<String>>(0);
    let last = match &parent {
        Some(parent) => {
            let sql = "SELECT max(path) FROM organization WHERE path > $1 AND path < $2";
            txn.one(sql, &args![parent.as_str(), parent.upper_bound()], text)?
        }
        None => txn.one("SELECT max(path) FROM organization", &args![], text)?,
    };
    let last: Option<OrganizationPath> = last.map(|path| column(path.parse(), "path")).transpose()?;
    let depth = parent.as_ref().map_or(0, OrganizationPath::depth) + 1;
    let child = successors(last, OrganizationPath::parent).find(|path| path.depth() == depth);
    let number = child.map_or(1, |child| child.number() + 1);
    parent.map_or_else(|| OrganizationPath::root(number), |parent| parent.child(number)).map_err(Problem::fault)
}

/// The path of the next child after this one.
fn after(last: &OrganizationPath) -> Result<OrganizationPath, Problem> {
    let number = last.number() + 1;
    let path = last.parent().map_or_else(|| OrganizationPath::root(number), |parent| parent.child(number));
    path.map_err(Problem::fault)
}

fn path_of(txn: &mut Txn<'_>, id: OrganizationId) -> Result<OrganizationPath, Problem> {
    let path = txn.first("SELECT path FROM organization WHERE id = $1", &args![id], |row| row.get::<String>(0))?;
    let path = path.ok_or_else(|| Problem::not_found("directory.no_such_organization"))?;
    Ok(column(path.parse(), "path")?)
}

/// Enters organizations, parents before children, and answers their paths in the same order.
///
/// # Errors
/// `directory.organization_code_taken` when a code was used before; a fault of the database.
pub fn insert_organizations(
    txn: &mut Txn<'_>,
    organizations: &[NewOrganization],
) -> Result<Vec<OrganizationPath>, Problem> {
    if organizations.is_empty() {
        return Ok(Vec::new());
    }
    change_tree(txn)?;
    let now = txn.now();
    let mut paths = Vec::with_capacity(organizations.len());
    let mut last: HashMap<Option<OrganizationId>, OrganizationPath> = HashMap::new();
    for NewOrganization { id, parent_id, level, card } in organizations {
        let path = match last.get(parent_id) {
            Some(last) => after(last)?,
            None => next_path(txn, *parent_id)?,
        };
        last.insert(*parent_id, path.clone());
        let level = level.or_else(|| card.kind.authority_level());
        let sealed = sealed_phone(txn, card);
        txn.execute(
            "INSERT INTO organization (id, code, name, kind, level, parent_id, path, work_unit, secretary, contact,
                 contact_phone_sealed, founded_on, term_ends_on, version, created_at, changed_at, closed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, $14, NULL)",
            &args![
                *id,
                card.code.as_str(),
                &card.name,
                card.kind.code(),
                level,
                *parent_id,
                path.as_str(),
                &card.work_unit,
                &card.secretary,
                &card.contact,
                sealed,
                card.founded_on,
                card.term_ends_on,
                now,
            ],
        )
        .map_err(|error| {
            if error.is_unique("organization_code_key") {
                Problem::refused("directory.organization_code_taken").with("code", &card.code)
            } else {
                error.into()
            }
        })?;
        mark_changed(txn, *id)?;
        paths.push(path);
    }
    Ok(paths)
}

fn sealed_phone(txn: &Txn<'_>, card: &OrganizationCard) -> Option<Vec<u8>> {
    card.contact_phone.as_ref().map(|phone| txn.vault().seal(PHONE, phone.expose()))
}

/// Writes what the table says of an organization anew; code and place in the tree stay.
///
/// # Errors
/// A fault of the database.
pub fn update_organization(txn: &mut Txn<'_>, id: OrganizationId, card: &OrganizationCard) -> Result<(), Problem> {
    change_tree(txn)?;
    let sealed = sealed_phone(txn, card);
    let now = txn.now();
    txn.execute(
        "UPDATE organization SET name = $2, kind = $3, work_unit = $4, secretary = $5, contact = $6,
             contact_phone_sealed = $7, founded_on = $8, term_ends_on = $9, version = version + 1, changed_at = $10
         WHERE id = $1",
        &args![
            id,
            &card.name,
            card.kind.code(),
            &card.work_unit,
            &card.secretary,
            &card.contact,
            sealed,
            card.founded_on,
            card.term_ends_on,
            now,
        ],
    )?;
    Ok(mark_changed(txn, id)?)
}

/// Counts the members of these branches anew. Called by whoever moves, removes or restores members.
///
/// The branch's row is locked first and the members are counted in a statement of their own: on PostgreSQL only that
/// one sees what another writer of the same branch has committed meanwhile.
pub(crate) fn recount(txn: &mut Txn<'_>, branches: &[(OrganizationId, OrganizationPath)]) -> Result<(), Problem> {
    let mut branches: Vec<&(OrganizationId, OrganizationPath)> = branches.iter().collect();
    branches.sort_by(|a, b| a.1.cmp(&b.1));
    for (id, path) in branches {
        let lock = format!(
            "INSERT INTO branch_count (path, organization_id, members, probationary, without_phone, waiting)
             VALUES ($1, $2, 0, 0, 0, 0)
             ON CONFLICT (path) DO UPDATE SET organization_id = excluded.organization_id RETURNING {COUNTED}"
        );
        let before = txn.one(&lock, &args![path.as_str(), *id], counted)?;
        let sql = format!(
            "UPDATE branch_count SET (members, probationary, without_phone, waiting) =
                 (SELECT count(*), count(CASE WHEN kind = 'probationary' THEN 1 END),
                         count(CASE WHEN phone_index IS NULL THEN 1 END), count(CASE WHEN member.waiting > 0 THEN 1 END)
                  FROM member WHERE member.path = $1 AND departed_at IS NULL)
             WHERE path = $1 RETURNING {COUNTED}"
        );
        let after = txn.one(&sql, &args![path.as_str()], counted)?;
        add_to_sums(txn, SUM_OF_MEMBERS, *id, (after - before).numbers())?;
        mark_changed(txn, *id)?;
    }
    Ok(())
}

const COUNTED: &str = "members, probationary, without_phone, waiting";

fn counted(row: &Row<'_>) -> Result<Counts, DbError> {
    Ok(Counts { members: row.get(0)?, probationary: row.get(1)?, without_phone: row.get(2)?, waiting: row.get(3)? })
}

/// Adds to the counts of a branch what became of one of its members; says nothing when nothing changed.
pub(crate) fn add_to_counts(
    txn: &mut Txn<'_>,
    (id, path): (OrganizationId, &OrganizationPath),
    change: Counts,
) -> Result<(), Problem> {
    if change == Counts::default() {
        return Ok(());
    }
    let Counts { members, probationary, without_phone, waiting } = change;
    add_to_sums(txn, SUM_OF_MEMBERS, id, change.numbers())?;
    Ok(txn.later(
        "UPDATE branch_count SET members = members + $2, probationary = probationary + $3,
             without_phone = without_phone + $4, waiting = waiting + $5 WHERE path = $1",
        &args![path.as_str(), members, probationary, without_phone, waiting],
    )?)
}

/// The counts of every branch under a path, by the branch's path.
pub(super) fn counts_under(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<HashMap<String, Counts>, DbError> {
    let rows = txn.query(
        "SELECT path, members, probationary, without_phone, waiting FROM branch_count WHERE path >= $1 AND path < $2",
        &args![path.as_str(), path.upper_bound()],
        |row| {
            let counts = Counts {
                members: row.get(1)?,
                probationary: row.get(2)?,
                without_phone: row.get(3)?,
                waiting: row.get(4)?,
            };
            Ok((row.get::<String>(0)?, counts))
        },
    )?;
    Ok(rows.into_iter().collect())
}

fn counts(row: &Row<'_>) -> Result<Counts, DbError> {
    numbers(row, 0).map(Counts::from)
}

/// The version of the tree, and the sum of the counts of all branches under a path: asked at once.
pub(super) fn tree_version_and_counts(txn: &mut Txn<'_>, path: &OrganizationPath) -> Result<(String, Counts), DbError> {
    let under = at_values(SUM_OF_MEMBERS, path);
    let (version, sum) = txn.both((TREE_VERSION, &[]), |row| row.get(0), (SUM_AT, &under), counts)?;
    version.into_iter().zip(sum).next().ok_or(DbError::NoRow)
}
