//! What can be done: one verb a file, each in one transaction of the caller's.

pub(crate) mod administrators;
pub(crate) mod authenticators;
pub(crate) mod authorities;
pub(crate) mod binding;
pub(crate) mod challenges;
pub(crate) mod change_password;
pub(crate) mod computers;
pub(crate) mod entry;
pub(crate) mod factors;
pub(crate) mod finish_first_login;
pub(crate) mod knock;
pub(crate) mod log_in;
pub(crate) mod organization_tokens;
pub(crate) mod passkeys;
pub(crate) mod prove_phone;
pub(crate) mod reset_password;
pub(crate) mod security;
pub(crate) mod sessions;
pub(crate) mod set_member_password;

use ejia_kernel::{OrganizationKind, Problem};

/// How an operation ended whose refusals leave a trace (a failure counted, a code tried): the transaction stands in
/// either case.
#[derive(Debug)]
pub(crate) enum Ended<T> {
    /// It was done.
    Done(T),
    /// It was refused, and the refusal is kept.
    Refused(Problem),
}

impl<T> Ended<T> {
    /// As an answer, once the transaction stands.
    pub(crate) fn answer(self) -> Result<T, Problem> {
        match self {
            Self::Done(done) => Ok(done),
            Self::Refused(problem) => Err(problem),
        }
    }
}

/// The kind of organization that a row names.
pub(crate) fn kind_of(code: &str) -> Result<OrganizationKind, Problem> {
    OrganizationKind::from_code(code).ok_or_else(|| Problem::fault("an organization of an unknown kind"))
}

/// A refusal about one field of a form.
pub(crate) fn on_field(field: &str, code: &'static str) -> Problem {
    Problem::refused("kernel.check_fields").on(field, code)
}
