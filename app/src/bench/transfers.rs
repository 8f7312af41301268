//! One approval of a transfer, against its bare statements: by as many clients, through the same desk, so with the same
//! driver and the same grouping of commits.

use std::collections::HashMap;
use std::sync::Arc;

use ejia_db::{Desk, Value, args};
use ejia_kernel::{AuditId, Instant, OrganizationId, TransferId};
use ejia_transfers::{OutEntered, Said, apply_out, review};
use ejia_web::{Doorkeeper, Member, Officer};

use super::bare::Step;
use super::clients::{CLIENTS, Used, at_once};
use super::report::{Line, Wanted};
use super::sessions;
use crate::commands::explained;

/// Both are measured in turns, so that neither has the quieter machine.
const ROUNDS: usize = 5;

const LOADED: &str = "SELECT t.id, t.direction, t.member_id, t.name, t.from_organization_id, t.from_name,
    t.to_organization_id, t.to_name, t.unit, t.committee_id, t.addressee, t.reason, t.remark, t.stage,
    t.at_organization_id, t.since, t.opened_at, t.ended_at, t.version FROM transfer t WHERE t.id = $1";
const TREE: &str = "SELECT version FROM tree_version WHERE id = 1";
const ISSUERS: &str = "SELECT organization_id, may_issue FROM transfer_issuer";
const MEMBER: &str = "SELECT m.id, m.organization_id, m.path, m.name, m.phone_sealed FROM member m WHERE m.id = $1 AND m.departed_at IS NULL";
const MOVED: &str = "UPDATE transfer SET member_id = $3, name = $4, sort_key = $5, from_organization_id = $6,
    from_name = $7, to_organization_id = $8, to_name = $9, unit = $10, committee_id = $11, addressee = $12,
    reason = $13, remark = $14, stage = $15, at_organization_id = $16, since = $17, ended_at = $18,
    version = version + 1 WHERE id = $1 AND version = $2 RETURNING id";
const SEEN: &str =
    "UPDATE transfer_party SET stage = $2, name = $3 WHERE transfer_id = $1 AND (stage <> $2 OR name <> $3)";
const STEP: &str = "INSERT INTO transfer_step (transfer_id, position, act, at, organization_id, organization, by_name,
    said) VALUES ($1, (SELECT coalesce(max(position), 0) + 1 FROM transfer_step WHERE transfer_id = $1),
    $2, $3, $4, $5, $6, $7)";
const RECORD: &str = "INSERT INTO audit_entry
    (id, at, actor_kind, actor_id, action, subject_kind, subject_id, organization_id, facts, sealed)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

/// An application that lies with its branch, and the branch's officer.
#[derive(Clone)]
struct Lying {
    id: TransferId,
    member: Member,
    officer: Officer,
}

/// Reviews so many applications by the product, and as many by bare statements.
pub(super) fn measure(desk: &Desk, reviews: usize, engine: &str) -> Result<Line, String> {
    let lying = applications(desk, reviews * 2)?;
    let (ours, theirs) = lying.split_at(lying.len() / 2);
    let size = (ours.len() / (ROUNDS + 1)).max(1);
    let (mut product, mut plain) = (Used::default(), Used::default());
    let mut counted = 0;
    for (round, (mine, others)) in ours.chunks_exact(size).zip(theirs.chunks_exact(size)).enumerate() {
        let (mut product_now, mut plain_now) = (Used::default(), Used::default());
        at_once(mine, &[], &mut product_now, |one| {
            let (by, id) = (one.officer.clone(), one.id);
            desk.write_now(move |txn| review(txn, &by, id, &Said::default()))
        })?;
        let bare: Vec<Arc<Vec<Step>>> = others.iter().map(|one| Arc::new(bare(desk.now(), one))).collect();
        at_once(&bare, &[], &mut plain_now, |steps| {
            let steps = Arc::clone(steps);
            desk.write_now(move |txn| steps.iter().try_for_each(|step| step.run(txn)))
        })?;
        // The first round warms both up.
        if round > 0 {
            counted += size;
            product.add(&product_now);
            plain.add(&plain_now);
        }
    }
    let rate = |used: &Used| f64::from(u32::try_from(counted).unwrap_or(u32::MAX)) / used.time.as_secs_f64();
    let (ours, theirs) = (rate(&product), rate(&plain));
    let how = format!("{ours:.0}/s against {theirs:.0}/s, {counted} approvals");
    let what = format!("approving a transfer, {engine}, {CLIENTS} clients, against bare statements");
    Ok(Line::new(what, ours / theirs, "×", Wanted::AtLeast(0.5)).from(how))
}

/// The statements of one review, with values made beforehand.
fn bare(now: Instant, one: &Lying) -> Vec<Step> {
    let Lying { id, member, officer } = one;
    let (branch, name) = (officer.organization_id(), member.name());
    let none = Value::Null;
    let moved = args![
        *id,
        1_i64,
        member.id(),
        name,
        name,
        branch,
        officer.organization_name(),
        none.clone(),
        TO,
        TO,
        none.clone(),
        TO,
        "工作调动",
        "",
        "review",
        branch,
        now,
        none.clone()
    ];
    let step = args![*id, "reviewed", now, branch, officer.organization_name(), officer.name(), ""];
    let facts = format!("{{\"member\":\"{}\"}}", member.id());
    let actor = officer.id().to_string();
    let record = args![
        AuditId::new(now),
        now,
        "administrator",
        actor,
        "transfers.reviewed",
        "transfer",
        id.to_string(),
        branch,
        facts,
        false
    ];
    vec![
        Step::Rows((LOADED, args![*id].to_vec())),
        Step::Rows((TREE, Vec::new())),
        Step::Rows((ISSUERS, Vec::new())),
        Step::Rows((MEMBER, args![member.id()].to_vec())),
        Step::Rows((MOVED, moved.to_vec())),
        Step::Later((SEEN, args![*id, "review", name].to_vec())),
        Step::Later((STEP, step.to_vec())),
        Step::Later((RECORD, record.to_vec())),
    ]
}

/// Where they all want to go.
const TO: &str = "中共福州市鼓楼区东街街道第一支部委员会";

/// Members apply out of the city; each application lies with his branch, whose officer stands beside it.
fn applications(desk: &Desk, count: usize) -> Result<Vec<Lying>, String> {
    let officers = officers(desk)?;
    let sessions = sessions::of_members(desk, u32::try_from(count).unwrap_or(u32::MAX))?;
    let tokens = sessions.iter().map(|session| session.token().to_owned()).collect();
    let members = members(desk, tokens)?;
    let ids = apply(desk, &members)?;
    let lying = members.into_iter().zip(ids).map(|(member, id)| {
        let officer = officers.get(&member.organization_id()).ok_or("a branch without an administrator")?.clone();
        Ok(Lying { id, member, officer })
    });
    lying.collect()
}

/// Whom these sessions let in, in their order.
pub(super) fn members(desk: &Desk, tokens: Vec<String>) -> Result<Vec<Member>, String> {
    let door = ejia_access::SessionDoor::new(desk);
    desk.read_now(move |txn| {
        let admitted = tokens.iter().map(|token| door.member(txn, token));
        Ok(admitted.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    })
    .map_err(|problem| explained(&problem))
}

/// These members apply out of the city, in their order.
pub(super) fn apply(desk: &Desk, members: &[Member]) -> Result<Vec<TransferId>, String> {
    let mut applied = Vec::with_capacity(members.len());
    for lot in members.chunks(200) {
        let lot = lot.to_vec();
        let written = desk.write_now(move |txn| {
            let entered = OutEntered {
                addressee: TO.to_owned(),
                organization: TO.to_owned(),
                unit: TO.to_owned(),
                reason: "工作调动".to_owned(),
                remark: String::new(),
            };
            lot.iter().map(|member| apply_out(txn, member, &entered)).collect::<Result<Vec<_>, _>>()
        });
        applied.extend(written.map_err(|problem| explained(&problem))?);
    }
    Ok(applied)
}

/// The administrator of every branch.
fn officers(desk: &Desk) -> Result<HashMap<OrganizationId, Officer>, String> {
    let sessions = sessions::of_branches(desk, 20_000)?;
    let door = ejia_access::SessionDoor::new(desk);
    let found = desk.read_now(move |txn| {
        let admitted = sessions.iter().map(|session| door.officer(txn, session.token()));
        admitted.collect::<Result<Vec<_>, _>>()
    });
    let found = found.map_err(|problem| explained(&problem))?;
    Ok(found.into_iter().flatten().map(|officer| (officer.organization_id(), officer)).collect())
}
