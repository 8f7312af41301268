//! Everything that can go wrong for the person asking, in one shape.

use std::{fmt, io};

/// Nobody knows whether the work stands.
const IN_DOUBT: &str = "kernel.in_doubt";

/// What sort of refusal it is; decides the status of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The request itself is broken.
    BadRequest,
    /// Nobody is logged in.
    LoginNeeded,
    /// Somebody is, but may not.
    Forbidden,
    /// There is no such thing, or none this caller may know of.
    NotFound,
    /// Someone else was faster, or it is done already.
    Conflict,
    /// More than is taken at once.
    TooLarge,
    /// Understood, and refused for a reason the person can act on.
    Refused,
    /// Too often; later again.
    TooMany,
    /// Our fault.
    Fault,
    /// Too much to do; in a moment again.
    Busy,
    /// Nothing can be kept: no room on the disk.
    NoRoom,
}

impl ProblemKind {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::LoginNeeded => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::Refused => 422,
            Self::TooMany => 429,
            Self::Fault => 500,
            Self::Busy => 503,
            Self::NoRoom => 507,
        }
    }
}

/// What is wrong with one field of a form or one cell of a row.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field's name in the form.
    pub field: String,
    /// The code of its sentence.
    pub code: &'static str,
    /// What the sentence names.
    pub args: Vec<(&'static str, String)>,
}

/// A refusal or a fault: a kind, a code whose sentence a person can act on, and the fields it is
/// about. The layer that answers dresses it as page, fragment or JSON.
#[derive(Clone, PartialEq, Eq)]
pub struct Problem {
    /// What sort of refusal it is.
    pub kind: ProblemKind,
    /// The code of its sentence: `crate.snake_case`.
    pub code: &'static str,
    /// What the sentence names.
    pub args: Vec<(&'static str, String)>,
    /// What is wrong with single fields.
    pub fields: Vec<FieldProblem>,
    /// What the log should say; never shown to anybody.
    pub detail: Option<String>,
}

impl Problem {
    /// A problem of this kind.
    pub const fn new(kind: ProblemKind, code: &'static str) -> Self {
        Self { kind, code, args: Vec::new(), fields: Vec::new(), detail: None }
    }

    /// The request itself is broken.
    pub const fn bad_request(code: &'static str) -> Self {
        Self::new(ProblemKind::BadRequest, code)
    }

    /// Somebody must log in first.
    pub const fn login_needed() -> Self {
        Self::new(ProblemKind::LoginNeeded, "kernel.login_needed")
    }

    /// The caller may not.
    pub const fn forbidden(code: &'static str) -> Self {
        Self::new(ProblemKind::Forbidden, code)
    }

    /// There is no such thing for this caller.
    pub const fn not_found(code: &'static str) -> Self {
        Self::new(ProblemKind::NotFound, code)
    }

    /// Someone else was faster, or it is done already.
    pub const fn conflict(code: &'static str) -> Self {
        Self::new(ProblemKind::Conflict, code)
    }

    /// More than is taken at once.
    pub const fn too_large(code: &'static str) -> Self {
        Self::new(ProblemKind::TooLarge, code)
    }

    /// Refused for a reason the person can act on.
    pub const fn refused(code: &'static str) -> Self {
        Self::new(ProblemKind::Refused, code)
    }

    /// Too often.
    pub const fn too_many(code: &'static str) -> Self {
        Self::new(ProblemKind::TooMany, code)
    }

    /// Our fault; `detail` goes to the log, so it names no person.
    pub fn fault(detail: impl fmt::Display) -> Self {
        let mut problem = Self::new(ProblemKind::Fault, "kernel.fault");
        problem.detail = Some(detail.to_string());
        problem
    }

    /// Too much to do at this moment.
    pub const fn busy() -> Self {
        Self::new(ProblemKind::Busy, "kernel.busy")
    }

    /// The database cannot be reached at this moment: nothing was done. `detail` goes to the log.
    pub fn away(detail: impl fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..Self::new(ProblemKind::Busy, "kernel.away") }
    }

    /// The connection was lost while the work was being kept: it stands, or nothing of it does. `detail` goes to the log.
    pub fn in_doubt(detail: impl fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..Self::new(ProblemKind::Busy, IN_DOUBT) }
    }

    /// There is no room to keep anything: nothing was done. `detail` goes to the log.
    pub fn no_room(detail: impl fmt::Display) -> Self {
        Self { detail: Some(detail.to_string()), ..Self::new(ProblemKind::NoRoom, "kernel.no_room") }
    }

    /// What a file system says: [`Problem::no_room`] when it is full, otherwise a fault.
    pub fn of_disk(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::no_room(error)
            }
            _ => Self::fault(error),
        }
    }

    /// Whether the work may stand in spite of this problem: what it names outside the database must be left alone.
    pub fn is_in_doubt(&self) -> bool {
        self.code == IN_DOUBT
    }

    /// Names something for the sentence.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "reads better at the many places that call it")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }

    /// Adds what is wrong with one field.
    #[must_use]
    pub fn on(self, field: &str, code: &'static str) -> Self {
        self.on_with(field, code, Vec::new())
    }

    /// Adds what is wrong with one field, in a sentence that names things.
    #[must_use]
    pub fn on_with(mut self, field: &str, code: &'static str, args: Vec<(&'static str, String)>) -> Self {
        self.fields.push(FieldProblem { field: field.to_owned(), code, args });
        self
    }

    /// The HTTP status.
    pub const fn status(&self) -> u16 {
        self.kind.status()
    }
}

impl fmt::Display for Problem {
    /// For the log: code and detail, without the arguments, which may name a person.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code)?;
        for FieldProblem { field, code, .. } in &self.fields {
            write!(formatter, "; {field}: {code}")?;
        }
        match &self.detail {
            Some(detail) => write!(formatter, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for FieldProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.field, self.code)
    }
}

impl fmt::Debug for Problem {
    /// As careful as `Display`: a log is written with either.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} {self}", self.kind)
    }
}

impl std::error::Error for Problem {}
