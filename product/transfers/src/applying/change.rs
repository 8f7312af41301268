//! A member's own transfers: loading them, taking one back.

use ejia_db::Txn;
use ejia_kernel::{Problem, TransferId};
use ejia_web::Member;

use crate::course::{self, Doer};
use crate::model::{Act, Stage, Standing, Transfer};
use crate::store;

/// A transfer of this member; for everybody else there is none.
pub(crate) fn own(txn: &mut Txn<'_>, by: &Member, id: TransferId) -> Result<Transfer, Problem> {
    let found = store::load(txn, id)?.filter(|transfer| transfer.member_id == Some(by.id()));
    found.ok_or_else(|| Problem::not_found("transfers.no_such_transfer"))
}

/// As [`own`], its row locked.
pub(crate) fn own_locked(txn: &mut Txn<'_>, by: &Member, id: TransferId) -> Result<Transfer, Problem> {
    let found = store::load_locked(txn, id)?.filter(|transfer| transfer.member_id == Some(by.id()));
    found.ok_or_else(|| Problem::not_found("transfers.no_such_transfer"))
}

/// Takes an application back, as long as no letter is out.
///
/// # Errors
/// `transfers.cannot_withdraw` afterwards.
pub(crate) fn withdraw(txn: &mut Txn<'_>, by: &Member, id: TransferId) -> Result<(), Problem> {
    let mut transfer = own_locked(txn, by, id)?;
    if !transfer.standing.stage.may_withdraw() {
        return Err(Problem::conflict("transfers.cannot_withdraw"));
    }
    let standing = Standing { stage: Stage::Withdrawn, at: None };
    course::advance(txn, &mut transfer, standing, Act::Withdrew, &Doer::member(by), "")
}
