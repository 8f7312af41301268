//! From a session's token to the caller: one point select on every request, and "last seen" written at most once a minute.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};
use ejia_db::{Desk, Txn};
use ejia_kernel::{Instant, OrganizationPath, Problem, SessionId, TokenId};
use ejia_web::{Applicant, Bearer, Doorkeeper, Member, Officer, Way};

use crate::model::Door;
use crate::operations::computers::is_above_branches;
use crate::operations::{kind_of, organization_tokens};
use crate::rules::{APPLICANT_IDLE, MEMBER_IDLE, OFFICER_IDLE, SEEN_PAUSE, lives};
use crate::store::sessions::{self, ApplicantSubject, Found, MemberSubject, OfficerSubject};
use crate::store::{applicants, organization_tokens as kept_tokens};
use crate::tokens;

/// How many sessions may wait for their "last seen"; what finds no place is written at its next request.
const WAITING: usize = 4096;
/// What is seen within this time is written in one transaction.
const GATHERED: Duration = Duration::from_millis(500);

/// What was seen, to be written soon.
#[derive(Debug, Clone, Copy)]
enum Seen {
    Session(SessionId),
    Token(TokenId),
}

/// Knows the sessions and the tokens of organizations. One stands at the door of every site.
pub struct SessionDoor {
    seen: Sender<(Seen, Instant)>,
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
            let _ = self.seen.try_send((Seen::Session(found.id), now));
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
fn write_sightings(desk: &Desk, sightings: &Receiver<(Seen, Instant)>) {
    while let Ok(first) = sightings.recv() {
        std::thread::sleep(GATHERED);
        let (mut seen, mut used) = (HashMap::new(), HashMap::<TokenId, (i64, Instant)>::new());
        for (what, at) in std::iter::once(first).chain(sightings.try_iter()) {
            match what {
                Seen::Session(id) => drop(seen.insert(id, at)),
                Seen::Token(id) => {
                    let times = used.get(&id).map_or(0, |(times, _)| *times);
                    used.insert(id, (times + 1, at));
                }
            }
        }
        let written = desk.write_now(move |txn| {
            for (id, at) in &seen {
                sessions::touch(txn, *id, *at)?;
            }
            for (id, (times, last)) in &used {
                kept_tokens::used(txn, *id, *times, *last)?;
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
        let kind = kind_of(&kind)?;
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

    fn officer_by_token(&self, txn: &mut Txn, bearer: &Bearer) -> Result<Option<Officer>, Problem> {
        let Some(found) = organization_tokens::admitted(txn, bearer, self.channel)? else { return Ok(None) };
        let _ = self.seen.try_send((Seen::Token(found.id), txn.now()));
        let (kind, path) = (kind_of(&found.kind)?, found.path.parse().map_err(Problem::fault)?);
        // No session stands behind it: an id that there is nowhere.
        let session = SessionId::random();
        let (id, organization, name) = (found.administrator_id, found.organization, found.administrator);
        let officer = Officer::admitted(id, found.organization_id, organization, kind, path, name, session);
        Ok(Some(officer.by_token(found.id)))
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
