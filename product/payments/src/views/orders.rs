//! The list of orders.

use ejia_db::Txn;
use ejia_kernel::{Date, Fen, Instant, OrderId, Problem};
use ejia_web::{Choice, Officer};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order_tone;
use crate::channel::ChannelKind;
use crate::model::{Order, OrderState};
use crate::store::search::{self, Wanted};

/// Orders of a page.
const PAGE: usize = 50;
/// The days that are shown when none are asked for, and the most that are.
const DAYS: i32 = 30;
const MOST_DAYS: i32 = 366;

/// What orders are asked for.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct OrdersAsked {
    /// Our number or the channel's.
    pub(crate) number: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) channel: String,
    pub(crate) state: String,
    pub(crate) after: String,
}

/// One order in a line.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OrderRow {
    pub(crate) id: String,
    pub(crate) opened_at: Instant,
    pub(crate) payer: String,
    pub(crate) channel: &'static str,
    pub(crate) amount: Fen,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
}

impl From<Order> for OrderRow {
    fn from(order: Order) -> Self {
        Self {
            id: order.id.to_string(),
            opened_at: order.opened_at,
            payer: order.payer.name().to_owned(),
            channel: order.channel.label(),
            amount: order.amount,
            state: order.state.label(),
            tone: order_tone(order.state),
        }
    }
}

/// A page of orders.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OrdersView {
    pub(crate) asked: OrdersAsked,
    pub(crate) lines: Vec<OrderRow>,
    pub(crate) channels: Vec<Choice>,
    pub(crate) states: Vec<Choice>,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl OrdersView {
    /// The orders that hold a line of an organization of the officer's, the latest first.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Officer, asked: &OrdersAsked) -> Result<Self, Problem> {
        let number = asked.number.trim();
        let (from, to) = days(txn.now().china_date(), asked);
        let mut shown = OrdersAsked { from: from.to_string(), to: to.to_string(), ..asked.clone() };
        let (found, next) = if number.is_empty() {
            listed(txn, by, &shown, from, to)?
        } else {
            shown = OrdersAsked { number: number.to_owned(), ..shown };
            (by_number(txn, by, number)?, None)
        };
        let first = (!asked.after.is_empty()).then(|| address(&shown, ""));
        Ok(Self {
            lines: found.into_iter().map(OrderRow::from).collect(),
            channels: ChannelKind::ALL.iter().map(|kind| Choice::of(kind.label(), kind.code())).collect(),
            states: OrderState::ALL.iter().map(|state| Choice::of(state.label(), state.code())).collect(),
            first,
            next,
            asked: shown,
        })
    }

    /// Whether something was looked for that can be taken back.
    pub(crate) fn searching(&self) -> bool {
        !self.asked.number.is_empty() || !self.asked.channel.is_empty() || !self.asked.state.is_empty()
    }
}

fn days(today: Date, asked: &OrdersAsked) -> (Date, Date) {
    let to = Date::parse_loose(&asked.to).unwrap_or(today);
    let from = Date::parse_loose(&asked.from).unwrap_or_else(|_| to.plus_days(-DAYS));
    (from.max(to.plus_days(-MOST_DAYS)), to)
}

fn listed(
    txn: &mut Txn<'_>,
    by: &Officer,
    asked: &OrdersAsked,
    from: Date,
    to: Date,
) -> Result<(Vec<Order>, Option<String>), Problem> {
    let organizations = if by.path().depth() == 1 {
        None
    } else {
        Some(ejia_directory::tree(txn)?.under(by.path()).map(|node| node.id).collect())
    };
    let after = asked.after.split_once('-').and_then(|(at, id)| {
        let id: OrderId = id.parse().ok()?;
        Some((Instant::from_ms(at.parse().ok()?), id))
    });
    let wanted = Wanted {
        from: Instant::start_of(from),
        until: Instant::start_of(to.plus_days(1)),
        channel: ChannelKind::from_code(&asked.channel),
        state: OrderState::from_code(&asked.state),
        organizations,
        after,
    };
    let mut found = search::orders(txn, &wanted, i64::try_from(PAGE + 1).unwrap_or(i64::MAX))?;
    let more = found.len() > PAGE;
    found.truncate(PAGE);
    let last = found.last().filter(|_| more).map(|order| format!("{}-{}", order.opened_at.ms(), order.id));
    Ok((found, last.map(|after| address(asked, &after))))
}

fn by_number(txn: &mut Txn<'_>, by: &Officer, number: &str) -> Result<Vec<Order>, Problem> {
    let Some(id) = search::by_number(txn, number)? else { return Ok(Vec::new()) };
    match super::order::overseen(txn, by, id) {
        Ok(order) => Ok(vec![order]),
        Err(problem) if problem.status() == 404 => Ok(Vec::new()),
        Err(problem) => Err(problem),
    }
}

fn address(asked: &OrdersAsked, after: &str) -> String {
    let OrdersAsked { number: _, from, to, channel, state, after: _ } = asked;
    let channel = ChannelKind::from_code(channel).map_or("", ChannelKind::code);
    let state = OrderState::from_code(state).map_or("", OrderState::code);
    format!("/office/payments/orders?from={from}&to={to}&channel={channel}&state={state}&after={after}")
}
