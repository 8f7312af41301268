//! 【通知党员】, 【通知】, 【参会人员】.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{MeetingId, MemberId};
use ejia_web::{Answer, Asked, Call, Either, Input, LongInput, Nothing, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::choose::{ChooseEntered, choose, take_off};
use super::tell::notify;
use super::views::{ChooseView, PeopleAsked, PeopleView};
use crate::model::Recorded;
use crate::{Done, store};

const CHOOSE: Page<OfficePortal, ChooseView> = page!(ChooseView, "office/meetings/choose.html", "通知党员");
const PEOPLE: Page<OfficePortal, PeopleView> = page!(PeopleView, "office/meetings/people.html", "参会人员");

/// The routes of lists.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/meetings/{id}/invite", choose_form)
        .post("/office/meetings/{id}/invite", save)
        .post("/office/meetings/{id}/notify", tell_all)
        .get("/office/meetings/{id}/people", people)
        .post("/office/meetings/{id}/people/{member}/remove", remove)
}

async fn choose_form(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Asked(asked): Asked<ChooseEntered>,
) -> Answer<OfficePortal, ChooseView> {
    let by = call.caller().clone();
    let view = call.desk().read(move |txn| ChooseView::of(txn, &by, id, &asked)).await?;
    Ok(Reply::show(CHOOSE, view))
}

async fn people(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Asked(asked): Asked<PeopleAsked>,
) -> Answer<OfficePortal, PeopleView> {
    let by = call.caller().clone();
    let view = call.desk().read(move |txn| PeopleView::of(txn, &by, id, &asked)).await?;
    Ok(Reply::show(PEOPLE, view))
}

async fn save(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    LongInput(entered): LongInput<ChooseEntered>,
) -> Answer<OfficePortal, Either<Done, ChooseView>> {
    let view = |entered: ChooseEntered| {
        let by = call.caller().clone();
        call.desk().read(move |txn| ChooseView::of(txn, &by, id, &entered))
    };
    if entered.find {
        return Ok(Reply::show(CHOOSE, view(entered).await?).right());
    }
    let (by, input) = (call.caller().clone(), entered.clone());
    let saved = move |txn: &mut Txn<'_>| {
        choose(txn, &by, id, &input)?;
        store::load(txn, id)
    };
    match call.desk().write(saved).await {
        Ok(meeting) => {
            let afterwards = meeting.is_some_and(|meeting| meeting.recorded == Recorded::Afterwards);
            let said = if afterwards { "meetings.list_entered_said" } else { "meetings.list_saved_said" };
            Ok(Reply::done(format!("/office/meetings/{id}"), Done::of(id)).saying(said).left())
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(CHOOSE, view(entered.clone()).await?, &entered, problem),
    }
}

/// Who is told.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct NotifyEntered {
    /// Only those who have not answered.
    unanswered: bool,
}

async fn tell_all(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Input(entered): Input<NotifyEntered>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().clone();
    let told = call.desk().write(move |txn| notify(txn, &by, id, entered.unanswered)).await?;
    let done = Reply::done(format!("/office/meetings/{id}"), Done::of(id));
    Ok(done.saying_with("meetings.notified_said", vec![("people", told.to_string())]))
}

async fn remove(
    call: Call<OfficePortal>,
    Path((id, member)): Path<(MeetingId, MemberId)>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().clone();
    call.desk().write(move |txn| take_off(txn, &by, id, member)).await?;
    Ok(Reply::done(format!("/office/meetings/{id}/people"), Done::of(id)).saying("meetings.taken_off_said"))
}
