//! 登录电脑: enrolling a computer after the login on the open side, its file, the list, renewing, shutting out.

use std::sync::Arc;

use axum::extract::Path;
use ejia_kernel::{AdministratorId, Problem};
use ejia_web::{
    Answer, Asked, Call, File, Front, Input, Nothing, OfficePortal, Page, Reply, Routes, Site, aside, page,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::channel::Channel;
use crate::operations::computers::{self, Enrolled, Prepared};
use crate::views::computers::{ComputersView, EnrolView, ReadyView, list};

pub(super) const ENROL: Page<Front, EnrolView> = page!(EnrolView, "office/computers/enrol.html", "登记这台电脑");
const READY: Page<Front, ReadyView> = page!(ReadyView, "office/computers/ready.html", "安装证书");
const INSIDE: Page<OfficePortal, ReadyView> = page!(ReadyView, "office/computers/ready.html", "安装证书");
const LIST: Page<OfficePortal, ComputersView> = page!(ComputersView, "office/computers/list.html", "登录电脑");

/// The name of the file, in letters that every system takes.
const FILE_NAME: &str = "ejia-computer.p12";
const FILE_MIME: &str = "application/x-pkcs12";

pub(super) fn front() -> Routes<Front> {
    Routes::new().post("/office/login/computer", enrol).post("/office/login/computer/file", take)
}

pub(super) fn office() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/computers", show)
        .post("/office/computers", enrol_inside)
        .post("/office/computers/renew", renew)
        .post("/office/computers/file", take_renewed)
        .post("/office/computers/{serial}/revoke", revoke)
}

/// The encrypted channel of this house; a site that was told of none keeps none.
pub(super) fn channel(site: &Site) -> Channel {
    site.part::<Channel>().map(|channel| channel.as_ref().clone()).unwrap_or_default()
}

/// Where the second login is.
pub(super) fn second_login(site: &Site) -> String {
    format!("{}/office/login", channel(site).address())
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct EnrolForm {
    pending: String,
    name: String,
    /// The computer runs Windows 7.
    old: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct FileForm {
    file: String,
}

#[derive(Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct InsideForm {
    name: String,
    old: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct RenewForm {
    old: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Question {
    administrator: String,
}

async fn enrol(call: Call<Front>, Input(form): Input<EnrolForm>) -> Answer<Front, ReadyView> {
    let login = second_login(call.site());
    match enrolled(&call, &form).await {
        Ok(enrolled) => Ok(Reply::show(READY, ReadyView::at_login(enrolled, login))),
        Err(problem) if problem.code == "access.login_begun_too_long_ago" => Err(problem),
        Err(problem) => Reply::again(ENROL, EnrolView { pending: form.pending.clone(), login }, &form, problem),
    }
}

async fn enrolled(call: &Call<Front>, form: &EnrolForm) -> Result<Enrolled, Problem> {
    let certificates = Arc::clone(channel(call.site()).certificates()?);
    let (pending, name, old) = (form.pending.clone(), form.name.clone(), !form.old.is_empty());
    let maker = Arc::clone(&certificates);
    let prepare = move |txn: &mut ejia_db::Txn<'_>| computers::prepare_first(txn, maker.as_ref(), &pending, &name, old);
    let (prepared, file) = made(call.desk().write(prepare).await?, certificates).await?;
    let (pending, name) = (form.pending.clone(), form.name.clone());
    call.desk().write(move |txn| computers::enrol(txn, &pending, &prepared, &name, &file)).await
}

/// The file of a computer, made beside the threads that answer.
async fn made(
    prepared: Prepared,
    certificates: Arc<dyn crate::channel::Certificates>,
) -> Result<(Prepared, Vec<u8>), Problem> {
    let order = prepared.order.clone();
    let file = aside(move || certificates.computer_file(&order)).await?;
    Ok((prepared, file))
}

async fn take(call: Call<Front>, Input(form): Input<FileForm>) -> Answer<Front, File> {
    let file = call.desk().read(move |txn| computers::file(txn, &form.file)).await?;
    Ok(Reply::file(FILE_NAME, FILE_MIME, file))
}

async fn take_renewed(call: Call<OfficePortal>, Input(form): Input<FileForm>) -> Answer<OfficePortal, File> {
    let file = call.desk().read(move |txn| computers::file(txn, &form.file)).await?;
    Ok(Reply::file(FILE_NAME, FILE_MIME, file))
}

async fn show(call: Call<OfficePortal>, Asked(question): Asked<Question>) -> Answer<OfficePortal, ComputersView> {
    channel(call.site()).certificates()?;
    let of: Option<AdministratorId> = match question.administrator.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Problem::not_found("access.no_such_administrator"))?),
    };
    let by = call.caller().clone();
    Ok(Reply::show(LIST, call.desk().read(move |txn| list(txn, &by, of)).await?))
}

async fn enrol_inside(call: Call<OfficePortal>, Input(form): Input<InsideForm>) -> Answer<OfficePortal, ReadyView> {
    match enrolled_inside(&call, form.clone()).await {
        Ok(enrolled) => Ok(Reply::show(INSIDE, ReadyView::inside(enrolled, second_login(call.site()), false))),
        Err(problem) => {
            let by = call.caller().clone();
            let view = call.desk().read(move |txn| list(txn, &by, None)).await?;
            Reply::again(LIST, view, &form, problem)
        }
    }
}

async fn enrolled_inside(call: &Call<OfficePortal>, form: InsideForm) -> Result<Enrolled, Problem> {
    let certificates = Arc::clone(channel(call.site()).certificates()?);
    let (by, maker) = (call.caller().clone(), Arc::clone(&certificates));
    let (name, old) = (form.name.clone(), !form.old.is_empty());
    let prepare = move |txn: &mut ejia_db::Txn<'_>| computers::prepare_inside(txn, maker.as_ref(), &by, &name, old);
    let (prepared, file) = made(call.desk().write(prepare).await?, certificates).await?;
    call.desk().write(move |txn| computers::enrol_inside(txn, &prepared, &form.name, &file)).await
}

async fn renew(call: Call<OfficePortal>, Input(form): Input<RenewForm>) -> Answer<OfficePortal, ReadyView> {
    let certificates = Arc::clone(channel(call.site()).certificates()?);
    let (by, maker, old) = (call.caller().clone(), Arc::clone(&certificates), !form.old.is_empty());
    let prepare = move |txn: &mut ejia_db::Txn<'_>| computers::prepare_renewal(txn, maker.as_ref(), &by, old);
    let (prepared, file) = made(call.desk().write(prepare).await?, certificates).await?;
    let by = call.caller().clone();
    let renewed = call.desk().write(move |txn| computers::renew(txn, &by, &prepared, &file)).await?;
    Ok(Reply::show(INSIDE, ReadyView::inside(renewed, second_login(call.site()), true)))
}

async fn revoke(call: Call<OfficePortal>, Path(serial): Path<String>, _form: Input<Nothing>) -> Answer<OfficePortal> {
    let by = call.caller().clone();
    let own = by.id();
    let of = call.desk().write(move |txn| computers::revoke(txn, &by, &serial)).await?;
    let to = if of == own { "/office/computers".to_owned() } else { format!("/office/computers?administrator={of}") };
    Ok(Reply::done(to, Nothing {}).saying("access.computer_revoked_said"))
}
