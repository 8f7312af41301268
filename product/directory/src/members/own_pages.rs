//! 【我的档案】, 谁看过我的档案, and the member's own data to take away.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{ChangeId, Problem};
use ejia_web::{Answer, Asked, Call, File, Input, Look, MemberPortal, Nothing, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::authority::own;
use super::entered::RecordEntered;
use super::model::Member;
use super::own::{OwnSaved, ask_review, change_own, withdraw};
use super::own_views::{MyDataView, OwnRecordView, ReadersView};
use super::store::history;
use super::views::ReadingView;

pub(crate) const RECORD: Page<MemberPortal, OwnRecordView> =
    page!(OwnRecordView, "member/record/record.html", "我的档案");
pub(crate) const READERS: Page<MemberPortal, ReadersView> =
    page!(ReadersView, "member/record/readers.html", "谁看过我的档案");

/// The routes of 【我的档案】. Numbers and addresses do not pass WeChat's browser: all of them on the web alone.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .page("/member/record", RECORD, record)
        .post("/member/record", change)
        .post("/member/record/checked", checked)
        .post("/member/record/changes/{id}/withdraw", withdraw_change)
        .page("/member/readers", READERS, readers)
        .get("/member/my-data", my_data)
        .web_only()
}

/// Reads the caller's own record, and makes a view of it.
async fn of_own<V: Send + 'static>(
    call: &Call<MemberPortal>,
    view: impl Fn(&mut Txn<'_>, &Member) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let caller = call.caller().clone();
    call.desk()
        .read(move |txn| {
            let member = own(txn, &caller)?;
            view(txn, &member)
        })
        .await
}

async fn own_record(call: &Call<MemberPortal>) -> Result<OwnRecordView, Problem> {
    of_own(call, OwnRecordView::of).await
}

fn record(txn: &mut Txn<'_>, look: &Look<'_, MemberPortal>, _: &Nothing) -> Result<OwnRecordView, Problem> {
    let member = own(txn, look.caller())?;
    OwnRecordView::of(txn, &member)
}

async fn change(call: Call<MemberPortal>, Input(input): Input<RecordEntered>) -> Answer<MemberPortal, OwnRecordView> {
    let (caller, entered) = (call.caller().clone(), input.clone());
    let problem = match call.desk().write(move |txn| change_own(txn, &caller, &entered)).await {
        Ok(OwnSaved::Saved { for_review, at_once }) => {
            let said = match (at_once, for_review) {
                (0, 0) => "directory.nothing_changed",
                (_, 0) => "directory.own_saved",
                (0, _) => "directory.own_sent",
                _ => "directory.own_saved_and_sent",
            };
            return Ok(Reply::done("/member/record", own_record(&call).await?).saying(said));
        }
        Ok(OwnSaved::Clashed(clash)) => clash.problem(),
        Err(problem) if problem.fields.is_empty() => return Err(problem),
        Err(problem) => problem,
    };
    Reply::again(RECORD, own_record(&call).await?, &input.echo(), problem)
}

async fn checked(call: Call<MemberPortal>, Input(_): Input<Nothing>) -> Answer<MemberPortal, OwnRecordView> {
    let caller = call.caller().clone();
    call.desk().write(move |txn| ask_review(txn, &caller)).await?;
    Ok(Reply::done("/member/record", own_record(&call).await?).saying("directory.own_checked"))
}

async fn withdraw_change(
    call: Call<MemberPortal>,
    Path(id): Path<ChangeId>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, OwnRecordView> {
    let caller = call.caller().clone();
    call.desk().write(move |txn| withdraw(txn, &caller, id)).await?;
    Ok(Reply::done("/member/record", own_record(&call).await?).saying("directory.own_withdrawn"))
}

fn readers(txn: &mut Txn<'_>, look: &Look<'_, MemberPortal>, _: &Nothing) -> Result<ReadersView, Problem> {
    let member = own(txn, look.caller())?;
    let readings = history::readings(txn, member.id, 500)?.into_iter().map(ReadingView::of).collect();
    Ok(ReadersView { readings })
}

/// In which form the data are taken away.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct DataAsked {
    /// `json`, or a table.
    form: String,
}

async fn my_data(call: Call<MemberPortal>, Asked(asked): Asked<DataAsked>) -> Answer<MemberPortal, File> {
    let view = of_own(&call, MyDataView::of).await?;
    if asked.form == "json" {
        let bytes = serde_json::to_vec_pretty(&view).map_err(Problem::fault)?;
        return Ok(Reply::file("我的档案数据.json", "application/json", bytes));
    }
    Ok(Reply::file("我的档案数据.csv", "text/csv; charset=utf-8", view.csv().into_bytes()))
}
