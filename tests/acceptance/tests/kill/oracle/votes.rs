//! Of meetings: a vote that was taken is counted once, nobody has voted without a ballot, and keys of votes that have
//! ended are gone.

use std::collections::{BTreeMap, BTreeSet};

use super::{Never, never};
use crate::world::World;

const NEVER: &Never = &[
    (
        "somebody has voted without a ballot, or a ballot has no voter",
        "SELECT COUNT(*) FROM ballot b WHERE b.state IN ('open', 'closed') AND
           (SELECT COUNT(*) FROM ballot_voter v WHERE v.ballot_id = b.id AND v.voted) <>
           (SELECT COUNT(*) FROM ballot_sealed s WHERE s.ballot_id = b.id)",
    ),
    (
        "a counted vote has more or fewer ballots than people who voted",
        "SELECT COUNT(*) FROM ballot b WHERE b.state = 'counted' AND
           ((SELECT COUNT(*) FROM ballot_voter v WHERE v.ballot_id = b.id AND v.voted) <>
            (SELECT COUNT(*) FROM ballot_listed l WHERE l.ballot_id = b.id)
            OR b.valid <> (SELECT SUM(o.votes) FROM ballot_option o WHERE o.ballot_id = b.id))",
    ),
    (
        "ballots of a vote that has ended are still there",
        "SELECT COUNT(*) FROM ballot_sealed s JOIN ballot b ON b.id = s.ballot_id
         WHERE b.state NOT IN ('open', 'closed')",
    ),
    (
        "a vote that goes on has no key",
        "SELECT COUNT(*) FROM ballot b WHERE b.state IN ('open', 'closed') AND NOT EXISTS
           (SELECT 1 FROM ballot_key k WHERE k.ballot_id = b.id AND NOT k.doomed)",
    ),
    ("a vote could not be counted", "SELECT COUNT(*) FROM ballot WHERE state = 'void'"),
    (
        "a record was archived and is not in the register, or twice",
        "SELECT COUNT(*) FROM meeting m WHERE (SELECT COUNT(*) FROM meeting_entry e WHERE e.meeting_id = m.id) <>
           CASE WHEN m.archived_at IS NULL THEN 0 ELSE 1 END",
    ),
    (
        "a register has gaps",
        "SELECT COUNT(*) FROM meeting_chain c WHERE c.entries <>
           (SELECT COUNT(*) FROM meeting_entry e WHERE e.organization_id = c.organization_id)",
    ),
];

/// What must be true whenever the house was killed.
pub(super) fn nothing_is_lost(world: &World, after: &str) {
    never(world, after, NEVER);
    let answered = world.answered();
    let items: BTreeMap<String, i64> = world
        .rows("SELECT meeting_id, CAST(COUNT(*) AS TEXT) FROM meeting_item GROUP BY meeting_id")
        .into_iter()
        .map(|[meeting, count]: [String; 2]| (meeting, count.parse().expect("a count")))
        .collect();
    for (meeting, count) in &answered.items {
        assert!(items.get(meeting).is_some_and(|found| found >= count), "{after}: an item of {meeting} is lost");
    }
    let sql = "SELECT meeting_id, member_id FROM meeting_person WHERE attendance = 'present'";
    let present: BTreeSet<(String, String)> =
        world.rows(sql).into_iter().map(|[meeting, member]: [String; 2]| (meeting, member)).collect();
    for came in &answered.present {
        assert!(present.contains(came), "{after}: {came:?} had come");
    }
    let sql = "SELECT i.id, v.member_id FROM meeting_item i JOIN ballot_voter v ON v.ballot_id = i.ballot_id
               WHERE v.voted";
    let voted: BTreeSet<(String, String)> =
        world.rows(sql).into_iter().map(|[item, member]: [String; 2]| (item, member)).collect();
    let sql = "SELECT i.id, l.code, CAST(l.chosen AS TEXT) FROM meeting_item i
               JOIN ballot_listed l ON l.ballot_id = i.ballot_id";
    let listed: BTreeMap<(String, String), String> =
        world.rows(sql).into_iter().map(|[item, code, chosen]: [String; 3]| ((item, code), chosen)).collect();
    let counted: BTreeSet<&String> = listed.keys().map(|(item, _)| item).collect();
    for vote in &answered.votes {
        let mark = (vote.item.clone(), vote.member.clone());
        assert!(voted.contains(&mark), "{after}: {mark:?} had voted");
        if counted.contains(&vote.item) {
            let found = listed.get(&(vote.item.clone(), vote.code.clone()));
            // What was chosen is kept as bits.
            assert_eq!(found, Some(&(1_u64 << vote.chosen).to_string()), "{after}: the ballot of {mark:?}");
        }
    }
}

/// What must be true when every job is done.
pub(super) fn all_is_settled(world: &World) {
    never(
        world,
        "at the end",
        &[
            ("a vote was closed and not counted", "SELECT COUNT(*) FROM ballot WHERE state = 'closed'"),
            (
                "a vote was counted and its item does not say so",
                "SELECT COUNT(*) FROM meeting_item i JOIN ballot b ON b.id = i.ballot_id
                 WHERE b.state = 'counted' AND i.state <> 'closed'",
            ),
            (
                "the key of a vote that has ended is still known",
                "SELECT COUNT(*) FROM ballot_key k LEFT JOIN ballot b ON b.id = k.ballot_id
                 WHERE b.id IS NULL OR b.state <> 'open'",
            ),
        ],
    );
    let known: BTreeSet<String> =
        world.rows("SELECT key_file FROM ballot_key").into_iter().map(|[key]: [String; 1]| key).collect();
    assert_eq!(super::files::lying(world, "ballot-keys"), known, "keys in their store");
}
