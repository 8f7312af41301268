//! The pages of 【数据概览】.

use ejia_audit::{Entry, record};
use ejia_db::Txn;
use ejia_documents::{Documents, Form};
use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, File, Look, OfficePortal, Page, Reply, Routes, aside, page};

use crate::asked::OverviewAsked;
use crate::sheets::Sheet;
use crate::views::OverviewView;

const OVERVIEW: Page<OfficePortal, OverviewView> = page!(OverviewView, "office/overview/overview.html", "数据概览");

/// The routes of the overview.
pub(crate) fn routes() -> Routes<OfficePortal> {
    let sheets = Routes::new().get("/office/overview/sheet", sheet).costly();
    Routes::new().page("/office/overview", OVERVIEW, overview).merge(sheets).for_the_party()
}

fn overview(
    txn: &mut Txn<'_>,
    look: &Look<'_, OfficePortal>,
    Asked(asked): &Asked<OverviewAsked>,
) -> Result<OverviewView, Problem> {
    OverviewView::of(txn, look.caller(), asked)
}

/// The numbers as a file; who took it is noted.
async fn sheet(call: Call<OfficePortal>, Asked(asked): Asked<OverviewAsked>) -> Answer<OfficePortal, File> {
    let (by, form) = (call.caller().clone(), Form::from_code(&asked.form).unwrap_or(Form::Table));
    let sheet = call
        .desk()
        .write(move |txn| {
            let sheet = Sheet::of(txn, &by, &asked)?;
            let entry = Entry::new(&by.actor(), "overview.taken").about("organization", sheet.organization);
            let entry = entry.within(by.organization_id()).with("form", form.code());
            record(txn, by.noted(entry))?;
            Ok(sheet)
        })
        .await?;
    let (documents, name) = (call.site().part::<Documents>()?, format!("{}.{}", sheet.name, form.code()));
    let bytes = aside(move || sheet.file(&documents, form)).await?;
    Ok(Reply::file(&name, form.mime(), bytes))
}
