//! Writes members: the row, its search terms, its history and the counts of its branch.

use ejia_db::{DbError, Txn, Value, args};
use ejia_kernel::{Instant, OrganizationId, OrganizationPath, Problem, Vault};

use super::counting::count_again;
use super::entering::Entering;
use super::{ADDRESS, ID_CARD, LANDLINE, PHONE, history};
use crate::members::model::{Author, Departure, Member, NewMember, Source};
use crate::members::record::{MemberRecord, RecordField};
use crate::members::terms;
use crate::organizations::recount;

pub(super) const INSERTED: [&str; 30] = [
    "name",
    "sort_key",
    "id_card_sealed",
    "id_card_index",
    "phone_sealed",
    "phone_index",
    "sex",
    "ethnic_group",
    "born_on",
    "education",
    "kind",
    "admitted_on",
    "full_on",
    "post",
    "landline_sealed",
    "address_sealed",
    "standing",
    "lost",
    "lost_on",
    "floating",
    "floating_to",
    "id",
    "organization_id",
    "path",
    "waiting",
    "reviewed_at",
    "version",
    "created_at",
    "changed_at",
    "departed_at",
];

/// The values of the record's 21 columns, in the order of the insert.
pub(super) fn values(vault: &Vault, record: &MemberRecord) -> Vec<Value> {
    let MemberRecord {
        name,
        id_card,
        sex,
        ethnic_group,
        born_on,
        education,
        kind,
        admitted_on,
        full_on,
        post,
        phone,
        landline,
        address,
        standing,
        lost,
        lost_on,
        floating,
        floating_to,
    } = record;
    let sealed = |purpose: &str, text: &str| (!text.is_empty()).then(|| vault.seal(purpose, text));
    let phone = phone.as_ref();
    let phone_sealed = phone.map(|phone| vault.seal(PHONE, phone.expose()));
    let phone_index = phone.map(|phone| super::phone_index(vault, phone));
    args![
        name.as_str(),
        terms::sort_key(name.as_str()),
        vault.seal(ID_CARD, id_card.expose()),
        super::id_card_index(vault, id_card),
        phone_sealed,
        phone_index,
        sex.code(),
        ethnic_group.label(),
        *born_on,
        education,
        kind.code(),
        *admitted_on,
        *full_on,
        post,
        sealed(LANDLINE, landline),
        sealed(ADDRESS, address),
        standing.code(),
        *lost,
        *lost_on,
        *floating,
        floating_to,
    ]
    .into()
}

/// What a broken unique key means to the person at the form.
pub(super) fn refusal(error: DbError) -> Problem {
    if error.is_unique("member_id_card_index_key") {
        Problem::refused("directory.id_card_taken").on("id_card", "directory.id_card_taken")
    } else if error.is_unique("member_phone_index_key") {
        Problem::refused("directory.phone_taken").on("phone", "directory.phone_taken")
    } else {
        error.into()
    }
}

/// Enters members with their search terms, and counts them.
///
/// # Errors
/// `directory.id_card_taken`, `directory.phone_taken`: then none of them is in; a fault of the database.
pub fn insert_members(txn: &mut Txn<'_>, members: &[NewMember]) -> Result<(), Problem> {
    let entering = Entering::of(txn.vault(), txn.now(), members);
    entering.write(txn)
}

/// Writes a record anew, with its history; answers which items changed. Nothing is written when none did.
///
/// # Errors
/// `directory.id_card_taken`, `directory.phone_taken`; `directory.changed_meanwhile` when somebody else wrote the row
/// since it was loaded; a fault of the database.
pub fn update_member(
    txn: &mut Txn<'_>,
    before: &Member,
    after: &MemberRecord,
    author: &Author,
    source: Source,
) -> Result<Vec<RecordField>, Problem> {
    let differences = before.record.differences(after);
    if differences.is_empty() {
        return Ok(Vec::new());
    }
    let mut row = values(txn.vault(), after);
    row.extend(args![txn.now(), before.id, before.version]);
    touched_once(txn.execute(&updating(""), &row).map_err(refusal)?)?;
    rename(txn, before, after)?;
    // Nothing is decided here: as many changes wait as before.
    count_again(txn, before, after, before.waiting)?;
    history::insert_made(txn, before, &differences, author, source)?;
    Ok(differences.into_iter().map(|difference| difference.field).collect())
}

/// Saves what became of a review: the record as accepted, how much still waits, and since when it is reviewed. `before`
/// is as the row was locked, so that only a number that somebody else bears can stand against it.
pub(crate) fn write_decided(
    txn: &mut Txn<'_>,
    before: &Member,
    after: &MemberRecord,
    reviewed_at: Option<Instant>,
    waiting: i64,
) -> Result<(), Problem> {
    if before.record == *after {
        let sql = "UPDATE member SET reviewed_at = $2, waiting = $3 WHERE id = $1";
        txn.later(sql, &args![before.id, reviewed_at, waiting])?;
    } else {
        let mut row = values(txn.vault(), after);
        row.extend(args![txn.now(), before.id, before.version, reviewed_at, waiting]);
        let sql = updating(", reviewed_at = $25, waiting = $26");
        let same_numbers = before.record.id_card == after.id_card && before.record.phone == after.phone;
        if same_numbers {
            txn.later(&sql, &row)?;
        } else {
            touched_once(txn.execute(&sql, &row).map_err(refusal)?)?;
        }
        rename(txn, before, after)?;
    }
    count_again(txn, before, after, waiting)
}

/// The statement that writes a record's row, with more columns if `more` names some, unless somebody was faster.
fn updating(more: &str) -> String {
    format!(
        "UPDATE member SET name = $1, sort_key = $2, id_card_sealed = $3, id_card_index = $4, phone_sealed = $5,
             phone_index = $6, sex = $7, ethnic_group = $8, born_on = $9, education = $10, kind = $11,
             admitted_on = $12, full_on = $13, post = $14, landline_sealed = $15, address_sealed = $16,
             standing = $17, lost = $18, lost_on = $19, floating = $20, floating_to = $21,
             changed_at = $22, version = version + 1{more}
         WHERE id = $23 AND version = $24"
    )
}

/// The index of terms after a change of name.
fn rename(txn: &mut Txn<'_>, before: &Member, after: &MemberRecord) -> Result<(), Problem> {
    if before.record.name != after.name && before.departed.is_none() {
        forget_terms(txn, before)?;
        write_terms(txn, before, after.name.as_str(), &before.path)?;
    }
    Ok(())
}

fn forget_terms(txn: &mut Txn<'_>, member: &Member) -> Result<(), DbError> {
    for term in terms::terms(member.record.name.as_str()) {
        txn.later(
            "DELETE FROM member_term WHERE term = $1 AND path = $2 AND member_id = $3",
            &args![term, member.path.as_str(), member.id],
        )?;
    }
    Ok(())
}

fn write_terms(txn: &mut Txn<'_>, member: &Member, name: &str, path: &OrganizationPath) -> Result<(), DbError> {
    for term in terms::terms(name) {
        txn.later(
            "INSERT INTO member_term (term, path, member_id) VALUES ($1, $2, $3)",
            &args![term, path.as_str(), member.id],
        )?;
    }
    Ok(())
}

fn touched_once(touched: u64) -> Result<(), Problem> {
    if touched == 1 { Ok(()) } else { Err(Problem::conflict("directory.changed_meanwhile")) }
}

/// Places a member into another branch; what awaits review goes with him.
pub(crate) fn move_member(
    txn: &mut Txn<'_>,
    member: &Member,
    to: OrganizationId,
    path: &OrganizationPath,
) -> Result<(), Problem> {
    let now = txn.now();
    let touched = txn.execute(
        "UPDATE member SET organization_id = $3, path = $4, changed_at = $5, version = version + 1
         WHERE id = $1 AND version = $2 AND departed_at IS NULL",
        &args![member.id, member.version, to, path.as_str(), now],
    )?;
    touched_once(touched)?;
    forget_terms(txn, member)?;
    write_terms(txn, member, member.record.name.as_str(), path)?;
    txn.execute(
        "UPDATE record_change SET organization_id = $2, path = $3 WHERE member_id = $1 AND state = 'waiting'",
        &args![member.id, to, path.as_str()],
    )?;
    recount(txn, &[(member.organization_id, member.path.clone()), (to, path.clone())])?;
    Ok(())
}

/// Takes a member off the list; the record stays in history.
pub(crate) fn depart(txn: &mut Txn<'_>, member: &Member, departure: &Departure) -> Result<(), Problem> {
    let Departure { at, reason, note } = departure;
    let touched = txn.execute(
        "UPDATE member SET departed_at = $3, departed_reason = $4, departed_note = $5, waiting = 0, changed_at = $3,
             version = version + 1
         WHERE id = $1 AND version = $2 AND departed_at IS NULL",
        &args![member.id, member.version, *at, reason.code(), note],
    )?;
    touched_once(touched)?;
    forget_terms(txn, member)?;
    recount(txn, &[(member.organization_id, member.path.clone())])?;
    Ok(())
}

/// Puts a departed member back onto the list of his branch.
pub(crate) fn restore(txn: &mut Txn<'_>, member: &Member) -> Result<(), Problem> {
    let now = txn.now();
    let touched = txn
        .execute(
            "UPDATE member SET departed_at = NULL, departed_reason = NULL, departed_note = NULL, changed_at = $3,
                 version = version + 1
             WHERE id = $1 AND version = $2 AND departed_at IS NOT NULL",
            &args![member.id, member.version, now],
        )
        .map_err(refusal)?;
    touched_once(touched)?;
    write_terms(txn, member, member.record.name.as_str(), &member.path)?;
    recount(txn, &[(member.organization_id, member.path.clone())])?;
    Ok(())
}

/// Takes the phone from a departed member whose number another bears now.
pub(crate) fn clear_phone(txn: &mut Txn<'_>, member: &Member) -> Result<(), Problem> {
    txn.later("UPDATE member SET phone_sealed = NULL, phone_index = NULL WHERE id = $1", &args![member.id])?;
    Ok(())
}

/// Counts anew how many changes of a member await review. `member` is as his row was locked.
pub(crate) fn set_waiting(txn: &mut Txn<'_>, member: &Member) -> Result<(), Problem> {
    let waiting = txn.one(
        "UPDATE member SET waiting =
             (SELECT count(*) FROM record_change c WHERE c.member_id = member.id AND c.state = 'waiting')
         WHERE id = $1 RETURNING waiting",
        &args![member.id],
        |row| row.get(0),
    )?;
    count_again(txn, member, &member.record, waiting)
}

/// Marks a record as reviewed: from now on its reviewed items are locked for the member.
pub(crate) fn set_reviewed(txn: &mut Txn<'_>, member: &Member) -> Result<(), Problem> {
    let now = txn.now();
    txn.later("UPDATE member SET reviewed_at = $2 WHERE id = $1 AND reviewed_at IS NULL", &args![member.id, now])?;
    Ok(())
}
