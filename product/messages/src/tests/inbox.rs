//! What a member can read again: his own, the latest first, for twelve months, sealed meanwhile.

use std::time::Duration;

use ejia_db::{Desk, args};
use ejia_jobs::Handlers;
use ejia_kernel::{MemberId, MessageId, Problem};

use super::post::Post;
use super::{code, on_both, phone, send, turn, wait, ways};
use crate::inbox::{InboxAsked, InboxView};
use crate::store;
use crate::{About, Letter, Template};

fn paid(reader: MemberId, amount: u32) -> Letter {
    Letter::new(phone(), Template::DuesPaid).with("amount", format!("{amount}.00")).about(About::Member(reader))
}

fn shown(desk: &Desk, reader: MemberId, after: &str, before: &str) -> InboxView {
    let asked = InboxAsked { after: after.to_owned(), before: before.to_owned() };
    desk.read_now(move |txn| InboxView::of(txn, reader, &asked)).unwrap()
}

fn opened(desk: &Desk, reader: MemberId, id: MessageId) -> Option<Template> {
    desk.write_now(move |txn| store::mark_read(txn, reader, id)).unwrap()
}

/// What an address of a page asks.
fn place(address: Option<&String>, side: &str) -> String {
    address.and_then(|address| address.split_once(&format!("{side}="))).map(|(_, place)| place.to_owned()).unwrap()
}

#[test]
fn a_member_reads_what_was_written_to_him_after_it_was_delivered_and_nobody_elses() {
    on_both(|desk| {
        let (reader, other) = (MemberId::new(desk.now()), MemberId::new(desk.now()));
        let post = Post::doing([]);
        let first = send(desk, paid(reader, 12));
        send(desk, code().about(About::Member(reader)));
        send(desk, paid(other, 99));
        wait(desk, 60);
        send(desk, Letter { to: None, ..paid(reader, 13) });
        assert_eq!(shown(desk, reader, "", "").lines[1].state, "待发送");
        turn(desk, &post);
        desk.write_now(move |txn| crate::record_reports(txn, &[super::report(first, None)])).unwrap();
        let view = shown(desk, reader, "", "");
        let lines: Vec<(&str, &str, &str)> =
            view.lines.iter().map(|line| (line.sentence.as_str(), line.route, line.state)).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!((lines[0].1, lines[0].2), ("站内消息", "已发送"));
        assert!(lines[1].0.starts_with("您已成功交纳党费12.00元"), "{lines:?}");
        assert_eq!((lines[1].1, lines[1].2), ("短信", "已送达"));
        let at_rest = desk
            .read_now(move |txn| {
                let sql = "SELECT phone_sealed, params_sealed FROM message WHERE id = $1";
                Ok(txn.one(sql, &args![first], |row| {
                    Ok((row.get::<Option<Vec<u8>>>(0)?, row.get::<Option<Vec<u8>>>(1)?.unwrap_or_default()))
                })?)
            })
            .unwrap();
        assert!(at_rest.0.is_none() && !at_rest.1.windows(5).any(|part| part == b"12.00"));
    });
}

#[test]
fn a_message_is_read_when_its_reader_has_opened_it() {
    on_both(|desk| {
        let (reader, other) = (MemberId::new(desk.now()), MemberId::new(desk.now()));
        let (first, second) = (send(desk, paid(reader, 1)), send(desk, paid(reader, 2)));
        assert_eq!(opened(desk, other, first), None);
        assert_eq!(opened(desk, reader, first), Some(Template::DuesPaid));
        assert_eq!(opened(desk, reader, first), Some(Template::DuesPaid));
        let unread = |view: &InboxView| view.lines.iter().filter(|line| line.unread).count();
        assert_eq!(unread(&shown(desk, reader, "", "")), 1);
        let read = desk.write_now(move |txn| store::mark_all_read(txn, reader)).unwrap();
        assert_eq!((read, unread(&shown(desk, reader, "", ""))), (1, 0));
        assert_eq!(opened(desk, reader, second), Some(Template::DuesPaid));
    });
}

#[test]
fn the_list_is_leafed_through_with_the_latest_first() {
    on_both(|desk| {
        let reader = MemberId::new(desk.now());
        for amount in 1..=45 {
            send(desk, paid(reader, amount));
            wait(desk, 1);
        }
        let numbers = |view: &InboxView| -> Vec<usize> {
            let lines = view.lines.iter();
            lines.map(|line| (1..=45).find(|n| line.sentence.contains(&format!("费{n}.00"))).unwrap()).collect()
        };
        let first = shown(desk, reader, "", "");
        assert_eq!(numbers(&first), (26..=45).rev().collect::<Vec<_>>());
        assert!(first.previous.is_none());
        let second = shown(desk, reader, &place(first.next.as_ref(), "after"), "");
        assert_eq!(numbers(&second), (6..=25).rev().collect::<Vec<_>>());
        let last = shown(desk, reader, &place(second.next.as_ref(), "after"), "");
        assert_eq!((numbers(&last), last.next.is_none()), ((1..=5).rev().collect(), true));
        let back = shown(desk, reader, "", &place(last.previous.as_ref(), "before"));
        assert_eq!(numbers(&back), numbers(&second));
    });
}

#[test]
fn messages_go_after_twelve_months_when_they_have_ended() {
    on_both(|desk| {
        let reader = MemberId::new(desk.now());
        let post = Post::doing([]);
        let handlers = crate::handlers(Handlers::new(), ways(&post));
        let old = send(desk, paid(reader, 1));
        turn(desk, &post);
        desk.write_now(move |txn| crate::record_reports(txn, &[super::report(old, None)])).unwrap();
        desk.clock().set(desk.now().plus(Duration::from_hours(364 * 24)));
        send(desk, paid(reader, 2));
        handlers.drain(desk).unwrap();
        assert_eq!(shown(desk, reader, "", "").lines.len(), 2);
        desk.clock().set(desk.now().plus(Duration::from_hours(48)));
        handlers.drain(desk).unwrap();
        let view = shown(desk, reader, "", "");
        assert_eq!(view.lines.len(), 1);
        assert!(view.lines[0].sentence.contains("2.00"));
        let gone: Result<_, Problem> = desk.read_now(move |txn| crate::state_of(txn, old));
        assert_eq!(gone.unwrap(), None);
    });
}
