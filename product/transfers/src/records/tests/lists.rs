//! Who sees what in which list, narrowed and leafed through.

use ejia_db::Desk;
use ejia_kernel::OrganizationId;

use crate::model::{Act, Stage, Standing};
use crate::records::asked::RecordsAsked;
use crate::records::views::RecordsView;
use crate::tests::city::{City, at, coming_in, goes_on, in_city, officer, out, within, write, write_in};

fn asked(tab: &str) -> RecordsAsked {
    RecordsAsked { tab: tab.to_owned(), ..RecordsAsked::default() }
}

fn seen(desk: &Desk, by: OrganizationId, asked: &RecordsAsked) -> RecordsView {
    let (by, asked) = (officer(desk, by), asked.clone());
    desk.read_now(move |txn| RecordsView::of(txn, &by, &asked)).unwrap()
}

/// The names in a list, as they stand there.
fn names(desk: &Desk, by: OrganizationId, asked: &RecordsAsked) -> String {
    let view = seen(desk, by, asked);
    view.lines.iter().map(|record| record.line.name.as_str()).collect::<Vec<_>>().join(" ")
}

/// 甲 moves within a committee, 乙 to another one, 丙 out of the city, 丁 comes in from outside.
fn four(desk: &Desk, city: City) {
    for (day, written) in [
        ("2026-03-01", within("甲", city.deep, city.direct)),
        ("2026-03-02", within("乙", city.deep, city.far)),
        ("2026-03-03", out("丙", city.direct)),
        ("2026-03-04", coming_in("丁", city.far)),
    ] {
        at(desk, day);
        write(desk, &written, Stage::Review, Some(city.deep));
    }
}

// proves: T11
#[test]
fn everybody_sees_what_left_what_came_and_what_stayed_within() {
    in_city(|desk, city| {
        four(desk, city);
        for (whose, of, left, came, within) in [
            ("the branch that is left", city.deep, "乙 甲", "", "甲"),
            ("its general branch", city.general, "乙 甲", "", "甲"),
            ("the branch that is gone to", city.direct, "丙", "甲", "甲"),
            ("the committee of both", city.committee, "丙 乙", "", "甲"),
            ("the branch of the other committee", city.far, "", "丁 乙", ""),
            ("the other committee", city.far_committee, "", "丁 乙", ""),
            ("the working committee above it", city.working, "", "丁 乙", ""),
            ("the city", city.root, "丙", "丁", "乙 甲"),
            ("a committee that has nothing to do with it", city.third, "", "", ""),
        ] {
            let lists = ["out", "in", "internal"].map(|tab| names(desk, of, &asked(tab)));
            assert_eq!(lists, [left, came, within], "{whose}");
        }
    });
}

#[test]
fn a_list_is_narrowed_by_name_state_way_and_day() {
    in_city(|desk, city| {
        four(desk, city);
        at(desk, "2026-03-05");
        let gone = write(desk, &out("甲_丙%", city.direct), Stage::Review, Some(city.direct));
        goes_on(desk, gone, Stage::Withdrawn, None);
        let by = |change: fn(&mut RecordsAsked)| {
            let mut asked = asked("out");
            change(&mut asked);
            names(desk, city.committee, &asked)
        };
        assert_eq!(by(|_| ()), "甲_丙% 丙 乙");
        assert_eq!(by(|asked| asked.q = "丙".to_owned()), "甲_丙% 丙");
        assert_eq!(by(|asked| asked.q = "_".to_owned()), "甲_丙%", "an underscore is an underscore");
        assert_eq!(by(|asked| asked.q = "%".to_owned()), "甲_丙%");
        assert_eq!(by(|asked| asked.q = "戊".to_owned()), "");
        assert_eq!(by(|asked| asked.stage = "withdrawn".to_owned()), "甲_丙%", "the state it has now");
        assert_eq!(by(|asked| asked.stage = "review".to_owned()), "丙 乙");
        assert_eq!(by(|asked| asked.direction = "within".to_owned()), "乙");
        assert_eq!(by(|asked| asked.direction = "in".to_owned()), "甲_丙% 丙 乙", "nothing comes in by this list");
        assert_eq!(by(|asked| asked.from = "2026-03-03".to_owned()), "甲_丙% 丙");
        assert_eq!(by(|asked| asked.to = "2026-03-03".to_owned()), "丙 乙");
        let all = |asked: &mut RecordsAsked| {
            (asked.q, asked.stage, asked.direction) = ("丙".to_owned(), "review".to_owned(), "out".to_owned());
            (asked.from, asked.to) = ("2026-03-03".to_owned(), "2026-03-05".to_owned());
        };
        assert_eq!(by(all), "丙");
    });
}

#[test]
fn a_long_list_is_leafed_through_both_ways_without_a_gap_or_a_double() {
    in_city(|desk, city| {
        let standing = Standing { stage: Stage::Review, at: Some(city.direct) };
        desk.write_now(move |txn| {
            for number in 0..120 {
                write_in(txn, &out(&format!("党员{number}"), city.direct), standing)?;
            }
            Ok(())
        })
        .unwrap();
        let page = |address: &str| {
            let mut asked = asked("out");
            for pair in address.split(['?', '&']).skip(1) {
                match pair.split_once('=').unwrap() {
                    ("after", id) => asked.after = id.to_owned(),
                    ("before", id) => asked.before = id.to_owned(),
                    (_, same) => assert_eq!(same, "out"),
                }
            }
            let view = seen(desk, city.root, &asked);
            let ids: Vec<_> = view.lines.iter().map(|record| record.line.id.clone()).collect();
            (ids, view.previous, view.next)
        };
        let (first, none, next) = page("");
        let (second, back, on) = page(&next.unwrap());
        let (third, _, end) = page(&on.unwrap());
        assert_eq!((none, end, [first.len(), second.len(), third.len()]), (None, None, [50, 50, 20]));
        let mut all = [first.clone(), second, third].concat();
        assert!(all.is_sorted_by(|newer, older| newer > older), "the newest first");
        all.dedup();
        assert_eq!(all.len(), 120);
        assert_eq!(page(&back.unwrap()).0, first);
    });
}

#[test]
fn a_list_follows_a_transfer_that_is_mended() {
    in_city(|desk, city| {
        let id = write(desk, &within("甲", city.deep, city.far), Stage::Returned, None);
        let by = crate::course::Doer::officer(&officer(desk, city.deep));
        desk.write_now(move |txn| {
            let tree = ejia_directory::tree(txn)?;
            let mut transfer = crate::store::load_locked(txn, id)?.unwrap();
            (transfer.to.organization_id, transfer.name) = (Some(city.direct), "乙".to_owned());
            let standing = Standing { stage: Stage::Review, at: Some(city.deep) };
            crate::course::advance(txn, &mut transfer, standing, Act::Mended, &by, "")?;
            crate::course::look_again(txn, &tree, &transfer)
        })
        .unwrap();
        assert_eq!(names(desk, city.far, &asked("in")), "", "it does not come here any longer");
        assert_eq!(names(desk, city.direct, &asked("in")), "乙");
        assert_eq!(names(desk, city.committee, &asked("internal")), "乙");
        assert_eq!(names(desk, city.committee, &asked("out")), "");
    });
}
