//! What waits for a member about meetings, as his first page tells it: those ahead to which he has said nothing, or to
//! which he comes.

use ejia_db::Txn;
use ejia_directory::Waiting;
use ejia_kernel::Problem;
use ejia_web::Member;

use crate::model::AnswerKind;
use crate::store;

/// No more are told of at once: the others stand in 【会议】.
const MOST: usize = 5;

/// The meetings that are not over, the next first.
///
/// # Errors
/// A fault of the database.
pub fn waiting(txn: &mut Txn<'_>, by: &Member) -> Result<Vec<Waiting>, Problem> {
    let now = txn.now();
    let coming = store::coming_of_member(txn, by.id(), now)?;
    let open =
        coming.iter().filter(|(meeting, person)| meeting.called_off_at.is_none() && person.answer != AnswerKind::Leave);
    let waiting = open.take(MOST).map(|(meeting, person)| Waiting {
        text: meeting.name.clone(),
        remark: if person.answer == AnswerKind::None {
            format!("{}，请报名或请假", meeting.time())
        } else {
            meeting.time()
        },
        href: format!("/member/meetings/{}", meeting.id),
    });
    Ok(waiting.collect())
}
