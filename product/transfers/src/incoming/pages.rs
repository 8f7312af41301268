//! 【组织关系转入】 → 【添加申请】 and 【修改申请】, on the web and inside WeChat; and the photo, as officers see it.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_documents::Files;
use ejia_kernel::{Problem, TransferId};
use ejia_web::{
    Answer, Applicant, ApplicantPortal, Asked, Call, Either, File, Input, Nothing, OfficePortal, Page, Reply, Routes,
    Upload, aside, page,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::apply::{apply, correct, own, withdraw};
use super::entered::ApplicationEntered;
use super::forms::{ApplicationView, ApplicationsView, FormView, entered_before};
use super::{photo, store};
use crate::applying::transfer_id;
use crate::handling::at_desk;

const NEW: Page<ApplicantPortal, FormView> = page!(FormView, "applicant/transfers/form.html", "添加申请");
const CORRECT: Page<ApplicantPortal, FormView> = page!(FormView, "applicant/transfers/form.html", "修改申请");
const APPLICATIONS: Page<ApplicantPortal, ApplicationsView> =
    page!(ApplicationsView, "applicant/transfers/applications.html", "我的转入申请");
const APPLICATION: Page<ApplicantPortal, ApplicationView> =
    page!(ApplicationView, "applicant/transfers/application.html", "组织关系转入申请");

/// The routes of people from outside.
pub(crate) fn routes() -> Routes<ApplicantPortal> {
    Routes::new()
        .get("/transfers/in/new", new_form)
        .post("/transfers/in/new", hand_in)
        .get("/transfers/in/applications", applications)
        .get("/transfers/in/applications/{id}", application)
        .get("/transfers/in/applications/{id}/correct", correct_form)
        .post("/transfers/in/applications/{id}/correct", hand_in_again)
        .post("/transfers/in/applications/{id}/withdraw", take_back)
        .get("/transfers/in/applications/{id}/photo", own_photo)
        .post("/transfers/in/applications/{id}/photo", send_photo)
        .post("/transfers/in/applications/{id}/photo/remove", remove_photo)
}

/// The photo, for the officers who decide on the application.
pub(crate) fn office_routes() -> Routes<OfficePortal> {
    Routes::new().get("/office/transfers/{id}/photo", seen_photo)
}

/// What programs hear: which application it was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Done {
    transfer: String,
}

fn done(id: TransferId, said: &'static str) -> Reply<ApplicantPortal, Done> {
    let done = Done { transfer: id.to_string() };
    Reply::done(format!("/transfers/in/applications/{id}"), done).saying(said)
}

async fn for_caller<V: Send + 'static>(
    call: &Call<ApplicantPortal>,
    view: impl Fn(&mut Txn<'_>, &Applicant) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let caller = call.caller().clone();
    call.desk().read(move |txn| view(txn, &caller)).await
}

async fn by_caller<T: Send + 'static>(
    call: &Call<ApplicantPortal>,
    act: impl Fn(&mut Txn<'_>, &Applicant) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let caller = call.caller().clone();
    call.desk().write(move |txn| act(txn, &caller)).await
}

async fn form(
    call: &Call<ApplicantPortal>,
    corrects: Option<TransferId>,
    entered: ApplicationEntered,
) -> Result<FormView, Problem> {
    let entered = kept_inside(call, entered);
    for_caller(call, move |txn, by| FormView::of(txn, by, corrects, entered.clone())).await
}

/// What may be shown again: on phones the page passes WeChat's browser, so the number does not go out there.
fn kept_inside(call: &Call<ApplicantPortal>, mut entered: ApplicationEntered) -> ApplicationEntered {
    if call.on_phone() {
        entered.person.id_card.clear();
    }
    entered
}

async fn new_form(
    call: Call<ApplicantPortal>,
    Asked(asked): Asked<ApplicationEntered>,
) -> Answer<ApplicantPortal, FormView> {
    Ok(Reply::show(NEW, form(&call, None, asked).await?))
}

async fn hand_in(
    call: Call<ApplicantPortal>,
    Input(input): Input<ApplicationEntered>,
) -> Answer<ApplicantPortal, Either<Done, FormView>> {
    if input.searches() {
        return Ok(Reply::show(NEW, form(&call, None, input).await?).right());
    }
    let entered = input.clone();
    match by_caller(&call, move |txn, by| apply(txn, by, &entered)).await {
        Ok(id) => Ok(done(id, "transfers.applied_in_said").left()),
        Err(problem) => {
            let view = form(&call, None, input.clone()).await?;
            Reply::again(NEW, view, &kept_inside(&call, input), problem)
        }
    }
}

async fn applications(call: Call<ApplicantPortal>) -> Answer<ApplicantPortal, ApplicationsView> {
    Ok(Reply::show(APPLICATIONS, for_caller(&call, ApplicationsView::of).await?))
}

async fn view(call: &Call<ApplicantPortal>, id: TransferId) -> Result<ApplicationView, Problem> {
    for_caller(call, move |txn, by| ApplicationView::of(txn, by, id)).await
}

async fn application(call: Call<ApplicantPortal>, Path(id): Path<String>) -> Answer<ApplicantPortal, ApplicationView> {
    Ok(Reply::show(APPLICATION, view(&call, transfer_id(&id)?).await?))
}

async fn correct_form(
    call: Call<ApplicantPortal>,
    Path(id): Path<String>,
    Asked(asked): Asked<ApplicationEntered>,
) -> Answer<ApplicantPortal, FormView> {
    let id = transfer_id(&id)?;
    let before = for_caller(&call, move |txn, by| entered_before(txn, by, id)).await?;
    // What was typed to search goes before what the application says.
    let entered = if asked == ApplicationEntered::default() { before } else { asked };
    Ok(Reply::show(CORRECT, form(&call, Some(id), entered).await?))
}

async fn hand_in_again(
    call: Call<ApplicantPortal>,
    Path(id): Path<String>,
    Input(input): Input<ApplicationEntered>,
) -> Answer<ApplicantPortal, Either<Done, FormView>> {
    let (id, entered) = (transfer_id(&id)?, input.clone());
    if input.searches() {
        return Ok(Reply::show(CORRECT, form(&call, Some(id), input).await?).right());
    }
    match by_caller(&call, move |txn, by| correct(txn, by, id, &entered)).await {
        Ok(()) => Ok(done(id, "transfers.corrected_said").left()),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let view = form(&call, Some(id), input.clone()).await?;
            Reply::again(CORRECT, view, &kept_inside(&call, input), problem)
        }
    }
}

async fn take_back(
    call: Call<ApplicantPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<ApplicantPortal, Done> {
    let id = transfer_id(&id)?;
    by_caller(&call, move |txn, by| withdraw(txn, by, id)).await?;
    Ok(done(id, "transfers.withdrawn_said"))
}

async fn send_photo(
    call: Call<ApplicantPortal>,
    Path(id): Path<String>,
    upload: Upload,
) -> Answer<ApplicantPortal, Done> {
    let id = transfer_id(&id)?;
    let (desk, files, by) = (call.desk().clone(), call.site().part::<Files>()?.clone(), call.caller().clone());
    let kept = aside(move || photo::keep(&desk, &files, &by, id, &upload.file)).await;
    match kept {
        Ok(()) => Ok(done(id, "transfers.photo_kept_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(APPLICATION, view(&call, id).await?, &Nothing {}, problem),
    }
}

async fn remove_photo(
    call: Call<ApplicantPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<ApplicantPortal, Done> {
    let id = transfer_id(&id)?;
    by_caller(&call, move |txn, by| photo::remove(txn, by, id)).await?;
    Ok(done(id, "transfers.photo_removed_said"))
}

async fn own_photo(call: Call<ApplicantPortal>, Path(id): Path<String>) -> Answer<ApplicantPortal, File> {
    let id = transfer_id(&id)?;
    let key = for_caller(&call, move |txn, by| own(txn, by, id).and_then(|_| store::photo(txn, id))).await?;
    let (desk, files) = (call.desk().clone(), call.site().part::<Files>()?.clone());
    let bytes = aside(move || photo::open(&desk, &files, key.as_ref())).await?;
    Ok(Reply::file("photo.jpg", "image/jpeg", bytes))
}

async fn seen_photo(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, File> {
    let (id, by) = (transfer_id(&id)?, call.caller().clone());
    let key = call.desk().read(move |txn| at_desk::seen(txn, &by, id).and_then(|_| store::photo(txn, id))).await?;
    let (desk, files) = (call.desk().clone(), call.site().part::<Files>()?.clone());
    let bytes = aside(move || photo::open(&desk, &files, key.as_ref())).await?;
    Ok(Reply::file("photo.jpg", "image/jpeg", bytes))
}
