//! What comes of votes, in words, and who is elected: pure functions (`spec/rules.md`, Meetings and votes).

use ejia_ballots::Voided;

use super::model::{Base, Choosable, Counts};
use crate::kinds::{Passed, Quorum, passed};

/// What became of a resolution, in a sentence.
pub(super) fn resolved(quorum: Quorum, counts: Counts) -> String {
    let Quorum { due, present } = quorum;
    let in_favour = counts.in_favour;
    match passed(quorum, in_favour) {
        Passed::Yes => format!("通过：赞成{in_favour}票，超过应到会有表决权党员{due}人的半数。"),
        Passed::No => format!("未通过：赞成{in_favour}票，没有超过应到会有表决权党员{due}人的半数。"),
        Passed::NoQuorum => format!("未形成决议：应到会有表决权党员{due}人，实到{present}人，到会人数不足半数。"),
    }
}

/// What a poll came to, in a sentence.
pub(super) fn polled(ballots: u64, choices: &[Choosable]) -> String {
    format!("共收到{ballots}张选票：{}。", each(choices))
}

/// Every name with its votes.
pub(super) fn each(choices: &[Choosable]) -> String {
    let with_votes = choices.iter().map(|one| format!("{}{}票", one.name, one.votes.unwrap_or_default()));
    with_votes.collect::<Vec<_>>().join("，")
}

/// The number of which more than half is needed to be elected.
pub(super) const fn base_of(base: Base, quorum: Quorum) -> u64 {
    match base {
        Base::Due => quorum.due,
        Base::Present => quorum.present,
    }
}

/// Who is elected: who has more than half and belongs to the first so many. Where votes are alike on the last seat,
/// nobody of them has it: they are to be voted upon again.
pub(super) fn elected(seats: u64, base: u64, votes: &[u64]) -> Vec<bool> {
    let majority = |votes: u64| votes * 2 > base;
    let not_behind = |own: u64| votes.iter().filter(|other| **other >= own).count();
    let seats = usize::try_from(seats).unwrap_or(usize::MAX);
    votes.iter().map(|own| majority(*own) && not_behind(*own) <= seats).collect()
}

/// What an election came to, in a sentence.
pub(super) fn elected_in_words(seats: u64, base: u64, choices: &[Choosable]) -> String {
    let votes: Vec<u64> = choices.iter().map(|one| one.votes.unwrap_or_default()).collect();
    let chosen = elected(seats, base, &votes);
    let names: Vec<&str> =
        choices.iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(one, _)| one.name.as_str()).collect();
    let short = if u64::try_from(names.len()).is_ok_and(|elected| elected < seats) {
        format!("应选{seats}名，当选{}名，不足的名额请另行选举。", names.len())
    } else {
        String::new()
    };
    if names.is_empty() {
        format!("没有候选人当选。{short}")
    } else {
        format!("当选：{}。{short}", names.join("、"))
    }
}

/// Why nothing came of a vote, and what to do.
pub(super) const fn voided(why: Voided) -> &'static str {
    match why {
        Voided::KeyLost => "票箱密钥已丢失，选票无法开启，本次投票作废，请重新组织投票。",
        Voided::Altered => "选票被改动，或者选票数与投票人数不符，本次投票作废，请重新组织投票。",
        Voided::Abandoned => "本次投票已撤销，选票未开启即销毁。如需要，请重新组织投票。",
    }
}

/// What is said where fewer than three voted.
pub(super) const WITHHELD: &str = "投票不足三人。为了不让人推断出谁投了什么，结果不公布，选票已销毁。请重新组织投票。";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resolution_is_told_with_its_numbers() {
        let counts = |in_favour| Counts { in_favour, against: 1, abstaining: 0 };
        for (due, present, in_favour, begins) in [
            (6, 5, 4, "通过：赞成4票，超过应到会有表决权党员6人的半数"),
            (6, 5, 3, "未通过：赞成3票"),
            (7, 4, 4, "通过"),
            (7, 3, 3, "未形成决议：应到会有表决权党员7人，实到3人"),
        ] {
            let said = resolved(Quorum { due, present }, counts(in_favour));
            assert!(said.starts_with(begins), "{said}");
        }
    }

    #[test]
    fn who_is_elected_has_more_than_half_and_a_seat() {
        for (seats, base, votes, expected) in [
            (1, 10, vec![6, 4], vec![true, false]),
            (1, 10, vec![5, 5], vec![false, false]),
            (2, 10, vec![9, 7, 6], vec![true, true, false]),
            (2, 10, vec![9, 7, 7], vec![true, false, false]),
            (3, 10, vec![9, 8, 7], vec![true, true, true]),
            (3, 10, vec![9, 5, 7], vec![true, false, true]),
            (2, 12, vec![6, 7], vec![false, true]),
        ] {
            assert_eq!(elected(seats, base, &votes), expected, "{seats} of {base}: {votes:?}");
        }
    }

    #[test]
    fn an_election_is_told_by_names() {
        let choices = |votes: [u64; 3]| {
            let named = |(name, votes): (&str, u64)| Choosable { name: name.to_owned(), votes: Some(votes) };
            ["陈建国", "林晓东", "王秀英"].into_iter().zip(votes).map(named).collect::<Vec<_>>()
        };
        assert_eq!(elected_in_words(2, 6, &choices([6, 5, 1])), "当选：陈建国、林晓东。");
        let short = elected_in_words(2, 6, &choices([6, 3, 1]));
        assert_eq!(short, "当选：陈建国。应选2名，当选1名，不足的名额请另行选举。");
        assert!(elected_in_words(1, 6, &choices([3, 3, 0])).starts_with("没有候选人当选"));
        assert_eq!(each(&choices([6, 5, 1])), "陈建国6票，林晓东5票，王秀英1票");
    }
}
