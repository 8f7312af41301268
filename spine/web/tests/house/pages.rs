//! The pages of the small house: handlers as products write them.

use std::collections::BTreeMap;
use std::fmt;

use axum::extract::Path;
use ejia_kernel::{Date, MemberId, Problem};
use ejia_web::{
    Answer, ApplicantPortal, Asked, Call, Either, File, Front, Input, MemberPortal, Nothing, OfficePortal, Opening,
    Page, Reply, Routes, Upload, page,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub const TEXTS: &str = r#"
"house.saved" = "已保存，{name}。"
"house.phone_taken" = "手机号已被占用。"
"house.check" = "请检查标出的内容。"
"#;

#[derive(Debug, Serialize, JsonSchema)]
pub struct RecordView {
    pub name: String,
    pub phone: String,
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Edit {
    pub name: String,
    pub phone: String,
    pub posts: Vec<String>,
    pub lost: bool,
    pub age: Option<u8>,
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub struct Filter {
    pub q: String,
    pub page: u32,
}

pub const HOME: Page<Front, String> = page!(String, "house/front/home.html", "党建e家");
pub const LOGIN: Page<Front, Nothing> = page!(Nothing, "house/front/login.html", "党员登录");
pub const RECORD: Page<MemberPortal, RecordView> = page!(RecordView, "house/member/record.html", "我的档案");

/// A word that cannot be written.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Unspeakable;

impl fmt::Display for Unspeakable {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

pub const BROKEN: Page<MemberPortal, Unspeakable> = page!(Unspeakable, "house/member/broken.html", "坏页");
#[derive(Debug, Serialize, JsonSchema)]
pub struct Row {
    pub number: u32,
    pub name: String,
    pub phone: String,
    pub branch: String,
    pub born_on: Date,
    pub kind: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Rows {
    pub rows: Vec<Row>,
}

pub const MANY: Page<MemberPortal, Rows> = page!(Rows, "house/member/many.html", "五十行");
pub const LIST: Page<OfficePortal, Filter> = page!(Filter, "house/office/list.html", "党员档案管理");
pub const APPLICATIONS: Page<ApplicantPortal, Nothing> =
    page!(Nothing, "house/applicant/applications.html", "修改申请");

async fn home(call: Call<Front>) -> Answer<Front, String> {
    Ok(Reply::show(HOME, call.address().to_owned()))
}

async fn endless(_call: Call<Front>) -> Answer<Front> {
    std::future::pending().await
}

async fn endlessly(_call: Call<Front>, Input(Nothing {}): Input<Nothing>) -> Answer<Front> {
    std::future::pending().await
}

async fn login_page(_call: Call<Front>) -> Answer<Front> {
    Ok(Reply::show(LOGIN, Nothing {}))
}

async fn login(
    call: Call<Front>,
    Asked(query): Asked<BTreeMap<String, String>>,
    Input(_): Input<Nothing>,
) -> Answer<Front, Opening<Nothing>> {
    assert!(!call.address().is_empty());
    let next = query.get("next").cloned().unwrap_or_else(|| "/member/record".to_owned());
    Ok(Reply::done(next, Nothing {}).opening_session("token-of-a-member"))
}

async fn prove(_call: Call<Front>, Input(_): Input<Nothing>) -> Answer<Front, Opening<Nothing>> {
    Ok(Reply::done("/transfers/in/applications", Nothing {}).opening_session("token-of-an-applicant"))
}

fn record_view(call: &Call<MemberPortal>) -> RecordView {
    RecordView { name: call.caller().name().to_owned(), phone: "138****8003".to_owned() }
}

async fn record(call: Call<MemberPortal>) -> Answer<MemberPortal, RecordView> {
    Ok(Reply::show(RECORD, record_view(&call)))
}

async fn edit(call: Call<MemberPortal>, Input(edit): Input<Edit>) -> Answer<MemberPortal, Edit> {
    if edit.phone == "taken" {
        let problem = Problem::conflict("house.check").on("phone", "house.phone_taken");
        return Reply::again(RECORD, record_view(&call), &edit, problem);
    }
    let name = edit.name.clone();
    Ok(Reply::done("/member/record?from=edit", edit).saying_with("house.saved", vec![("name", name)]))
}

async fn leave(_call: Call<MemberPortal>, Input(Nothing {}): Input<Nothing>) -> Answer<MemberPortal> {
    Ok(Reply::done("/", Nothing {}).closing_session())
}

async fn item(_call: Call<MemberPortal>, Path(id): Path<MemberId>) -> Answer<MemberPortal> {
    Err(Problem::not_found("web.no_such_page").with("id", id))
}

async fn broken(_call: Call<MemberPortal>) -> Answer<MemberPortal, Unspeakable> {
    Ok(Reply::show(BROKEN, Unspeakable))
}

async fn many(_call: Call<MemberPortal>) -> Answer<MemberPortal, Rows> {
    let rows = (1..=50).map(|number| Row {
        number,
        name: "林晓梅".to_owned(),
        phone: "138****8003".to_owned(),
        branch: "某某集团公司第一党支部".to_owned(),
        born_on: "1980-03-20".parse().unwrap(),
        kind: "正式党员".to_owned(),
    });
    let rows = Rows { rows: rows.collect() };
    Ok(Reply::show(MANY, rows))
}

async fn fault(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    Err(Problem::fault("the disk is full"))
}

async fn panic(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    panic!("this is on purpose")
}

async fn take_away(_call: Call<MemberPortal>) -> Answer<MemberPortal, File> {
    Ok(Reply::file("我的 资料.csv", "text/csv", b"a,b\n".to_vec()))
}

#[derive(Debug, Serialize, JsonSchema)]
struct Taken {
    said: String,
    file: std::path::PathBuf,
}

async fn photo(_call: Call<MemberPortal>, upload: Upload) -> Answer<MemberPortal, Taken> {
    let on_disk = std::fs::read(&upload.file).unwrap();
    let said = format!("{}|{}|{}|{}", upload.name, upload.bytes, on_disk.len(), upload.field("note"));
    assert!(!upload.fields.contains_key("csrf"));
    Ok(Reply::done("/member/record", Taken { said, file: upload.file.clone() }))
}

async fn list(_call: Call<OfficePortal>, Asked(filter): Asked<Filter>) -> Answer<OfficePortal, Filter> {
    Ok(Reply::show(LIST, filter))
}

async fn applications(call: Call<ApplicantPortal>) -> Answer<ApplicantPortal> {
    assert_eq!(call.caller().phone().expose(), "13800138003");
    Ok(Reply::show(APPLICATIONS, Nothing {}))
}

async fn go_away(_call: Call<ApplicantPortal>, Input(Nothing {}): Input<Nothing>) -> Answer<ApplicantPortal> {
    Ok(Reply::done("/transfers/in", Nothing {}).closing_session())
}

async fn allocate(
    call: Call<OfficePortal>,
    Path(id): Path<u32>,
    Asked(_): Asked<Filter>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal> {
    let committee = call.caller().as_committee()?;
    let part = call.site().part::<String>()?;
    Ok(Reply::done(format!("/office/list?id={id}&by={}{part}", committee.kind().code()), Nothing {}))
}

/// On its way to WeChat and back: the mark tells whether the browser is the same.
async fn enter(
    call: Call<Front>,
    Asked(query): Asked<BTreeMap<String, String>>,
) -> Answer<Front, Either<Nothing, Opening<Nothing>>> {
    assert!(call.on_phone());
    match (query.get("to"), call.mark()) {
        (Some(to), _) => Ok(Reply::away(to, Nothing {}).marking("a-mark").left()),
        (None, Some("a-mark")) if call.inside_wechat() => Ok(Reply::done("/wechat/record", Nothing {})
            .opening_session("token-of-a-member-on-a-phone")
            .unmarking()
            .right()),
        (None, _) => Err(Problem::forbidden("house.check")),
    }
}

async fn setting(_call: Call<MemberPortal>) -> Answer<MemberPortal> {
    Ok(Reply::done("/member/record", Nothing {}))
}

async fn set(_call: Call<MemberPortal>, Input(Nothing {}): Input<Nothing>) -> Answer<MemberPortal> {
    Ok(Reply::done("/member/record", Nothing {}))
}

pub fn front() -> Routes<Front> {
    Routes::new()
        .get("/", home)
        .get("/wechat/enter", enter)
        .get("/endless", endless)
        .post("/endless", endlessly)
        .get("/member/login", login_page)
        .post("/member/login", login)
        .get("/transfers/in/phone", login_page)
        .post("/transfers/in/phone", prove)
}

pub fn member() -> Routes<MemberPortal> {
    Routes::new()
        .get("/member/record", record)
        .post("/member/record", edit)
        .post("/member/leave", leave)
        .get("/member/items/{id}", item)
        .merge(Routes::new().get("/member/setting", setting).post("/member/setting", set).web_only())
        .merge(
            Routes::new()
                .get("/member/many", many)
                .get("/member/broken", broken)
                .get("/member/fault", fault)
                .get("/member/panic", panic)
                .get("/member/file", take_away)
                .post("/member/photo", photo),
        )
}

pub fn applicant() -> Routes<ApplicantPortal> {
    Routes::new().get("/transfers/in/applications", applications).post("/transfers/in/logout", go_away)
}

pub fn office() -> Routes<OfficePortal> {
    Routes::new().get("/office/list", list).post("/office/allocate/{id}", allocate)
}
