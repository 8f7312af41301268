//! An administrator sets a member's password (党员档案管理 → 修改密码): for members without a phone the only way in.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::Member as MemberRow;
use ejia_kernel::{MemberId, Problem};
use ejia_messages::{Letter, Template};
use ejia_web::Officer;

use super::change_password::{off_limits, refuse_weak};
use super::{challenges, knock};
use crate::model::Account;
use crate::passwords::Hash;
use crate::store;

/// The member, if the officer oversees his branch.
pub(crate) fn overseen(txn: &mut Txn<'_>, by: &Officer, id: MemberId) -> Result<MemberRow, Problem> {
    ejia_directory::load(txn, id)?
        .filter(|member| member.departed.is_none() && by.oversees(&member.path))
        .ok_or_else(|| Problem::not_found("access.no_such_member"))
}

/// Refuses a password the member may not have, before it is hashed.
pub(crate) fn check(txn: &mut Txn<'_>, by: &Officer, id: MemberId, password: &str) -> Result<(), Problem> {
    overseen(txn, by, id)?;
    refuse_weak(password, &off_limits(txn, Account::Member(id))?)
}

/// Sets the password. The member must change it at his first use of it, his sessions end, and he is told.
pub(crate) fn set_member_password(txn: &mut Txn<'_>, by: &Officer, id: MemberId, hash: &Hash) -> Result<(), Problem> {
    let member = overseen(txn, by, id)?;
    let account = Account::Member(id);
    store::set_password(txn, account, hash, true)?;
    store::end_challenges(txn, account)?;
    store::sessions::end_all(txn, account, None)?;
    knock::open_doors(txn, &member.record)?;
    record(
        txn,
        Entry::new(&by.actor(), "access.member_password_set").about("member", id).within(member.organization_id),
    )?;
    let letter = Letter::new(member.record.phone, Template::PasswordSetByAdministrator);
    ejia_messages::send(txn, &letter.about(challenges::about(account))).map(drop)
}
