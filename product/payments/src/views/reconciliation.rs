//! 对账: a month of statements, differences, refused refunds, and the journal's sums.

use ejia_db::Txn;
use ejia_kernel::{Date, Fen, Instant, Month, Problem};
use ejia_web::{Choice, Officer, Site};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::order::RefundRow;
use crate::channel::{ChannelKind, StatementKind};
use crate::journal::account_label;
use crate::operations::explain::city_only;
use crate::reconciliation::{DifferenceKind, DifferenceState, Remedy, days_due};
use crate::store::differences::{self, Found};
use crate::store::{events, journal, refunds};

/// Refused refunds that are shown at most.
const REFUSED: i64 = 100;

/// Which month, which channel.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default)]
pub(crate) struct MonthAsked {
    pub(crate) month: String,
    pub(crate) channel: String,
}

/// A day of a channel.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DayRow {
    pub(crate) day: Date,
    pub(crate) channel: &'static str,
    /// Whether its statement was compared.
    pub(crate) compared: bool,
    pub(crate) payments: i64,
    pub(crate) paid: Fen,
    pub(crate) refunds: i64,
    pub(crate) refunded: Fen,
    /// Differences of the day, and those that are open.
    pub(crate) differences: usize,
    pub(crate) open: usize,
}

/// A difference, what it means, and what was done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DifferenceRow {
    pub(crate) id: String,
    pub(crate) day: Date,
    pub(crate) channel: &'static str,
    pub(crate) about: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) number: String,
    pub(crate) trade: String,
    pub(crate) here: Option<Fen>,
    pub(crate) there: Option<Fen>,
    pub(crate) order: Option<String>,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) open: bool,
    pub(crate) done: String,
}

/// An account's movements.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct AccountRow {
    pub(crate) account: String,
    pub(crate) debit: Fen,
    pub(crate) credit: Fen,
}

/// What came in and was not believed or is nobody's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct NoteRow {
    pub(crate) at: Instant,
    pub(crate) channel: &'static str,
    pub(crate) text: &'static str,
    pub(crate) amount: Option<Fen>,
    pub(crate) detail: String,
}

/// A month of reconciliation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct MonthView {
    pub(crate) month: Month,
    pub(crate) channel: String,
    pub(crate) channels: Vec<Choice>,
    /// The month's sign: differences that are open, over all channels.
    pub(crate) unreconciled: i64,
    /// Days whose statement should be there and is not.
    pub(crate) missing: usize,
    pub(crate) days: Vec<DayRow>,
    pub(crate) differences: Vec<DifferenceRow>,
    pub(crate) refused: Vec<RefundRow>,
    pub(crate) accounts: Vec<AccountRow>,
    pub(crate) debit: Fen,
    pub(crate) credit: Fen,
    pub(crate) notes: Vec<NoteRow>,
    pub(crate) earlier: String,
    pub(crate) later: Option<String>,
}

impl MonthView {
    /// The month, for the city committee.
    pub(crate) fn of(
        txn: &mut Txn<'_>,
        site: &Site,
        by: &Officer,
        offered: &[ChannelKind],
        asked: &MonthAsked,
    ) -> Result<Self, Problem> {
        city_only(by)?;
        let this = Month::of(txn.now().china_date());
        let month = asked.month.parse().unwrap_or(this);
        let channel = ChannelKind::from_code(&asked.channel);
        let first = Instant::start_of(month.day(1).ok_or_else(|| Problem::fault("a month without a first day"))?);
        let (first, last) = (first.china_date(), first.china_date().plus_months(1).plus_days(-1));
        let found = differences::between(txn, channel, first, last)?;
        let days = days(txn, offered, channel, (first, last), &found)?;
        let sums = journal::sums(txn, first, last)?;
        let total = |side: fn(&journal::Sum) -> Fen| Fen::new(sums.iter().map(|sum| side(sum).fen()).sum());
        let refused = refunds::refused(txn, REFUSED)?;
        Ok(Self {
            month,
            channel: channel.map_or("", ChannelKind::code).to_owned(),
            channels: offered.iter().map(|kind| Choice::of(kind.label(), kind.code())).collect(),
            unreconciled: differences::open_between(txn, first, last)?,
            missing: days.iter().filter(|day| !day.compared).count(),
            days,
            differences: found.into_iter().map(difference_row).collect(),
            refused: refused.into_iter().map(|refund| RefundRow::of(site, by, refund)).collect(),
            debit: total(|sum| sum.debit),
            credit: total(|sum| sum.credit),
            accounts: sums
                .into_iter()
                .map(|sum| AccountRow { account: account_label(&sum.account), debit: sum.debit, credit: sum.credit })
                .collect(),
            notes: notes(txn, offered, channel, first, last)?,
            earlier: address(month.previous(), channel),
            later: (month < this).then(|| address(month.next(), channel)),
        })
    }
}

/// The address of a month.
pub(crate) fn address(month: Month, channel: Option<ChannelKind>) -> String {
    format!("/office/payments/reconciliation?month={month}&channel={}", channel.map_or("", ChannelKind::code))
}

/// The days whose statements were compared, and those whose statements are missing, the latest first.
fn days(
    txn: &mut Txn<'_>,
    offered: &[ChannelKind],
    only: Option<ChannelKind>,
    (first, last): (Date, Date),
    found: &[Found],
) -> Result<Vec<DayRow>, Problem> {
    let wanted = |kind: ChannelKind| only.is_none_or(|only| only == kind);
    let mut rows: Vec<DayRow> = Vec::new();
    let compared = differences::statements(txn, first, last)?;
    for done in compared.iter().filter(|done| wanted(done.channel)) {
        rows.push(DayRow {
            compared: true,
            payments: done.totals.payments,
            paid: Fen::new(done.totals.paid),
            refunds: done.totals.refunds,
            refunded: Fen::new(done.totals.refunded),
            ..empty_day(done.channel, done.day, found)
        });
    }
    let due = differences::first_order(txn)?.map(|since| days_due(since, txn.now())).unwrap_or_default();
    for day in due.into_iter().filter(|day| (first..=last).contains(day)) {
        for kind in offered.iter().copied().filter(|kind| wanted(*kind)) {
            if !compared.iter().any(|done| done.channel == kind && done.day == day) {
                rows.push(empty_day(kind, day, found));
            }
        }
    }
    rows.sort_by(|a, b| b.day.cmp(&a.day).then(a.channel.cmp(b.channel)));
    Ok(rows)
}

fn empty_day(channel: ChannelKind, day: Date, found: &[Found]) -> DayRow {
    let of_day = || found.iter().filter(|found| found.what.channel == channel && found.what.day == day);
    DayRow {
        day,
        channel: channel.label(),
        compared: false,
        payments: 0,
        paid: Fen::ZERO,
        refunds: 0,
        refunded: Fen::ZERO,
        differences: of_day().count(),
        open: of_day().filter(|found| found.state == DifferenceState::Open).count(),
    }
}

fn difference_row(found: Found) -> DifferenceRow {
    let Found { id, what, state, remedy, note } = found;
    DifferenceRow {
        id: id.to_string(),
        day: what.day,
        channel: what.channel.label(),
        about: what.about.label(),
        kind: what.kind.label(),
        meaning: meaning(what.kind, what.about),
        number: what.number,
        trade: what.trade,
        here: what.here,
        there: what.there,
        order: what.order_id.map(|id| id.to_string()),
        state: state.label(),
        tone: if state == DifferenceState::Open { "bad" } else { "good" },
        open: state == DifferenceState::Open,
        done: if remedy == Remedy::None { note } else { remedy.label().to_owned() },
    }
}

/// What a difference means, and what to do about it.
const fn meaning(kind: DifferenceKind, about: StatementKind) -> &'static str {
    use DifferenceKind::{AmountDiffers, MissingHere, MissingThere, Stray};
    match (kind, about) {
        (MissingHere, StatementKind::Payment) => "渠道已收款，平台没有收到通知；平台会自动补记，不能入账的自动退回。",
        (MissingHere, StatementKind::Refund) => {
            "渠道记有退款，平台没有这笔退款，可能是在渠道后台手工办理。请核实后说明。"
        }
        (MissingThere, StatementKind::Payment) => "平台已入账，渠道对账单里没有。请联系渠道核实款项是否到账。",
        (MissingThere, StatementKind::Refund) => "平台记为已退款，渠道对账单里没有。请联系渠道核实是否退到付款人。",
        (AmountDiffers, _) => "平台与渠道的金额不一致。请联系渠道核实，以实际到账为准处理。",
        (Stray, _) => "收到的款项没有对应的订单。请联系渠道核实来源，退回或另行处理后说明。",
    }
}

fn notes(
    txn: &mut Txn<'_>,
    offered: &[ChannelKind],
    only: Option<ChannelKind>,
    first: Date,
    last: Date,
) -> Result<Vec<NoteRow>, Problem> {
    let (from, until) = (Instant::start_of(first), Instant::start_of(last.plus_days(1)));
    let mut rows = Vec::new();
    for kind in offered.iter().copied().filter(|kind| only.is_none_or(|only| only == *kind)) {
        for step in events::without_order(txn, kind, from, until)? {
            rows.push(NoteRow {
                at: step.at,
                channel: step.channel.label(),
                text: step.kind.label(),
                amount: step.amount,
                detail: step.detail,
            });
        }
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.at));
    Ok(rows)
}
