//! Followers and others: who they are to the account, what they read, and what they do.

use std::collections::VecDeque;

use ejia_kernel::Instant;
use ejia_wire::{sha256, xml};
use serde::Serialize;
use tokio::sync::oneshot;

use super::calls::Parcel;
use super::{Sandbox, books::Books};
use crate::Button;

/// How many messages a person's conversation keeps.
const MEMORY: usize = 1000;

/// Somebody with a phone.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Person {
    /// What the console calls him.
    pub user: String,
    /// What the account knows him by.
    #[serde(rename = "openid")]
    pub open_id: String,
    /// Whether he follows the account.
    pub following: bool,
    #[serde(skip)]
    pub(super) conversation: VecDeque<Shown>,
    /// The second of his last event: the next is told as later, since the second and the kind stand for an event.
    #[serde(skip)]
    pub(super) last_event: i64,
}

/// A message as its reader sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The template's id; empty for an answer in the conversation.
    pub template: String,
    /// The template's title.
    pub title: String,
    /// Everything that can be read, a line a blank.
    pub text: String,
    /// Key, label and value of each blank.
    pub data: Vec<Line>,
    /// The page that a touch opens; empty when it opens none.
    pub url: String,
    /// When it came, RFC 3339 in China time.
    pub at: String,
}

/// A blank that was filled in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Its key.
    pub key: String,
    /// What stands before it.
    pub label: String,
    /// What was filled in.
    pub value: String,
}

/// A name that the console takes for nobody: 1 to 32 letters, digits, dashes or underscores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonNameFault;

impl Person {
    /// Shows a message; the oldest is forgotten when there are too many.
    pub(super) fn show(&mut self, shown: Shown) {
        if self.conversation.len() == MEMORY {
            self.conversation.pop_front();
        }
        self.conversation.push_back(shown);
    }
}

/// The same person has the same OpenID in every run, as the account's records outlive a run.
fn open_id(app_id: &str, user: &str) -> String {
    let digest = ejia_wire::base64(&sha256(format!("{app_id}\n{user}").as_bytes()));
    let letters = digest.chars().map(|letter| match letter {
        '+' => '-',
        '/' => '_',
        other => other,
    });
    std::iter::once('o').chain(letters.take(27)).collect()
}

impl Sandbox {
    /// Gives somebody a phone; who has one keeps it.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn create_user(&self, user: &str) -> Result<Person, PersonNameFault> {
        let fits = (1..=32).contains(&user.len())
            && user.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !fits {
            return Err(PersonNameFault);
        }
        let open_id = open_id(&self.account().app_id, user);
        let fresh = Person { user: user.to_owned(), open_id, ..Person::default() };
        Ok(self.books().people.entry(user.to_owned()).or_insert(fresh).clone())
    }

    /// Everybody who has a phone.
    pub fn users(&self) -> Vec<Person> {
        self.books().people.values().cloned().collect()
    }

    /// Somebody follows the account. What comes back tells whether the product took the event; whoever does not care
    /// drops it. None when he follows already.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn follow(&self, user: &str) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        self.change(user, true, "subscribe", &[("EventKey", "")])
    }

    /// Somebody follows the account no more.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn unfollow(&self, user: &str) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        self.change(user, false, "unsubscribe", &[("EventKey", "")])
    }

    /// Somebody scans a code with a scene, by the ticket of the code; whoever does not follow yet follows by it. None
    /// for a code that is none or has run out.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn scan(&self, user: &str, ticket: &str) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        let now = self.now();
        let Some(scene) = self.books().scenes.get(ticket).filter(|scene| now < scene.expires_at).cloned() else {
            return Ok(None);
        };
        let by_code = format!("qrscene_{}", scene.scene);
        match self.change(user, true, "subscribe", &[("EventKey", &by_code), ("Ticket", ticket)])? {
            Some(heard) => Ok(Some(heard)),
            None => self.tell(user, "event", &[("Event", "SCAN"), ("EventKey", &scene.scene), ("Ticket", ticket)]),
        }
    }

    /// A follower touches a button of the menu.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn touch(&self, user: &str, button: &Button) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        match button.kind.as_str() {
            "click" => self.tell(user, "event", &[("Event", "CLICK"), ("EventKey", &button.key)]),
            "view" => self.tell(user, "event", &[("Event", "VIEW"), ("EventKey", &button.url)]),
            _ => Ok(None),
        }
    }

    /// A follower writes something.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn write(&self, user: &str, text: &str) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        let number = self.books().number().to_string();
        self.tell(user, "text", &[("Content", text), ("MsgId", &number)])
    }

    /// Somebody agrees to get one notice of this template.
    ///
    /// # Errors
    /// [`PersonNameFault`].
    pub fn consent(&self, user: &str, template: &str) -> Result<(), PersonNameFault> {
        let Person { open_id, .. } = self.create_user(user)?;
        *self.books().consents.entry((open_id, template.to_owned())).or_default() += 1;
        Ok(())
    }

    /// What somebody was sent, newest first.
    pub fn messages(&self, user: &str) -> Vec<Shown> {
        self.books()
            .people
            .get(user)
            .map(|person| person.conversation.iter().rev().cloned().collect())
            .unwrap_or_default()
    }

    fn change(
        &self,
        user: &str,
        following: bool,
        event: &str,
        more: &[(&str, &str)],
    ) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        let Person { .. } = self.create_user(user)?;
        let changed = self.books().people.get_mut(user).is_some_and(|person| {
            let changed = person.following != following;
            person.following = following;
            changed
        });
        if !changed {
            return Ok(None);
        }
        let fields: Vec<(&str, &str)> = [("Event", event)].into_iter().chain(more.iter().copied()).collect();
        self.tell(user, "event", &fields)
    }

    /// Has the product told.
    fn tell(
        &self,
        user: &str,
        kind: &str,
        fields: &[(&str, &str)],
    ) -> Result<Option<oneshot::Receiver<bool>>, PersonNameFault> {
        let Person { open_id, .. } = self.create_user(user)?;
        Ok(Some(self.send_event(&open_id, kind, fields)))
    }

    /// Writes an event or a message and hands it to the courier.
    pub(super) fn send_event(&self, open_id: &str, kind: &str, fields: &[(&str, &str)]) -> oneshot::Receiver<bool> {
        let numbered = fields.iter().any(|(name, _)| matches!(*name, "MsgID" | "MsgId"));
        let at = second_of_event(&mut self.books(), open_id, self.now(), numbered);
        let mut message = String::from("<xml>");
        xml::write_cdata(&mut message, "ToUserName", &self.account().original_id);
        xml::write_cdata(&mut message, "FromUserName", open_id);
        xml::write(&mut message, "CreateTime", &at.to_string());
        xml::write_cdata(&mut message, "MsgType", kind);
        for (name, value) in fields {
            if matches!(*name, "MsgID" | "MsgId") {
                xml::write(&mut message, name, value);
            } else {
                xml::write_cdata(&mut message, name, value);
            }
        }
        message.push_str("</xml>");
        let (done, heard) = oneshot::channel();
        self.inner.courier.hand(Parcel { open_id: open_id.to_owned(), message, done });
        heard
    }
}

/// What bears a number of its own may share its second with others.
fn second_of_event(books: &mut Books, open_id: &str, now: Instant, numbered: bool) -> i64 {
    let now = now.ms().div_euclid(1000);
    books.by_open_id(open_id).filter(|_| !numbered).map_or(now, |person| {
        person.last_event = now.max(person.last_event + 1);
        person.last_event
    })
}
