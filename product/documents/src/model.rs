//! A document somebody asked for, and how far it has come.

use ejia_kernel::{AdministratorId, DocumentId, Instant, OrganizationId, labelled};

labelled! {
    /// How far a document has come.
    pub enum DocumentState {
        /// Asked for; no worker has begun.
        Waiting => "waiting", "等待制作";
        /// Being made.
        Making => "making", "正在制作";
        /// Ready to be taken away.
        Ready => "ready", "可以下载";
        /// Could not be made.
        Failed => "failed", "未能制作";
    }
}

impl DocumentState {
    /// Whether it is still to come.
    pub const fn underway(self) -> bool {
        matches!(self, Self::Waiting | Self::Making)
    }
}

/// A document somebody asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which.
    pub id: DocumentId,
    /// What makes it: the name a maker was registered under.
    pub kind: String,
    /// What it is, for people.
    pub title: String,
    /// The name it is taken away under.
    pub file_name: String,
    /// What it is about, as its maker wrote it down (JSON; ids and choices only).
    pub about: String,
    /// Who asked; only he takes it away.
    pub administrator_id: AdministratorId,
    /// The organization he acted for.
    pub organization_id: OrganizationId,
    /// How far it has come.
    pub state: DocumentState,
    /// Rows made.
    pub done: i64,
    /// Rows in all; 0 while nobody knows.
    pub total: i64,
    /// Size of the file when it is ready.
    pub bytes: i64,
    /// When it was asked for.
    pub asked_at: Instant,
    /// When it was ready or failed.
    pub ended_at: Option<Instant>,
}

labelled! {
    /// What a sheet is handed out as.
    pub enum Form {
        /// A table file.
        Table => "xlsx", "表格";
        /// Set on paper.
        Paper => "pdf", "PDF";
    }
}

impl Form {
    /// The type of the file.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Table => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Paper => "application/pdf",
        }
    }
}
