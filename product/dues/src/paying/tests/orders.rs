//! Orders for oneself and for others.

use ejia_kernel::Fen;
use ejia_payments::{ChannelKind, OrderState};

use super::till::{goes_back, money_comes, with_till};
use super::{bills, delegated, drain, on, ordered, ordered_as, set, states, total};
use crate::bills::{BillState, GIVE_BACK, ToGiveBack};
use crate::paying::PayAsk;
use crate::tests::city::{add, letters};

#[test]
fn arrears_are_paid_together_with_the_current_month() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        for (month, fen) in [(1, 4000), (2, 4500), (3, 5000)] {
            set(desk, city.first, month, &[(&who, fen)]);
        }
        let order = ordered(desk, cashier, &who, &[&who], ChannelKind::Alipay).unwrap();
        assert_eq!((order.amount.fen(), order.lines.len(), order.state), (13_500, 3, OrderState::Open));
        money_comes(desk, cashier, &order);
        for (month, fen) in [(1, 4000), (2, 4500), (3, 5000)] {
            assert_eq!(states(desk, &who, month), [(fen, BillState::Paid)]);
        }
        let payment = bills(desk, &who, 3)[0].payment.clone().unwrap();
        assert_eq!((payment.order_id, payment.channel), (order.id, ChannelKind::Alipay));
        assert_eq!((payment.payer_id, payment.payer_name), (who.id.to_string(), who.name.clone()));
        drain(desk, cashier);
        drain(desk, cashier);
        assert_eq!(letters(desk), [("dues_paid".to_owned(), who.id.to_string())]);
        let again = ordered(desk, cashier, &who, &[&who], ChannelKind::Alipay).unwrap_err();
        assert_eq!(again.code, "dues.nothing_due");
    });
}

#[test]
fn nothing_is_paid_before_the_sixteenth_nor_in_advance() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        set(desk, city.first, 3, &[(&who, 5000)]);
        set(desk, city.first, 4, &[(&who, 5000)]);
        on(desk, 3, 15);
        let early = ordered(desk, cashier, &who, &[&who], ChannelKind::Alipay).unwrap_err();
        assert_eq!((early.code, early.args[0].1.as_str()), ("dues.not_open_yet", "3"));
        on(desk, 3, 16);
        assert_eq!(total(desk, &[&who]).fen(), 5000);
        on(desk, 4, 15);
        assert_eq!(total(desk, &[&who]).fen(), 5000);
        on(desk, 4, 16);
        assert_eq!(total(desk, &[&who]).fen(), 10_000);
    });
}

#[test]
fn nobody_pays_another_amount_than_he_saw() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&who, 5000)]);
        let seen =
            |fen, channel| PayAsk { members: vec![who.id], channel, remark: String::new(), expected: Fen::new(fen) };
        let refused = ordered_as(desk, cashier, &who, &seen(4000, ChannelKind::Alipay)).unwrap_err();
        assert_eq!((refused.code, refused.args[0].1.as_str()), ("dues.total_changed", "50.00"));
        let refused = ordered_as(desk, cashier, &who, &seen(5000, ChannelKind::Ccb)).unwrap_err();
        assert_eq!(refused.code, "dues.choose_channel");
        let talk = PayAsk { remark: "说".repeat(101), ..seen(5000, ChannelKind::Alipay) };
        assert_eq!(ordered_as(desk, cashier, &who, &talk).unwrap_err().code, "dues.remark_too_long");
        let order = ordered_as(
            desk,
            cashier,
            &who,
            &PayAsk { remark: " 补交 \n 出差 ".to_owned(), ..seen(5000, ChannelKind::Alipay) },
        );
        assert_eq!(order.unwrap().remark, "补交 出差");
    });
}

#[test]
fn one_order_pays_for_all_who_have_authorised_the_payer_and_for_nobody_else() {
    with_till(|desk, city, cashier| {
        let [payer, first, second, stranger] =
            ["林晓东", "陈建国", "黄丽", "吴生"].map(|name| add(desk, city.first, name));
        on(desk, 3, 20);
        set(desk, city.first, 2, &[(&first, 3000)]);
        set(desk, city.first, 3, &[(&payer, 5000), (&first, 3000), (&stranger, 20)]);
        delegated(desk, &[&first, &second], &payer);
        let refused = ordered(desk, cashier, &payer, &[&first, &stranger], ChannelKind::UnionPay).unwrap_err();
        assert_eq!(refused.code, "dues.not_authorised");
        let refused = ordered(desk, cashier, &payer, &[&first, &second], ChannelKind::UnionPay).unwrap_err();
        assert_eq!(refused.code, "dues.standard_missing");
        set(desk, city.first, 3, &[(&payer, 5000), (&first, 3000), (&second, 1000), (&stranger, 20)]);
        let order = ordered(desk, cashier, &payer, &[&payer, &first, &second, &first], ChannelKind::UnionPay).unwrap();
        assert_eq!((order.amount.fen(), order.lines.len()), (12_000, 4));
        money_comes(desk, cashier, &order);
        assert_eq!(states(desk, &second, 3), [(1000, BillState::Paid)]);
        assert_eq!(states(desk, &stranger, 3), [(20, BillState::Due)]);
        drain(desk, cashier);
        let mut told: Vec<String> =
            letters(desk).into_iter().filter(|(kind, _)| kind == "dues_paid").map(|(_, to)| to).collect();
        told.sort_unstable();
        let mut expected = [&payer, &first, &second].map(|who| who.id.to_string());
        expected.sort_unstable();
        assert_eq!(told, expected);
    });
}

#[test]
fn a_bill_that_changed_after_the_order_stays_due_and_its_money_goes_back() {
    with_till(|desk, city, cashier| {
        let [who, gone] = ["林晓东", "陈建国"].map(|name| add(desk, city.first, name));
        on(desk, 3, 20);
        set(desk, city.first, 2, &[(&who, 4000)]);
        set(desk, city.first, 3, &[(&who, 5000), (&gone, 20)]);
        let order = ordered(desk, cashier, &who, &[&who], ChannelKind::Alipay).unwrap();
        let other = ordered(desk, cashier, &gone, &[&gone], ChannelKind::Alipay).unwrap();
        set(desk, city.first, 3, &[(&who, 6000)]);
        money_comes(desk, cashier, &order);
        money_comes(desk, cashier, &other);
        assert_eq!(states(desk, &who, 2), [(4000, BillState::Paid)]);
        assert_eq!(states(desk, &who, 3), [(6000, BillState::Due)]);
        assert_eq!(goes_back(desk, order.id), [(5000, "dues.back_changed".to_owned(), "asked")]);
        assert_eq!(goes_back(desk, other.id), [(20, "dues.back_cancelled".to_owned(), "asked")]);
        drain(desk, cashier);
        assert_eq!(goes_back(desk, order.id)[0].2, "done");
        let told: Vec<String> = letters(desk).into_iter().map(|(kind, _)| kind).collect();
        assert_eq!(told.iter().filter(|kind| *kind == "dues_refunded").count(), 2);
        assert_eq!(told.iter().filter(|kind| *kind == "dues_paid").count(), 1);
    });
}

#[test]
fn what_was_paid_too_much_goes_back_by_itself_once() {
    with_till(|desk, city, cashier| {
        let who = add(desk, city.first, "林晓东");
        on(desk, 3, 20);
        set(desk, city.first, 3, &[(&who, 5000)]);
        let order = ordered(desk, cashier, &who, &[&who], ChannelKind::Alipay).unwrap();
        money_comes(desk, cashier, &order);
        set(desk, city.first, 3, &[(&who, 4200)]);
        assert_eq!(states(desk, &who, 3), [(5000, BillState::Paid), (-800, BillState::GivenBack)]);
        assert_eq!(goes_back(desk, order.id), []);
        drain(desk, cashier);
        // A worker may die after its work, and another does the job once more.
        let again = ToGiveBack { bills: vec![bills(desk, &who, 3)[1].id] };
        desk.write_now(move |txn| ejia_jobs::enqueue(txn, GIVE_BACK, again.clone())).unwrap();
        drain(desk, cashier);
        assert_eq!(goes_back(desk, order.id), [(800, "dues.back_lowered".to_owned(), "done")]);
        assert_eq!(letters(desk).iter().filter(|(kind, _)| kind == "dues_refunded").count(), 1);
        set(desk, city.first, 3, &[(&who, 0)]);
        drain(desk, cashier);
        let back: i64 = goes_back(desk, order.id).iter().map(|back| back.0).sum();
        assert_eq!(back, 5000);
    });
}
