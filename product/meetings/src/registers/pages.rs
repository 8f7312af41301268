//! The pages of 【工作台账】.

use ejia_db::Txn;
use ejia_documents::Form;
use ejia_kernel::Problem;
use ejia_web::{Answer, Asked, Call, Input, Look, OfficePortal, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::asked::RegisterAsked;
use super::exports;
use super::views::RegisterView;

const REGISTER: Page<OfficePortal, RegisterView> = page!(RegisterView, "office/meetings/register.html", "工作台账");

/// The routes of registers.
pub(crate) fn routes() -> Routes<OfficePortal> {
    let register = Routes::new().page("/office/meetings/register", REGISTER, register).costly();
    register.post("/office/meetings/register/export", export)
}

fn register(
    txn: &mut Txn<'_>,
    look: &Look<'_, OfficePortal>,
    Asked(asked): &Asked<RegisterAsked>,
) -> Result<RegisterView, Problem> {
    RegisterView::of(txn, look.caller(), asked)
}

/// What programs hear: the document that is being made.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Making {
    document: String,
}

async fn export(call: Call<OfficePortal>, Input(asked): Input<RegisterAsked>) -> Answer<OfficePortal, Making> {
    let (by, form) = (call.caller().clone(), Form::from_code(&asked.form).unwrap_or(Form::Table));
    let id = call.desk().write(move |txn| exports::ask(txn, &by, &asked, form)).await?;
    Ok(Reply::done(format!("/office/documents/{id}"), Making { document: id.to_string() }))
}
