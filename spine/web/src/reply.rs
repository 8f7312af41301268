//! What a handler answers: a page with its view, a place to go on, a file, or a problem.

use std::fmt;
use std::marker::PhantomData;

use ejia_kernel::{Problem, ProblemKind};
use schemars::JsonSchema;
use serde::Serialize;

use crate::described::{Either, File, Opening};
use crate::html::{Entered, Shown};
use crate::input::Nothing;

/// What every handler returns: a reply that is a `V` to programs, or what is wrong.
pub type Answer<P, V = Nothing> = Result<Reply<P, V>, Problem>;

/// A page of portal `P` that shows a view `V`: its template and its title.
pub struct Page<P, V> {
    template: &'static str,
    title: &'static str,
    draw: Draw<V>,
    shows: PhantomData<fn() -> (P, V)>,
}

/// How a template draws its view.
type Draw<V> = fn(&V, &Shown<'_>) -> Result<String, askama::Error>;

impl<P, V> Page<P, V> {
    /// A page: the template's path under `portals/`, the title of the window, and how the template is drawn. Written
    /// by [`page!`](crate::page).
    pub const fn new(template: &'static str, title: &'static str, draw: Draw<V>) -> Self {
        Self { template, title, draw, shows: PhantomData }
    }

    /// The template's path under `portals/`.
    pub const fn template(&self) -> &'static str {
        self.template
    }

    /// The title of the window.
    pub const fn title(&self) -> &'static str {
        self.title
    }
}

impl<P, V> Clone for Page<P, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, V> Copy for Page<P, V> {}

impl<P, V> fmt::Debug for Page<P, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page").field("template", &self.template).field("title", &self.title).finish_non_exhaustive()
    }
}

/// A view of any type, waiting to be shown as a page or as JSON.
pub(crate) trait View: Send {
    /// As a program sees it.
    fn json(&self) -> Result<serde_json::Value, serde_json::Error>;
    /// As a program sees it, written at once.
    fn json_bytes(&self) -> Result<Vec<u8>, serde_json::Error>;
}

impl<V: Serialize + Send> View for V {
    fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn json_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
}

/// A view with the page that shows it.
pub(crate) trait Sheet: View {
    /// As a browser gets it.
    fn draw(&self, shown: &Shown<'_>) -> Result<String, askama::Error>;
}

struct Drawn<V> {
    view: V,
    draw: Draw<V>,
}

impl<V: Serialize + Send> Serialize for Drawn<V> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.view.serialize(serializer)
    }
}

impl<V: Serialize + Send> Sheet for Drawn<V> {
    fn draw(&self, shown: &Shown<'_>) -> Result<String, askama::Error> {
        (self.draw)(&self.view, shown)
    }
}

/// A form that is shown again: what was entered, what stands against it, and which of several like forms it was.
pub(crate) struct Again {
    pub(crate) entered: Entered,
    pub(crate) problem: Problem,
    pub(crate) which: Option<String>,
}

/// A file to be taken away.
pub(crate) struct Download {
    pub(crate) name: String,
    pub(crate) mime: String,
    pub(crate) bytes: Vec<u8>,
}

/// A page to be shown, and the refusal beside it where it is shown again.
pub(crate) struct Showing {
    pub(crate) template: &'static str,
    pub(crate) title: &'static str,
    pub(crate) view: Box<dyn Sheet>,
    pub(crate) refused: Option<Again>,
}

/// What is to be dressed.
pub(crate) enum Body {
    Show(Box<Showing>),
    Done(String, Box<dyn View>),
    Away(String, Box<dyn View>),
    File(Download),
}

/// What becomes of the caller's session.
pub(crate) enum SessionChange {
    Open(String),
    Close,
}

/// What becomes of the mark by which a browser is known again.
pub(crate) enum MarkChange {
    Leave(String),
    Take,
}

/// A notice to be shown once on the next page.
pub(crate) struct Notice {
    pub(crate) code: &'static str,
    pub(crate) args: Vec<(&'static str, String)>,
}

/// What the browser is to keep.
#[derive(Default)]
pub(crate) struct Kept {
    pub(crate) notice: Option<Notice>,
    pub(crate) session: Option<SessionChange>,
    pub(crate) mark: Option<MarkChange>,
}

/// The reply without its portal: what the dresser works on.
pub(crate) struct Draft {
    pub(crate) body: Body,
    pub(crate) kept: Kept,
}

/// The answer of a handler of portal `P`, not yet dressed; to programs it is a `V`. The types of all handlers together make
/// the description for programs, so none can say anything else than it does.
#[must_use]
pub struct Reply<P, V = Nothing> {
    draft: Draft,
    kind: PhantomData<fn() -> (P, V)>,
}

impl<P, V> fmt::Debug for Reply<P, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = match &self.draft.body {
            Body::Show(shown) => match &shown.refused {
                Some(again) => format!("again {}: {}", shown.template, again.problem.code),
                None => format!("show {}", shown.template),
            },
            Body::Done(to, _) => format!("done, go to {to}"),
            Body::Away(..) => "away".to_owned(),
            Body::File(file) => format!("file of {} bytes", file.bytes.len()),
        };
        f.debug_tuple("Reply").field(&body).finish()
    }
}

impl<P, V> Reply<P, V> {
    fn of(body: Body) -> Self {
        Self::drafted(Draft { body, kept: Kept::default() })
    }

    fn drafted(draft: Draft) -> Self {
        Self { draft, kind: PhantomData }
    }

    fn showing<W>(page: Page<P, W>, view: W, refused: Option<Again>) -> Self
    where
        W: Serialize + Send + 'static,
    {
        Self::of(Body::Show(Box::new(Showing {
            template: page.template,
            title: page.title,
            view: Box::new(Drawn { view, draw: page.draw }),
            refused,
        })))
    }

    /// Shows a page.
    pub fn show(page: Page<P, V>, view: V) -> Self
    where
        V: Serialize + JsonSchema + Send + 'static,
    {
        Self::showing(page, view, None)
    }

    /// Something was done: go on to `to` (303). Only a path of this house is gone to; programs get `view`.
    pub fn done(to: impl Into<String>, view: V) -> Self
    where
        V: Serialize + JsonSchema + Send + 'static,
    {
        Self::of(Body::Done(to.into(), Box::new(view)))
    }

    /// Sends the browser away to another house (303), at an address that this one has written itself: nothing in it may
    /// be of the caller's choosing but values. Programs get `view`.
    pub fn away(to: impl Into<String>, view: V) -> Self
    where
        V: Serialize + JsonSchema + Send + 'static,
    {
        Self::of(Body::Away(to.into(), Box::new(view)))
    }

    /// A form refused: shown again with what was entered and the sentences beside the fields, under the
    /// problem's status. A fault, and what is not about the form, stays an error. To programs it is the problem, whatever is
    /// answered when all goes well.
    pub fn again<W, I>(page: Page<P, W>, view: W, entered: &I, problem: Problem) -> Answer<P, V>
    where
        W: Serialize + Send + 'static,
        I: Serialize,
    {
        match problem.kind {
            ProblemKind::Fault | ProblemKind::Busy | ProblemKind::NoRoom | ProblemKind::LoginNeeded => Err(problem),
            _ => {
                let again = Again { entered: Entered::of(entered), problem, which: None };
                Ok(Self::showing(page, view, Some(again)))
            }
        }
    }

    /// As [`Reply::again`], on a page with several like forms: `which` names the one that was refused, as the
    /// template does by `form.of(which)`.
    pub fn again_in<W, I>(
        page: Page<P, W>,
        view: W,
        which: impl fmt::Display,
        entered: &I,
        problem: Problem,
    ) -> Answer<P, V>
    where
        W: Serialize + Send + 'static,
        I: Serialize,
    {
        let mut reply = Self::again(page, view, entered, problem)?;
        if let Body::Show(showing) = &mut reply.draft.body
            && let Some(again) = &mut showing.refused
        {
            again.which = Some(which.to_string());
        }
        Ok(reply)
    }

    /// Says a sentence once, on the next page.
    pub fn saying(self, code: &'static str) -> Self {
        self.saying_with(code, Vec::new())
    }

    /// Says a sentence with arguments once, on the next page.
    pub fn saying_with(mut self, code: &'static str, args: Vec<(&'static str, String)>) -> Self {
        self.draft.kept.notice = Some(Notice { code, args });
        self
    }

    /// Opens a session: a cookie of the portal that the path belongs to; in JSON the token is in the body.
    pub fn opening_session(mut self, token: impl Into<String>) -> Reply<P, Opening<V>> {
        self.draft.kept.session = Some(SessionChange::Open(token.into()));
        Reply::drafted(self.draft)
    }

    /// The first of two things that a handler may answer.
    pub fn left<R>(self) -> Reply<P, Either<V, R>> {
        Reply::drafted(self.draft)
    }

    /// The second of two things that a handler may answer.
    pub fn right<L>(self) -> Reply<P, Either<L, V>> {
        Reply::drafted(self.draft)
    }

    /// The same reply, when it no longer matters what it is to programs.
    pub(crate) fn of_any_kind(self) -> Reply<P> {
        Reply::drafted(self.draft)
    }

    /// Closes the session: its cookie is cleared.
    pub fn closing_session(mut self) -> Self {
        self.draft.kept.session = Some(SessionChange::Close);
        self
    }

    /// Leaves a mark in the browser (letters, digits, `-`, `_`) by which [`Call::mark`](crate::Call::mark) knows it again.
    pub fn marking(mut self, mark: impl Into<String>) -> Self {
        self.draft.kept.mark = Some(MarkChange::Leave(mark.into()));
        self
    }

    /// Takes the mark back.
    pub fn unmarking(mut self) -> Self {
        self.draft.kept.mark = Some(MarkChange::Take);
        self
    }

    pub(crate) fn into_draft(self) -> Draft {
        self.draft
    }
}

impl<P> Reply<P, File> {
    /// A file to be taken away under `name`.
    pub fn file(name: &str, mime: &str, bytes: Vec<u8>) -> Self {
        Self::of(Body::File(Download { name: name.to_owned(), mime: mime.to_owned(), bytes }))
    }
}
