//! What waits for the morning, and what does not.

use std::sync::Arc;
use std::time::Duration;

use ejia_db::Desk;
use ejia_kernel::MemberId;

use super::post::{Does, Post};
use super::{code, on_both, phone, send, state, turn, wait};
use crate::{About, Letter, State, Template};

fn at_night(desk: &Desk) {
    desk.clock().set("2026-03-20T22:30:00+08:00".parse().unwrap());
}

fn arrived(desk: &Desk) -> Letter {
    Letter::new(phone(), Template::TransferArrived).about(About::Member(MemberId::new(desk.now())))
}

#[test]
fn an_ordinary_letter_of_the_night_goes_out_at_seven() {
    on_both(|desk| {
        at_night(desk);
        let post = Post::doing([]);
        let ordinary = send(desk, arrived(desk));
        let asked_for = send(desk, code());
        let short = send(desk, arrived(desk).until(desk.now().plus(Duration::from_hours(8))));
        turn(desk, &post);
        assert_eq!(state(desk, ordinary), State::Waiting);
        assert_eq!((state(desk, asked_for), state(desk, short)), (State::Sent, State::Sent));
        wait(desk, 8 * 3600 + 1799);
        turn(desk, &post);
        assert_eq!(state(desk, ordinary), State::Waiting);
        wait(desk, 2);
        turn(desk, &post);
        assert_eq!((state(desk, ordinary), post.taken()), (State::Sent, 3));
    });
}

#[test]
fn a_letter_that_failed_in_the_evening_is_not_tried_again_at_night() {
    on_both(|desk| {
        desk.clock().set("2026-03-20T21:59:57+08:00".parse().unwrap());
        let post = Post::doing([Does::IsDown]);
        let id = send(desk, arrived(desk));
        turn(desk, &post);
        wait(desk, 600);
        turn(desk, &post);
        assert_eq!((state(desk, id), post.taken()), (State::Waiting, 0));
        wait(desk, 9 * 3600);
        turn(desk, &Arc::clone(&post));
        assert_eq!((state(desk, id), post.taken()), (State::Sent, 1));
    });
}
