//! What a member sees of his dues: what he owes, and what he has paid.

use ejia_db::Txn;
use ejia_kernel::{Date, Fen, Instant, Month, Problem};
use ejia_payments::ChannelKind;
use ejia_web::{Choice, Member};
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{Owed, WindowBill, opens_on, sum};
use super::{owed, store};
use crate::bills::{Bill, BillState};
use crate::rules;

/// A bill to be paid.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DueView {
    pub(crate) month: String,
    pub(crate) amount: Fen,
    /// Why so much.
    pub(crate) why: String,
    /// From which day on it can be paid; only of later months.
    pub(crate) opens_on: Option<Date>,
}

impl DueView {
    fn of(bill: &Bill, later: bool) -> Self {
        let why = if bill.sequence == 0 { bill.why.sentence() } else { format!("补差：{}", bill.why.sentence()) };
        let opens_on = if later { opens_on(bill.month) } else { None };
        Self { month: spelt(bill.month), amount: bill.amount, why, opens_on }
    }
}

/// 【我要交党费】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DuesView {
    /// The month that is payable now, and until when.
    pub(crate) window: String,
    pub(crate) window_ends: Option<Date>,
    /// What there is to say of it when nothing is to be paid for it.
    pub(crate) standing: &'static str,
    pub(crate) arrears: Vec<DueView>,
    pub(crate) current: Vec<DueView>,
    pub(crate) later: Vec<DueView>,
    pub(crate) arrears_total: Fen,
    pub(crate) current_total: Fen,
    pub(crate) total: Fen,
    pub(crate) channels: Vec<Choice>,
}

impl DuesView {
    /// What the member owes today.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Member, channels: &[ChannelKind]) -> Result<Self, Problem> {
        let window = rules::window(txn.now().china_date());
        let found = owed::owed(txn, &[by.id()])?.into_iter().next();
        let owed = found.unwrap_or_else(|| Owed::of(by.id(), Vec::new(), &[], txn.now().china_date()));
        let views = |bills: &[Bill], later| bills.iter().map(|bill| DueView::of(bill, later)).collect();
        Ok(Self {
            window: spelt(window),
            window_ends: window.next().day(15),
            standing: standing(owed.window_bill),
            arrears: views(&owed.arrears, false),
            current: views(&owed.current, false),
            later: views(&owed.later, true),
            arrears_total: sum(owed.arrears.iter()),
            current_total: sum(owed.current.iter()),
            total: owed.total(),
            channels: channels.iter().map(|kind| Choice::of(kind.label(), kind.code())).collect(),
        })
    }

    /// When the first of the later months can be paid.
    pub(crate) fn opens(&self) -> Option<String> {
        let first = self.later.first()?;
        Some(format!("{}党费自{}起交纳，不能提前交纳。", first.month, first.opens_on?.chinese()))
    }
}

const fn standing(bill: WindowBill) -> &'static str {
    match bill {
        WindowBill::Due => "",
        WindowBill::Missing => "支部还未设置党费标准，或还未确认党费。请联系党支部管理员。",
        WindowBill::Paid => "已交纳。",
        WindowBill::Exempt => "免交。",
    }
}

/// A month as words: `2026年3月`.
pub(super) fn spelt(month: Month) -> String {
    format!("{}年{}月", month.year(), month.number())
}

/// One line of 【交纳记录】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct HistoryLine {
    pub(crate) month: String,
    /// Beside the month: a difference.
    pub(crate) note: &'static str,
    pub(crate) amount: Fen,
    pub(crate) state: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) paid_at: Option<Instant>,
    /// Cash is known by its day only.
    pub(crate) by_day: bool,
    pub(crate) method: &'static str,
    pub(crate) payer: String,
    /// The order whose receipt there is.
    pub(crate) receipt: Option<String>,
}

impl HistoryLine {
    fn of(bill: &Bill) -> Self {
        let payment = bill.payment.as_ref();
        let cash = payment.is_some_and(|payment| payment.channel == ChannelKind::Cash);
        Self {
            month: spelt(bill.month),
            note: match (bill.sequence, bill.state) {
                (0, _) => "",
                (_, BillState::GivenBack) => "退差",
                _ => "补差",
            },
            amount: bill.amount,
            state: if cash && bill.state == BillState::GivenBack {
                "由支部退还现金"
            } else {
                bill.state.label()
            },
            tone: tone(bill.state),
            paid_at: payment.and_then(|payment| payment.paid_at),
            by_day: cash,
            method: payment.map_or("", |payment| payment.channel.label()),
            payer: payment.map(|payment| payer(&payment.payer_name, cash)).unwrap_or_default(),
            receipt: payment.filter(|_| bill.state == BillState::Paid).map(|payment| payment.order_id.to_string()),
        }
    }
}

/// Who paid; of cash, who registered it.
pub(super) fn payer(name: &str, cash: bool) -> String {
    if cash { format!("{name}（支部登记）") } else { name.to_owned() }
}

/// How a bill's state is shown.
pub(super) const fn tone(state: BillState) -> &'static str {
    match state {
        BillState::Due => "wait",
        BillState::Paid => "good",
        BillState::Exempt | BillState::Cancelled | BillState::GivenBack => "plain",
    }
}

/// 【交纳记录】 of one year.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct HistoryView {
    pub(crate) year: i16,
    pub(crate) lines: Vec<HistoryLine>,
    /// What came to stay in the year's months.
    pub(crate) paid: Fen,
    pub(crate) earlier: Option<i16>,
    pub(crate) later: Option<i16>,
}

impl HistoryView {
    /// The member's record of a year; without one, of this year.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) fn of(txn: &mut Txn<'_>, by: &Member, year: Option<i16>) -> Result<Self, Problem> {
        let this = txn.now().china_date().year();
        let year = year.filter(|year| (1921..=9998).contains(year)).unwrap_or(this);
        let month = |number| Month::new(year, number).map_err(Problem::fault);
        let bills = store::history(txn, by.id(), month(1)?, month(12)?)?;
        let span = store::span(txn, by.id())?;
        let stayed = bills.iter().filter(|bill| bill.payment.is_some());
        Ok(Self {
            year,
            paid: sum(stayed),
            lines: bills.iter().filter(|bill| bill.state != BillState::Cancelled).map(HistoryLine::of).collect(),
            earlier: span.filter(|(first, _)| first.year() < year).map(|_| year - 1),
            later: span.filter(|(_, last)| last.year() > year || year < this).map(|_| year + 1),
        })
    }
}
