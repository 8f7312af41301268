//! 【议题结果】 in the office: the agenda, its items, votes and decisions.

use axum::extract::Path;
use ejia_ballots::BallotBox;
use ejia_db::Txn;
use ejia_kernel::{ItemId, MeetingId, Problem};
use ejia_web::{Answer, Call, Input, Look, Nothing, OfficePortal, Officer, Page, Reply, Routes, aside, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::change::{Move, add, change, remove, shift};
use super::decide::{DecisionEntered, decide};
use super::entered::ItemEntered;
use super::views::{AgendaView, ItemFormView, OfficeItemView};
use super::vote::{abandon, close, open, openable, voted_upon};
use crate::Done;

const AGENDA: Page<OfficePortal, AgendaView> = page!(AgendaView, "office/meetings/agenda.html", "议题结果");
const NEW: Page<OfficePortal, ItemFormView> = page!(ItemFormView, "office/meetings/item_form.html", "添加议题");
const EDIT: Page<OfficePortal, ItemFormView> = page!(ItemFormView, "office/meetings/item_form.html", "修改议题");
const ITEM: Page<OfficePortal, OfficeItemView> = page!(OfficeItemView, "office/meetings/item.html", "议题");

/// The routes of agendas in the office.
pub(crate) fn routes() -> Routes<OfficePortal> {
    Routes::new()
        .page("/office/meetings/{id}/agenda", AGENDA, agenda)
        .page("/office/meetings/{id}/agenda/new", NEW, new_form)
        .post("/office/meetings/{id}/agenda/new", new)
        .page("/office/meetings/{id}/agenda/{item}", ITEM, item)
        .page("/office/meetings/{id}/agenda/{item}/edit", EDIT, edit_form)
        .post("/office/meetings/{id}/agenda/{item}/edit", edit)
        .post("/office/meetings/{id}/agenda/{item}/remove", take_off)
        .post("/office/meetings/{id}/agenda/{item}/move", move_it)
        .post("/office/meetings/{id}/agenda/{item}/open", open_vote)
        .post("/office/meetings/{id}/agenda/{item}/close", close_vote)
        .post("/office/meetings/{id}/agenda/{item}/count", count)
        .post("/office/meetings/{id}/agenda/{item}/abandon", call_off)
        .post("/office/meetings/{id}/agenda/{item}/decide", decided)
}

type OfficeLook<'a> = Look<'a, OfficePortal>;
type At = (MeetingId, ItemId);

fn agenda(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<AgendaView, Problem> {
    AgendaView::of(txn, look.caller(), *id)
}

fn new_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(id): &Path<MeetingId>) -> Result<ItemFormView, Problem> {
    ItemFormView::new(txn, look.caller(), *id)
}

fn edit_form(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(at): &Path<At>) -> Result<ItemFormView, Problem> {
    ItemFormView::changing(txn, look.caller(), *at)
}

fn item(txn: &mut Txn<'_>, look: &OfficeLook<'_>, Path(at): &Path<At>) -> Result<OfficeItemView, Problem> {
    OfficeItemView::of(txn, look.caller(), *at)
}

/// Goes on to the agenda.
fn to_agenda(meeting: MeetingId, said: &'static str) -> Reply<OfficePortal, Done> {
    Reply::done(format!("/office/meetings/{meeting}/agenda"), Done::of(meeting)).saying(said)
}

/// Goes on to the item.
fn to_item((meeting, item): At, said: &'static str) -> Reply<OfficePortal, Done> {
    Reply::done(format!("/office/meetings/{meeting}/agenda/{item}"), Done::of(meeting)).saying(said)
}

/// Does something for the officer.
async fn by_officer<T: Send + 'static>(
    call: &Call<OfficePortal>,
    act: impl Fn(&mut Txn<'_>, &Officer) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let by = call.caller().clone();
    call.desk().write(move |txn| act(txn, &by)).await
}

/// Reads something for the officer.
async fn for_officer<V: Send + 'static>(
    call: &Call<OfficePortal>,
    view: impl Fn(&mut Txn<'_>, &Officer) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let by = call.caller().clone();
    call.desk().read(move |txn| view(txn, &by)).await
}

/// The page of the item again, with what was refused about a form on it.
async fn item_again(
    call: &Call<OfficePortal>,
    at: At,
    entered: &(impl Serialize + Sync),
    problem: Problem,
) -> Answer<OfficePortal, Done> {
    if problem.fields.is_empty() {
        return Err(problem);
    }
    let view = for_officer(call, move |txn, by| OfficeItemView::of(txn, by, at)).await?;
    Reply::again(ITEM, view, entered, problem)
}

async fn new(
    call: Call<OfficePortal>,
    Path(id): Path<MeetingId>,
    Input(entered): Input<ItemEntered>,
) -> Answer<OfficePortal, Done> {
    let input = entered.clone();
    match by_officer(&call, move |txn, by| add(txn, by, id, &input)).await {
        Ok(_) => Ok(to_agenda(id, "meetings.item_added_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let view = for_officer(&call, move |txn, by| ItemFormView::new(txn, by, id)).await?;
            Reply::again(NEW, view, &entered, problem)
        }
    }
}

async fn edit(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(entered): Input<ItemEntered>,
) -> Answer<OfficePortal, Done> {
    let input = entered.clone();
    match by_officer(&call, move |txn, by| change(txn, by, at, &input)).await {
        Ok(()) => Ok(to_agenda(at.0, "meetings.item_changed_said")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            let view = for_officer(&call, move |txn, by| ItemFormView::changing(txn, by, at)).await?;
            Reply::again(EDIT, view, &entered, problem)
        }
    }
}

async fn take_off(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    by_officer(&call, move |txn, by| remove(txn, by, at)).await?;
    Ok(to_agenda(at.0, "meetings.item_removed_said"))
}

/// Where an item is moved.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct MoveEntered {
    /// A [`Move`] by its code.
    way: String,
}

async fn move_it(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(entered): Input<MoveEntered>,
) -> Answer<OfficePortal, Done> {
    let way = Move::from_code(&entered.way).unwrap_or(Move::Up);
    by_officer(&call, move |txn, by| shift(txn, by, at, way)).await?;
    Ok(Reply::done(format!("/office/meetings/{}/agenda", at.0), Done::of(at.0)))
}

/// The passphrase of the box, when one is wished.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct PassphraseEntered {
    passphrase: String,
}

async fn open_vote(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(entered): Input<PassphraseEntered>,
) -> Answer<OfficePortal, Done> {
    for_officer(&call, move |txn, by| openable(txn, by, at)).await?;
    let (ballots, desk) = (call.site().part::<BallotBox>()?, call.desk().clone());
    let prepared = aside(move || {
        let passphrase = Some(entered.passphrase.as_str()).filter(|text| !text.is_empty());
        ballots.prepare(&desk, passphrase)
    });
    let prepared = match prepared.await {
        Ok(prepared) => prepared,
        // What was entered is a secret: it is not shown again.
        Err(problem) => return item_again(&call, at, &Nothing {}, problem).await,
    };
    let ballots = call.site().part::<BallotBox>()?;
    by_officer(&call, move |txn, by| open(txn, by, at, &ballots, &prepared)).await?;
    Ok(to_item(at, "meetings.vote_opened_said"))
}

async fn close_vote(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    by_officer(&call, move |txn, by| close(txn, by, at)).await?;
    Ok(to_item(at, "meetings.vote_closed_said"))
}

async fn count(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(entered): Input<PassphraseEntered>,
) -> Answer<OfficePortal, Done> {
    // Only the own office may ask for the count.
    let (_, _, ballot) = by_officer(&call, move |txn, by| voted_upon(txn, by, at)).await?;
    let (ballots, desk, actor) = (call.site().part::<BallotBox>()?, call.desk().clone(), call.caller().actor());
    match aside(move || ballots.count(&desk, &actor, ballot, &entered.passphrase)).await {
        Ok(()) => Ok(to_item(at, "meetings.vote_counted_said")),
        Err(problem) => item_again(&call, at, &Nothing {}, problem).await,
    }
}

async fn call_off(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(_): Input<Nothing>,
) -> Answer<OfficePortal, Done> {
    let ballots = call.site().part::<BallotBox>()?;
    by_officer(&call, move |txn, by| abandon(txn, by, at, &ballots)).await?;
    Ok(to_item(at, "meetings.vote_abandoned_said"))
}

async fn decided(
    call: Call<OfficePortal>,
    Path(at): Path<At>,
    Input(entered): Input<DecisionEntered>,
) -> Answer<OfficePortal, Done> {
    let input = entered.clone();
    match by_officer(&call, move |txn, by| decide(txn, by, at, &input)).await {
        Ok(()) => Ok(to_item(at, "meetings.item_decided_said")),
        Err(problem) => item_again(&call, at, &entered, problem).await,
    }
}
