//! What the pages of a city show: a month of dues that is paid and one that is due, transfers that wait, a meeting that was
//! and one that is on in every branch, a message for every member.

use std::collections::HashMap;
use std::time::Duration;

use ejia_db::{Desk, args};
use ejia_kernel::{MeetingId, Month, OrganizationId, TransferId};
use ejia_web::Member;

use crate::bench::sessions::{self, Session};
use crate::bench::{dues, transfers};
use crate::city::City as Invented;
use crate::commands::explained;

/// Members, and branches, that pages are asked for by.
const CALLERS: u32 = 150;
/// At least so many transfers wait; otherwise one for every so many members.
const FEWEST_TRANSFERS: usize = 300;
const TRANSFER_EACH: usize = 500;

/// A city with everything in it.
pub(super) struct City {
    pub(super) people: Invented,
    /// The month that is due; the one before is paid.
    pub(super) due: Month,
    /// Members from everywhere.
    pub(super) members: Vec<(Session, Member)>,
    /// Officers of branches from everywhere.
    pub(super) branches: Vec<Session>,
    /// Applications that lie with their branches, beside the branches' officers.
    pub(super) transfers: Vec<(TransferId, Session)>,
}

impl City {
    pub(super) fn prepare(desk: &Desk, people: Invented) -> Result<Self, String> {
        let due = Month::of(desk.now().china_date()).previous();
        dues::set_sheets(desk, due)?;
        dues::bill(desk, due.previous(), true, i64::MAX)?;
        dues::bill(desk, due, false, i64::MAX)?;
        meetings(desk)?;
        messages(desk)?;
        let members = admitted(desk, sessions::of_members_anywhere(desk, CALLERS)?)?;
        let branches = sessions::of_branches_anywhere(desk, CALLERS)?;
        let transfers = apply(desk, people.members().len())?;
        ejia_directory::gather_sums(desk).map_err(|problem| explained(&problem))?;
        dues::vacuum(desk)?;
        Ok(Self { people, due, members, branches, transfers })
    }
}

/// Whom these sessions let in.
fn admitted(desk: &Desk, sessions: Vec<Session>) -> Result<Vec<(Session, Member)>, String> {
    let tokens: Vec<String> = sessions.iter().map(|session| session.token().to_owned()).collect();
    let members = transfers::members(desk, tokens)?;
    Ok(sessions.into_iter().zip(members).collect())
}

/// Members from everywhere want to leave the city.
fn apply(desk: &Desk, people: usize) -> Result<Vec<(TransferId, Session)>, String> {
    let count = FEWEST_TRANSFERS.max(people / TRANSFER_EACH).min(people / 2);
    let sessions = sessions::of_members_anywhere(desk, u32::try_from(count).unwrap_or(u32::MAX))?;
    let members: Vec<Member> = admitted(desk, sessions)?.into_iter().map(|(_, member)| member).collect();
    let applied = transfers::apply(desk, &members)?;
    let at: Vec<OrganizationId> = members.iter().take(CALLERS as usize).map(Member::organization_id).collect();
    let officers: HashMap<OrganizationId, Session> = sessions::of_organizations(desk, at)?;
    let beside = applied.into_iter().zip(&members);
    Ok(beside.filter_map(|(id, member)| Some((id, officers.get(&member.organization_id())?.clone()))).collect())
}

/// In every branch a meeting that is in the register, whose id is the branch's, and one that is on, whose id is that of the
/// branch's first administrator; all members stand on both lists.
fn meetings(desk: &Desk) -> Result<(), String> {
    let meeting = |id: &str, archived: &str| {
        format!(
            "INSERT INTO meeting (id, organization_id, kind, name, topic, way, place, starts_at, ends_at, chair, recorder,
                 guests, minutes, recorded, published_by, publisher, published_at, call_off_reason, archived_at, version,
                 token, screen_token)
             SELECT {id}, o.id, 'assembly', '党员大会', '学习', 'offline', '会议室', $1, $2, '', '', '', '学习讨论。', 'live',
                 a.id, a.name, $1, '', {archived}, 1, {id}, {id}
             FROM organization o JOIN administrator a ON a.organization_id = o.id AND a.seat = 1 AND a.removed_at IS NULL
             WHERE o.kind = 'branch'"
        )
    };
    let people = "INSERT INTO meeting_person (meeting_id, member_id, name, sort_key, voting, answer, leave_reason,
             attendance, reason)
         SELECT t.id, m.id, m.name, m.sort_key, m.kind = 'full', 'none', '', 'unknown', ''
         FROM meeting t JOIN member m ON m.organization_id = t.organization_id WHERE m.departed_at IS NULL";
    let texts = [meeting("o.id", "$2"), meeting("a.id", "CAST(NULL AS BIGINT)")];
    desk.write_now(move |txn| {
        let now = txn.now();
        let days = |days: u64| now.minus(Duration::from_hours(24 * days));
        let times = [(days(9), days(8)), (now.minus(Duration::from_mins(30)), now.plus(Duration::from_hours(6)))];
        for (text, (from, to)) in texts.iter().zip(times) {
            txn.execute(text, &args![from, to])?;
        }
        txn.execute(people, &[])?;
        Ok(())
    })
    .map_err(|problem| explained(&problem))
}

/// What a member reads again; its id is his.
fn messages(desk: &Desk) -> Result<(), String> {
    desk.write_now(|txn| {
        let now = txn.now();
        txn.execute(
            "INSERT INTO message (id, template, phone_index, state, route, reader_id, attempts, created_at, expires_at,
                 sent_at, ended_at)
             SELECT id, 'dues_notified', id_card_index, 'delivered', 'wechat', id, 1, $1, $1, $1, $1
             FROM member WHERE departed_at IS NULL",
            &args![now],
        )?;
        Ok(())
    })
    .map_err(|problem| explained(&problem))
}

/// The meeting that is on where this member is.
pub(super) fn running(desk: &Desk, member: &Member) -> Result<MeetingId, String> {
    let id = member.organization_id();
    let sql = "SELECT id FROM meeting WHERE organization_id = $1 AND archived_at IS NULL";
    desk.read_now(move |txn| Ok(txn.one(sql, &args![id], |row| row.get(0))?)).map_err(|problem| explained(&problem))
}
