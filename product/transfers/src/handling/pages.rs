//! 【组织关系接转】 → 【转出办理】 and 【转入办理】.

use axum::extract::Path;
use ejia_db::Txn;
use ejia_kernel::{Problem, TransferId};
use ejia_web::{Answer, Asked, Call, Either, Input, Look, OfficePortal, Officer, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::accept::{Accepted, accept};
use super::allocate::allocate;
use super::at_desk::seen;
use super::entered::{Placed, Said};
use super::review::review;
use super::send_back::send_back;
use super::views::{DeskView, OfficeTransferView};
use crate::applying::transfer_id;
use crate::model::Stage;

const OUT: Page<OfficePortal, DeskView> = page!(DeskView, "office/transfers/out.html", "转出办理");
const COMING: Page<OfficePortal, DeskView> = page!(DeskView, "office/transfers/in.html", "转入办理");
const TRANSFER: Page<OfficePortal, OfficeTransferView> =
    page!(OfficeTransferView, "office/transfers/transfer.html", "组织关系转接");

/// The routes of handling transfers.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/transfers/out", OUT, out)
        .page("/office/transfers/in", COMING, coming)
        .get("/office/transfers/{id}", transfer)
        .post("/office/transfers/{id}/review", review_one)
        .post("/office/transfers/{id}/return", return_one)
        .post("/office/transfers/{id}/allocate", allocate_one)
        .post("/office/transfers/{id}/accept", accept_one)
}

/// Which list of the page.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ListAsked {
    list: String,
}

/// What programs hear: which transfer it was.
#[derive(Clone, Debug, Serialize, JsonSchema)]
struct Done {
    transfer: String,
}

type OfficeLook<'a> = Look<'a, OfficePortal>;

fn out(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Asked(asked): &Asked<ListAsked>) -> Result<DeskView, Problem> {
    DeskView::out(txn, look.caller(), &asked.list)
}

fn coming(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Asked(asked): &Asked<ListAsked>) -> Result<DeskView, Problem> {
    DeskView::coming(txn, look.caller(), &asked.list)
}

async fn view(
    call: &Call<OfficePortal>,
    id: TransferId,
    placed: Option<Placed>,
) -> Result<OfficeTransferView, Problem> {
    let by = call.caller().clone();
    call.desk()
        .read(move |txn| {
            let transfer = seen(txn, &by, id)?;
            OfficeTransferView::of(txn, &by, &transfer, placed.clone())
        })
        .await
}

async fn transfer(call: Call<OfficePortal>, Path(id): Path<String>) -> Answer<OfficePortal, OfficeTransferView> {
    Ok(Reply::show(TRANSFER, view(&call, transfer_id(&id)?, None).await?))
}

/// Does something with a transfer, shows the form `which` again where its fields are refused, and goes on to where
/// `next` says.
async fn act<I, T>(
    call: &Call<OfficePortal>,
    id: &str,
    which: &'static str,
    input: I,
    act: impl Fn(&mut Txn<'_>, &Officer, TransferId, &I) -> Result<T, Problem> + Send + 'static,
) -> Result<(TransferId, Result<T, Reply<OfficePortal, Done>>), Problem>
where
    I: Clone + Serialize + Send + 'static,
    T: Send + 'static,
{
    let (id, by, entered) = (transfer_id(id)?, call.caller().clone(), input.clone());
    match call.desk().write(move |txn| act(txn, &by, id, &entered)).await {
        Ok(done) => Ok((id, Ok(done))),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let shown = view(call, id, None).await?;
            Ok((id, Err(Reply::again_in(TRANSFER, shown, which, &input, problem)?)))
        }
    }
}

fn done(to: impl Into<String>, id: TransferId) -> Reply<OfficePortal, Done> {
    Reply::done(to, Done { transfer: id.to_string() })
}

async fn review_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<Said>,
) -> Answer<OfficePortal, Done> {
    let (id, reviewed) = act(&call, &id, "review", input, review).await?;
    Ok(match reviewed {
        // What comes next lies with the same organization: the letter page, or 【划拨】, opens by itself.
        Ok(standing) if standing.at == Some(call.caller().organization_id()) => {
            let said = if standing.stage == Stage::Issue {
                "transfers.reviewed_issue_said"
            } else {
                "transfers.reviewed_said"
            };
            let to = match standing.stage {
                Stage::Issue => format!("/office/transfers/{id}/letter"),
                _ => format!("/office/transfers/{id}"),
            };
            done(to, id).saying(said)
        }
        Ok(_) => done("/office/transfers/out", id).saying("transfers.reviewed_said"),
        Err(again) => again,
    })
}

async fn return_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<Said>,
) -> Answer<OfficePortal, Done> {
    let (id, returned) = act(&call, &id, "return", input, send_back).await?;
    Ok(match returned {
        Ok(Stage::Dropped) => done(format!("/office/transfers/{id}"), id).saying("transfers.dropped_said"),
        Ok(_) => done(format!("/office/transfers/{id}"), id).saying("transfers.returned_said"),
        Err(again) => again,
    })
}

async fn allocate_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<Placed>,
) -> Answer<OfficePortal, Either<Done, OfficeTransferView>> {
    let (by, entered) = (call.caller().as_committee()?, input.clone());
    let id = transfer_id(&id)?;
    if input.find {
        return Ok(Reply::show(TRANSFER, view(&call, id, Some(input)).await?).right());
    }
    match call.desk().write(move |txn| allocate(txn, &by, id, &entered)).await {
        Ok(()) => Ok(done("/office/transfers/in", id).saying("transfers.allocated_said").left()),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let shown = view(&call, id, Some(input.clone())).await?;
            Reply::again_in(TRANSFER, shown, "allocate", &input, problem)
        }
    }
}

async fn accept_one(
    call: Call<OfficePortal>,
    Path(id): Path<String>,
    Input(input): Input<Said>,
) -> Answer<OfficePortal, Done> {
    let by = call.caller().as_branch()?;
    let accepting = move |txn: &mut Txn<'_>, _: &Officer, id, input: &Said| accept(txn, &by, id, input);
    let (id, accepted) = act(&call, &id, "accept", input, accepting).await?;
    Ok(match accepted {
        Ok(Accepted::Arrived) => done(format!("/office/transfers/{id}"), id).saying("transfers.accepted_said"),
        Ok(Accepted::Clashed(problem)) => return Err(problem),
        Err(again) => again,
    })
}
