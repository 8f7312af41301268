//! The rows of the people on lists.

use ejia_db::{DbError, Row, Txn, args};
use ejia_kernel::{Instant, MeetingId, MemberId, Problem};

use super::understood;
use crate::model::{AnswerKind, Attendance, Person, Source, Turnout};

/// The columns of somebody on a list, in the order of [`person`]; `p` is the table.
pub(crate) const PERSON: &str = "p.meeting_id, p.member_id, p.name, p.sort_key, p.voting, p.notified_at, p.answer,
    p.leave_reason, p.answered_at, p.attendance, p.reason, p.source, p.marked_at";

pub(crate) fn person(row: &Row<'_>) -> Result<Person, DbError> {
    person_from(row, 0)
}

/// Somebody on a list, whose columns begin at `first`.
pub(super) fn person_from(row: &Row<'_>, first: usize) -> Result<Person, DbError> {
    let source: Option<String> = row.get(first + 11)?;
    Ok(Person {
        meeting_id: row.get(first)?,
        member_id: row.get(first + 1)?,
        name: row.get(first + 2)?,
        sort_key: row.get(first + 3)?,
        voting: row.get(first + 4)?,
        notified_at: row.get(first + 5)?,
        answer: understood(AnswerKind::from_code(&row.get::<String>(first + 6)?), "meeting_person.answer")?,
        leave_reason: row.get(first + 7)?,
        answered_at: row.get(first + 8)?,
        attendance: understood(Attendance::from_code(&row.get::<String>(first + 9)?), "meeting_person.attendance")?,
        reason: row.get(first + 10)?,
        source: source.map(|code| understood(Source::from_code(&code), "meeting_person.source")).transpose()?,
        marked_at: row.get(first + 12)?,
    })
}

/// Somebody who is put on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NewPerson {
    pub(crate) member_id: MemberId,
    pub(crate) name: String,
    pub(crate) sort_key: String,
    pub(crate) voting: bool,
}

/// Everybody on the list, in the order of their names.
pub(crate) fn people(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Vec<Person>, Problem> {
    let sql = format!("SELECT {PERSON} FROM meeting_person p WHERE p.meeting_id = $1 ORDER BY p.sort_key, p.member_id");
    Ok(txn.query(&sql, &args![meeting], person)?)
}

/// Somebody on the list.
pub(crate) fn person_of(txn: &mut Txn<'_>, meeting: MeetingId, member: MemberId) -> Result<Option<Person>, Problem> {
    let sql = format!("SELECT {PERSON} FROM meeting_person p WHERE p.meeting_id = $1 AND p.member_id = $2");
    Ok(txn.first(&sql, &args![meeting, member], person)?)
}

/// Puts people on the list; who stands on it already must not be among them.
pub(crate) fn put_on_list(txn: &mut Txn<'_>, meeting: MeetingId, new: &[NewPerson]) -> Result<(), Problem> {
    let rows: Vec<_> = new
        .iter()
        .map(|NewPerson { member_id, name, sort_key, voting }| {
            args![
                meeting,
                *member_id,
                name,
                sort_key,
                *voting,
                AnswerKind::None.code(),
                "",
                Attendance::Unknown.code(),
                "",
            ]
            .to_vec()
        })
        .collect();
    txn.insert_many(
        "meeting_person",
        &["meeting_id", "member_id", "name", "sort_key", "voting", "answer", "leave_reason", "attendance", "reason"],
        rows,
    )?;
    Ok(())
}

/// Takes somebody off the list; answers whether he is off it. Who has come stays, also who comes in this moment.
pub(crate) fn take_off_list(txn: &mut Txn<'_>, meeting: MeetingId, member: MemberId) -> Result<bool, Problem> {
    let sql = "DELETE FROM meeting_person WHERE meeting_id = $1 AND member_id = $2 AND attendance <> 'present'";
    Ok(txn.execute(sql, &args![meeting, member])? == 1)
}

/// Notes what somebody has said; answers whether it was noted. Who is there has no need to say anything any more.
pub(crate) fn set_answer(
    txn: &mut Txn<'_>,
    meeting: MeetingId,
    member: MemberId,
    answer: AnswerKind,
    leave_reason: &str,
) -> Result<bool, Problem> {
    let now = txn.now();
    let sql = "UPDATE meeting_person SET answer = $3, leave_reason = $4, answered_at = $5
               WHERE meeting_id = $1 AND member_id = $2 AND attendance <> 'present'";
    Ok(txn.execute(sql, &args![meeting, member, answer.code(), leave_reason, now])? == 1)
}

/// Notes that somebody is there; answers whether that is new. Who is there already keeps how it became known; who had
/// said nothing has said by it that he comes. Once the record is archived nobody becomes present.
pub(crate) fn set_present(
    txn: &mut Txn<'_>,
    meeting: MeetingId,
    member: MemberId,
    source: Source,
) -> Result<bool, Problem> {
    let now = txn.now();
    let sql = "UPDATE meeting_person SET attendance = 'present', source = $3, marked_at = $4, reason = '',
                   answer = CASE WHEN answer = 'none' THEN 'coming' ELSE answer END,
                   answered_at = COALESCE(answered_at, $4)
               WHERE meeting_id = $1 AND member_id = $2 AND attendance <> 'present'
                   AND settled_at IS NULL";
    Ok(txn.execute(sql, &args![meeting, member, source.code(), now])? == 1)
}

/// How many stand on a list, and how.
pub(crate) fn turnout(txn: &mut Txn<'_>, meeting: MeetingId) -> Result<Turnout, Problem> {
    let sql = "SELECT count(*), count(CASE WHEN voting THEN 1 END),
                   count(CASE WHEN attendance = 'present' THEN 1 END),
                   count(CASE WHEN attendance = 'present' AND voting THEN 1 END),
                   count(CASE WHEN attendance = 'excused' THEN 1 END),
                   count(CASE WHEN attendance = 'absent' THEN 1 END),
                   count(CASE WHEN answer = 'coming' THEN 1 END),
                   count(CASE WHEN answer = 'leave' THEN 1 END),
                   count(CASE WHEN answer = 'none' THEN 1 END),
                   count(notified_at)
               FROM meeting_person WHERE meeting_id = $1";
    Ok(txn.one(sql, &args![meeting], |row| {
        Ok(Turnout {
            due: row.get(0)?,
            due_voting: row.get(1)?,
            present: row.get(2)?,
            present_voting: row.get(3)?,
            excused: row.get(4)?,
            absent: row.get(5)?,
            coming: row.get(6)?,
            leave: row.get(7)?,
            unanswered: row.get(8)?,
            notified: row.get(9)?,
        })
    })?)
}

/// Notes that everybody on the list, or everybody who has not answered, was told.
pub(crate) fn set_all_notified(
    txn: &mut Txn<'_>,
    meeting: MeetingId,
    only_unanswered: bool,
    at: Instant,
) -> Result<(), Problem> {
    let narrowed = if only_unanswered { " AND answered_at IS NULL" } else { "" };
    txn.execute(
        &format!("UPDATE meeting_person SET notified_at = $2 WHERE meeting_id = $1{narrowed}"),
        &args![meeting, at],
    )?;
    Ok(())
}
