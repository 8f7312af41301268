//! The console for people.

use std::time::Duration;

use ejia_counter::{Counter, OrderLine};
use ejia_kernel::{Instant, Problem};
use ejia_payments::ChannelKind;
use ejia_sms::sandbox::{InboxLine, Mood};
use ejia_web::{Answer, Asked, Call, Choice, Front, Input, Nothing, Page, Reply, Routes, page};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::api::read_time;
use super::{Console, DemoAccount, DemoPortal, phone};

const CONSOLE: Page<Front, ConsoleView> = page!(ConsoleView, "sandbox/console.html", "演示控制台");
const INBOX: Page<Front, InboxView> = page!(InboxView, "sandbox/inbox.html", "演示控制台");

/// How many orders at the counters the page shows.
const ORDERS: usize = 20;
/// How many letters the page shows.
const LETTERS: usize = 30;

/// What a mood is called on the page.
const MOODS: [(Mood, &str); 9] = [
    (Mood::Kind, "一切正常"),
    (Mood::Slow, "收下短信，过一会儿才回应"),
    (Mood::Silent, "收下短信，但不回应"),
    (Mood::Deaf, "不收也不回应"),
    (Mood::Broken, "系统故障（HTTP 500）"),
    (Mood::Limiting, "发送过于频繁，拒绝"),
    (Mood::ReportTwice, "送达报告发两次"),
    (Mood::ReportFailed, "报告未能送达"),
    (Mood::NoReport, "不发送达报告"),
];

/// The console's pages, to be mounted with the site's other routes; the site needs a [`Console`] as a part.
pub fn routes() -> Routes<Front> {
    Routes::new()
        .get("/sandbox/", show)
        .get("/sandbox/sms", inbox)
        .post("/sandbox/clock", set_clock)
        .post("/sandbox/sms/mood", set_mood)
        .merge(phone::routes())
}

/// Everything on the console.
#[derive(Serialize, JsonSchema)]
struct ConsoleView {
    now: String,
    now_field: String,
    steps: Vec<Choice>,
    members: Vec<AccountRow>,
    officers: Vec<AccountRow>,
    inbox: InboxView,
    orders: Vec<BankRow>,
    #[schemars(with = "String")]
    mood: Mood,
    moods: Vec<Choice>,
}

impl ConsoleView {
    /// The present mood as the select sends it.
    fn mood_code(&self) -> String {
        serde_json::to_value(self.mood).ok().and_then(|code| Some(code.as_str()?.to_owned())).unwrap_or_default()
    }
}

/// One account as the page shows it.
#[derive(Serialize, JsonSchema)]
struct AccountRow {
    name: String,
    login: String,
    password: String,
    phone: String,
    organization: String,
    organization_code: String,
    kind: &'static str,
    first_login: bool,
}

/// One order at a bank's counter.
#[derive(Serialize, JsonSchema)]
struct BankRow {
    bank: &'static str,
    number: String,
    yuan: String,
    state: &'static str,
    href: String,
}

/// The inbox, of one phone or of all.
#[derive(Serialize, JsonSchema)]
struct InboxView {
    phone: String,
    letters: Vec<LetterRow>,
}

#[derive(Serialize, JsonSchema)]
struct LetterRow {
    to: String,
    text: String,
    at: String,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(default)]
struct AskedInbox {
    phone: String,
}

async fn show(call: Call<Front>, Asked(asked): Asked<AskedInbox>) -> Answer<Front, ConsoleView> {
    Ok(Reply::show(CONSOLE, console_view(&call, asked.phone).await?))
}

async fn inbox(call: Call<Front>, Asked(asked): Asked<AskedInbox>) -> Answer<Front, InboxView> {
    Ok(Reply::show(INBOX, inbox_view(call.site().part::<Console>()?.as_ref(), &asked.phone)))
}

/// A new time, or a step from the present one.
#[derive(Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
struct SetClock {
    now: String,
    step: String,
}

async fn set_clock(call: Call<Front>, Input(input): Input<SetClock>) -> Answer<Front> {
    let now = call.desk().now();
    let Some(set) = step(now, &input.step).or_else(|| read_time(&input.now)) else {
        let problem = Problem::refused("sandbox.clock_not_understood").on("now", "sandbox.clock_not_understood");
        return Reply::again(CONSOLE, console_view(&call, String::new()).await?, &input, problem);
    };
    call.desk().clock().set(set);
    Ok(Reply::done("/sandbox/", Nothing {}).saying_with("sandbox.clock_set", vec![("now", set.to_string())]))
}

#[derive(Deserialize, JsonSchema)]
struct SetMood {
    #[schemars(with = "String")]
    mood: Mood,
}

async fn set_mood(call: Call<Front>, Input(input): Input<SetMood>) -> Answer<Front> {
    call.site().part::<Console>()?.sms.behave(input.mood);
    let label = MOODS.iter().find(|(mood, _)| *mood == input.mood).map_or("", |(_, label)| label);
    Ok(Reply::done("/sandbox/", Nothing {}).saying_with("sandbox.mood_set", vec![("mood", label.to_owned())]))
}

/// Where a step leads from now.
fn step(now: Instant, step: &str) -> Option<Instant> {
    match step {
        "hour" => Some(now.plus(Duration::from_hours(1))),
        "day" => Some(now.plus(Duration::from_hours(24))),
        "week" => Some(now.plus(Duration::from_hours(7 * 24))),
        "sixteenth" => (1..=32).map(|days| now.plus(Duration::from_hours(24 * days))).find_map(|day| {
            let date = day.china_date().to_string();
            date.ends_with("-16").then(|| format!("{date}T09:00:00+08:00").parse().ok()).flatten()
        }),
        _ => None,
    }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice::of(label, value)
}

async fn console_view(call: &Call<Front>, phone: String) -> Result<ConsoleView, Problem> {
    let console = call.site().part::<Console>()?;
    let (members, officers): (Vec<DemoAccount>, Vec<DemoAccount>) =
        console.accounts().await?.into_iter().partition(|account| account.portal == DemoPortal::Member);
    let now = call.desk().now();
    Ok(ConsoleView {
        now: now.to_the_second(),
        now_field: now.to_string().replace(' ', "T"),
        steps: vec![
            choice("hour", "前进一小时"),
            choice("day", "前进一天"),
            choice("week", "前进一周"),
            choice("sixteenth", "到下一个16日"),
        ],
        members: members.into_iter().map(row).collect(),
        officers: officers.into_iter().map(row).collect(),
        inbox: inbox_view(&console, &phone),
        orders: console.bank.as_ref().map_or_else(Vec::new, bank_rows),
        mood: console.sms.mood(),
        moods: MOODS
            .iter()
            .filter_map(|(mood, label)| {
                let value = serde_json::to_value(mood).ok()?;
                Some(choice(value.as_str()?, label))
            })
            .collect(),
    })
}

fn row(account: DemoAccount) -> AccountRow {
    let DemoAccount {
        portal: _,
        name,
        login,
        password,
        phone,
        organization,
        organization_code,
        organization_kind,
        first_login,
    } = account;
    let kind = organization_kind.label();
    AccountRow { name, login, password, phone, organization, organization_code, kind, first_login }
}

fn bank_rows(counter: &Counter) -> Vec<BankRow> {
    let row = |order: OrderLine| {
        let href = ejia_counter::cashier_path(&order.channel, &order.no);
        let bank = ChannelKind::from_code(&order.channel).map_or("", ChannelKind::label);
        BankRow { bank, number: order.no, yuan: order.yuan, state: order.state.label(), href }
    };
    counter.orders(ORDERS).into_iter().map(row).collect()
}

fn inbox_view(console: &Console, phone: &str) -> InboxView {
    let phone = phone.trim().to_owned();
    let letters = console.sms.inbox(Some(phone.as_str()).filter(|phone| !phone.is_empty()));
    let letters = letters.into_iter().take(LETTERS).map(|InboxLine { to, text, at }| {
        let at = at.parse::<Instant>().map_or(at, Instant::to_the_second);
        LetterRow { to, text, at }
    });
    InboxView { phone, letters: letters.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_sixteenth_is_found_also_across_a_year() {
        let to = |from: &str| step(from.parse().unwrap(), "sixteenth").unwrap().rfc3339();
        assert_eq!(to("2026-03-15T23:30:00+08:00"), "2026-03-16T09:00:00+08:00");
        assert_eq!(to("2026-03-16T08:00:00+08:00"), "2026-04-16T09:00:00+08:00");
        assert_eq!(to("2026-12-20T08:00:00+08:00"), "2027-01-16T09:00:00+08:00");
        assert!(step("2026-12-20T08:00:00+08:00".parse().unwrap(), "back").is_none());
    }
}
