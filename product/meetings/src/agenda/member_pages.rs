//! The agenda at the member portal, on the web and inside WeChat: 【发表意见】, 【投票】, 【查票】.

use axum::extract::Path;
use ejia_ballots::Cast;
use ejia_db::Txn;
use ejia_kernel::{ItemId, MeetingId, Problem};
use ejia_web::{Answer, Asked, Call, Input, Look, Member, MemberPortal, Nothing, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::member_views::{MemberAgendaView, MemberItemView, PaperView};
use super::speak::{invited_to, speak};
use crate::Done;
use crate::authority::still_open;

const AGENDA: Page<MemberPortal, MemberAgendaView> = page!(MemberAgendaView, "member/meetings/agenda.html", "会议议题");
const ITEM: Page<MemberPortal, MemberItemView> = page!(MemberItemView, "member/meetings/item.html", "议题");
const PAPER: Page<MemberPortal, PaperView> = page!(PaperView, "member/meetings/vote.html", "投票");

/// The routes of agendas for members.
pub(crate) fn routes() -> Routes<MemberPortal> {
    Routes::new()
        .page("/member/meetings/{id}/agenda", AGENDA, agenda)
        .get("/member/meetings/{id}/agenda/{item}", item)
        .post("/member/meetings/{id}/agenda/{item}/opinion", say)
        .page("/member/meetings/{id}/agenda/{item}/vote", PAPER, paper)
        .post("/member/meetings/{id}/agenda/{item}/vote", vote)
        .post("/member/meetings/{id}/agenda/{item}/find", find)
}

type MemberLook<'a> = Look<'a, MemberPortal>;
type At = (MeetingId, ItemId);

fn agenda(txn: &mut Txn<'_>, look: &MemberLook<'_>, Path(id): &Path<MeetingId>) -> Result<MemberAgendaView, Problem> {
    MemberAgendaView::of(txn, look.caller(), *id)
}

fn paper(txn: &mut Txn<'_>, look: &MemberLook<'_>, Path(at): &Path<At>) -> Result<PaperView, Problem> {
    PaperView::of(txn, look.caller(), *at)
}

/// Reads something for the caller.
async fn for_caller<V: Send + 'static>(
    call: &Call<MemberPortal>,
    view: impl Fn(&mut Txn<'_>, &Member) -> Result<V, Problem> + Send + 'static,
) -> Result<V, Problem> {
    let caller = call.caller().clone();
    call.desk().read(move |txn| view(txn, &caller)).await
}

/// Which page of the published list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct ListAsked {
    page: String,
}

async fn item(
    call: Call<MemberPortal>,
    Path(at): Path<At>,
    Asked(asked): Asked<ListAsked>,
) -> Answer<MemberPortal, MemberItemView> {
    let page = asked.page.parse().unwrap_or(1);
    Ok(Reply::show(ITEM, for_caller(&call, move |txn, by| MemberItemView::of(txn, by, at, page)).await?))
}

/// What he says.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct OpinionEntered {
    said: String,
}

async fn say(
    call: Call<MemberPortal>,
    Path(at): Path<At>,
    Input(entered): Input<OpinionEntered>,
) -> Answer<MemberPortal, Done> {
    let (by, said) = (call.caller().clone(), entered.said.clone());
    match call.desk().write(move |txn| speak(txn, &by, at, &said)).await {
        Ok(()) => Ok(gone_on(at, "").saying("meetings.opinion_kept_said")),
        Err(problem) => item_again(&call, at, &entered, problem).await,
    }
}

fn gone_on((meeting, item): At, further: &str) -> Reply<MemberPortal, Done> {
    Reply::done(format!("/member/meetings/{meeting}/agenda/{item}{further}"), Done::of(meeting))
}

async fn item_again<V>(
    call: &Call<MemberPortal>,
    at: At,
    entered: &(impl Serialize + Sync),
    problem: Problem,
) -> Answer<MemberPortal, V> {
    if problem.fields.is_empty() {
        return Err(problem);
    }
    let view = for_caller(call, move |txn, by| MemberItemView::of(txn, by, at, 1)).await?;
    Reply::again(ITEM, view, entered, problem)
}

/// A voting paper as it comes back. It prints nothing of what it holds.
#[derive(Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct PaperEntered {
    code: String,
    mark: String,
    /// The places of what was chosen.
    chosen: Vec<String>,
}

impl PaperEntered {
    fn cast(self) -> Cast {
        // What is no number is no option either, and is refused as such.
        let chosen = self.chosen.iter().map(|place| place.parse().unwrap_or(usize::MAX)).collect();
        Cast { code: self.code, mark: self.mark, chosen }
    }
}

/// Nothing but the ballot is written here: no record, no message, no time.
async fn vote(
    call: Call<MemberPortal>,
    Path(at): Path<At>,
    Input(entered): Input<PaperEntered>,
) -> Answer<MemberPortal, Done> {
    let (by, cast) = (call.caller().clone(), entered.cast());
    let filled = cast.clone();
    let voted = call.desk().write(move |txn| {
        let (meeting, _, item) = invited_to(txn, &by, at)?;
        still_open(&meeting)?;
        let ballot = item.ballot_id.ok_or_else(|| Problem::conflict("ballots.not_open"))?;
        ejia_ballots::cast(txn, ballot, by.id(), &filled)
    });
    match voted.await {
        Ok(()) => Ok(gone_on(at, "/vote")),
        Err(problem) if problem.fields.is_empty() => Err(problem),
        Err(problem) => {
            // The code he has noted stays his.
            let view = for_caller(&call, move |txn, by| PaperView::of(txn, by, at)).await?;
            Reply::again(PAPER, view.again(&cast), &Nothing {}, problem)
        }
    }
}

/// The code of a ballot that is looked for.
#[derive(Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct CodeEntered {
    code: String,
}

async fn find(
    call: Call<MemberPortal>,
    Path(at): Path<At>,
    Input(entered): Input<CodeEntered>,
) -> Answer<MemberPortal, MemberItemView> {
    let code = entered.code.clone();
    match for_caller(&call, move |txn, by| MemberItemView::finding(txn, by, at, &code)).await {
        Ok(view) => Ok(Reply::show(ITEM, view)),
        Err(problem) => item_again(&call, at, &entered, problem).await,
    }
}
