//! Who was there, as it is noted by hand.

use ejia_db::{Txn, args};
use ejia_kernel::{MeetingId, MemberId, Problem};

use super::{PERSON, person};
use crate::model::{Attendance, Person, Source};

/// Some of the people on the list, in the order of their names.
pub(crate) fn people_of_page(
    txn: &mut Txn<'_>,
    meeting: MeetingId,
    from: i64,
    limit: i64,
) -> Result<Vec<Person>, Problem> {
    let sql = format!(
        "SELECT {PERSON} FROM meeting_person p WHERE p.meeting_id = $1
         ORDER BY p.sort_key, p.member_id LIMIT $2 OFFSET $3"
    );
    Ok(txn.query(&sql, &args![meeting, limit, from], person)?)
}

/// What is noted of somebody by hand, instead of `was`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) member: MemberId,
    pub(crate) was: Attendance,
    pub(crate) now: Attendance,
    pub(crate) reason: String,
}

/// Notes it; answers whether that could be done: not when something else stands there by now, as when he has checked in
/// himself. Where only the reason is new, it stays known how it became known.
pub(crate) fn mark(txn: &mut Txn<'_>, meeting: MeetingId, mark: &Mark) -> Result<bool, Problem> {
    let Mark { member, was, now: state, reason } = mark;
    let key = args![meeting, *member, was.code(), reason];
    if was == state {
        let sql = "UPDATE meeting_person SET reason = $4 WHERE meeting_id = $1 AND member_id = $2 AND attendance = $3";
        return Ok(txn.execute(sql, &key)? == 1);
    }
    let at = txn.now();
    let (source, at) =
        if *state == Attendance::Unknown { (None, None) } else { (Some(Source::ByHand.code()), Some(at)) };
    let values = [&key[..], &args![state.code(), source, at]].concat();
    let sql = "UPDATE meeting_person SET reason = $4, attendance = $5, source = $6, marked_at = $7
               WHERE meeting_id = $1 AND member_id = $2 AND attendance = $3";
    Ok(txn.execute(sql, &values)? == 1)
}
