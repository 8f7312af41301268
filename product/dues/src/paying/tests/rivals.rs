//! Two pay the same bill at once: one pays it, the other's money goes back (R5).

use std::sync::Barrier;

use ejia_payments::{ChannelKind, OrderState};

use super::till::{goes_back, journal_dues, money_comes, with_till};
use super::{delegated, drain, on, ordered, set, states};
use crate::bills::BillState;
use crate::bills::store::{counted, kept};
use crate::tests::city::add;

#[test]
fn the_member_and_his_proxy_paying_at_once_over_two_channels_pay_one_bill() {
    with_till(|desk, city, cashier| {
        on(desk, 3, 20);
        let proxy = add(desk, city.first, "林晓东");
        let members: Vec<_> = (0..8).map(|_| add(desk, city.first, "陈建国")).collect();
        let sheet: Vec<_> = members.iter().map(|who| (who, 5000)).collect();
        for month in [2, 3] {
            set(desk, city.first, month, &sheet);
        }
        delegated(desk, &members.iter().collect::<Vec<_>>(), &proxy);
        let all: Vec<_> = members.iter().collect();
        let for_all = ordered(desk, cashier, &proxy, &all, ChannelKind::UnionPay).unwrap();
        let own: Vec<_> =
            members.iter().map(|who| ordered(desk, cashier, who, &[who], ChannelKind::Alipay).unwrap()).collect();
        let barrier = Barrier::new(3);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                money_comes(desk, cashier, &for_all);
            });
            for half in own.chunks(4) {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    for order in half {
                        money_comes(desk, cashier, order);
                    }
                });
            }
        });
        drain(desk, cashier);
        for who in &members {
            for month in [2, 3] {
                assert_eq!(states(desk, who, month), [(5000, BillState::Paid)]);
            }
        }
        let back: i64 = own.iter().chain([&for_all]).flat_map(|order| goes_back(desk, order.id)).map(|b| b.0).sum();
        assert_eq!(back, 8 * 10_000);
        assert_eq!(journal_dues(desk), 8 * 10_000);
        let (kept, counted) = desk.read_now(|txn| Ok((kept(txn)?, counted(txn)?))).unwrap();
        assert_eq!(kept, counted);
    });
}

#[test]
fn the_other_open_order_for_a_paid_bill_is_closed() {
    with_till(|desk, city, cashier| {
        on(desk, 3, 20);
        let who = add(desk, city.first, "林晓东");
        set(desk, city.first, 3, &[(&who, 5000)]);
        let [one, other] = [ChannelKind::Alipay, ChannelKind::UnionPay]
            .map(|kind| ordered(desk, cashier, &who, &[&who], kind).unwrap());
        money_comes(desk, cashier, &one);
        drain(desk, cashier);
        let id = other.id;
        let other = desk.read_now(move |txn| ejia_payments::order(txn, id)).unwrap().unwrap();
        assert_eq!(other.state, OrderState::Closed);
    });
}
