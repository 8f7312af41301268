//! 【未交党费党员名单】, 【党费交纳记录查询】 and 【党费汇总】: pages of the organization portal.

use axum::extract::Path;
use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_documents::{Documents, Form};
use ejia_kernel::{MemberId, Problem};
use ejia_web::{Answer, Asked, Call, File, Input, OfficePortal, Officer, Page, Reply, Routes, aside, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::exports;
use super::history::{self, RecordsAsked};
use super::scope::{Scope, month_of};
use super::sheets::{self, Sheet, spelt};
use super::totals;
use super::totals_views::TotalsView;
use super::unpaid::{self, UnpaidAsked};
use super::views::{MemberRecordView, RecordsView, UnpaidView};
use crate::rules::window;

const UNPAID: Page<OfficePortal, UnpaidView> = page!(UnpaidView, "office/dues/unpaid.html", "未交党费党员名单");
const RECORDS: Page<OfficePortal, RecordsView> = page!(RecordsView, "office/dues/records.html", "党费交纳记录查询");
const MEMBER: Page<OfficePortal, MemberRecordView> =
    page!(MemberRecordView, "office/dues/member.html", "党员党费交纳记录");
const TOTALS: Page<OfficePortal, TotalsView> = page!(TotalsView, "office/dues/totals.html", "党费汇总");

/// The routes of records.
pub(crate) fn routes() -> Routes<OfficePortal> {
    let searches = Routes::new()
        .get("/office/dues/unpaid", unpaid_list)
        .get("/office/dues/records", records)
        .get("/office/dues/records/notice", notice)
        .get("/office/dues/records/members/{id}/card", card)
        .get("/office/dues/totals", totals_page);
    searches.costly().post("/office/dues/records/notice", ask_notice).get("/office/dues/records/members/{id}", member)
}

/// Reads something for the officer.
async fn for_officer<V: Send + 'static>(
    call: &Call<OfficePortal>,
    view: impl Fn(&mut Txn<'_>, &Officer) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| view(txn, &by)).await
}

async fn unpaid_list(call: Call<OfficePortal>, Asked(asked): Asked<UnpaidAsked>) -> Answer<OfficePortal, UnpaidView> {
    let view = for_officer(&call, move |txn, by| {
        let scope = Scope::of(txn, by, &asked.organization)?;
        let found = unpaid::unpaid(txn, by, &scope, &asked)?;
        let (_, all) = totals::totals(txn, &scope, window(txn.now().china_date()))?;
        Ok(UnpaidView::of(by, &scope, asked.clone(), &found, &all))
    });
    Ok(Reply::show(UNPAID, view.await?))
}

async fn records(call: Call<OfficePortal>, Asked(asked): Asked<RecordsAsked>) -> Answer<OfficePortal, RecordsView> {
    let view = for_officer(&call, move |txn, by| {
        let scope = Scope::of(txn, by, &asked.organization)?;
        let today = txn.now().china_date();
        let month = month_of(&asked.month, today);
        let found = history::records(txn, by, &scope, month, &asked)?;
        let (_, all) = totals::totals(txn, &scope, month)?;
        Ok(RecordsView::of(by, &scope, asked.clone(), month, today, &found, &all))
    });
    Ok(Reply::show(RECORDS, view.await?))
}

/// Which organization and month, and as what.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct SheetAsked {
    organization: String,
    month: String,
    /// `xlsx` or `pdf`.
    form: String,
}

async fn totals_page(call: Call<OfficePortal>, Asked(asked): Asked<SheetAsked>) -> Answer<OfficePortal, TotalsView> {
    let by = call.caller().clone();
    let view = call.desk().read_lately(move |txn| {
        let scope = Scope::of(txn, &by, &asked.organization)?;
        let today = txn.now().china_date();
        let month = month_of(&asked.month, today);
        let sums = totals::totals(txn, &scope, month)?;
        Ok(TotalsView::of(&by, &scope, month, today, &sums))
    });
    Ok(Reply::show(TOTALS, view.await?))
}

/// Makes a sheet, notes who took it, and hands it out. `read` answers the sheet, its name, and whom it is about.
async fn handed_out(
    call: &Call<OfficePortal>,
    form: &str,
    read: impl Fn(&mut Txn<'_>, &Officer) -> Result<(Sheet, String, (&'static str, String)), Problem> + Send + 'static,
) -> Answer<OfficePortal, File> {
    let (by, form) = (call.caller().clone(), Form::from_code(form).unwrap_or(Form::Table));
    let (sheet, name) = call
        .desk()
        .write(move |txn| {
            let (sheet, name, (kind, id)) = read(txn, &by)?;
            let entry = Entry::new(&by.actor(), "dues.sheet_taken").about(kind, id).with("form", form.code());
            record(txn, entry.within(by.organization_id()))?;
            Ok((sheet, name))
        })
        .await?;
    let documents = call.site().part::<Documents>()?;
    let bytes = aside(move || exports::file(&documents, sheet, form)).await?;
    Ok(Reply::file(&format!("{name}.{}", form.code()), form.mime(), bytes))
}

/// A branch's month for public notice.
async fn notice(call: Call<OfficePortal>, Asked(asked): Asked<SheetAsked>) -> Answer<OfficePortal, File> {
    let form = asked.form.clone();
    handed_out(&call, &form, move |txn, by| {
        let scope = Scope::of(txn, by, &asked.organization)?;
        if !scope.is_branch {
            return Err(Problem::refused("dues.notice_by_job"));
        }
        let month = month_of(&asked.month, txn.now().china_date());
        let sheet = sheets::notice(txn, &scope, month)?;
        let name = format!("{}{}党费交纳情况公示表", scope.name, spelt(month));
        Ok((sheet, name, ("organization", scope.id.to_string())))
    })
    .await
}

/// What programs hear: the document that is being made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Making {
    document: String,
}

/// A committee's month: made by a job.
async fn ask_notice(call: Call<OfficePortal>, Input(input): Input<SheetAsked>) -> Answer<OfficePortal, Making> {
    let by = call.caller().clone();
    let id = call
        .desk()
        .write(move |txn| {
            let scope = Scope::of(txn, &by, &input.organization)?;
            let month = month_of(&input.month, txn.now().china_date());
            exports::ask_notice(txn, &by, &scope, month)
        })
        .await?;
    Ok(Reply::done(format!("/office/documents/{id}"), Making { document: id.to_string() }))
}

fn member_id(text: &str) -> Result<MemberId, Problem> {
    text.parse().map_err(|_| Problem::not_found("directory.no_such_member"))
}

async fn member(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, MemberRecordView> {
    let id = member_id(&id)?;
    let view = for_officer(&call, move |txn, by| {
        let record = history::of_member(txn, by, id)?;
        let tree = ejia_directory::tree(txn)?;
        Ok(MemberRecordView::of(&tree, id.to_string(), &record))
    });
    Ok(Reply::show(MEMBER, view.await?))
}

/// A member's record, to be sealed by the branch.
async fn card(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Asked(asked): Asked<SheetAsked>,
) -> Answer<OfficePortal, File> {
    let id = member_id(&id)?;
    handed_out(&call, &asked.form, move |txn, by| {
        let record = history::of_member(txn, by, id)?;
        let name = format!("{}党费交纳记录", record.name);
        Ok((sheets::card(&record, txn.now().china_date()), name, ("member", id.to_string())))
    })
    .await
}
