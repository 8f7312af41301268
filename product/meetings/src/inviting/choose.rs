//! Who is on the list of a meeting.

use std::collections::{BTreeSet, HashMap};

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_directory::{BranchMember, branch_members, members_under, tree};
use ejia_kernel::{GroupId, MeetingId, MemberId, MemberKind, OrganizationKind, Problem, labelled};
use ejia_web::Officer;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::authority::{own_locked, still_open};
use crate::groups;
use crate::model::{Attendance, Meeting, Person};
use crate::store::{self, NewPerson};

/// A list is no longer.
const MOST_PEOPLE: usize = 20_000;

labelled! {
    /// How people are chosen.
    pub enum Choosing {
        /// All members.
        All => "all", "全体党员";
        /// A group of the branch.
        Group => "group", "按党小组";
        /// Those who are ticked.
        ByHand => "by_hand", "手工选择";
    }
}

/// What is chosen, as it is entered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct ChooseEntered {
    /// A [`Choosing`] by its code.
    pub(super) who: String,
    /// The group.
    pub(super) group: String,
    /// Those who are ticked.
    pub(super) member: Vec<String>,
    /// Part of a name, to look for members of a committee by.
    pub(super) q: String,
    /// Members are to be looked up; nothing is saved yet.
    #[serde(skip_serializing)]
    pub(super) find: bool,
}

/// The members a list can be made of: the branch's own, or all under a committee.
pub(super) fn candidates(txn: &mut Txn<'_>, by: &Officer) -> Result<Vec<BranchMember>, Problem> {
    if by.kind() == OrganizationKind::Branch {
        return branch_members(txn, by.organization_id());
    }
    members_under(txn, by.path(), i64::try_from(MOST_PEOPLE).unwrap_or(i64::MAX).saturating_add(1))
}

/// Saves who is on the list. In a branch the list becomes who is chosen; a committee's list only grows by them, since
/// it is put together search by search. Who was there already stays in any case. Answers how many are on it.
///
/// # Errors
/// Refusals on `who` and `group`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn choose(
    txn: &mut Txn<'_>,
    by: &Officer,
    id: MeetingId,
    entered: &ChooseEntered,
) -> Result<usize, Problem> {
    let meeting = own_locked(txn, by, id)?;
    still_open(&meeting)?;
    save(txn, by, &meeting, entered, by.kind() == OrganizationKind::Branch)
}

fn save(
    txn: &mut Txn<'_>,
    by: &Officer,
    meeting: &Meeting,
    entered: &ChooseEntered,
    shrinks: bool,
) -> Result<usize, Problem> {
    let candidates = candidates(txn, by)?;
    let chosen = chosen(txn, by, entered, candidates)?;
    if chosen.len() > MOST_PEOPLE {
        return Err(refused("who", "meetings.too_many_people"));
    }
    let count = put(txn, meeting, chosen, shrinks)?;
    let entry = Entry::new(&by.actor(), "meetings.list_saved").about("meeting", meeting.id);
    record(txn, entry.within(meeting.organization_id).with("people", count))?;
    Ok(count)
}

fn chosen(
    txn: &mut Txn<'_>,
    by: &Officer,
    entered: &ChooseEntered,
    candidates: Vec<BranchMember>,
) -> Result<Vec<BranchMember>, Problem> {
    let ids: BTreeSet<MemberId> = match Choosing::from_code(&entered.who) {
        Some(Choosing::All) => return Ok(candidates),
        Some(Choosing::Group) => {
            let group: GroupId = entered.group.parse().map_err(|_| refused("group", "meetings.group_needed"))?;
            if !groups::is_of(txn, group, by.organization_id())? {
                return Err(refused("group", "meetings.group_needed"));
            }
            groups::members(txn, group)?.into_iter().collect()
        }
        Some(Choosing::ByHand) => entered.member.iter().filter_map(|id| id.parse().ok()).collect(),
        None => return Err(refused("who", "meetings.choose_who")),
    };
    let chosen: Vec<BranchMember> = candidates.into_iter().filter(|member| ids.contains(&member.id)).collect();
    if chosen.is_empty() {
        return Err(refused("who", "meetings.nobody_chosen"));
    }
    Ok(chosen)
}

fn put(txn: &mut Txn<'_>, meeting: &Meeting, chosen: Vec<BranchMember>, shrinks: bool) -> Result<usize, Problem> {
    let on_list: HashMap<MemberId, Person> =
        store::people(txn, meeting.id)?.into_iter().map(|person| (person.member_id, person)).collect();
    let ids: BTreeSet<MemberId> = chosen.iter().map(|member| member.id).collect();
    let mut count = on_list.len();
    if shrinks {
        for person in on_list.values().filter(|person| !ids.contains(&person.member_id) && may_go(person)) {
            count -= usize::from(store::take_off_list(txn, meeting.id, person.member_id)?);
        }
    }
    let new: Vec<NewPerson> = chosen
        .into_iter()
        .filter(|member| !on_list.contains_key(&member.id))
        .map(|BranchMember { id, name, sort_key, kind, .. }| NewPerson {
            member_id: id,
            name,
            sort_key,
            voting: kind == MemberKind::Full,
        })
        .collect();
    store::put_on_list(txn, meeting.id, &new)?;
    Ok(count + new.len())
}

/// Who was there stays on the list.
fn may_go(person: &Person) -> bool {
    person.attendance != Attendance::Present
}

/// Takes one person off the list.
///
/// # Errors
/// `meetings.not_on_list`; `meetings.was_there`; what [`own_locked`] and [`still_open`] refuse.
pub(super) fn take_off(txn: &mut Txn<'_>, by: &Officer, id: MeetingId, member: MemberId) -> Result<(), Problem> {
    let meeting = own_locked(txn, by, id)?;
    still_open(&meeting)?;
    let person = store::person_of(txn, id, member)?.ok_or_else(|| Problem::not_found("meetings.not_on_list"))?;
    if !may_go(&person) || !store::take_off_list(txn, id, member)? {
        return Err(Problem::conflict("meetings.was_there"));
    }
    let entry = Entry::new(&by.actor(), "meetings.taken_off_list").about("meeting", id);
    record(txn, entry.within(meeting.organization_id).with("member", member))
}

/// The members under an officer whose name holds what is looked for, each with his branch.
pub(super) fn named(txn: &mut Txn<'_>, by: &Officer, q: &str) -> Result<Vec<(MemberId, String, String)>, Problem> {
    let (found, _) = ejia_directory::find_members(txn, by, "", q, "")?;
    let tree = tree(txn)?;
    Ok(found.into_iter().map(|brief| (brief.id, brief.name, tree.name(brief.organization_id))).collect())
}

fn refused(field: &str, code: &'static str) -> Problem {
    Problem::refused("kernel.check_fields").on(field, code)
}
