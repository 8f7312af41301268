//! Tells a member that what he changed in his record was accepted or sent back.

use std::time::Duration;

use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use serde::Deserialize;

use super::send::send;
use crate::letter::{About, Letter};
use crate::template::Template;

/// An administrator reviews a record item by item; the member hears of it once in this time.
const ONCE_IN: Duration = Duration::from_mins(10);

/// What the directory announces.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(crate) struct Reviewed {
    member_id: MemberId,
}

/// Writes to the member, if he is still there.
pub(crate) fn tell_reviewed(txn: &mut Txn<'_>, reviewed: &Reviewed, template: Template) -> Result<(), Problem> {
    let Reviewed { member_id } = *reviewed;
    let Some(member) = ejia_directory::member_brief(txn, member_id)? else { return Ok(()) };
    let span = i64::try_from(ONCE_IN.as_millis()).map_err(Problem::fault)?;
    let key = format!("{}:{member_id}:{}", template.code(), txn.now().ms() / span);
    let letter = Letter::new(member.phone, template).about(About::Member(member_id)).once(key);
    send(txn, &letter).map(drop)
}
