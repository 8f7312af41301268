//! What may be opened and chosen, and what comes out.

use ejia_kernel::{Instant, OrganizationId};
use proptest::prelude::*;

use super::*;

fn code(bits: u64) -> VoterCode {
    VoterCode::from_bits(bits).unwrap()
}

fn new(change: impl FnOnce(&mut NewBallot)) -> NewBallot {
    let now = Instant::from_ms(0);
    let mut new = NewBallot {
        purpose: "test.vote".to_owned(),
        organization_id: OrganizationId::new(now),
        title: " 关于修缮活动室的决议 ".to_owned(),
        options: ["赞成", " 反对 ", "弃权"].map(str::to_owned).to_vec(),
        most: 1,
        voters: (0..3).map(|_| MemberId::new(now)).collect(),
        tell: "test.ended",
    };
    change(&mut new);
    new
}

/// The fields that are refused, each with why.
fn refusals(problem: &Problem) -> Vec<(&str, &'static str)> {
    problem.fields.iter().map(|field| (field.field.as_str(), field.code)).collect()
}

#[test]
fn what_may_be_opened() {
    let openable = openable(&new(|new| new.voters.push(new.voters[0]))).unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!(openable.title, "关于修缮活动室的决议");
    assert_eq!(openable.options, ["赞成", "反对", "弃权"]);
    assert_eq!((openable.most, openable.voters.len()), (1, 3), "a member named twice votes once");
}

#[test]
fn what_may_not_be_opened() {
    type Change = fn(&mut NewBallot);
    let table: &[(Change, &str, &str)] = &[
        (|new| new.title = "  ".to_owned(), "title", "ballots.title"),
        (|new| new.title = "题".repeat(201), "title", "ballots.title"),
        (|new| new.options.truncate(1), "options", "ballots.options"),
        (|new| new.options = (0..51).map(|n| n.to_string()).collect(), "options", "ballots.options"),
        (|new| new.options.push(" ".to_owned()), "options", "ballots.option"),
        (|new| new.options.push("项".repeat(101)), "options", "ballots.option"),
        (|new| new.options.push("赞成 ".to_owned()), "options", "ballots.options_alike"),
        (|new| new.most = 0, "most", "ballots.most"),
        (|new| new.most = 4, "most", "ballots.most"),
        (|new| new.voters.truncate(2), "voters", "ballots.too_few_voters"),
        (|new| new.voters = vec![new.voters[0]; 3], "voters", "ballots.too_few_voters"),
        (
            |new| new.voters = (0..20_001).map(|_| MemberId::new(Instant::from_ms(0))).collect(),
            "voters",
            "ballots.too_many_voters",
        ),
    ];
    for (change, field, why) in table {
        let problem = openable(&new(change)).err().unwrap();
        assert_eq!(refusals(&problem), [(*field, *why)]);
    }
    let many = openable(&new(|new| new.voters = (0..20_000).map(|_| MemberId::new(Instant::from_ms(0))).collect()));
    assert!(many.is_ok_and(|many| many.voters.len() == MOST_VOTERS));
}

#[test]
fn what_may_be_chosen() {
    type Case = (&'static [usize], usize, usize, Result<u64, &'static str>);
    let table: &[Case] = &[
        (&[0], 3, 1, Ok(0b1)),
        (&[2], 3, 1, Ok(0b100)),
        (&[2, 0], 3, 2, Ok(0b101)),
        (&[1, 1], 3, 1, Ok(0b10)),
        (&[49], 50, 1, Ok(1 << 49)),
        (&[], 3, 1, Err("ballots.choose_one")),
        (&[0, 1], 3, 1, Err("ballots.choose_fewer")),
        (&[3], 3, 1, Err("ballots.no_such_option")),
        (&[63], 3, 1, Err("ballots.no_such_option")),
        (&[64], 80, 1, Err("ballots.no_such_option")),
        (&[usize::MAX], 3, 1, Err("ballots.no_such_option")),
    ];
    for (chosen, options, most, expected) in table {
        let entered = Choice::entered(chosen, *options, *most);
        match (entered, expected) {
            (Ok(choice), Ok(bits)) => assert_eq!(choice.bits(), *bits),
            (Err(problem), Err(why)) => assert_eq!(refusals(&problem), [("chosen", *why)]),
            (entered, expected) => panic!("{chosen:?}: {entered:?}, not {expected:?}"),
        }
    }
}

#[test]
fn a_passphrase_has_eight_characters() {
    assert!(passphrase("东山街道八个字吗").is_ok());
    assert_eq!(refusals(&passphrase("七个字还不够吗").unwrap_err()), [("passphrase", "ballots.passphrase_short")]);
}

#[test]
fn what_becomes_of_a_vote() {
    let one = |bits| Some((code(bits), Choice(1)));
    let counted = |ballots: &[Option<(VoterCode, Choice)>]| count(3, ballots.iter().copied());
    let three = counted(&[one(1), one(2), one(3)]);
    assert_eq!(verdict(3, three.clone()), Verdict::Counted(three.clone().unwrap()));
    assert_eq!(verdict(2, counted(&[one(1), one(2)])), Verdict::Withheld);
    assert_eq!(verdict(0, counted(&[])), Verdict::Withheld);
    let void = Verdict::Void(Voided::Altered);
    assert_eq!(verdict(4, three.clone()), void, "one went missing");
    assert_eq!(verdict(2, three), void, "one came from nowhere");
    assert_eq!(verdict(4, counted(&[one(1), one(2), one(3), None])), void, "one does not open");
    assert_eq!(verdict(4, counted(&[one(1), one(2), one(3), one(3)])), void, "two under one code");
    assert_eq!(verdict(2, counted(&[one(1), None])), void, "also where nothing would be published");
}

proptest! {
    #[test]
    fn a_count_adds_up_and_knows_no_order(
        ballots in prop::collection::btree_map(0_u64..1 << 60, 1_u64..1 << 7, 0..40),
        turned in any::<prop::sample::Index>(),
    ) {
        let opened: Vec<_> = ballots.iter().map(|(bits, chosen)| Some((code(*bits), Choice(*chosen)))).collect();
        let counted = count(7, opened.clone()).unwrap();
        prop_assert_eq!(counted.list.len(), ballots.len());
        let marks: u64 = ballots.values().map(|chosen| u64::from(chosen.count_ones())).sum();
        prop_assert_eq!(counted.votes.iter().sum::<u64>(), marks);
        let mut other_way = opened;
        if !other_way.is_empty() {
            let by = turned.index(other_way.len());
            other_way.rotate_left(by);
            other_way.reverse();
        }
        prop_assert_eq!(count(7, other_way), Some(counted));
    }

    #[test]
    fn what_was_kept_is_what_could_be_entered(bits in any::<u64>(), options in 2_usize..=50, most in 1_usize..=50) {
        let most = most.min(options);
        let within = bits != 0 && bits >> options == 0 && bits.count_ones() as usize <= most;
        let kept = Choice::kept(bits, options, most);
        prop_assert_eq!(kept.map(Choice::bits), within.then_some(bits));
    }
}
