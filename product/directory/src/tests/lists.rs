//! Lists and searches, page by page, on both databases.

use ejia_db::Desk;
use ejia_kernel::{MemberKind, OrganizationId, Standing};

use super::{add, add_record, caller, committee_officer, form, in_city, officer, record_named};
use crate::members::{
    Allocate, ListAsked, RecordField, Remove, allocate, change_own, edit_record, list, remove, restore,
};
use crate::{EDUCATION, ETHNIC_GROUPS, EthnicGroup, MEMBERS, Member, Trait, counts_under, member_figures};

fn page(desk: &Desk, by: OrganizationId, asked: ListAsked) -> (Vec<String>, Option<String>) {
    let officer = officer(desk, by);
    desk.read_now(move |txn| {
        let found = list(txn, &officer, &asked, false)?;
        Ok((found.lines.iter().map(|line| line.name.clone()).collect(), found.next))
    })
    .unwrap()
}

fn found(desk: &Desk, by: OrganizationId, q: &str) -> Vec<String> {
    page(desk, by, ListAsked { q: q.to_owned(), ..ListAsked::default() }).0
}

/// Walks through all pages and answers the names in the order they came.
fn walked(desk: &Desk, by: OrganizationId, asked: &ListAsked) -> Vec<String> {
    let mut all = Vec::new();
    let mut asked = asked.clone();
    loop {
        let (names, next) = page(desk, by, asked.clone());
        all.extend(names);
        match next {
            Some(next) => asked.after = next,
            None => return all,
        }
    }
}

#[test]
fn members_are_found_by_everything_a_person_would_type() {
    in_city(|desk, city| {
        let member = add(desk, city.first, "陈建国");
        add(desk, city.second, "林晓梅");
        add(desk, city.other, "陈晓东");
        let (phone, id_card) =
            (member.record.phone.as_ref().unwrap().expose().to_owned(), member.record.id_card.expose().to_lowercase());
        for typed in ["陈", "建国", "cjg", "chenj", "jg", &phone, &id_card, &format!("{} {}", &phone[..3], &phone[3..])]
        {
            assert_eq!(found(desk, city.committee, typed), ["陈建国"], "{typed}");
        }
        assert_eq!(found(desk, city.root, "晓"), ["林晓梅", "陈晓东"]);
        assert_eq!(found(desk, city.root, "陈").len(), 2);
        for typed in [phone.as_str(), id_card.as_str(), "陈建国", "cjg"] {
            assert!(found(desk, city.other, typed).is_empty(), "{typed}");
        }
        assert!(found(desk, city.root, "1380").is_empty());
    });
}

#[test]
fn pages_follow_one_another_without_gaps_or_doubles() {
    in_city(|desk, city| {
        for n in 0..130 {
            let mut record = record_named(["陈建国", "林晓梅", "陈陈", "欧阳国林", "单国"][n % 5]);
            if n % 7 == 0 {
                record.phone = None;
            }
            if n % 11 == 0 {
                record.standing = Standing::Suspended;
            }
            if n % 13 == 0 {
                record.kind = MemberKind::Probationary;
                record.full_on = None;
            }
            add_record(desk, if n % 2 == 0 { city.first } else { city.second }, record);
        }
        let asked = |change: &dyn Fn(&mut ListAsked)| {
            let mut asked = ListAsked::default();
            change(&mut asked);
            walked(desk, city.root, &asked).len()
        };
        assert_eq!(asked(&|_| {}), 130);
        assert_eq!(asked(&|asked| asked.without_phone = true), 19);
        assert_eq!(asked(&|asked| asked.standing = "suspended".to_owned()), 12);
        assert_eq!(asked(&|asked| asked.kind = "probationary".to_owned()), 10);
        assert_eq!(asked(&|asked| asked.organization = city.first.to_string()), 65);
        assert_eq!(asked(&|asked| asked.q = "陈".to_owned()), 52);
        assert_eq!(asked(&|asked| asked.q = "国".to_owned()), 78);
        assert_eq!(
            asked(&|asked| {
                asked.q = "国".to_owned();
                asked.without_phone = true;
            }),
            11
        );
        let names = walked(desk, city.first, &ListAsked::default());
        let mut sorted = names.clone();
        sorted.sort_by_key(|name| crate::sort_key(name));
        assert_eq!(names, sorted);
    });
}

#[test]
fn members_are_listed_by_what_they_are_counted_by() {
    in_city(|desk, city| {
        for n in 0..60 {
            let mut record = record_named(["陈建国", "林晓梅"][n % 2]);
            record.education = EDUCATION[n % EDUCATION.len()].to_owned();
            record.ethnic_group = EthnicGroup::parse(ETHNIC_GROUPS[n % 5 / 2]).unwrap();
            record.born_on = desk.now().china_date().plus_months(-12 * 19 - 8 * i32::try_from(n).unwrap());
            if n % 13 == 0 {
                record.kind = MemberKind::Probationary;
                record.full_on = None;
            }
            add_record(desk, city.first, record);
        }
        let counted = desk.read_now(move |txn| {
            let path = crate::tree(txn)?.find(city.first)?.path.clone();
            member_figures(txn, std::slice::from_ref(&path), txn.now().china_date())
                .map(|mut all| all.remove(path.as_str()))
        });
        let counted = counted.unwrap().unwrap();
        assert_eq!(counted.get(MEMBERS), 60);
        for of in Trait::ALL {
            let mut all = 0;
            for (value, _) in of.values() {
                let asked: ListAsked = serde_json::from_value(serde_json::json!({ of.code(): value })).unwrap();
                let listed = walked(desk, city.committee, &asked).len();
                assert_eq!(i64::try_from(listed).unwrap(), counted.get(&of.figure(value)), "{of}: {value}");
                all += listed;
                let named = ListAsked { q: "林".to_owned(), ..asked.clone() };
                let women = walked(desk, city.root, &named).len();
                assert!(women == walked(desk, city.first, &named).len() && women <= listed, "{of}: {value}");
            }
            assert_eq!(all, 60, "{of}");
        }
    });
}

#[test]
fn the_index_of_names_follows_moves_new_names_and_departures() {
    in_city(|desk, city| {
        let members: Vec<crate::Member> = (0..60)
            .map(|n| {
                let branch = if n % 2 == 0 { city.first } else { city.other };
                add(desk, branch, ["陈建国", "林晓梅"][n / 30])
            })
            .collect();
        let by = committee_officer(desk, city.root);
        let moved = Allocate {
            member: vec![members[0].id.to_string()],
            branch_id: city.other.to_string(),
            ..Allocate::default()
        };
        let gone = Remove { reason: "died".to_owned(), note: String::new() };
        let (renamed, left) = (members[2].id, members[4].id);
        desk.write_now(move |txn| {
            allocate(txn, &by, &moved)?;
            edit_record(txn, &by, renamed, &form(&[(RecordField::Name, "欧阳锋")]))?;
            remove(txn, &by, left, &gone)
        })
        .unwrap();
        let count = |by, q: &str| walked(desk, by, &ListAsked { q: q.to_owned(), ..ListAsked::default() }).len();
        assert_eq!((count(city.committee, "陈"), count(city.other_committee, "陈")), (12, 16));
        assert_eq!((count(city.root, "陈"), count(city.root, "ouyang"), count(city.root, "锋")), (28, 1, 1));
        let (by, back) = (committee_officer(desk, city.root), left);
        desk.write_now(move |txn| restore(txn, &by, back)).unwrap();
        assert_eq!(count(city.root, "cjg"), 29);
    });
}

#[test]
fn counts_are_right_however_many_write_at_once() {
    in_city(|desk, city| {
        let members: Vec<Member> = (0..12).map(|_| add(desk, city.first, "陈建国")).collect();
        std::thread::scope(|scope| {
            for member in &members {
                scope.spawn(move || {
                    let (own, form) = (caller(member), form(&[(RecordField::Name, "陈建军")]));
                    desk.write_now(move |txn| change_own(txn, &own, &form)).unwrap();
                    add(desk, city.first, "林晓梅");
                });
            }
        });
        let by = officer(desk, city.committee);
        let counts = desk.read_now(move |txn| counts_under(txn, by.path())).unwrap();
        assert_eq!((counts.members, counts.waiting), (24, 12));
    });
}
