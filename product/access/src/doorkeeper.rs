//! From a session's token to the caller: one point select on every request, and "last seen" written at most once a minute.

use std::collections::HashMap;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_db::{Desk, Txn, args};
use ejia_kernel::{Instant, OrganizationKind, OrganizationPath, Problem, SessionId};
use ejia_web::{Doorkeeper, Member, Officer};

use crate::rules::{MEMBER_IDLE, OFFICER_IDLE, SEEN_PAUSE, lives};
use crate::store;
use crate::tokens;

/// How many sessions may wait for their "last seen"; what finds no place is written at its next request.
const WAITING: usize = 4096;
/// What is seen within this time is written in one transaction.
const GATHERED: Duration = Duration::from_millis(500);

/// Knows the sessions. One stands at the door of every site.
pub struct SessionDoor {
    seen: Sender<(SessionId, Instant)>,
}

impl SessionDoor {
    /// A doorkeeper for the sessions of this desk, with a thread that writes when they were last seen.
    pub fn new(desk: &Desk) -> Self {
        let (seen, sightings) = bounded(WAITING);
        let desk = desk.clone();
        let started = std::thread::Builder::new()
            .name("sessions-seen".to_owned())
            .spawn(move || write_sightings(&desk, &sightings));
        if let Err(error) = started {
            tracing::error!(%error, "sessions will end too early: their thread did not start");
        }
        Self { seen }
    }

    /// Whether the session is alive; notes that it was seen.
    fn admits(&self, now: Instant, id: SessionId, opened: Instant, seen: Instant, idle: Duration) -> bool {
        let alive = lives(now, opened, seen, idle);
        if alive && now.since(seen) >= SEEN_PAUSE {
            let _ = self.seen.try_send((id, now));
        }
        alive
    }
}

/// Ends when the doorkeeper is gone.
fn write_sightings(desk: &Desk, sightings: &Receiver<(SessionId, Instant)>) {
    while let Ok(first) = sightings.recv() {
        std::thread::sleep(GATHERED);
        let seen: HashMap<SessionId, Instant> = std::iter::once(first).chain(sightings.try_iter()).collect();
        let written = desk.write_now(move |txn| {
            for (id, at) in &seen {
                store::touch_session(txn, *id, *at)?;
            }
            Ok(())
        });
        if let Err(problem) = written {
            tracing::warn!(%problem, "last seen was not written");
        }
    }
}

/// A session as the point select finds it, with its subject.
struct Found<T> {
    id: SessionId,
    opened: Instant,
    seen: Instant,
    subject: T,
}

impl Doorkeeper for SessionDoor {
    fn member(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem> {
        let found = txn.first(
            "SELECT s.id, s.opened_at, s.seen_at, m.id, m.organization_id, m.name
             FROM session s JOIN member m ON m.id = s.account_id
             WHERE s.token_hash = $1 AND s.account_kind = 'member' AND m.departed_at IS NULL",
            &args![tokens::hash(token)],
            |row| {
                let id = row.get(0)?;
                let member = Member::admitted(row.get(3)?, row.get(4)?, row.get::<String>(5)?, id);
                Ok(Found { id, opened: row.get(1)?, seen: row.get(2)?, subject: member })
            },
        )?;
        let now = txn.now();
        Ok(found
            .filter(|found| self.admits(now, found.id, found.opened, found.seen, MEMBER_IDLE))
            .map(|found| found.subject))
    }

    fn officer(&self, txn: &mut Txn, token: &str) -> Result<Option<Officer>, Problem> {
        let found = txn.first(
            "SELECT s.id, s.opened_at, s.seen_at, a.id, a.organization_id, o.name, a.name, p.remind, o.kind, o.path
             FROM session s
             JOIN administrator a ON a.id = s.account_id
             JOIN organization o ON o.id = a.organization_id
             LEFT JOIN administrator_password p ON p.administrator_id = a.id
             WHERE s.token_hash = $1 AND s.account_kind = 'administrator' AND a.removed_at IS NULL
               AND o.closed_at IS NULL",
            &args![tokens::hash(token)],
            |row| {
                let id = row.get(0)?;
                let (kind, path) = (row.get::<String>(8)?, row.get::<String>(9)?);
                let subject = (
                    row.get(3)?,
                    row.get(4)?,
                    row.get::<String>(5)?,
                    row.get::<String>(6)?,
                    row.get::<Option<bool>>(7)?.unwrap_or(true),
                    kind,
                    path,
                );
                Ok(Found { id, opened: row.get(1)?, seen: row.get(2)?, subject })
            },
        )?;
        let now = txn.now();
        let Some(found) =
            found.filter(|found| self.admits(now, found.id, found.opened, found.seen, OFFICER_IDLE))
        else {
            return Ok(None);
        };
        let (id, organization_id, organization, name, remind, kind, path) = found.subject;
        let kind = OrganizationKind::from_code(&kind)
            .ok_or_else(|| Problem::fault("an organization of an unknown kind"))?;
        let path: OrganizationPath = path.parse().map_err(Problem::fault)?;
        let officer = Officer::admitted(id, organization_id, organization, kind, path, name, found.id);
        Ok(Some(officer.reminded(remind)))
    }
}
