//! What letters need from outside: who sets papers, where files lie, how the world reaches this platform, up to which
//! month dues are paid.

use std::sync::Arc;

use ejia_db::Txn;
use ejia_documents::{Documents, Files, SignatureKind};
use ejia_kernel::{MemberId, Month, Problem};

/// Answers the last month up to which a member has paid his dues without a gap.
pub type PaidTo = Arc<dyn Fn(&mut Txn<'_>, MemberId) -> Result<Option<Month>, Problem> + Send + Sync>;

/// What letters need from outside. A part of the site, and what their jobs work with.
#[derive(Clone)]
pub struct LetterDesk {
    pub(crate) documents: Documents,
    pub(crate) files: Files,
    /// `https://ejia.example.gov.cn`: what the codes on letters begin with.
    pub(crate) origin: String,
    /// How letters are signed from now on.
    pub(crate) signature: SignatureKind,
    pub(crate) paid_to: PaidTo,
}

impl LetterDesk {
    /// A desk whose letters lead back to `origin` and are signed in this way.
    pub fn new(documents: Documents, files: Files, origin: &str, signature: SignatureKind, paid_to: PaidTo) -> Self {
        Self { documents, files, origin: origin.trim_end_matches('/').to_owned(), signature, paid_to }
    }
}
