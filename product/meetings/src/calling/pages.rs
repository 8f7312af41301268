//! 【发布会议】, 【会后补录】, 【会议详情】, 【编辑】 and calling off.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MeetingId, Problem};
use ejia_web::{Answer, Asked, Call, Input, Look, OfficePortal, Officer, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entered::MeetingEntered;
use super::publish::{call_off, change, publish};
use super::views::{CallOffView, DetailView, FormView};
use crate::Done;
use crate::model::Recorded;

const NEW: Page<OfficePortal, FormView> = page!(FormView, "office/meetings/form.html", "发布会议");
const AFTERWARDS: Page<OfficePortal, FormView> = page!(FormView, "office/meetings/form.html", "会后补录");
const EDIT: Page<OfficePortal, FormView> = page!(FormView, "office/meetings/form.html", "编辑会议");
const DETAIL: Page<OfficePortal, DetailView> = page!(DetailView, "office/meetings/meeting.html", "会议详情");
const CALL_OFF: Page<OfficePortal, CallOffView> = page!(CallOffView, "office/meetings/call_off.html", "取消会议");

/// The routes of publishing.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/meetings/new", NEW, new_form)
        .post("/office/meetings/new", new)
        .page("/office/meetings/afterwards", AFTERWARDS, afterwards_form)
        .post("/office/meetings/afterwards", afterwards)
        .page("/office/meetings/{id}", DETAIL, detail)
        .page("/office/meetings/{id}/edit", EDIT, edit_form)
        .post("/office/meetings/{id}/edit", edit)
        .page("/office/meetings/{id}/call-off", CALL_OFF, call_off_form)
        .post("/office/meetings/{id}/call-off", take_back)
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

/// Which kind a new meeting begins as.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct Beginning {
    kind: String,
}

fn new_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Asked(asked): &Asked<Beginning>) -> Result<FormView, Problem> {
    FormView::new(txn, look.caller(), Recorded::Live, &asked.kind)
}

fn afterwards_form(
    txn: &mut Txn<'_>,
    look: &OfficeLook<'_>,
    Asked(asked): &Asked<Beginning>,
) -> Result<FormView, Problem> {
    FormView::new(txn, look.caller(), Recorded::Afterwards, &asked.kind)
}

fn detail(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<DetailView, Problem> {
    DetailView::of(txn, look.caller(), *id)
}

fn edit_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<FormView, Problem> {
    FormView::changing(txn, look.caller(), *id)
}

fn call_off_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<CallOffView, Problem> {
    CallOffView::of(txn, look.caller(), *id)
}

/// Does something for the officer; a form that is refused is shown again.
async fn or_again(
    call: &Call<OfficePortal>,
    page: Page<OfficePortal, FormView>,
    entered: MeetingEntered,
    act: impl Fn(&mut Txn<'_>, &Officer, &MeetingEntered) -> Result<MeetingId, Problem> + Send + 'static,
    view: impl Fn(&mut Txn<'_>, &Officer) -> Result<FormView, Problem> + Send + 'static,
) -> Result<MeetingId, Answer<OfficePortal, Done>> {
    let (by, input) = (call.caller().clone(), entered.clone());
    let problem = match call.desk().write(move |txn| act(txn, &by, &input)).await {
        Ok(id) => return Ok(id),
        Err(problem) if problem.fields.is_empty() => return Err(Err(problem)),
        Err(problem) => problem,
    };
    let by = call.caller().clone();
    match call.desk().read(move |txn| view(txn, &by)).await {
        Ok(view) => Err(Reply::again(page, view, &entered, problem)),
        Err(fault) => Err(Err(fault)),
    }
}

async fn new(call: Call<OfficePortal>, Input(entered): Input<MeetingEntered>) -> Answer<OfficePortal, Done> {
    let act = |txn: &mut Txn<'_>, by: &Officer, entered: &MeetingEntered| publish(txn, by, entered, Recorded::Live);
    let view = |txn: &mut Txn<'_>, by: &Officer| FormView::new(txn, by, Recorded::Live, "");
    match or_again(&call, NEW, entered, act, view).await {
        Ok(id) => {
            Ok(Reply::done(format!("/office/meetings/{id}/invite"), Done::of(id)).saying("meetings.published_said"))
        }
        Err(answer) => answer,
    }
}

async fn afterwards(call: Call<OfficePortal>, Input(entered): Input<MeetingEntered>) -> Answer<OfficePortal, Done> {
    let act =
        |txn: &mut Txn<'_>, by: &Officer, entered: &MeetingEntered| publish(txn, by, entered, Recorded::Afterwards);
    let view = |txn: &mut Txn<'_>, by: &Officer| FormView::new(txn, by, Recorded::Afterwards, "");
    match or_again(&call, AFTERWARDS, entered, act, view).await {
        Ok(id) => {
            Ok(Reply::done(format!("/office/meetings/{id}/invite"), Done::of(id)).saying("meetings.entered_said"))
        }
        Err(answer) => answer,
    }
}

async fn edit(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Input(entered): Input<MeetingEntered>,
) -> Answer<OfficePortal, Done> {
    let act =
        move |txn: &mut Txn<'_>, by: &Officer, entered: &MeetingEntered| change(txn, by, id, entered).map(|()| id);
    let view = move |txn: &mut Txn<'_>, by: &Officer| FormView::changing(txn, by, id);
    match or_again(&call, EDIT, entered, act, view).await {
        Ok(id) => Ok(Reply::done(format!("/office/meetings/{id}"), Done::of(id)).saying("meetings.changed_said")),
        Err(answer) => answer,
    }
}

/// Why a meeting is called off.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct CallOffEntered {
    reason: String,
}

async fn take_back(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Input(entered): Input<CallOffEntered>,
) -> Answer<OfficePortal, Done> {
    let (by, reason) = (call.caller().clone(), entered.reason.clone());
    match call.desk().write(move |txn| call_off(txn, &by, id, &reason)).await {
        Ok(()) => Ok(Reply::done(format!("/office/meetings/{id}"), Done::of(id)).saying("meetings.called_off_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let by = call.caller().clone();
            let view = call.desk().read(move |txn| CallOffView::of(txn, &by, id)).await?;
            Reply::again(CALL_OFF, view, &entered, problem)
        }
    }
}
