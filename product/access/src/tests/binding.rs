//! 【身份绑定】: who may, who may not, and what ends it.

use std::sync::Arc;

use ejia_db::args;
use ejia_kernel::{Instant, MemberId, OpenId, Problem};

use crate::model::{Account, Came, Door};
use crate::operations::binding::{self, Bound, knock_to_bind};
use crate::operations::entry::{Entered, enter};
use crate::operations::set_member_password::set_member_password;
use crate::passwords::Hash;
use crate::tests::city::*;
use crate::{AccountEvent, account_event, reach};

const OWN: &str = "lujiang2026";

pub(super) fn wechat(name: &str) -> OpenId {
    OpenId::parse(name).unwrap()
}

fn on_phone() -> Came {
    Came { door: Door::Phone, ..Came::default() }
}

/// A phone with this WeChat, whose owner is to say who he is: its mark.
fn waits(city: &City, name: &str) -> String {
    let open_id = wechat(name);
    match city.write(move |txn| enter(txn, &open_id, "/wechat/dues", &on_phone())) {
        Ok(Entered::Unbound(mark)) => mark,
        other => panic!("already bound: {other:?}"),
    }
}

fn tries(city: &City, mark: &str, id_card: &str, password: &str) -> Result<Bound, Problem> {
    let (mark, id_card) = (mark.to_owned(), id_card.to_owned());
    let known = mark.clone();
    let knock = city.write(move |txn| knock_to_bind(txn, Some(&known), &id_card, HOME))?;
    let right = knock.secret().opens(password);
    ended(city.write(move |txn| binding::bind(txn, Some(&mark), &knock, right, &on_phone())))
}

fn binds(city: &City, name: &str, id_card: &str, password: &str) -> Result<Bound, Problem> {
    tries(city, &waits(city, name), id_card, password)
}

fn reached(city: &City, member: MemberId) -> Option<OpenId> {
    city.desk.read_now(move |txn| reach(txn, member)).unwrap()
}

fn told(city: &City, name: &str, event: AccountEvent, at: Instant, key: &str) -> bool {
    let (open_id, key) = (wechat(name), key.to_owned());
    city.write(move |txn| account_event(txn, &open_id, event, at, &key)).unwrap()
}

fn is_on_phone(city: &City, token: &str) -> bool {
    let (keeper, token) = (Arc::clone(&city.keeper), token.to_owned());
    city.desk.read_now(move |txn| ejia_web::Doorkeeper::member_on_phone(&*keeper, txn, &token)).unwrap().is_some()
}

/// Chen and Lin with passwords of their own; answers Lin's ID-card number.
fn settled(city: &City) -> String {
    city.settled(Account::Member(city.chen), OWN);
    city.settled(Account::Member(city.lin), OWN);
    city.id_card(city.lin)
}

#[test]
fn a_member_binds_with_his_id_card_number_and_the_password_he_has_set() {
    both(|city| {
        settled(city);
        assert_eq!(reached(city, city.chen), None);
        let mark = waits(city, "o-chen");
        assert_eq!(field(tries(city, &mark, CHEN, OWN)), ("id_card".into(), "access.id_card_wanted"));
        let bound = tries(city, &mark, &CHEN_ID.replace('0', "０"), OWN).unwrap();
        assert_eq!(bound.onward, "/wechat/dues");
        assert!(is_on_phone(city, &bound.token) && city.member_of(&bound.token).is_none());
        assert_eq!(reached(city, city.chen), Some(wechat("o-chen")));
        assert_eq!(reached(city, city.lin), None);
        // What waited is used up; from now on the WeChat opens by itself.
        assert_eq!(tries(city, &mark, CHEN_ID, OWN).unwrap_err().code, "access.entry_gone");
        let opened = city.write(|txn| enter(txn, &wechat("o-chen"), "/wechat", &on_phone()));
        assert!(matches!(opened, Ok(Entered::In(token)) if is_on_phone(city, &token)));
        let actions = city.actions();
        assert!(actions.contains(&"access.wechat_bound".to_owned()), "{actions:?}");
        let kept = city.desk.read_now(|txn| {
            let sql = "SELECT open_id_index, open_id_sealed FROM wechat_binding";
            Ok(txn.one(sql, &args![], |row| Ok((row.get::<Vec<u8>>(0)?, row.get::<Vec<u8>>(1)?)))?)
        });
        let (index, sealed) = kept.unwrap();
        assert!(
            !String::from_utf8_lossy(&index).contains("chen") && !String::from_utf8_lossy(&sealed).contains("chen")
        );
    });
}

#[test]
fn nobody_binds_while_the_first_password_stands_or_one_that_an_administrator_has_set() {
    both(|city| {
        assert_eq!(binds(city, "o-chen", CHEN_ID, CHEN).unwrap_err().code, "access.bind_after_password");
        let (by, chen) = (city.officer(BRANCH), city.chen);
        city.write(move |txn| set_member_password(txn, &by, chen, &Hash::of(OWN)?)).unwrap();
        assert_eq!(binds(city, "o-chen", CHEN_ID, OWN).unwrap_err().code, "access.bind_after_password");
        assert_eq!(binds(city, "o-chen", CHEN_ID, CHEN).unwrap_err().code, "access.wrong_binding");
        assert_eq!(reached(city, chen), None);
        city.settled(Account::Member(chen), OWN);
        binds(city, "o-chen", CHEN_ID, OWN).unwrap();
    });
}

#[test]
fn a_wrong_password_and_nobody_get_the_same_answer_and_the_door_is_that_of_the_login() {
    both(|city| {
        settled(city);
        let nobody = "350203198405069994";
        for id_card in [CHEN_ID, &complete(nobody)] {
            let mark = waits(city, "o-chen");
            for _ in 0..3 {
                assert_eq!(tries(city, &mark, id_card, "wrong2026").unwrap_err().code, "access.wrong_binding");
            }
            for _ in 0..2 {
                assert_eq!(city.member_login(id_card, "wrong2026").unwrap_err().code, "access.wrong_login");
            }
            let locked = tries(city, &mark, id_card, OWN).unwrap_err();
            assert_eq!((locked.code, locked.status()), ("access.locked", 429));
            assert_eq!(city.member_login(id_card, OWN).unwrap_err().code, "access.locked");
        }
        assert_eq!(city.actions().iter().filter(|action| *action == "access.binding_failed").count(), 6);
        // Without a phone that has come from WeChat nothing is tried, and nothing counted.
        assert_eq!(tries(city, "guessed", CHEN_ID, OWN).unwrap_err().code, "access.entry_gone");
    });
}

/// An ID-card number with its check digit.
fn complete(digits: &str) -> String {
    ejia_kernel::IdCardNumber::complete(&digits[..17]).unwrap().expose().to_owned()
}

#[test]
fn one_wechat_is_one_members_and_one_member_has_one() {
    both(|city| {
        let lin = settled(city);
        binds(city, "o-chen", CHEN_ID, OWN).unwrap();
        let other = binds(city, "o-other", CHEN_ID, OWN).unwrap_err();
        assert_eq!((other.code, other.status()), ("access.bound_to_other_wechat", 409));
        // Two who type at the same phone: the second finds it taken.
        let marks = [waits(city, "o-lin"), waits(city, "o-lin")];
        tries(city, &marks[0], &lin, OWN).unwrap();
        city.write({
            let chen = city.chen;
            move |txn| binding::unbind(txn, chen)
        })
        .unwrap();
        assert_eq!(tries(city, &marks[1], CHEN_ID, OWN).unwrap_err().code, "access.wechat_of_another");
        // The same one twice is simply bound.
        let again = waits(city, "o-chen");
        binds(city, "o-chen", CHEN_ID, OWN).unwrap();
        tries(city, &again, CHEN_ID, OWN).unwrap();
        assert_eq!(reached(city, city.chen), Some(wechat("o-chen")));
        assert_eq!(reached(city, city.lin), Some(wechat("o-lin")));
    });
}

#[test]
fn sixteen_phones_at_once_end_in_one_binding_for_each() {
    both(|city| {
        let lin = settled(city);
        // Two members at one WeChat, and one member at sixteen.
        for round in 0..2 {
            let pairs: Vec<(String, &str)> = (0..16)
                .map(|number| match round {
                    0 => (waits(city, "o-one"), if number % 2 == 0 { CHEN_ID } else { &lin }),
                    _ => (waits(city, &format!("o-{number}")), CHEN_ID),
                })
                .collect();
            // Counted one by one, so that the door stays open; bound all at once.
            let knocks: Vec<_> = pairs
                .iter()
                .map(|(mark, id_card)| {
                    let (mark, id_card) = (mark.clone(), (*id_card).to_owned());
                    city.write(move |txn| {
                        let knock = knock_to_bind(txn, Some(&mark), &id_card, HOME)?;
                        crate::operations::knock::open(txn, &knock).map(|()| (mark.clone(), knock))
                    })
                    .unwrap()
                })
                .collect();
            let bound: usize = std::thread::scope(|scope| {
                let threads: Vec<_> = knocks
                    .into_iter()
                    .map(|(mark, knock)| {
                        scope.spawn(move || {
                            ended(city.write(move |txn| binding::bind(txn, Some(&mark), &knock, true, &on_phone())))
                                .is_ok()
                        })
                    })
                    .collect();
                threads.into_iter().filter(|_| true).map(|thread| usize::from(thread.join().unwrap())).sum()
            });
            let rows = city
                .desk
                .read_now(|txn| Ok(txn.one("SELECT COUNT(*) FROM wechat_binding", &args![], |row| row.get::<i64>(0))?));
            assert_eq!(rows.unwrap(), 1, "round {round}");
            // One WeChat: every phone of the member who was first is his. One member: the first phone alone.
            assert_eq!(bound, if round == 0 { 8 } else { 1 }, "round {round}");
            let members = [city.chen, city.lin];
            assert_eq!(members.iter().filter(|member| reached(city, **member).is_some()).count(), 1);
            city.write(move |txn| {
                for member in members {
                    binding::unbind(txn, member)?;
                }
                Ok(())
            })
            .unwrap();
        }
    });
}

#[test]
fn who_follows_no_more_is_unbound_and_binds_anew() {
    both(|city| {
        settled(city);
        let bound = binds(city, "o-chen", CHEN_ID, OWN).unwrap();
        let web = token(city.member_login(CHEN, OWN));
        city.pass(60);
        let left = city.desk.now();
        assert!(told(city, "o-stranger", AccountEvent::Unsubscribed, left, "stranger"));
        assert!(reached(city, city.chen).is_some());
        assert!(told(city, "o-chen", AccountEvent::Unsubscribed, left, "chen left"));
        assert_eq!(reached(city, city.chen), None);
        assert!(!is_on_phone(city, &bound.token) && city.member_of(&web).is_some());
        assert!(city.actions().contains(&"access.wechat_unfollowed".to_owned()));
        city.pass(60);
        assert!(told(city, "o-chen", AccountEvent::Subscribed, city.desk.now(), "chen is back"));
        assert_eq!(reached(city, city.chen), None, "following binds nobody");
        binds(city, "o-chen", CHEN_ID, OWN).unwrap();
        // Told again, and told late for the first time: nothing changes.
        assert!(!told(city, "o-chen", AccountEvent::Unsubscribed, city.desk.now(), "chen left"));
        assert!(told(city, "o-chen", AccountEvent::Unsubscribed, left, "chen left, by another way"));
        assert_eq!(reached(city, city.chen), Some(wechat("o-chen")));
        // Clocks may be a little apart.
        let now = city.desk.now();
        assert!(told(city, "o-chen", AccountEvent::Unsubscribed, now.minus(std::time::Duration::from_secs(2)), "now"));
        assert_eq!(reached(city, city.chen), None);
    });
}

#[test]
fn who_left_the_list_is_not_reached_and_his_wechat_is_free() {
    both(|city| {
        let lin = settled(city);
        let bound = binds(city, "o-chen", CHEN_ID, OWN).unwrap();
        let waiting = {
            // A phone that came before he was bound there.
            let mark = waits_unasked(city, "o-chen");
            let chen = city.chen;
            city.write(move |txn| Ok(txn.execute("UPDATE member SET departed_at = 1 WHERE id = $1", &args![chen])?))
                .unwrap();
            mark
        };
        assert_eq!(reached(city, city.chen), None);
        assert!(!is_on_phone(city, &bound.token));
        tries(city, &waiting, &lin, OWN).unwrap();
        assert_eq!(reached(city, city.lin), Some(wechat("o-chen")));
    });
}

/// A phone that waits although its WeChat is bound.
fn waits_unasked(city: &City, name: &str) -> String {
    let (chen, open_id) = (city.chen, wechat(name));
    city.write(move |txn| {
        crate::store::bindings::unbind(txn, chen)?;
        let entered = enter(txn, &open_id, "/wechat", &on_phone())?;
        crate::store::bindings::bind(txn, chen, &open_id)?;
        match entered {
            Entered::Unbound(mark) => Ok(mark),
            Entered::In(_) => Err(Problem::fault("still bound")),
        }
    })
    .unwrap()
}

#[test]
fn events_and_phones_on_their_way_are_swept_away() {
    both(|city| {
        told(city, "o-chen", AccountEvent::Subscribed, city.desk.now(), "a");
        waits(city, "o-chen");
        city.pass(25 * 60 * 60);
        crate::handlers().drain(&city.desk).unwrap();
        city.write(|txn| Ok(crate::store::sweep(txn, crate::rules::MEMBER_IDLE, crate::rules::SESSION_LIFE)?)).unwrap();
        for table in ["wechat_event", "wechat_entry"] {
            let left = city.desk.read_now(move |txn| {
                Ok(txn.one(&format!("SELECT count(*) FROM {table}"), &args![], |row| row.get::<i64>(0))?)
            });
            assert_eq!(left.unwrap(), 0, "{table}");
        }
    });
}
