//! From a session's token to the caller: one point select on every request, and "last seen" written at most once a minute.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_db::{Desk, Txn};
use ejia_kernel::{Instant, OrganizationKind, OrganizationPath, Problem, SessionId};
use ejia_web::{Applicant, Doorkeeper, Member, Officer, Way};

use crate::model::Door;
use crate::operations::computers::is_above_branches;
use crate::rules::{APPLICANT_IDLE, MEMBER_IDLE, OFFICER_IDLE, SEEN_PAUSE, lives};
use crate::store::applicants;
use crate::store::sessions::{self, ApplicantSubject, Found, MemberSubject, OfficerSubject};
use crate::tokens;

/// How many sessions may wait for their "last seen"; what finds no place is written at its next request.
const WAITING: usize = 4096;
/// What is seen within this time is written in one transaction.
const GATHERED: Duration = Duration::from_millis(500);

/// Knows the sessions. One stands at the door of every site.
pub struct SessionDoor {
    seen: Sender<(SessionId, Instant)>,
    /// Whether the house keeps an encrypted channel.
    channel: bool,
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
        Self { seen, channel: false }
    }

    /// The same doorkeeper, for whom organizations above branch level exist on the encrypted channel alone.
    #[must_use]
    pub fn keeping_channel(mut self, yes: bool) -> Self {
        self.channel = yes;
        self
    }

    /// Whether the session is alive; notes that it was seen.
    fn admits<T>(&self, now: Instant, found: &Found<T>, idle: Duration) -> bool {
        let alive = lives(now, found.opened, found.seen, idle);
        if alive && now.since(found.seen) >= SEEN_PAUSE {
            let _ = self.seen.try_send((found.id, now));
        }
        alive
    }

    /// The member whose live session, opened at this door, bears this token.
    fn member_at(&self, txn: &mut Txn<'_>, token: &str, door: Door) -> Result<Option<Member>, Problem> {
        let Some(found) = sessions::of_member(txn, tokens::hash(token), door)? else { return Ok(None) };
        if !self.admits(txn.now(), &found, MEMBER_IDLE) {
            return Ok(None);
        }
        let MemberSubject { id, organization_id, name } = found.subject;
        Ok(Some(Member::admitted(id, organization_id, name, found.id)))
    }
}

/// Ends when the doorkeeper is gone.
fn write_sightings(desk: &Desk, sightings: &Receiver<(SessionId, Instant)>) {
    while let Ok(first) = sightings.recv() {
        std::thread::sleep(GATHERED);
        let seen: HashMap<SessionId, Instant> = std::iter::once(first).chain(sightings.try_iter()).collect();
        let written = desk.write_now(move |txn| {
            for (id, at) in &seen {
                sessions::touch(txn, *id, *at)?;
            }
            Ok(())
        });
        if let Err(problem) = written {
            tracing::warn!(%problem, "last seen was not written");
        }
    }
}

impl Doorkeeper for SessionDoor {
    fn member(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem> {
        self.member_at(txn, token, Door::Web)
    }

    fn member_on_phone(&self, txn: &mut Txn, token: &str) -> Result<Option<Member>, Problem> {
        self.member_at(txn, token, Door::Phone)
    }

    fn officer(&self, txn: &mut Txn, token: &str) -> Result<Option<Officer>, Problem> {
        self.officer_over(txn, token, &Way::Open)
    }

    fn officer_over(&self, txn: &mut Txn, token: &str, way: &Way) -> Result<Option<Officer>, Problem> {
        let Some(found) = sessions::of_officer(txn, tokens::hash(token))? else { return Ok(None) };
        if !self.admits(txn.now(), &found, OFFICER_IDLE) {
            return Ok(None);
        }
        let OfficerSubject { id, organization_id, organization, kind, path, name, remind, computer, computer_stands } =
            found.subject;
        let kind =
            OrganizationKind::from_code(&kind).ok_or_else(|| Problem::fault("an organization of an unknown kind"))?;
        let path: OrganizationPath = path.parse().map_err(Problem::fault)?;
        let officer = Officer::admitted(id, organization_id, organization, kind, path, name, found.id);
        let officer = officer.reminded(remind);
        match (way, computer) {
            (Way::Open, _) if self.channel && is_above_branches(kind) => Err(Problem::not_found("web.no_such_page")),
            (Way::Open, None) => Ok(Some(officer)),
            (Way::Encrypted(from), Some(own)) if computer_stands && **from == *own => {
                Ok(Some(officer.at_computer(Arc::clone(from))))
            }
            _ => Ok(None),
        }
    }

    fn applicant(&self, txn: &mut Txn, token: &str) -> Result<Option<Applicant>, Problem> {
        let Some(found) = sessions::of_applicant(txn, tokens::hash(token))? else { return Ok(None) };
        if !self.admits(txn.now(), &found, APPLICANT_IDLE) {
            return Ok(None);
        }
        let ApplicantSubject { id, phone_sealed } = found.subject;
        let phone = applicants::opened(txn.vault(), &phone_sealed)?;
        Ok(Some(Applicant::admitted(id, phone, found.id)))
    }
}
