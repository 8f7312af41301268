//! What a member owes: decided from his bills and the day, touching nothing.

use ejia_kernel::{Date, Fen, MemberId, Month};
use ejia_payments::LineVerdict;

use crate::bills::{Bill, BillState};
use crate::rules;

/// What there is of the month that is payable now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WindowBill {
    /// The branch has not set or not confirmed the month's dues.
    Missing,
    /// Something is to be paid.
    Due,
    /// Paid.
    Paid,
    /// Nothing is to be paid.
    Exempt,
}

/// What a member owes on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owed {
    /// Who.
    pub(crate) member_id: MemberId,
    /// The month that is payable now.
    pub(crate) window: Month,
    /// What there is of it.
    pub(crate) window_bill: WindowBill,
    /// Due bills of earlier months, the oldest first.
    pub(crate) arrears: Vec<Bill>,
    /// Due bills of the month that is payable now.
    pub(crate) current: Vec<Bill>,
    /// Due bills of later months, which cannot be paid yet (待交).
    pub(crate) later: Vec<Bill>,
}

impl Owed {
    /// What this member owes: `due` are his due bills, `window` those of the month that is payable now, in whatever
    /// state.
    pub(crate) fn of(member_id: MemberId, due: Vec<Bill>, window_states: &[BillState], today: Date) -> Self {
        let window = rules::window(today);
        let mut owed = Self {
            member_id,
            window,
            window_bill: window_bill(window_states),
            arrears: Vec::new(),
            current: Vec::new(),
            later: Vec::new(),
        };
        for bill in due {
            let room = match bill.month.cmp(&window) {
                std::cmp::Ordering::Less => &mut owed.arrears,
                std::cmp::Ordering::Equal => &mut owed.current,
                std::cmp::Ordering::Greater => &mut owed.later,
            };
            room.push(bill);
        }
        for room in [&mut owed.arrears, &mut owed.current, &mut owed.later] {
            room.sort_by_key(|bill| (bill.month, bill.sequence));
        }
        owed
    }

    /// What is paid now: arrears and this month, the oldest first.
    pub(crate) fn payable(&self) -> impl Iterator<Item = &Bill> {
        self.arrears.iter().chain(&self.current)
    }

    /// What is paid now, in sum.
    pub(crate) fn total(&self) -> Fen {
        sum(self.payable())
    }

    /// Whether another may choose him for paying (D10): his branch has set the month's dues and something is to be
    /// paid.
    pub(crate) fn choosable(&self) -> bool {
        self.window_bill != WindowBill::Missing && self.total() > Fen::ZERO
    }
}

fn window_bill(states: &[BillState]) -> WindowBill {
    let any = |state| states.contains(&state);
    if any(BillState::Due) {
        WindowBill::Due
    } else if any(BillState::Paid) {
        WindowBill::Paid
    } else if any(BillState::Exempt) {
        WindowBill::Exempt
    } else {
        WindowBill::Missing
    }
}

/// The sum of bills.
pub(crate) fn sum<'a>(bills: impl Iterator<Item = &'a Bill>) -> Fen {
    Fen::new(bills.fold(0, |sum, bill| sum.saturating_add(bill.amount.fen())))
}

/// The day on which a month's dues can be paid first: its 16th.
pub(crate) fn opens_on(month: Month) -> Option<Date> {
    month.day(16)
}

/// Why the money of a line goes back whose bill could not be paid: `found` is the bill as it is now.
pub(crate) fn refused_line(found: Option<&Bill>) -> LineVerdict {
    LineVerdict::GiveBack(match found.map(|bill| bill.state) {
        Some(BillState::Paid) => "dues.back_paid_already",
        Some(BillState::Due | BillState::Exempt) => "dues.back_changed",
        Some(BillState::Cancelled | BillState::GivenBack) | None => "dues.back_cancelled",
    })
}
