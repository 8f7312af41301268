//! Tables of cases, and properties over every sequence of notices.

use std::collections::HashMap;

use ejia_kernel::OrganizationId;
use proptest::prelude::*;

use super::*;
use crate::model::LineState;

const OPENED: Instant = Instant::from_ms(1_773_968_400_000);

fn facts(state: OrderState) -> Facts {
    Facts { channel: ChannelKind::Alipay, amount: Fen::new(500), state, expires_at: OPENED.plus(LIFE) }
}

fn paid(amount: i64, means: Means, after: Duration) -> Paid {
    let paid_at = OPENED.plus(after);
    let (order, trade) = ("n".to_owned(), "t".to_owned());
    Paid { order, trade, amount: Fen::new(amount), paid_at, day: paid_at.china_date(), means }
}

fn judged(state: OrderState, channel: ChannelKind, amount: i64, means: Means, minutes: u64) -> Verdict {
    judge(Some(&facts(state)), channel, &paid(amount, means, Duration::from_mins(minutes)))
}

#[test]
fn money_settles_its_order_only_when_everything_fits() {
    use ChannelKind::{Alipay, Ccb};
    use Means::{Credit, Debit, Untold};
    use OrderState::{Closed, Open, Paid};
    use Verdict::{GiveBack, Settle};
    let table = [
        (Open, Alipay, 500, Debit, 3, Settle),
        (Open, Alipay, 500, Untold, 3, Settle),
        (Open, Alipay, 500, Debit, 125, Settle),
        (Open, Alipay, 500, Debit, 126, GiveBack(Back::Late)),
        (Open, Alipay, 499, Debit, 3, GiveBack(Back::WrongAmount)),
        (Open, Alipay, 501, Debit, 3, GiveBack(Back::WrongAmount)),
        (Open, Alipay, 500, Credit, 3, GiveBack(Back::Credit)),
        (Open, Ccb, 500, Debit, 3, GiveBack(Back::WrongChannel)),
        (Paid, Alipay, 500, Debit, 3, GiveBack(Back::Double)),
        (Paid, Alipay, 300, Debit, 3, GiveBack(Back::Double)),
        (Closed, Alipay, 500, Debit, 3, GiveBack(Back::Late)),
    ];
    for (state, channel, amount, means, minutes, verdict) in table {
        assert_eq!(judged(state, channel, amount, means, minutes), verdict, "{state:?} {channel:?} {amount} {means:?}");
    }
    assert_eq!(judge(None, Alipay, &paid(500, Debit, Duration::ZERO)), Verdict::Stray);
}

#[test]
fn an_order_is_asked_after_at_its_times_and_then_until_it_is_closed() {
    let mut now = OPENED;
    let mut minutes = Vec::new();
    for _ in 0..7 {
        now = next_question(OPENED, OPENED.plus(LIFE), now);
        minutes.push(now.since(OPENED).as_secs() / 60);
    }
    assert_eq!(minutes, [5, 10, 30, 60, 120, 130, 140]);
}

#[test]
fn a_refund_is_asked_after_ever_more_rarely_but_every_hour() {
    let minutes: Vec<u64> = (1..9).map(|tries| refund_pause(tries).as_secs() / 60).collect();
    assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
}

fn line(amount: i64) -> OrderLine {
    let organization_id = OrganizationId::new(OPENED);
    OrderLine { subject: amount.to_string(), organization_id, amount: Fen::new(amount), state: LineState::Open }
}

#[test]
fn one_verdict_is_needed_for_each_line() {
    assert_eq!(share(&[line(1), line(2)], &[LineVerdict::Settled]), None);
}

fn a_state() -> impl Strategy<Value = RefundState> {
    prop_oneof![
        Just(RefundState::Unheard),
        Just(RefundState::Underway),
        Just(RefundState::Done),
        Just(RefundState::Refused("code".to_owned())),
    ]
}

fn a_notice() -> impl Strategy<Value = (u8, i64, Means, u64, bool)> {
    let means = prop_oneof![4 => Just(Means::Debit), 1 => Just(Means::Credit), 1 => Just(Means::Untold)];
    let amount = prop_oneof![4 => Just(500_i64), 1 => 1..1000_i64];
    (0..6_u8, amount, means, 0..200_u64, prop::bool::weighted(0.9))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Every trade once: settled, or gone back; and whatever comes in whatever order, one settles at most.
    #[test]
    fn whatever_is_told_an_order_is_settled_once_at_most(
        notices in prop::collection::vec(a_notice(), 0..20),
        closes_after in 0..20_usize,
    ) {
        let mut order = facts(OrderState::Open);
        let mut known: HashMap<u8, (i64, Verdict)> = HashMap::new();
        for (place, (trade, amount, means, minutes, right)) in notices.into_iter().enumerate() {
            if place == closes_after && order.state == OrderState::Open { order.state = OrderState::Closed }
            if known.contains_key(&trade) { continue }
            let channel = if right { ChannelKind::Alipay } else { ChannelKind::Ccb };
            let verdict = judge(Some(&order), channel, &paid(amount, means, Duration::from_mins(minutes)));
            if verdict == Verdict::Settle {
                prop_assert!(right && amount == 500 && means != Means::Credit && minutes <= 125);
                prop_assert_eq!(order.state, OrderState::Open);
                order.state = OrderState::Paid;
            }
            known.insert(trade, (amount, verdict));
        }
        let settled = known.values().filter(|(_, verdict)| *verdict == Verdict::Settle).count();
        prop_assert_eq!(settled, usize::from(order.state == OrderState::Paid));
        prop_assert!(known.values().all(|(_, verdict)| *verdict != Verdict::Stray));
    }

    /// The lines' money is shared out to the last fen.
    #[test]
    fn what_counts_and_what_goes_back_is_all_there_is(given in prop::collection::vec((1..100_000_i64, 0..3_u8), 1..20)) {
        let lines: Vec<OrderLine> = given.iter().map(|(amount, _)| line(*amount)).collect();
        let verdicts: Vec<LineVerdict> = given.iter().map(|(_, kind)| match kind {
            0 => LineVerdict::Settled,
            1 => LineVerdict::GiveBack("a.one"),
            _ => LineVerdict::GiveBack("a.two"),
        }).collect();
        let shares = share(&lines, &verdicts).unwrap();
        let kept: i64 = shares.settled.iter().map(|line| line.amount.fen()).sum();
        let back: i64 = shares.back.iter().map(|(.., sum)| sum.fen()).sum();
        prop_assert_eq!(kept + back, given.iter().map(|(amount, _)| amount).sum::<i64>());
        prop_assert_eq!(shares.back.iter().map(|(_, places, _)| places.len()).sum::<usize>() + shares.settled.len(), lines.len());
    }

    /// Word of a refund in any order, as often as it likes: it is done once, and then for good.
    #[test]
    fn a_refund_is_done_once(words in prop::collection::vec(a_state(), 0..12)) {
        let mut state = RefundProgress::Asked;
        let mut done = 0;
        for word in &words {
            if let Some(next) = refund_after(state, word) {
                prop_assert_ne!(state, RefundProgress::Done);
                done += usize::from(next == RefundProgress::Done);
                state = next;
            }
        }
        prop_assert_eq!(done, usize::from(words.contains(&RefundState::Done)));
    }
}
