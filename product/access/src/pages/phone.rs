//! The phone's way in: to WeChat and back, and 【身份绑定】 for who is not bound.

use ejia_kernel::{OpenId, Problem};
use ejia_web::{Answer, Asked, Call, Either, Front, Input, Nothing, Opening, Page, Reply, Routes, aside, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{came, filled, onward, opens};
use crate::official::{EntryFault, WechatEntry};
use crate::operations::binding::{Bound, bind, knock_to_bind};
use crate::operations::entry::{Entered, enter, send_away, take_back, waiting};
use crate::rules::folded;
use crate::views::{EntryView, LoggedIn};

const ENTRY: Page<Front, EntryView> = page!(EntryView, "member/access/entry.html", "微信登录");
const BIND: Page<Front, Nothing> = page!(Nothing, "member/access/bind.html", "身份绑定");

/// Where a phone begins: 首页, which is the member portal's.
const ROOT: &str = "/wechat";
const BINDING: &str = "/wechat/bind";
/// No code of WeChat's is longer.
const LONGEST_CODE: usize = 512;

pub(super) fn front() -> Routes<Front> {
    Routes::new()
        .get("/wechat/enter", go_away)
        .get("/wechat/oauth", come_back)
        .get(BINDING, bind_page)
        .post(BINDING, bind_here)
}

/// The way in through WeChat, where one is set up.
pub(super) fn way_in(call: &Call<Front>) -> Option<std::sync::Arc<WechatEntry>> {
    call.site().part::<WechatEntry>().ok()
}

/// Where a phone goes: a page under `/wechat`, else the first one.
pub(super) fn on_phone(next: &str) -> String {
    onward(next, &[ROOT], ROOT)
}

/// Where a phone comes in through WeChat.
pub(super) fn entering(next: &str) -> String {
    let next = if next == ROOT { "" } else { next };
    ejia_directory::asking("/wechat/enter", &[("to", next)])
}

/// Where it comes in by password, WeChat or not.
pub(super) fn by_password(next: &str) -> String {
    let next = if next == ROOT { "" } else { next };
    ejia_directory::asking("/wechat/login", &[("by", "password"), ("next", next)])
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct To {
    to: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Back {
    code: String,
    state: String,
}

#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct BindForm {
    // Never shown again: what passes WeChat's browser holds no number.
    #[serde(skip_serializing)]
    id_card: String,
    #[serde(skip_serializing)]
    password: String,
}

async fn go_away(call: Call<Front>, Asked(asked): Asked<To>) -> Answer<Front> {
    let to = on_phone(&asked.to);
    let Some(entry) = way_in(&call) else {
        let view = EntryView { again: String::new(), login: by_password(&to) };
        return Reply::again(ENTRY, view, &Nothing {}, Problem::refused("access.wechat_not_set_up"));
    };
    let mark = call.mark().map(str::to_owned);
    let away = call.desk().write(move |txn| send_away(txn, mark.as_deref(), &to)).await?;
    Ok(Reply::away(entry.away(&away.state), Nothing {}).marking(away.mark))
}

/// In, or on to binding first.
type ComingIn = Either<Opening<LoggedIn>, Nothing>;

async fn come_back(call: Call<Front>, Asked(back): Asked<Back>) -> Answer<Front, ComingIn> {
    let (state, mark) = (back.state, call.mark().map(str::to_owned));
    let to = match call.desk().write(move |txn| take_back(txn, &state, mark.as_deref())).await {
        Ok(to) => to,
        Err(problem) => return not_in(ROOT, problem),
    };
    let open_id = match whose(&call, back.code).await {
        Ok(open_id) => open_id,
        Err(problem) => return not_in(&to, problem),
    };
    let (wanted, came) = (to.clone(), came(&call));
    match call.desk().write(move |txn| enter(txn, &open_id, &wanted, &came)).await? {
        Entered::In(token) if to == BINDING => Ok(inside(ROOT, token).saying("access.wechat_bound_already").left()),
        Entered::In(token) => Ok(inside(&to, token).left()),
        Entered::Unbound(mark) => Ok(Reply::done(BINDING, Nothing {}).marking(mark).right()),
    }
}

/// Whose code this is. WeChat is asked beside the threads that answer.
async fn whose(call: &Call<Front>, code: String) -> Result<OpenId, Problem> {
    let entry = way_in(call).ok_or_else(|| Problem::refused("access.wechat_not_set_up"))?;
    if code.is_empty() || code.len() > LONGEST_CODE {
        return Err(Problem::refused("access.wechat_refused"));
    }
    let account = entry.account();
    match aside(move || Ok(account.open_id(&code))).await {
        Ok(Ok(open_id)) => Ok(open_id),
        Ok(Err(EntryFault::Refused(number))) => {
            tracing::info!(%number, "WeChat has refused a code");
            Err(Problem::refused("access.wechat_refused"))
        }
        Ok(Err(EntryFault::Unreachable(reason))) => {
            tracing::warn!(%reason, "WeChat was not asked who somebody is");
            Err(Problem::refused("access.wechat_unreachable"))
        }
        Err(problem) if problem.kind == ejia_kernel::ProblemKind::Busy => {
            Err(Problem::refused("access.wechat_unreachable"))
        }
        Err(problem) => Err(problem),
    }
}

/// The page that says why, and where to try again.
fn not_in<V>(to: &str, problem: Problem) -> Answer<Front, V> {
    Reply::again(ENTRY, EntryView { again: entering(to), login: by_password(to) }, &Nothing {}, problem)
}

fn inside(to: &str, token: String) -> Reply<Front, Opening<LoggedIn>> {
    Reply::done(to, LoggedIn { go: to.to_owned() }).opening_session(token).unmarking()
}

async fn bind_page(call: Call<Front>) -> Answer<Front> {
    let mark = call.mark().map(str::to_owned);
    match call.desk().read(move |txn| waiting(txn, mark.as_deref()).map(drop)).await {
        Ok(()) => Ok(Reply::show(BIND, Nothing {})),
        // Who opens the page by itself is asked who he is first, and comes back.
        Err(problem) if problem.code == "access.entry_gone" => Ok(Reply::done(entering(BINDING), Nothing {})),
        Err(problem) => Err(problem),
    }
}

async fn bind_here(call: Call<Front>, Input(form): Input<BindForm>) -> Answer<Front, Opening<LoggedIn>> {
    match bound(&call, &form).await {
        Ok(Bound { token, onward }) => {
            let to = if onward == BINDING { ROOT } else { &onward };
            Ok(inside(to, token).saying("access.wechat_bound_said"))
        }
        Err(problem) if problem.code == "access.entry_gone" => not_in(BINDING, problem),
        Err(problem) => Reply::again(BIND, Nothing {}, &form, problem),
    }
}

async fn bound(call: &Call<Front>, form: &BindForm) -> Result<Bound, Problem> {
    filled(&[
        ("id_card", &form.id_card, "access.id_card_missing"),
        ("password", &form.password, "access.password_missing"),
    ])?;
    let (mark, id_card, address) = (call.mark().map(str::to_owned), form.id_card.clone(), call.address().to_owned());
    let knocked = mark.clone();
    let knock = call.desk().write(move |txn| knock_to_bind(txn, knocked.as_deref(), &id_card, &address)).await?;
    let right = opens(call.desk(), knock.secret(), folded(&form.password)).await?;
    let came = came(call);
    call.desk().write(move |txn| bind(txn, mark.as_deref(), &knock, right, &came)).await?.answer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_goes_on_only_under_its_own_root() {
        for to in ["/wechat/dues", "/wechat", "/wechat/check-in/abc?x=1", "/wechat/meetings?q=.."] {
            assert_eq!(on_phone(to), to);
        }
        for to in [
            "",
            "/",
            "/member/record",
            "/office",
            "/wechatty",
            "https://elsewhere.example/wechat",
            "//elsewhere.example/wechat",
            "/wechat/../member/record",
            "/wechat/%2e%2E/member/record",
            "/wechat/.%2e/member",
            "/wechat/\\elsewhere.example",
            "/wechat\r\nset-cookie: a=b",
            "javascript:alert(1)",
        ] {
            assert_eq!(on_phone(to), "/wechat", "{to}");
        }
        assert_eq!(entering("/wechat/check-in/a?b=c"), "/wechat/enter?to=%2Fwechat%2Fcheck-in%2Fa%3Fb%3Dc");
        assert_eq!(entering("/wechat"), "/wechat/enter");
        assert_eq!(by_password(""), "/wechat/login?by=password");
    }
}
