//! What a handler answers: a page with its view, a place to go on, a file, or a problem.

use std::fmt;
use std::marker::PhantomData;

use ejia_kernel::{Problem, ProblemKind};
use minijinja::Value;
use minijinja::value::Serde;
use serde::Serialize;

/// What every handler returns.
pub type Answer<P> = Result<Reply<P>, Problem>;

/// A page of portal `P` that shows a view `V`: its template and its title.
pub struct Page<P, V> {
    template: &'static str,
    title: &'static str,
    shows: PhantomData<fn() -> (P, V)>,
}

impl<P, V> Page<P, V> {
    /// A page: the template's path under `portals/`, and the title of the window.
    pub const fn new(template: &'static str, title: &'static str) -> Self {
        Self { template, title, shows: PhantomData }
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
        f.debug_struct("Page").field("template", &self.template).field("title", &self.title).finish()
    }
}

/// A view of any type, waiting to be shown as a page or as JSON.
pub(crate) trait View: Send {
    /// As a template sees it.
    fn value(&self) -> Value;
    /// As a program sees it.
    fn json(&self) -> Result<serde_json::Value, serde_json::Error>;
    /// As a program sees it, written at once.
    fn json_bytes(&self) -> Result<Vec<u8>, serde_json::Error>;
}

impl<V: Serialize + Send> View for V {
    fn value(&self) -> Value {
        Value::from(Serde(self))
    }

    fn json(&self) -> Result<serde_json::Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn json_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(self)
    }
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
    pub(crate) view: Box<dyn View>,
    pub(crate) refused: Option<(Value, Problem)>,
}

/// What is to be dressed.
pub(crate) enum Body {
    Show(Box<Showing>),
    Done(String, Box<dyn View>),
    File(Download),
}

/// What becomes of the caller's session.
pub(crate) enum SessionChange {
    Open(String),
    Close,
}

/// A notice to be shown once on the next page.
pub(crate) struct Notice {
    pub(crate) code: &'static str,
    pub(crate) args: Vec<(&'static str, String)>,
}

/// The reply without its portal: what the dresser works on.
pub(crate) struct Draft {
    pub(crate) body: Body,
    pub(crate) notice: Option<Notice>,
    pub(crate) session: Option<SessionChange>,
}

/// The answer of a handler of portal `P`, not yet dressed.
#[must_use]
pub struct Reply<P> {
    draft: Draft,
    portal: PhantomData<fn() -> P>,
}

impl<P> fmt::Debug for Reply<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = match &self.draft.body {
            Body::Show(shown) => match &shown.refused {
                Some((_, problem)) => format!("again {}: {}", shown.template, problem.code),
                None => format!("show {}", shown.template),
            },
            Body::Done(to, _) => format!("done, go to {to}"),
            Body::File(file) => format!("file of {} bytes", file.bytes.len()),
        };
        f.debug_tuple("Reply").field(&body).finish()
    }
}

impl<P> Reply<P> {
    fn of(body: Body) -> Self {
        let draft = Draft { body, notice: None, session: None };
        Self { draft, portal: PhantomData }
    }

    fn showing<V>(page: Page<P, V>, view: V, refused: Option<(Value, Problem)>) -> Self
    where
        V: Serialize + Send + 'static,
    {
        Self::of(Body::Show(Box::new(Showing {
            template: page.template,
            title: page.title,
            view: Box::new(view),
            refused,
        })))
    }

    /// Shows a page.
    pub fn show<V: Serialize + Send + 'static>(page: Page<P, V>, view: V) -> Self {
        Self::showing(page, view, None)
    }

    /// Something was done: go on to `to` (303). Only a path of this house is gone to; programs get `view`.
    pub fn done(to: impl Into<String>, view: impl Serialize + Send + 'static) -> Self {
        Self::of(Body::Done(to.into(), Box::new(view)))
    }

    /// A form refused: shown again with what was entered and the sentences beside the fields, under the
    /// problem's status. A fault, and what is not about the form, stays an error.
    pub fn again<V, I>(page: Page<P, V>, view: V, entered: &I, problem: Problem) -> Answer<P>
    where
        V: Serialize + Send + 'static,
        I: Serialize,
    {
        match problem.kind {
            ProblemKind::Fault | ProblemKind::Busy | ProblemKind::LoginNeeded => Err(problem),
            _ => {
                let entered = Value::from(Serde(entered));
                Ok(Self::showing(page, view, Some((entered, problem))))
            }
        }
    }

    /// A file to be taken away under `name`.
    pub fn file(name: &str, mime: &str, bytes: Vec<u8>) -> Self {
        Self::of(Body::File(Download { name: name.to_owned(), mime: mime.to_owned(), bytes }))
    }

    /// Says a sentence once, on the next page.
    pub fn saying(self, code: &'static str) -> Self {
        self.saying_with(code, Vec::new())
    }

    /// Says a sentence with arguments once, on the next page.
    pub fn saying_with(mut self, code: &'static str, args: Vec<(&'static str, String)>) -> Self {
        self.draft.notice = Some(Notice { code, args });
        self
    }

    /// Opens a session: a cookie of the portal that the path belongs to; in JSON the token is in the body.
    pub fn opening_session(mut self, token: impl Into<String>) -> Self {
        self.draft.session = Some(SessionChange::Open(token.into()));
        self
    }

    /// Closes the session: its cookie is cleared.
    pub fn closing_session(mut self) -> Self {
        self.draft.session = Some(SessionChange::Close);
        self
    }

    pub(crate) fn into_draft(self) -> Draft {
        self.draft
    }
}
