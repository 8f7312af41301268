//! 【党费交纳记录查询】 (D13): amount, time and method, by name and month; and one member's whole record.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_kernel::{Fen, MemberId, Month, OrganizationId, Problem};
use ejia_payments::ChannelKind;
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::DuesLine;
use super::scope::Scope;
use super::store::bills::{self, BillLine};
use super::walk::{Placed, leaf};
use crate::bills::BillState;

/// Lines of a page.
const PAGE: usize = 50;
/// The most bills of one member that are looked at: ten years of them.
pub(super) const OF_MEMBER: i64 = 150;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct RecordsAsked {
    /// Only this organization and those under it.
    pub(crate) organization: String,
    /// The month; none is the one that is payable now.
    pub(crate) month: String,
    /// 党员姓名: part of the name, or its spelling.
    pub(crate) q: String,
    /// One of [`DuesLine::OF_A_MONTH`] by its code: the month's bills of these members alone, without differences.
    pub(crate) of: String,
    /// Where the page begins.
    pub(crate) after: String,
}

/// Whether totals count a bill of a month in this line.
fn counted_in(line: DuesLine, bill: &BillLine) -> bool {
    let states: &[BillState] = match line {
        DuesLine::Billed => &[BillState::Due, BillState::Paid],
        DuesLine::Paid => &[BillState::Paid],
        DuesLine::Unpaid => &[BillState::Due],
        DuesLine::Exempt => &[BillState::Exempt],
        DuesLine::Overdue => &[],
    };
    bill.sequence == 0 && states.contains(&bill.state)
}

/// A line of the list: a bill, or a member for whom none was set.
#[derive(Clone, Debug)]
pub(super) enum Line {
    Bill(BillLine),
    Nothing { member_id: MemberId, name: String, organization_id: OrganizationId },
}

/// A page of the list.
pub(super) struct Records {
    pub(super) lines: Vec<Line>,
    pub(super) next: Option<String>,
}

/// Bills of a month, by branch and name; with a name, of the members who bear it.
///
/// In one branch the names on its bills are looked through, so that those who have left are found too; above, members
/// are found as 【党员档案管理】 finds them.
///
/// # Errors
/// A fault of the database.
pub(super) fn records(
    txn: &mut Txn<'_>,
    by: &Officer,
    scope: &Scope,
    month: Month,
    asked: &RecordsAsked,
) -> Result<Records, Problem> {
    let (q, of) = (asked.q.trim(), DuesLine::OF_A_MONTH.into_iter().find(|line| line.code() == asked.of));
    if !q.is_empty() && !scope.is_branch {
        let mut found = named(txn, by, scope, month, q, &asked.after)?;
        found.lines.retain(|line| match line {
            Line::Bill(bill) => of.is_none_or(|of| counted_in(of, bill)),
            Line::Nothing { .. } => of.is_none(),
        });
        return Ok(found);
    }
    let found = leaf(
        txn,
        scope,
        &asked.after,
        PAGE,
        |txn, from, limit| bills::branches_billed(txn, scope, from, month, limit),
        |txn, branch| {
            let all = bills::of_branch(txn, branch, month)?;
            let meant = |bill: &BillLine| fits(&bill.member_name, q) && of.is_none_or(|of| counted_in(of, bill));
            Ok(all.into_iter().filter(meant).map(placed).collect())
        },
    )?;
    Ok(Records { lines: found.lines.into_iter().map(Line::Bill).collect(), next: found.next })
}

fn placed(bill: BillLine) -> Placed<BillLine> {
    let sort_key = ejia_directory::sort_key(&bill.member_name);
    Placed { sort_key, member_id: bill.member_id, of: bill }
}

/// Whether a name is meant by what was typed: part of it, its initials or its pinyin.
fn fits(name: &str, typed: &str) -> bool {
    let letters = typed.to_ascii_lowercase();
    if !letters.is_ascii() {
        return name.contains(typed);
    }
    let sounds = |(initials, full): &(String, String)| initials.contains(&letters) || full.starts_with(&letters);
    letters.is_empty() || ejia_directory::spellings(name).iter().any(sounds)
}

fn named(
    txn: &mut Txn<'_>,
    by: &Officer,
    scope: &Scope,
    month: Month,
    q: &str,
    after: &str,
) -> Result<Records, Problem> {
    let (members, next) = ejia_directory::find_members(txn, by, &scope.id.to_string(), q, after)?;
    let ids: Vec<MemberId> = members.iter().map(|member| member.id).collect();
    let mut bills: HashMap<MemberId, Vec<BillLine>> = HashMap::new();
    for bill in bills::of_members(txn, &ids, month)? {
        bills.entry(bill.member_id).or_default().push(bill);
    }
    let mut lines = Vec::with_capacity(members.len());
    for member in members {
        match bills.remove(&member.id) {
            Some(own) => lines.extend(own.into_iter().map(Line::Bill)),
            None => lines.push(Line::Nothing {
                member_id: member.id,
                name: member.name,
                organization_id: member.organization_id,
            }),
        }
    }
    Ok(Records { lines, next })
}

/// One member's record.
pub(super) struct MemberRecord {
    pub(super) name: String,
    /// The branch he belongs or belonged to last.
    pub(super) branch: String,
    pub(super) departed: bool,
    /// His bills, the latest month first.
    pub(super) bills: Vec<BillLine>,
}

/// The record of a member: all of it when he stands under the officer, otherwise what was billed there.
///
/// # Errors
/// Not found when neither he nor any of his bills stands under the officer.
pub(super) fn of_member(txn: &mut Txn<'_>, by: &Officer, id: MemberId) -> Result<MemberRecord, Problem> {
    let none = || Problem::not_found("directory.no_such_member");
    let member = ejia_directory::load(txn, id)?.ok_or_else(none)?;
    let tree = ejia_directory::tree(txn)?;
    let mut bills = bills::of_member(txn, id, OF_MEMBER)?;
    let here = member.departed.is_none() && by.oversees(&member.path);
    if !here {
        bills.retain(|bill| tree.get(bill.organization_id).is_some_and(|node| by.oversees(&node.path)));
        if bills.is_empty() && !by.oversees(&member.path) {
            return Err(none());
        }
    }
    Ok(MemberRecord {
        name: member.record.name.to_string(),
        branch: tree.name(member.organization_id),
        departed: member.departed.is_some(),
        bills,
    })
}

/// A month of one member, its differences taken in: as sheets show it.
#[derive(Clone, Debug)]
pub(super) struct Merged {
    pub(super) member_id: MemberId,
    pub(super) name: String,
    pub(super) month: Month,
    /// What is owed in all.
    pub(super) amount: Fen,
    /// What has come in and stayed.
    pub(super) paid: Fen,
    pub(super) standing: Standing,
    /// The last payment of it.
    pub(super) payment: Option<BillLine>,
}

/// What became of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Paid,
    Unpaid,
    Partly,
    Exempt,
}

impl Standing {
    /// As people read it.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Paid => "已交",
            Self::Unpaid => "未交",
            Self::Partly => "部分未交",
            Self::Exempt => "免交",
        }
    }
}

/// Takes the bills of one member and month together; they stand side by side.
pub(super) fn merged(bills: &[BillLine]) -> Vec<Merged> {
    bills.chunk_by(|a, b| (a.member_id, a.month) == (b.member_id, b.month)).filter_map(merge).collect()
}

fn merge(bills: &[BillLine]) -> Option<Merged> {
    let first = bills.first()?;
    let sum = |keep: fn(BillState) -> bool| {
        Fen::new(bills.iter().filter(|bill| keep(bill.state)).map(|bill| bill.amount.fen()).sum())
    };
    let due = bills.iter().any(|bill| bill.state == BillState::Due);
    let payment = bills.iter().filter(|bill| bill.state == BillState::Paid).max_by_key(|bill| bill.paid_at).cloned();
    let standing = match (due, &payment) {
        (true, None) => Standing::Unpaid,
        (true, Some(_)) => Standing::Partly,
        (false, Some(_)) => Standing::Paid,
        (false, None) => Standing::Exempt,
    };
    Some(Merged {
        member_id: first.member_id,
        name: first.member_name.clone(),
        month: first.month,
        amount: sum(|state| state != BillState::Cancelled),
        paid: sum(|state| matches!(state, BillState::Paid | BillState::GivenBack)),
        standing,
        payment,
    })
}

/// How a bill was paid, as people read it: the channel, and who paid when it was not the member himself.
pub(super) fn method(bill: &BillLine) -> (String, String) {
    let channel = bill.channel.map_or("", ChannelKind::label).to_owned();
    let payer = if bill.payer_id == bill.member_id.to_string() {
        "本人".to_owned()
    } else if bill.channel == Some(ChannelKind::Cash) && !bill.payer_name.is_empty() {
        format!("支部登记（{}）", bill.payer_name)
    } else if bill.payer_name.is_empty() {
        String::new()
    } else {
        format!("{}（代交）", bill.payer_name)
    };
    (channel, payer)
}
