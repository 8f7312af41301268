//! 扫码回执: whoever holds the paper sends a photo of the receipt part, without an account.

use axum::extract::Path;
use ejia_kernel::Problem;
use ejia_web::{Answer, Call, Front, Nothing, Page, Reply, Routes, Upload, page};

use super::pages::taken;
use super::send::{behind_code, may_send_by_paper, send_by_paper};
use super::views::PaperView;
use crate::letters::Token;

const PAPER: Page<Front, PaperView> = page!(PaperView, "front/letters/receipt.html", "介绍信回执");

/// The routes of receipts by code.
pub(crate) fn routes() -> Routes<Front> {
    Routes::new().get("/letters/receipts/{token}", paper).post("/letters/receipts/{token}", send)
}

fn code(text: &str) -> Result<Token, Problem> {
    Token::read(text).ok_or_else(|| Problem::not_found("transfers.no_such_code"))
}

async fn view(call: &Call<Front>, token: &Token) -> Result<PaperView, Problem> {
    let token = token.clone();
    let view = call.desk().read(move |txn| {
        let (letter, transfer) = behind_code(txn, &token, false)?;
        PaperView::of(txn, token.as_str(), &letter, &transfer)
    });
    view.await
}

async fn paper(call: Call<Front>, Path(token): Path<String>) -> Answer<Front, PaperView> {
    Ok(Reply::show(PAPER, view(&call, &code(&token)?).await?))
}

async fn send(call: Call<Front>, Path(token): Path<String>, upload: Upload) -> Answer<Front> {
    let token = code(&token)?;
    let (asking, sent) = (token.clone(), token.clone());
    call.desk().read(move |txn| may_send_by_paper(txn, &asking)).await?;
    match taken(&call, upload, move |txn, key| send_by_paper(txn, &sent, key)).await {
        Ok(()) => Ok(Reply::done(format!("/letters/receipts/{}", token.as_str()), Nothing::default())
            .saying("transfers.receipt_sent_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(PAPER, view(&call, &token).await?, &Nothing::default(), problem),
    }
}
