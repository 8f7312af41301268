//! 【开具介绍信】 and 【介绍信管理】 of the organization portal.

use std::time::Duration;

use axum::extract::Path;
use ejia_db::Txn;
use ejia_documents::SignatureKind;
use ejia_kernel::{LetterId, Problem, TransferId};
use ejia_web::{Answer, Asked, Call, Either, Input, Look, Nothing, OfficePortal, Officer, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::Serialize;

use super::desk::LetterDesk;
use super::entered::{HeadEntered, LetterEntered, VoidEntered};
use super::head::{own_letterhead, set_letterhead};
use super::issue::{issue, reissue};
use super::list::{LettersAsked, LettersView};
use super::model::Letter;
use super::print::make_again;
use super::views::{IssueView, LetterRights, LetterView, OfficeLetterView};
use super::void::{own_letter, void};
use super::{LetterState, store};
use crate::applying::transfer_id;
use crate::handling::at_desk::{AtDesk, seen};
use crate::model::{Stage, Transfer};
use crate::road::Road;

const ISSUE: Page<OfficePortal, IssueView> = page!(IssueView, "office/transfers/letter_issue.html", "开具介绍信");
const REISSUE: Page<OfficePortal, IssueView> = page!(IssueView, "office/transfers/letter_issue.html", "重新开具介绍信");
const LETTER: Page<OfficePortal, OfficeLetterView> = page!(OfficeLetterView, "office/transfers/letter.html", "介绍信");
const LETTERS: Page<OfficePortal, LettersView> = page!(LettersView, "office/transfers/letters.html", "介绍信管理");
const VOID: Page<OfficePortal, VoidView> = page!(VoidView, "office/transfers/letter_void.html", "作废介绍信");
const HEAD: Page<OfficePortal, HeadEntered> = page!(HeadEntered, "office/transfers/letter_head.html", "介绍信设置");

/// A letter takes seconds to be made; after so long somebody may ask again.
const SOON: Duration = Duration::from_mins(2);

/// What writes a letter: [`issue`] or [`reissue`].
type Write = fn(&mut Txn<'_>, &Officer, TransferId, &LetterEntered, SignatureKind) -> Result<Letter, Problem>;

/// The letter that is to be declared void.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct VoidView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) letter: LetterView,
}

/// What programs hear: which letter it was, and of which transfer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Done {
    transfer: String,
    letter: String,
}

/// The routes of issuing and managing letters.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .get("/office/transfers/{id}/letter", letter_of)
        .post("/office/transfers/{id}/letter", issue_one)
        .get("/office/transfers/{id}/letter/again", again)
        .post("/office/transfers/{id}/letter/again", reissue_one)
        .post("/office/transfers/{id}/letter/make", make_one)
        .page("/office/transfers/letters", LETTERS, letters)
        .get("/office/transfers/letters/head", head)
        .post("/office/transfers/letters/head", set_head)
        .get("/office/transfers/letters/{id}/void", void_form)
        .post("/office/transfers/letters/{id}/void", void_one)
}

fn letters(
    txn: &mut Txn<'_>,
    look: &Look<'_, OfficePortal>,
    Asked(asked): &Asked<LettersAsked>,
) -> Result<LettersView, Problem> {
    LettersView::of(txn, look.caller(), asked.clone())
}

/// Whether it is this officer's turn to issue.
fn is_to_issue(txn: &mut Txn<'_>, by: &Officer, transfer: &Transfer) -> Result<bool, Problem> {
    let (tree, issuers) = (ejia_directory::tree(txn)?, crate::store::issuers(txn)?);
    let turn = AtDesk::turn(&Road { tree: &tree, issuers: &issuers }, transfer, by);
    Ok(turn.is_some_and(|stop| stop.stage == Stage::Issue))
}

async fn issue_view(
    call: &Call<OfficePortal>,
    id: TransferId,
    entered: Option<LetterEntered>,
) -> Result<Option<IssueView>, Problem> {
    let (by, paid_to) = (call.caller().clone(), call.site().part::<LetterDesk>()?.paid_to.clone());
    call.desk()
        .read(move |txn| {
            let transfer = seen(txn, &by, id)?;
            let waits = transfer.standing.stage == Stage::Receipt;
            if !waits && !is_to_issue(txn, &by, &transfer)? {
                return Ok(None);
            }
            IssueView::of(txn, &by, &transfer, entered.clone(), &paid_to).map(Some)
        })
        .await
}

/// The form as long as the letter is to be issued, the letter itself afterwards.
async fn letter_of(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
) -> Answer<OfficePortal, Either<OfficeLetterView, IssueView>> {
    let (id, by) = (transfer_id(&id)?, call.caller().clone());
    let view = call
        .desk()
        .read(move |txn| {
            let transfer = seen(txn, &by, id)?;
            let Some(letter) = store::latest(txn, id)? else { return Ok(None) };
            let now = txn.now();
            let shown = LetterView::of(&letter, now.china_date());
            Ok(Some(OfficeLetterView {
                transfer: id.to_string(),
                name: transfer.name.clone(),
                rights: LetterRights::of(txn, &by, &transfer)?,
                stuck: shown.being_made && letter.issued_at.plus(SOON) < now,
                letter: shown,
            }))
        })
        .await?;
    if let Some(view) = view {
        return Ok(Reply::show(LETTER, view).left());
    }
    let form = issue_view(&call, id, None).await?.ok_or_else(|| Problem::conflict("transfers.not_here"))?;
    Ok(Reply::show(ISSUE, form).right())
}

async fn again(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, IssueView> {
    let id = transfer_id(&id)?;
    let form = issue_view(&call, id, None).await?;
    let form = form.filter(|form| form.replaces.is_some());
    Ok(Reply::show(REISSUE, form.ok_or_else(|| Problem::conflict("transfers.not_waiting_for_receipt"))?))
}

/// Has a letter written and goes on to its page, which renews itself until the PDF is there; or shows the form again.
async fn written(
    call: &Call<OfficePortal>,
    id: &str,
    input: LetterEntered,
    write: Write,
    (form, said): (Page<OfficePortal, IssueView>, &'static str),
) -> Answer<OfficePortal, Done> {
    let (id, by, entered) = (transfer_id(id)?, call.caller().clone(), input.clone());
    let signature = call.site().part::<LetterDesk>()?.signature;
    match call.desk().write(move |txn| write(txn, &by, id, &entered, signature)).await {
        Ok(letter) => {
            let done = Done { transfer: id.to_string(), letter: letter.id.to_string() };
            Ok(Reply::done(format!("/office/transfers/{id}/letter"), done)
                .saying_with(said, vec![("number", letter.number)]))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => match issue_view(call, id, Some(input.clone())).await? {
            Some(view) => Reply::again(form, view, &input, problem),
            None => Err(Problem::conflict("transfers.not_here")),
        },
    }
}

async fn issue_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<LetterEntered>,
) -> Answer<OfficePortal, Done> {
    written(&call, &id, input, issue, (ISSUE, "transfers.issued_said")).await
}

async fn reissue_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<LetterEntered>,
) -> Answer<OfficePortal, Done> {
    written(&call, &id, input, reissue, (REISSUE, "transfers.reissued_said")).await
}

async fn make_one(call: Call<OfficePortal>, Path(id): Path<String>, Input(_): Input<Nothing>) -> Answer<OfficePortal> {
    let (id, by) = (transfer_id(&id)?, call.caller().clone());
    call.desk().write(move |txn| make_again(txn, &by, id)).await?;
    Ok(Reply::done(format!("/office/transfers/{id}/letter"), Nothing::default()))
}

fn letter_id(text: &str) -> Result<LetterId, Problem> {
    text.parse().map_err(|_| Problem::not_found("transfers.no_such_letter"))
}

async fn void_view(call: &Call<OfficePortal>, id: LetterId) -> Result<VoidView, Problem> {
    let by = call.caller().clone();
    call.desk()
        .read(move |txn| {
            let letter = own_letter(txn, &by, id)?;
            match letter.state(txn.now().china_date()) {
                LetterState::Void => Err(Problem::conflict("transfers.letter_void")),
                LetterState::Answered => Err(Problem::conflict("transfers.letter_answered")),
                _ => Ok(VoidView {
                    id: id.to_string(),
                    name: letter.name.clone(),
                    letter: LetterView::of(&letter, txn.now().china_date()),
                }),
            }
        })
        .await
}

async fn void_form(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, VoidView> {
    Ok(Reply::show(VOID, void_view(&call, letter_id(&id)?).await?))
}

async fn void_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<VoidEntered>,
) -> Answer<OfficePortal> {
    let (id, by, entered) = (letter_id(&id)?, call.caller().clone(), input.clone());
    match call.desk().write(move |txn| void(txn, &by, id, &entered)).await {
        Ok(()) => Ok(Reply::done("/office/transfers/letters", Nothing::default()).saying("transfers.voided_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(VOID, void_view(&call, id).await?, &input, problem),
    }
}

async fn head(call: Call<OfficePortal>) -> Answer<OfficePortal, HeadEntered> {
    let by = call.caller().clone();
    let head = call.desk().read(move |txn| own_letterhead(txn, &by)).await?;
    Ok(Reply::show(HEAD, head.into()))
}

async fn set_head(call: Call<OfficePortal>, Input(input): Input<HeadEntered>) -> Answer<OfficePortal> {
    let (by, entered) = (call.caller().clone(), input.clone());
    match call.desk().write(move |txn| set_letterhead(txn, &by, &entered)).await {
        Ok(()) => {
            Ok(Reply::done("/office/transfers/letters/head", Nothing::default()).saying("transfers.letterhead_said"))
        }
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => Reply::again(HEAD, input.clone(), &input, problem),
    }
}
