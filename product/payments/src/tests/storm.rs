//! Anything that can happen, in any order: in the end every fen is settled once or has gone back. proves: R5

use ejia_db::{Desk, TestDatabase};
use ejia_kernel::Fen;
use proptest::prelude::*;

use super::bank::Mood;
use super::house::{GROUPS, House};
use crate::{ChannelKind, Disbelief, Means, Notice, Order, Paid, RefundState};

#[derive(Clone, Debug)]
enum Act {
    /// Opens an order for the subjects that these bits name.
    Open(bool, u8),
    /// Pays at the counter: a little more or less, by debit or credit; the bank tells of it later.
    Pay(usize, i64, Means),
    /// Pays the number of an order at the counter of the other channel.
    PayElsewhere(usize),
    /// Pays for a number of nobody.
    PayStray,
    /// The bank tells something it has to tell; it may tell it again.
    Tell(usize, bool),
    /// A word is lost.
    Lose(usize),
    /// Somebody forges a word.
    Forge,
    /// Word of refunds that come out of order.
    TellOfRefund(usize, RefundState),
    /// Time passes.
    Wait(u64),
    /// The workers do what is due.
    Work,
    /// What the bank does with its next calls.
    Moods(bool, Vec<Mood>),
}

fn an_act() -> impl Strategy<Value = Act> {
    let means = prop_oneof![5 => Just(Means::Debit), 1 => Just(Means::Credit), 2 => Just(Means::Untold)];
    let off = prop_oneof![6 => Just(0_i64), 1 => Just(1_i64), 1 => Just(-1_i64)];
    let word = prop_oneof![Just(RefundState::Unheard), Just(RefundState::Underway)];
    let mood = prop_oneof![
        Just(Mood::Fine),
        Just(Mood::Down),
        Just(Mood::CutOffBefore),
        Just(Mood::CutOffAfter),
        Just(Mood::Refuses),
        Just(Mood::Slow)
    ];
    prop_oneof![
        4 => (any::<bool>(), 1..16_u8).prop_map(|(ccb, bits)| Act::Open(ccb, bits)),
        6 => (0..8_usize, off, means).prop_map(|(order, off, means)| Act::Pay(order, off, means)),
        1 => (0..8_usize).prop_map(Act::PayElsewhere),
        1 => Just(Act::PayStray),
        6 => (0..8_usize, any::<bool>()).prop_map(|(word, again)| Act::Tell(word, again)),
        1 => (0..8_usize).prop_map(Act::Lose),
        1 => Just(Act::Forge),
        1 => (0..8_usize, word).prop_map(|(refund, word)| Act::TellOfRefund(refund, word)),
        3 => (1..90_u64).prop_map(Act::Wait),
        4 => Just(Act::Work),
        2 => (any::<bool>(), prop::collection::vec(mood, 1..5)).prop_map(|(ccb, moods)| Act::Moods(ccb, moods)),
    ]
}

const fn channel(ccb: bool) -> ChannelKind {
    if ccb { ChannelKind::Ccb } else { ChannelKind::Alipay }
}

/// What has happened so far outside the house.
#[derive(Default)]
struct World {
    orders: Vec<Order>,
    untold: Vec<(ChannelKind, Paid)>,
    strays: i64,
}

fn do_it(house: &House, world: &mut World, act: Act) {
    match act {
        Act::Open(ccb, bits) => {
            let subjects = ["a", "b", "c", "d"].into_iter().enumerate().filter(|(bit, _)| bits & (1 << bit) != 0);
            let lines: Vec<(&str, i64)> = subjects.map(|(bit, subject)| (subject, 100 << bit)).collect();
            world.orders.push(house.open(channel(ccb), &lines));
        }
        Act::Pay(place, off, means) => {
            if let Some(order) = pick(&world.orders, place) {
                let amount = Fen::new(order.amount.fen() + off);
                let paid = house.bank(order.channel).pays(&order.id.to_string(), amount, means);
                world.untold.push((order.channel, paid));
            }
        }
        Act::PayElsewhere(place) => {
            if let Some(order) = pick(&world.orders, place) {
                let other = channel(order.channel == ChannelKind::Alipay);
                let paid = house.bank(other).pays(&order.id.to_string(), order.amount, Means::Debit);
                world.untold.push((other, paid));
            }
        }
        Act::PayStray => {
            world.strays += 77;
            let paid = house.alipay.pays("nobody", Fen::new(77), Means::Debit);
            world.untold.push((ChannelKind::Alipay, paid));
        }
        Act::Tell(place, again) => {
            if let Some((kind, paid)) = pick(&world.untold, place).cloned() {
                house.told(kind, &paid);
                if !again {
                    world.untold.retain(|(_, untold)| untold.trade != paid.trade);
                }
            }
        }
        Act::Lose(place) => {
            if let Some((_, lost)) = pick(&world.untold, place).cloned() {
                world.untold.retain(|(_, untold)| untold.trade != lost.trade);
            }
        }
        Act::Forge => {
            let cashier = house.cashier.clone();
            let why = Disbelief::Forged("signature".to_owned());
            house.desk.write_now(move |txn| cashier.disbelieve(txn, ChannelKind::Alipay, &why)).unwrap();
        }
        Act::TellOfRefund(place, state) => {
            let known = house.words("SELECT channel || ' ' || id FROM payment_refund ORDER BY id");
            if let Some((kind, id)) = pick(&known, place).and_then(|text| text.split_once(' ')) {
                house.tell(ChannelKind::from_code(kind).unwrap(), Notice::Refund(id.to_owned(), state));
            }
        }
        Act::Wait(minutes) => house.wait(minutes),
        Act::Work => house.turn(),
        Act::Moods(ccb, moods) => house.bank(channel(ccb)).in_mood(&moods),
    }
}

fn pick<T>(things: &[T], place: usize) -> Option<&T> {
    if things.is_empty() { None } else { things.get(place % things.len()) }
}

/// The banks mend; what was refused is tried again; days pass.
fn let_it_settle(house: &House) {
    let (city, _) = house.officers();
    for bank in [&house.alipay, &house.ccb] {
        bank.books.lock().unwrap().moods.clear();
    }
    house.turns(6, 61);
    for _ in 0..3 {
        for id in house.words("SELECT id FROM payment_refund WHERE state = 'refused'") {
            let (city, id) = (city.clone(), id.parse().unwrap());
            house.desk.write_now(move |txn| crate::operations::look_after_refund::retry(txn, &city, id)).unwrap();
        }
        house.turns(3, 12 * 60);
        house.turns(2, 61);
    }
}

fn weather(desk: &Desk, acts: Vec<Act>) {
    let house = House::on(desk);
    let mut world = World::default();
    for act in acts {
        do_it(&house, &mut world, act);
        assert_eq!(house.out_of_balance(), 0, "the journal balances at every instant");
    }
    let_it_settle(&house);
    // No order is left open, no refund is left on the way.
    assert_eq!(house.number("SELECT COUNT(*) FROM payment_order WHERE state = 'open'"), 0);
    assert_eq!(house.number("SELECT COUNT(*) FROM payment_refund WHERE state <> 'done'"), 0);
    // Each subject is settled once at most, and what is settled is what the banks hold.
    let settled = house.number(
        "SELECT CAST(COALESCE(SUM(line.amount - line.given_back), 0) AS BIGINT) FROM payment_order_line line
         JOIN payment_order ON payment_order.id = line.order_id WHERE payment_order.state = 'paid'",
    );
    let doubled = house.words(
        "SELECT subject FROM payment_order_line line JOIN payment_order ON payment_order.id = line.order_id
         WHERE payment_order.state = 'paid' AND line.given_back < line.amount GROUP BY subject HAVING COUNT(*) > 1",
    );
    assert_eq!(doubled, Vec::<String>::new());
    let strays = -house.balance("stray");
    assert_eq!(house.alipay.holds() + house.ccb.holds(), settled + strays);
    assert!(strays <= world.strays);
    // The journal says the same as the banks.
    assert_eq!(house.balance("clearing.alipay"), house.alipay.holds());
    assert_eq!(house.balance("clearing.ccb"), house.ccb.holds());
    assert_eq!((house.balance("dues"), house.balance("owed_back")), (-settled, 0));
    assert_eq!(house.out_of_balance(), 0);
    // What nobody can repair is listed, and nothing else is.
    let open = house.words("SELECT kind FROM payment_difference WHERE state = 'open' GROUP BY kind");
    assert_eq!(open, if strays > 0 { vec!["stray".to_owned()] } else { Vec::new() });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_fen_is_settled_once_or_has_gone_back(acts in prop::collection::vec(an_act(), 1..40)) {
        weather(&TestDatabase::sqlite(GROUPS).desk, acts);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 20, ..ProptestConfig::default() })]

    #[test]
    fn every_fen_is_settled_once_or_has_gone_back_on_postgresql_too(acts in prop::collection::vec(an_act(), 10..40)) {
        weather(&TestDatabase::postgres(GROUPS).desk, acts);
    }
}
