//! 【打印介绍信】, of the member and of organizations: the PDF comes in the answer that has marked the letter.

use axum::extract::Path;
use ejia_kernel::{Problem, ProblemKind, TransferId};
use ejia_web::{Answer, Call, File, Input, MemberPortal, Nothing, OfficePortal, Portal, Reply, Routes, aside};

use super::desk::LetterDesk;
use super::make::PDF;
use super::print::{Printable, Printer, make_anew};
use super::token::Token;
use crate::applying::transfer_id;

/// The route by which a member prints.
pub(crate) fn member_routes() -> Routes<MemberPortal> {
    Routes::new().post("/member/transfers/{id}/letter/print", by_member)
}

/// The route by which organizations print.
pub(crate) fn office_routes() -> Routes<OfficePortal> {
    Routes::new().post("/office/transfers/{id}/letter/print", by_officer)
}

async fn by_member(
    call: Call<MemberPortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<MemberPortal, File> {
    let by = Printer::Member(call.caller().clone());
    printed(&call, by, transfer_id(&id)?).await
}

async fn by_officer(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, File> {
    let by = Printer::Officer(call.caller().clone());
    printed(&call, by, transfer_id(&id)?).await
}

/// Reads the file, marks the letter, hands the file out.
async fn printed<P: Portal>(call: &Call<P>, by: Printer, id: TransferId) -> Answer<P, File> {
    let reader = by.clone();
    let Printable { letter, file } = call.desk().read(move |txn| reader.printable(txn, id)).await?;
    let (files, vault, key) =
        (call.site().part::<LetterDesk>()?.files.clone(), call.desk().vault().clone(), file.clone());
    let pdf = match aside(move || files.open(&vault, PDF, &key)).await {
        Ok(pdf) => pdf,
        Err(gone) if gone.kind == ProblemKind::NotFound => {
            let lost = call.desk().write(move |txn| make_anew(txn, letter.id, &file)).await?;
            let why = if lost { "transfers.letter_being_made" } else { "transfers.letter_printed_already" };
            return Err(Problem::conflict(why));
        }
        Err(problem) => return Err(problem),
    };
    let (name, attempt) = (format!("组织关系介绍信 {}.pdf", letter.number), Token::draw());
    call.desk().write(move |txn| by.mark(txn, id, (letter.id, &file), &attempt)).await?;
    Ok(Reply::file(&name, "application/pdf", pdf))
}
