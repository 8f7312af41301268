//! The pages of 【转接记录查询】.

use ejia_db::Txn;
use ejia_documents::{Documents, Form};
use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Either, File, Input, Look, OfficePortal, Page, Reply, Routes, aside, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::RecordsAsked;
use super::exports::{self, HandedOut};
use super::views::RecordsView;

const RECORDS: Page<OfficePortal, RecordsView> = page!(RecordsView, "office/transfers/records.html", "转接记录查询");

/// The routes of records.
pub(crate) fn routes() -> Routes<OfficePortal> {
    let records = Routes::new().page("/office/transfers/records", RECORDS, records).costly();
    records.post("/office/transfers/records/export", export)
}

fn records(
    txn: &mut Txn<'_>,
    look: &Look<'_, OfficePortal>,
    Asked(asked): &Asked<RecordsAsked>,
) -> Result<RecordsView, Problem> {
    RecordsView::of(txn, look.caller(), asked)
}

/// What programs hear: the document that is being made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Making {
    document: String,
}

/// A list as a file: handed out at once, or made by a job when it is long.
async fn export(
    call: Call<OfficePortal>,
    Input(asked): Input<RecordsAsked>,
) -> Answer<OfficePortal, Either<File, Making>> {
    let (by, form) = (call.caller().clone(), Form::from_code(&asked.form).unwrap_or(Form::Table));
    let handed_out = call.desk().write(move |txn| exports::hand_out(txn, &by, &asked, form)).await?;
    match handed_out {
        HandedOut::Now(sheet, name) => {
            let documents = call.site().part::<Documents>()?;
            let bytes = aside(move || exports::file(&documents, *sheet, form)).await?;
            Ok(Reply::file(&format!("{name}.{}", form.code()), form.mime(), bytes).left())
        }
        HandedOut::Later(id) => {
            Ok(Reply::done(format!("/office/documents/{id}"), Making { document: id.to_string() }).right())
        }
    }
}
