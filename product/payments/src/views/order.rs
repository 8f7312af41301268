//! One order with every step.

use ejia_db::Txn;
use ejia_kernel::{Fen, Instant, OrderId, OrganizationKind, Problem, RefundId};
use ejia_web::{Officer, Site};
use schemars::JsonSchema;
use serde::Serialize;

use super::{order_tone, refund_tone};
use crate::channel::ChannelKind;
use crate::events::EventKind;
use crate::model::{LineState, Order};
use crate::operations::look_after_refund;
use crate::rules::{MoneyVerdict, RefundProgress};
use crate::store::money::Money;
use crate::store::refunds::Refund;
use crate::store::{events, money, orders, refunds};

/// What an order pays for, a line each.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LineRow {
    pub(crate) organization: String,
    pub(crate) amount: Fen,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
}

/// Money that came in for an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MoneyRow {
    pub(crate) trade: String,
    pub(crate) amount: Fen,
    pub(crate) paid_at: Instant,
    pub(crate) learned: &'static str,
    pub(crate) verdict: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) reason: String,
}

/// Money that goes back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct RefundRow {
    pub(crate) id: String,
    pub(crate) order: Option<String>,
    pub(crate) channel: &'static str,
    pub(crate) amount: Fen,
    pub(crate) reason: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) fault: String,
    pub(crate) asked_at: Instant,
    pub(crate) ended_at: Option<Instant>,
    pub(crate) may_retry: bool,
    pub(crate) may_hand_back: bool,
}

impl RefundRow {
    pub(crate) fn of(site: &Site, by: &Officer, refund: Refund) -> Self {
        Self {
            id: refund.id.to_string(),
            order: refund.order_id.map(|id| id.to_string()),
            channel: refund.channel.label(),
            amount: refund.amount,
            reason: said(site, &refund.reason),
            state: refund.state.label(),
            tone: refund_tone(refund.state),
            fault: refund.fault,
            asked_at: refund.asked_at,
            ended_at: refund.ended_at,
            may_retry: refund.state == RefundProgress::Refused && by.kind() == OrganizationKind::CityCommittee,
            may_hand_back: refund.state == RefundProgress::ByHand,
        }
    }
}

/// One step of an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct StepRow {
    pub(crate) at: String,
    pub(crate) text: String,
    pub(crate) amount: Option<Fen>,
    pub(crate) detail: String,
}

/// An order with every step.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OrderView {
    pub(crate) id: String,
    pub(crate) payer: String,
    pub(crate) channel: &'static str,
    pub(crate) cash: bool,
    pub(crate) amount: Fen,
    pub(crate) remark: String,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) opened_at: Instant,
    pub(crate) expires_at: Instant,
    pub(crate) paid_at: Option<Instant>,
    pub(crate) trade: Option<String>,
    pub(crate) lines: Vec<LineRow>,
    /// How many lines are of organizations that the officer does not oversee, and their sum.
    pub(crate) others: usize,
    pub(crate) others_amount: Fen,
    pub(crate) moneys: Vec<MoneyRow>,
    pub(crate) refunds: Vec<RefundRow>,
    pub(crate) steps: Vec<StepRow>,
}

/// The order, if it holds a line of an organization of the officer's.
pub(crate) fn overseen(txn: &mut Txn<'_>, by: &Officer, id: OrderId) -> Result<Order, Problem> {
    let unknown = || Problem::not_found("payments.no_such_order");
    let order = orders::load(txn, id)?.ok_or_else(unknown)?;
    let tree = ejia_directory::tree(txn)?;
    let mut nodes = order.lines.iter().filter_map(|line| tree.get(line.organization_id));
    if nodes.any(|node| by.oversees(&node.path)) { Ok(order) } else { Err(unknown()) }
}

impl OrderView {
    pub(crate) fn of(txn: &mut Txn<'_>, site: &Site, by: &Officer, id: OrderId) -> Result<Self, Problem> {
        let order = overseen(txn, by, id)?;
        let tree = ejia_directory::tree(txn)?;
        let mine = |id| tree.get(id).is_some_and(|node| by.oversees(&node.path));
        let (own, others): (Vec<_>, Vec<_>) = order.lines.iter().partition(|line| mine(line.organization_id));
        let lines = own.into_iter().map(|line| LineRow {
            organization: tree.name(line.organization_id),
            amount: line.amount,
            state: line.state.label(),
            tone: if line.state == LineState::Settled { "good" } else { "plain" },
        });
        let moneys = money::of_order(txn, id)?;
        let steps = steps(txn, site, &order, &moneys)?;
        let refunds = refunds::of_order(txn, id)?;
        Ok(Self {
            id: order.id.to_string(),
            payer: order.payer.name().to_owned(),
            channel: order.channel.label(),
            cash: order.channel == ChannelKind::Cash,
            amount: order.amount,
            remark: order.remark.clone(),
            state: order.state.label(),
            tone: order_tone(order.state),
            opened_at: order.opened_at,
            expires_at: order.expires_at,
            paid_at: order.paid_at,
            trade: order.trade.clone(),
            lines: lines.collect(),
            others: others.len(),
            others_amount: Fen::new(others.iter().map(|line| line.amount.fen()).sum()),
            moneys: moneys.into_iter().map(|money| money_row(site, money)).collect(),
            refunds: refunds.into_iter().map(|refund| RefundRow::of(site, by, refund)).collect(),
            steps,
        })
    }
}

fn money_row(site: &Site, money: Money) -> MoneyRow {
    MoneyRow {
        trade: money.trade,
        amount: money.amount,
        paid_at: money.paid_at,
        learned: money.learned.label(),
        verdict: money.verdict.label(),
        tone: if money.verdict == MoneyVerdict::Settled { "good" } else { "wait" },
        reason: said(site, &money.reason),
    }
}

/// Every step in the order of time: the opening, each money that came, and what was unusual.
fn steps(txn: &mut Txn<'_>, site: &Site, order: &Order, moneys: &[Money]) -> Result<Vec<StepRow>, Problem> {
    let opened =
        if order.channel == ChannelKind::Cash { "支部登记现金交纳" } else { "订单开立，等待支付" };
    let mut steps = vec![(order.opened_at, step(order.opened_at, opened, Some(order.amount), String::new()))];
    for money in moneys {
        let text = format!("收到款项（{}）", money.learned.label());
        steps.push((money.taken_at, step(money.taken_at, &text, Some(money.amount), money.trade.clone())));
    }
    for event in events::of_order(txn, order.id)? {
        let because = matches!(event.kind, EventKind::GoesBack | EventKind::LineGoesBack | EventKind::TakenBack);
        let detail = if because { said(site, &event.detail) } else { event.detail };
        steps.push((event.at, step(event.at, event.kind.label(), event.amount, detail)));
    }
    // The sort is stable: what happened in one instant stays as it stands here.
    steps.sort_by_key(|(at, _)| *at);
    Ok(steps.into_iter().map(|(_, step)| step).collect())
}

fn step(at: Instant, text: &str, amount: Option<Fen>, detail: String) -> StepRow {
    StepRow { at: at.to_the_second(), text: text.to_owned(), amount, detail }
}

/// The sentence of a reason's code.
pub(crate) fn said(site: &Site, code: &str) -> String {
    if code.is_empty() { String::new() } else { site.sentence(code, &[]) }
}

/// A refund in cash that is about to be noted as handed back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct HandBackView {
    pub(crate) order: String,
    pub(crate) payer: String,
    pub(crate) refund: RefundRow,
}

impl HandBackView {
    pub(crate) fn of(txn: &mut Txn<'_>, site: &Site, by: &Officer, id: RefundId) -> Result<Self, Problem> {
        let found = refunds::load(txn, id)?;
        let refund = look_after_refund::overseen(txn, by, found)?;
        let order = overseen(txn, by, refund.order_id.ok_or_else(look_after_refund::no_such_refund)?)?;
        Ok(Self {
            order: order.id.to_string(),
            payer: order.payer.name().to_owned(),
            refund: RefundRow::of(site, by, refund),
        })
    }
}
