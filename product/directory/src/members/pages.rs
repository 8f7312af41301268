//! 【党员管理】→【党员档案管理】: the list, the record and what is done with it.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MemberId, Problem};
use ejia_web::{Answer, Asked, Call, Choice, Input, Look, OfficePortal, Officer, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::allocate::{Allocate, allocate};
use super::asked::ListAsked;
use super::authority::overseen;
use super::edit::{Edited, edit_record};
use super::entered::RecordEntered;
use super::form_views::{AllocateView, EditView, NamedView, RemoveView};
use super::list;
use super::model::Member;
use super::remove::{Remove, Restored, remove, restore};
use super::sought;
use super::unmask::{Unmask, unmask};
use super::views::{ListView, MemberView};
use crate::organizations::tree;

pub(crate) const LIST: Page<OfficePortal, ListView> = page!(ListView, "office/members/list.html", "党员档案管理");
pub(crate) const MEMBER: Page<OfficePortal, MemberView> = page!(MemberView, "office/members/member.html", "党员档案");
pub(crate) const EDIT: Page<OfficePortal, EditView> = page!(EditView, "office/members/edit.html", "修改党员档案");
pub(crate) const ALLOCATE: Page<OfficePortal, AllocateView> =
    page!(AllocateView, "office/members/allocate.html", "划拨");
pub(crate) const REMOVE: Page<OfficePortal, RemoveView> = page!(RemoveView, "office/members/remove.html", "删除党员");
pub(crate) const DEPARTED: Page<OfficePortal, ListView> = page!(ListView, "office/members/departed.html", "历史党员");

/// The routes of 【党员档案管理】.
pub(crate) fn routes() -> Routes<OfficePortal> {
    let searches = Routes::new().page("/office/members", LIST, members).page("/office/departed", DEPARTED, departed);
    searches
        .costly()
        .post("/office/members", find)
        .post("/office/departed", find_departed)
        .get("/office/members/allocate", allocate_form)
        .post("/office/members/allocate", allocate_members)
        .page("/office/members/{id}", MEMBER, member)
        .get("/office/members/{id}/edit", edit_form)
        .post("/office/members/{id}/edit", edit)
        .post("/office/members/{id}/unmask", unmask_member)
        .get("/office/members/{id}/remove", remove_form)
        .post("/office/members/{id}/remove", remove_member)
        .post("/office/members/{id}/restore", restore_member)
}

/// What programs hear of an act that leads to another page.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Done {
    pub(crate) member: String,
}

/// How many members were allocated.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
struct Allocated {
    moved: usize,
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

fn members(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Asked(asked): &Asked<ListAsked>) -> Result<ListView, Problem> {
    let found = list::list(txn, look.caller(), asked, false)?;
    ListView::of(txn, look.caller(), asked.clone(), &found, "/office/members")
}

/// Where a search is to be looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct Sought {
    pub(crate) to: String,
}

async fn find(call: Call<OfficePortal>, Input(asked): Input<ListAsked>) -> Answer<OfficePortal, Sought> {
    Ok(found_at(&call, "/office/members", asked))
}

async fn find_departed(call: Call<OfficePortal>, Input(asked): Input<ListAsked>) -> Answer<OfficePortal, Sought> {
    Ok(found_at(&call, "/office/departed", asked))
}

/// Leads to the first page of what was asked for, at an address without the numbers that were typed.
fn found_at(call: &Call<OfficePortal>, path: &str, asked: ListAsked) -> Reply<OfficePortal, Sought> {
    let q = sought::for_address(call.desk().vault(), &asked.q);
    let to = ListAsked { q, ..asked }.address(path, "after", "");
    Reply::done(to.clone(), Sought { to })
}

fn departed(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Asked(asked): &Asked<ListAsked>) -> Result<ListView, Problem> {
    let found = list::list(txn, look.caller(), asked, true)?;
    ListView::of(txn, look.caller(), asked.clone(), &found, "/office/departed")
}

/// Reads the member overseen by the caller, and makes a view of him.
async fn of_member<V: Send + 'static>(
    call: &Call<OfficePortal>,
    id: MemberId,
    view: impl Fn(&mut Txn<'_>, &Officer, &Member) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let officer = call.caller().clone();
    call.desk()
        .read(move |txn| {
            let member = overseen(txn, &officer, id)?;
            view(txn, &officer, &member)
        })
        .await
}

fn member(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MemberId>) -> Result<MemberView, Problem> {
    let member = overseen(txn, look.caller(), *id)?;
    MemberView::of(txn, look.caller(), &member, false)
}

async fn unmask_member(
    call: Call<OfficePortal>,
    Path(id): Path<MemberId>,
    Input(input): Input<Unmask>,
) -> Answer<OfficePortal, MemberView> {
    let (officer, entered) = (call.caller().clone(), input.clone());
    let shown = call.desk().write(move |txn| {
        let member = unmask(txn, &officer, id, &entered)?;
        MemberView::of(txn, &officer, &member, true)
    });
    match shown.await {
        Ok(view) => Ok(Reply::show(MEMBER, view)),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let view = of_member(&call, id, |txn, officer, member| MemberView::of(txn, officer, member, false)).await?;
            Reply::again(MEMBER, view, &input, problem)
        }
    }
}

async fn edit_form(call: Call<OfficePortal>, Path(id): Path<MemberId>) -> Answer<OfficePortal, EditView> {
    Ok(Reply::show(EDIT, of_member(&call, id, |txn, _, member| EditView::of(txn, member)).await?))
}

async fn edit(
    call: Call<OfficePortal>,
    Path(id): Path<MemberId>,
    Input(input): Input<RecordEntered>,
) -> Answer<OfficePortal, Done> {
    let (officer, entered) = (call.caller().clone(), input.clone());
    let problem = match call.desk().write(move |txn| edit_record(txn, &officer, id, &entered)).await {
        Ok(Edited::Saved(fields)) => {
            let said = if fields.is_empty() { "directory.nothing_changed" } else { "directory.record_saved" };
            return Ok(Reply::done(format!("/office/members/{id}"), Done { member: id.to_string() }).saying(said));
        }
        Ok(Edited::Clashed(clash)) => clash.problem(),
        Err(problem) if problem.fields.is_empty() => return Err(problem),
        Err(problem) => problem,
    };
    let view = of_member(&call, id, |txn, _, member| EditView::of(txn, member)).await?;
    Reply::again(EDIT, view, &input.echo(), problem)
}

async fn allocate_form(call: Call<OfficePortal>, Asked(asked): Asked<Allocate>) -> Answer<OfficePortal, AllocateView> {
    Ok(Reply::show(ALLOCATE, allocate_view(&call, asked).await?))
}

async fn allocate_view(call: &Call<OfficePortal>, asked: Allocate) -> Result<AllocateView, Problem> {
    let by = call.caller().as_committee()?;
    call.desk()
        .read(move |txn| {
            let tree = tree(txn)?;
            let (mut members, mut homes) = (Vec::new(), Vec::new());
            for id in asked.members()? {
                let member = overseen(txn, &by, id)?;
                homes.push(member.organization_id);
                members.push(NamedView::of(&tree, &member));
            }
            let named =
                if asked.branch.trim().is_empty() { Vec::new() } else { tree.branches_named(by.path(), &asked.branch) };
            // Where all of them stand already is no place to go to.
            let elsewhere = named.iter().filter(|node| homes.iter().any(|home| *home != node.id));
            let candidates = elsewhere.map(|node| Choice::of(&node.name, node.id.to_string())).collect();
            Ok(AllocateView { members, candidates })
        })
        .await
}

async fn allocate_members(call: Call<OfficePortal>, Input(input): Input<Allocate>) -> Answer<OfficePortal, Allocated> {
    let by = call.caller().as_committee()?;
    let entered = input.clone();
    match call.desk().write(move |txn| allocate(txn, &by, &entered)).await {
        Ok(moved) => Ok(Reply::done("/office/members", Allocated { moved })
            .saying_with("directory.members_allocated", vec![("count", moved.to_string())])),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(ALLOCATE, allocate_view(&call, input.clone()).await?, &input, problem),
    }
}

async fn remove_form(call: Call<OfficePortal>, Path(id): Path<MemberId>) -> Answer<OfficePortal, RemoveView> {
    call.caller().as_committee()?;
    Ok(Reply::show(REMOVE, remove_view(&call, id).await?))
}

async fn remove_view(call: &Call<OfficePortal>, id: MemberId) -> Result<RemoveView, Problem> {
    of_member(call, id, |txn, _, member| Ok(RemoveView::of(&*tree(txn)?, member))).await
}

async fn remove_member(
    call: Call<OfficePortal>,
    Path(id): Path<MemberId>,
    Input(input): Input<Remove>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().as_committee()?;
    let entered = input.clone();
    match call.desk().write(move |txn| remove(txn, &by, id, &entered)).await {
        Ok(()) => Ok(Reply::done(format!("/office/members/{id}"), Done { member: id.to_string() })
            .saying("directory.member_removed_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(REMOVE, remove_view(&call, id).await?, &input, problem),
    }
}

async fn restore_member(
    call: Call<OfficePortal>,
    Path(id): Path<MemberId>,
    Input(_): Input<ejia_web::Nothing>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().as_committee()?;
    let restored = call.desk().write(move |txn| restore(txn, &by, id)).await?;
    let said = match restored {
        Restored::Whole => "directory.member_restored_said",
        Restored::WithoutPhone => "directory.member_restored_without_phone",
    };
    Ok(Reply::done(format!("/office/members/{id}"), Done { member: id.to_string() }).saying(said))
}
