//! Messages, menu and codes: taken, refused, and what a bad day does to them.

use std::time::Duration;

use ejia_kernel::OpenId;

use super::wire::{TEMPLATE, Wire, meeting, on_both, on_sqlite};
use crate::callback::Event;
use crate::sandbox::Mood;
use crate::{Account, AccountSettings, Button, Fault, SubscriptionNotice, TemplateMessage};

#[test]
fn a_template_message_reaches_its_reader_and_its_report_comes_back() {
    on_both(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let number = wire.client().send_template(&meeting(&reader, "m1")).unwrap();
        assert!(matches!(wire.events(2)[1], Event::PushEnded { number: ref told, failure: None } if *told == number));
        let shown = wire.sandbox.messages("u1").into_iter().find(|shown| !shown.template.is_empty()).unwrap();
        assert_eq!(shown.text, "会议通知\n会议：党员大会\n时间：2026年3月21日 15:00");
        assert_eq!(shown.url, "https://ejia.example/wechat/enter?to=%2Fwechat%2Fmeetings");
        assert!(shown.at.starts_with("2026-03-20T09:00:0"));
    });
}

/// How often the reader sees a template message.
fn shown(wire: &Wire) -> usize {
    wire.sandbox.messages("u1").iter().filter(|shown| shown.template == TEMPLATE).count()
}

#[test]
fn a_number_is_sent_once_in_ten_minutes() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let client = wire.client();
        let first = client.send_template(&meeting(&reader, "m1")).unwrap();
        assert_eq!(client.send_template(&meeting(&reader, "m1")).unwrap(), first);
        assert_ne!(client.send_template(&meeting(&reader, "m2")).unwrap(), first);
        assert_eq!(shown(&wire), 2);
        desk.clock().set(desk.now().plus(Duration::from_mins(11)));
        assert_ne!(client.send_template(&meeting(&reader, "m1")).unwrap(), first);
        assert_eq!(shown(&wire), 3);
    });
}

#[test]
fn what_would_be_refused_again_is_refused_for_good() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let client = wire.client();
        let refusal = |message: TemplateMessage| client.send_template(&message).unwrap_err();
        let stranger = OpenId::parse("oStranger").unwrap();
        assert_eq!(refusal(meeting(&stranger, "m1")), Fault::Refused(40003));
        assert_eq!(
            refusal(TemplateMessage { template: "other".to_owned(), ..meeting(&reader, "m1") }),
            Fault::Refused(40037)
        );
        assert_eq!(refusal(TemplateMessage { blanks: Vec::new(), ..meeting(&reader, "m1") }), Fault::Refused(47003));
        drop(wire.sandbox.unfollow("u1").unwrap());
        assert_eq!(refusal(meeting(&reader, "m1")), Fault::Refused(43004));
        assert_eq!(shown(&wire), 0);
    });
}

#[test]
fn a_bad_day_of_the_service_is_told_as_what_it_is() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let client = Account::new(AccountSettings { patience: Duration::from_millis(1500), ..wire.settings() }, desk);
        client.menu().unwrap();
        let outcome = |mood, number: &str| {
            wire.sandbox.behave(mood);
            client.send_template(&meeting(&reader, number))
        };
        let limited = |code, seconds| Err(Fault::Limited { code, wait: Duration::from_secs(seconds) });
        assert_eq!(outcome(Mood::Limited, "m1"), limited(45009, 3600));
        assert_eq!(outcome(Mood::Busy, "m2"), limited(-1, 10));
        assert!(matches!(outcome(Mood::Down, "m3"), Err(Fault::Unknown(_))));
        assert_eq!(shown(&wire), 0);
        // Nobody knows, and the message was taken: sending it again shows it no second time.
        for (mood, number, seen) in [(Mood::Silent, "m4", 1), (Mood::Slow, "m5", 2)] {
            assert!(matches!(outcome(mood, number), Err(Fault::Unknown(_))), "{mood:?}");
            outcome(Mood::Kind, number).unwrap();
            assert_eq!(shown(&wire), seen, "{mood:?}");
        }
    });
}

#[test]
fn a_reader_who_has_blocked_the_account_is_told_of_later() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        wire.sandbox.behave(Mood::Blocked);
        let number = wire.client().send_template(&meeting(&reader, "m1")).unwrap();
        let failure = Some("failed:user block".to_owned());
        assert_eq!(wire.events(2)[1], Event::PushEnded { number, failure });
        assert_eq!(shown(&wire), 0);
    });
}

#[test]
fn wrong_keys_and_an_absent_service_are_told_as_out_of_reach() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let with = |change: &dyn Fn(&mut AccountSettings)| {
            let mut settings = wire.settings();
            change(&mut settings);
            Account::new(settings, desk).send_template(&meeting(&reader, "m1")).unwrap_err()
        };
        let no_token = |code: &str| Fault::Unreachable(code.to_owned());
        assert_eq!(with(&|it| it.app_secret = "other".to_owned()), no_token("40125"));
        assert_eq!(with(&|it| it.app_id = "wx0000000000000000".to_owned()), no_token("40013"));
        let client = wire.client();
        client.menu().unwrap();
        drop(wire);
        assert!(matches!(client.send_template(&meeting(&reader, "m1")), Err(Fault::Unreachable(_))));
    });
}

#[test]
fn a_notice_uses_up_a_consent() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let reader = wire.follower("u1");
        let TemplateMessage { to, template, blanks, .. } = meeting(&reader, "");
        let notice = SubscriptionNotice { to, template, page: None, blanks };
        assert_eq!(wire.client().send_notice(&notice), Err(Fault::Refused(43101)));
        wire.sandbox.consent("u1", TEMPLATE).unwrap();
        assert_eq!(wire.client().send_notice(&notice), Ok(()));
        assert_eq!(wire.client().send_notice(&notice), Err(Fault::Refused(43101)));
        assert_eq!(shown(&wire), 1);
    });
}

#[test]
fn the_menu_is_set_told_and_taken_away() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let client = wire.client();
        assert_eq!(client.menu(), Ok(Vec::new()));
        let menu = vec![
            Button::over("我要", vec![Button::page("交党费", "https://ejia.example/wechat/enter?to=/wechat/dues")]),
            Button::key("帮助", "help"),
        ];
        client.set_menu(&menu).unwrap();
        assert_eq!(client.menu(), Ok(menu.clone()));
        assert_eq!(wire.sandbox.menu(), menu);
        client.delete_menu().unwrap();
        assert_eq!(client.menu(), Ok(Vec::new()));
        let long = Button::page("一二三四五六", "https://ejia.example/");
        assert_eq!(client.set_menu(&[long]), Err(Fault::Refused(40018)));
    });
}

#[test]
fn a_code_with_a_scene_tells_who_came_by_it() {
    on_sqlite(|desk| {
        let wire = Wire::new(desk);
        let code = wire.client().scene_code("hall-3", Duration::from_hours(1)).unwrap();
        let ticket = code.picture.split_once("?ticket=").unwrap().1.replace("%3D", "=");
        wire.sandbox.scan("u1", &ticket).unwrap().unwrap().blocking_recv().unwrap();
        wire.sandbox.scan("u1", &ticket).unwrap().unwrap().blocking_recv().unwrap();
        let scene = "hall-3".to_owned();
        assert_eq!(wire.events(2), [Event::Subscribed { scene: Some(scene.clone()) }, Event::Scanned { scene }]);
        desk.clock().set(desk.now().plus(Duration::from_hours(2)));
        assert!(wire.sandbox.scan("u2", &ticket).unwrap().is_none());
    });
}
