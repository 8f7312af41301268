//! What is shown of an order and of its receipt.

use std::collections::HashMap;

use ejia_db::Txn;
use ejia_documents::{Receipt, capital_amount};
use ejia_kernel::{BillId, Fen, Instant, MemberId, OrderId, Problem, labelled};
use ejia_payments::{ChannelKind, Departure, LineState, Order, OrderState, Payer, Returned};
use ejia_web::Member;
use schemars::JsonSchema;
use serde::Serialize;

use super::settle;
use super::views::{payer as payer_name, spelt};
use crate::bills::Bill;
use crate::bills::store::by_ids;

labelled! {
    /// How far an order has come, as its payer reads it.
    pub enum OrderStep {
        /// It can be paid.
        Waiting => "waiting", "等待支付";
        /// Its time is over; the channel is being asked.
        Checking => "checking", "正在核实";
        /// Paid, all of it counts.
        Paid => "paid", "交纳成功";
        /// Paid, part of it goes back.
        Partly => "partly", "部分交纳成功";
        /// Paid, and all of it goes back.
        Back => "back", "款项退回";
        /// Nobody paid.
        Closed => "closed", "已关闭";
    }
}

impl OrderStep {
    /// How far the order has come at this instant.
    pub(super) fn of(order: &Order, now: Instant) -> Self {
        let settled = order.lines.iter().filter(|line| line.state == LineState::Settled).count();
        match order.state {
            OrderState::Open if now < order.expires_at => Self::Waiting,
            OrderState::Open => Self::Checking,
            OrderState::Closed => Self::Closed,
            OrderState::Paid if settled == 0 => Self::Back,
            OrderState::Paid if settled < order.lines.len() => Self::Partly,
            OrderState::Paid => Self::Paid,
        }
    }
}

/// One line of an order or a receipt.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct PaidLine {
    pub(crate) name: String,
    pub(crate) branch: String,
    pub(crate) month: String,
    pub(crate) amount: Fen,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    #[serde(skip)]
    member: MemberId,
    #[serde(skip)]
    settled: bool,
}

/// Money of an order that goes back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct BackView {
    pub(crate) amount: Fen,
    /// The code of the reason; the page puts its sentence in its place.
    pub(crate) reason: String,
    pub(crate) progress: &'static str,
    pub(crate) at: Instant,
}

impl From<&Returned> for BackView {
    fn from(back: &Returned) -> Self {
        let reason = back.reason.clone();
        Self {
            amount: back.amount,
            reason,
            progress: back.progress.label(),
            at: back.ended_at.unwrap_or(back.asked_at),
        }
    }
}

/// The way to the counter.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub(crate) struct LeaveView {
    /// An address to follow; empty when a form is sent.
    pub(crate) link: String,
    /// Where the form is sent.
    pub(crate) action: String,
    pub(crate) charset: &'static str,
    pub(crate) fields: Vec<(String, String)>,
}

impl From<Departure> for LeaveView {
    fn from(departure: Departure) -> Self {
        match departure {
            Departure::Link(link) => Self { link, ..Self::default() },
            Departure::Form { action, charset, fields } => Self { link: String::new(), action, charset, fields },
        }
    }
}

/// The page of an order.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct OrderView {
    pub(crate) id: String,
    pub(crate) step: OrderStep,
    pub(crate) amount: Fen,
    pub(crate) channel: &'static str,
    pub(crate) remark: String,
    pub(crate) until: Instant,
    pub(crate) paid_at: Option<Instant>,
    pub(crate) lines: Vec<PaidLine>,
    pub(crate) back: Vec<BackView>,
    /// The way to the counter while it can be paid.
    pub(crate) leave: Option<LeaveView>,
    /// Why there is none, where the channel has none to offer.
    pub(crate) no_way: String,
}

impl OrderView {
    /// Whether the page looks again by itself.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.step, OrderStep::Waiting | OrderStep::Checking)
    }

    /// Whether all of it counts.
    pub(crate) fn is_done(&self) -> bool {
        self.step == OrderStep::Paid
    }

    /// Whether part of it counts.
    pub(crate) fn is_partly(&self) -> bool {
        self.step == OrderStep::Partly
    }

    /// Whether all of it goes back.
    pub(crate) fn is_back(&self) -> bool {
        self.step == OrderStep::Back
    }

    /// Whether nobody paid.
    pub(crate) fn is_closed(&self) -> bool {
        self.step == OrderStep::Closed
    }

    /// Whether its time is over and the channel has not said yet what became of it.
    pub(crate) fn is_checking(&self) -> bool {
        self.step == OrderStep::Checking
    }

    /// What counts, in sum.
    pub(crate) fn settled(&self) -> Fen {
        Fen::new(self.lines.iter().filter(|line| line.settled).map(|line| line.amount.fen()).sum())
    }
}

/// The member's own order, for dues.
///
/// # Errors
/// `dues.no_such_order` when it is another's.
pub(super) fn own_order(txn: &mut Txn<'_>, by: &Member, id: OrderId) -> Result<Order, Problem> {
    ejia_payments::order(txn, id)?
        .filter(|order| order.purpose == settle::NAME && is_payer(order, by))
        .ok_or_else(|| Problem::not_found("dues.no_such_order"))
}

/// The page of an order, without the way to the counter.
///
/// # Errors
/// As [`own_order`].
pub(super) fn order_view(txn: &mut Txn<'_>, by: &Member, id: OrderId) -> Result<(Order, OrderView), Problem> {
    let order = own_order(txn, by, id)?;
    let view = OrderView {
        id: id.to_string(),
        step: OrderStep::of(&order, txn.now()),
        amount: order.amount,
        channel: order.channel.label(),
        remark: order.remark.clone(),
        until: order.expires_at,
        paid_at: order.paid_at,
        lines: lines(txn, &order)?,
        back: ejia_payments::returned_of(txn, id)?.iter().map(BackView::from).collect(),
        leave: None,
        no_way: String::new(),
    };
    Ok((order, view))
}

fn is_payer(order: &Order, by: &Member) -> bool {
    matches!(order.payer, Payer::Member(payer, _) if payer == by.id())
}

/// The lines with whose bill of which month each pays, by member and month.
fn lines(txn: &mut Txn<'_>, order: &Order) -> Result<Vec<PaidLine>, Problem> {
    let ids: Vec<BillId> = order.lines.iter().filter_map(|line| line.subject.parse().ok()).collect();
    let bills: HashMap<String, Bill> = by_ids(txn, &ids)?.into_iter().map(|bill| (bill.id.to_string(), bill)).collect();
    let tree = ejia_directory::tree(txn)?;
    let mut found: Vec<(&Bill, PaidLine)> = Vec::with_capacity(bills.len());
    for line in &order.lines {
        let Some(bill) = bills.get(&line.subject) else { continue };
        let (state, tone) = match line.state {
            LineState::Open => ("待支付", "wait"),
            LineState::Settled => ("已交", "good"),
            LineState::GivenBack if order.channel == ChannelKind::Cash => ("已冲销", "plain"),
            LineState::GivenBack => ("退回", "plain"),
        };
        let view = PaidLine {
            name: bill.member_name.clone(),
            branch: tree.name(line.organization_id),
            month: if bill.sequence == 0 { spelt(bill.month) } else { format!("{}补差", spelt(bill.month)) },
            amount: line.amount,
            state,
            tone,
            member: bill.member_id,
            settled: line.state == LineState::Settled,
        };
        found.push((bill, view));
    }
    found.sort_by_key(|(bill, _)| (bill.member_id, bill.month, bill.sequence));
    Ok(found.into_iter().map(|(_, view)| view).collect())
}

/// The page of a receipt: for the payer all that was paid, for a member whose dues another paid his own lines.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReceiptView {
    /// The number: the order's.
    pub(crate) id: String,
    pub(crate) payer: String,
    pub(crate) paid_at: Option<Instant>,
    /// Cash is known by its day only.
    pub(crate) by_day: bool,
    pub(crate) channel: &'static str,
    pub(crate) remark: String,
    pub(crate) lines: Vec<PaidLine>,
    pub(crate) total: Fen,
    pub(crate) capitals: String,
    /// What has gone back since; shown to the payer.
    pub(crate) back: Vec<BackView>,
    /// Whether it shows only part of the order.
    pub(crate) own_only: bool,
}

impl ReceiptView {
    /// The receipt as this member may see it.
    ///
    /// # Errors
    /// `dues.no_such_receipt` when nothing in it is his, or nothing of it counts.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Member, id: OrderId) -> Result<Self, Problem> {
        let missing = || Problem::not_found("dues.no_such_receipt");
        let order = ejia_payments::order(txn, id)?.filter(|order| order.purpose == settle::NAME).ok_or_else(missing)?;
        let payer = is_payer(&order, by);
        let mut lines = lines(txn, &order)?;
        lines.retain(|line| line.settled && (payer || line.member == by.id()));
        if order.state != OrderState::Paid || lines.is_empty() {
            return Err(missing());
        }
        let total = Fen::new(lines.iter().map(|line| line.amount.fen()).sum());
        let back = if payer { ejia_payments::returned_of(txn, id)? } else { Vec::new() };
        Ok(Self {
            id: id.to_string(),
            payer: payer_name(order.payer.name(), order.channel == ChannelKind::Cash),
            paid_at: order.paid_at,
            by_day: order.channel == ChannelKind::Cash,
            channel: order.channel.label(),
            remark: if payer { order.remark.clone() } else { String::new() },
            capitals: capital_amount(total),
            own_only: lines.len() < order.lines.len() && !payer,
            lines,
            total,
            back: back.iter().map(BackView::from).collect(),
        })
    }

    /// The day or the instant it was paid, as words.
    pub(crate) fn when(&self) -> String {
        match self.paid_at {
            Some(at) if self.by_day => at.china_date().to_string(),
            Some(at) => at.to_string(),
            None => String::new(),
        }
    }

    /// The receipt on paper.
    pub(super) fn paper(&self) -> Receipt {
        let fact = |word: &str, value: &str| (word.to_owned(), value.to_owned());
        let mut facts =
            vec![fact("交纳人", &self.payer), fact("交纳时间", &self.when()), fact("交纳方式", self.channel)];
        if !self.remark.is_empty() {
            facts.push(fact("备注", &self.remark));
        }
        for back in &self.back {
            facts.push(fact("其后退回", &format!("{} 元，{}", back.amount, back.reason)));
        }
        let row =
            |line: &PaidLine| [line.name.clone(), line.branch.clone(), line.month.clone(), line.amount.to_string()];
        Receipt {
            title: "党费交纳电子收据".to_owned(),
            number: self.id.clone(),
            facts,
            columns: ["党员", "党支部", "月份", "金额（元）"],
            rows: self.lines.iter().map(row).collect(),
            capitals: self.capitals.clone(),
            sum: self.total.to_string(),
            note: "本收据由党建e家根据交纳记录生成。".to_owned(),
        }
    }
}
