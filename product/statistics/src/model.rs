//! An export: of which table, what goes into it, what became of it.

use ejia_directory::import::TableKind;
use ejia_kernel::{DocumentId, Instant, OrganizationId, labelled};

labelled! {
    /// What goes into an export.
    pub enum Content {
        /// Everybody.
        Whole => "whole", "全部";
        /// What is different from the export before.
        SinceLast => "since_last", "上次导出以来的变化";
        /// What is different from a table that was given.
        AgainstTable => "against_table", "与党统表格比对";
    }
}

impl Content {
    /// Whether what is said now is what the next export is compared with.
    pub(crate) const fn is_kept(self) -> bool {
        matches!(self, Self::Whole | Self::SinceLast)
    }
}

/// How many lines say what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Lines of those who are here now.
    pub lines: i64,
    /// Who came.
    pub added: i64,
    /// Who left.
    pub gone: i64,
    /// Of whom something changed.
    pub changed: i64,
    /// Lines of a given table that could not be compared.
    pub refused: i64,
}

/// One export.
#[derive(Clone, Debug)]
pub(crate) struct Export {
    pub(crate) document_id: DocumentId,
    pub(crate) organization_id: OrganizationId,
    pub(crate) kind: TableKind,
    pub(crate) content: Content,
    pub(crate) by_name: String,
    pub(crate) asked_at: Instant,
    /// When the file was whole; from then on the next one may be compared with it.
    pub(crate) done_at: Option<Instant>,
    pub(crate) counts: Counts,
}
