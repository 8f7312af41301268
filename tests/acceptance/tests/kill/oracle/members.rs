//! Of members: each stands in one branch, nothing that was done with him is lost, every letter has its number.

use std::collections::BTreeMap;

use super::{Never, never};
use crate::world::World;

const NEVER: &Never = &[
    (
        "a member stands in no branch, or under another path",
        "SELECT COUNT(*) FROM member m LEFT JOIN organization o ON o.id = m.organization_id
         WHERE m.departed_at IS NULL AND (o.id IS NULL OR o.kind <> 'branch' OR o.path <> m.path)",
    ),
    (
        "a person stands on the list twice",
        "SELECT COUNT(*) FROM (SELECT id_card_index FROM member WHERE departed_at IS NULL
           GROUP BY id_card_index HAVING COUNT(*) > 1) AS twice",
    ),
    (
        "a branch counts others than its members",
        "SELECT COUNT(*) FROM branch_count c WHERE c.members <>
           (SELECT COUNT(*) FROM member m WHERE m.path = c.path AND m.departed_at IS NULL)",
    ),
    (
        "a step of a transfer is not in the record of acts, or more than once",
        "SELECT COUNT(*) FROM
           (SELECT transfer_id, COUNT(*) AS steps, MAX(position) AS last FROM transfer_step GROUP BY transfer_id) s
         LEFT JOIN (SELECT subject_id, COUNT(*) AS acts FROM audit_entry WHERE subject_kind = 'transfer'
           AND action LIKE 'transfers.%' GROUP BY subject_id) a ON a.subject_id = s.transfer_id
         WHERE a.acts IS NULL OR a.acts <> s.steps",
    ),
    (
        "an application has been taken in and its member is not there",
        "SELECT COUNT(*) FROM transfer t WHERE t.direction = 'in' AND t.stage = 'done' AND
           NOT EXISTS (SELECT 1 FROM member m WHERE m.id = t.member_id)",
    ),
    (
        "a transfer has ended and is open, or the other way round",
        "SELECT COUNT(*) FROM transfer WHERE (ended_at IS NULL) = (stage IN ('done', 'withdrawn', 'dropped'))",
    ),
    (
        "numbers of letters have gaps, or one twice",
        "SELECT COUNT(*) FROM (SELECT organization_id, year, COUNT(*) AS letters, MIN(sequence) AS first,
           MAX(sequence) AS last, COUNT(DISTINCT sequence) AS numbers FROM transfer_letter
           GROUP BY organization_id, year) l
         LEFT JOIN transfer_letter_counter c ON c.organization_id = l.organization_id AND c.year = l.year
         WHERE l.first <> 1 OR l.last <> l.letters OR l.numbers <> l.letters OR c.issued IS NULL OR c.issued <> l.last",
    ),
    (
        "two letters of one transfer hold",
        "SELECT COUNT(*) FROM (SELECT transfer_id FROM transfer_letter WHERE void_at IS NULL
           GROUP BY transfer_id HAVING COUNT(*) > 1) AS two",
    ),
    (
        "an import was written and its people are not all there",
        "SELECT COUNT(*) FROM import_run WHERE state = 'done' AND fresh + changed + unchanged + refused <> total",
    ),
];

/// What must be true whenever the house was killed.
pub(super) fn nothing_is_lost(world: &World, after: &str) {
    never(world, after, NEVER);
    let sql = "SELECT action, subject_id, CAST(COUNT(*) AS TEXT) FROM audit_entry WHERE subject_id IS NOT NULL
               GROUP BY action, subject_id";
    let rows: Vec<[String; 3]> = world.rows(sql);
    let stands: BTreeMap<(&str, &str), i64> = rows
        .iter()
        .map(|[action, subject, count]| ((action.as_str(), subject.as_str()), count.parse().expect("a count")))
        .collect();
    for ((action, subject), count) in &world.answered().acts {
        let of = |action: &str| stands.get(&(action, subject.as_str())).copied().unwrap_or_default();
        // What would go back to somebody who has left the list ends instead.
        let found = of(action) + if *action == "transfers.returned" { of("transfers.dropped") } else { 0 };
        assert!(found >= *count, "{after}: {action} of {subject} was answered {count} times and stands {found} times");
    }
    let rows: Vec<[String; 2]> = world.rows("SELECT principal_id, payer_id FROM dues_delegation");
    for (principal, payer) in &world.answered().delegated {
        let stands = rows.iter().any(|[known, by]| known == principal && by == payer);
        assert!(stands, "{after}: the delegation of {principal} to {payer} is lost");
    }
}

/// What must be true when every job is done.
pub(super) fn all_is_settled(world: &World) {
    never(
        world,
        "at the end",
        &[
            (
                "a letter was never made",
                "SELECT COUNT(*) FROM transfer_letter WHERE file_key IS NULL
                 AND printed_at IS NULL AND void_at IS NULL AND answered_at IS NULL",
            ),
            ("an import is under way", "SELECT COUNT(*) FROM import_run WHERE state IN ('reading', 'writing')"),
            ("an import has failed", "SELECT COUNT(*) FROM import_run WHERE state = 'failed'"),
        ],
    );
}
