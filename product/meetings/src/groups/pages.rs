//! The pages of 【党小组】.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{GroupId, Problem};
use ejia_web::{Answer, Call, Input, LongInput, Look, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::change::{GroupEntered, dissolve, save};
use super::views::{GroupView, GroupsView};

const GROUPS: Page<OfficePortal, GroupsView> = page!(GroupsView, "office/meetings/groups.html", "党小组");
const NEW: Page<OfficePortal, GroupView> = page!(GroupView, "office/meetings/group.html", "添加党小组");
const EDIT: Page<OfficePortal, GroupView> = page!(GroupView, "office/meetings/group.html", "修改党小组");

/// The routes of groups.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/meetings/groups", GROUPS, groups)
        .page("/office/meetings/groups/new", NEW, new_form)
        .post("/office/meetings/groups/new", new)
        .page("/office/meetings/groups/{id}", EDIT, edit_form)
        .post("/office/meetings/groups/{id}", edit)
        .post("/office/meetings/groups/{id}/dissolve", dissolve_one)
}

/// What programs hear: which group it was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Saved {
    group: String,
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

fn groups(txn: &mut Txn<'_>, look: &OfficeLook<'_>, _: &Nothing) -> Result<GroupsView, Problem> {
    GroupsView::of(txn, look.caller())
}

fn new_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, _: &Nothing) -> Result<GroupView, Problem> {
    GroupView::of(txn, look.caller(), None)
}

fn edit_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<GroupId>) -> Result<GroupView, Problem> {
    GroupView::of(txn, look.caller(), Some(*id))
}

async fn new(call: Call<OfficePortal>, LongInput(entered): LongInput<GroupEntered>) -> Answer<OfficePortal, Saved> {
    saved(call, None, entered).await
}

async fn edit(
    call: Call<OfficePortal>,
    Path(id): Path<GroupId>,
    LongInput(entered): LongInput<GroupEntered>,
) -> Answer<OfficePortal, Saved> {
    saved(call, Some(id), entered).await
}

async fn saved(call: Call<OfficePortal>, id: Option<GroupId>, entered: GroupEntered) -> Answer<OfficePortal, Saved> {
    let (by, input) = (call.caller().clone(), entered.clone());
    match call.desk().write(move |txn| save(txn, &by, id, &input)).await {
        Ok(id) => {
            let done = Reply::done("/office/meetings/groups", Saved { group: id.to_string() });
            Ok(done.saying("meetings.group_saved_said"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let by = call.caller().clone();
            let mut view = call.desk().read(move |txn| GroupView::of(txn, &by, id)).await?;
            for candidate in &mut view.candidates {
                candidate.ticked = entered.member.contains(&candidate.id);
            }
            Reply::again(if id.is_some() { EDIT } else { NEW }, view, &entered, problem)
        }
    }
}

async fn dissolve_one(
    call: Call<OfficePortal>,
    Path(id): Path<GroupId>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Saved> {
    let by = call.caller().clone();
    call.desk().write(move |txn| dissolve(txn, &by, id)).await?;
    let done = Reply::done("/office/meetings/groups", Saved { group: id.to_string() });
    Ok(done.saying("meetings.group_dissolved_said"))
}
