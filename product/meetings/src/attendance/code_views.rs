//! What the pages of codes show.

use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::{Officer, Scan};
use schemars::JsonSchema;
use serde::Serialize;

use super::code::{on_screen, printed};
use super::desk::CheckInDesk;
use crate::authority::{seen, still_open};
use crate::head::MeetingHead;
use crate::model::{Meeting, Phase, Way};
use crate::store;

/// A code of a meeting.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct CodeView {
    pub(crate) head: MeetingHead,
    pub(crate) code: Scan,
    /// 应到 and 已签到.
    pub(crate) due: i64,
    pub(crate) present: i64,
}

impl CodeView {
    /// The code to be printed.
    pub(super) fn printed(txn: &mut Txn<'_>, by: &Officer, desk: &CheckInDesk, id: MeetingId) -> Result<Self, Problem> {
        let meeting = coded(txn, by, id)?;
        let (token, _) = store::tokens(txn, id)?;
        Self::of(txn, by, &meeting, &desk.address(&printed(&token)))
    }

    /// The code on the screen, as it is now.
    pub(super) fn on_screen(
        txn: &mut Txn<'_>,
        by: &Officer,
        desk: &CheckInDesk,
        id: MeetingId,
    ) -> Result<Self, Problem> {
        let meeting = coded(txn, by, id)?;
        let (_, token) = store::tokens(txn, id)?;
        let code = on_screen(txn.vault(), &token, txn.now());
        Self::of(txn, by, &meeting, &desk.address(&code))
    }

    fn of(txn: &mut Txn<'_>, by: &Officer, meeting: &Meeting, address: &str) -> Result<Self, Problem> {
        let turnout = store::turnout(txn, meeting.id)?;
        Ok(Self {
            head: MeetingHead::of(txn, by, meeting)?,
            code: Scan::of(address)?,
            due: turnout.due,
            present: turnout.present,
        })
    }
}

/// A meeting whose codes the officer may see: he has published it himself.
///
/// # Errors
/// `meetings.only_its_publisher_sees_its_code`; `meetings.online_has_no_code`; `meetings.too_late_to_check_in`; what
/// [`seen`] and [`still_open`] refuse.
fn coded(txn: &mut Txn<'_>, by: &Officer, id: MeetingId) -> Result<Meeting, Problem> {
    let meeting = seen(txn, by, id)?;
    if meeting.organization_id != by.organization_id() || meeting.published_by != by.id() {
        return Err(Problem::forbidden("meetings.only_its_publisher_sees_its_code"));
    }
    still_open(&meeting)?;
    if meeting.way == Way::Online {
        return Err(Problem::conflict("meetings.online_has_no_code"));
    }
    if meeting.phase(txn.now()) == Phase::Over {
        return Err(Problem::conflict("meetings.too_late_to_check_in"));
    }
    Ok(meeting)
}
