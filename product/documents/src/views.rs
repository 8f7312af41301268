//! What the pages of documents show.

use ejia_kernel::{DocumentId, Instant};
use schemars::JsonSchema;
use serde::Serialize;

use crate::making::KEPT;
use crate::model::{Document, DocumentState};

/// What an administrator asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DocumentsView {
    pub(crate) documents: Vec<DocumentLine>,
}

/// One document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DocumentView {
    pub(crate) document: DocumentLine,
    pub(crate) kept_until: String,
}

/// A document as pages show it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct DocumentLine {
    pub(crate) id: DocumentId,
    pub(crate) title: String,
    pub(crate) file_name: String,
    pub(crate) state: DocumentState,
    pub(crate) state_label: &'static str,
    pub(crate) tone: &'static str,
    pub(crate) underway: bool,
    pub(crate) ready: bool,
    pub(crate) done: i64,
    pub(crate) total: i64,
    pub(crate) size: String,
    pub(crate) asked_at: Instant,
}

impl DocumentLine {
    pub(crate) fn of(document: Document) -> Self {
        let Document { id, title, file_name, state, done, total, bytes, asked_at, .. } = document;
        let tone = match state {
            DocumentState::Waiting | DocumentState::Making => "wait",
            DocumentState::Ready => "good",
            DocumentState::Failed => "bad",
        };
        Self {
            id,
            title,
            file_name,
            state,
            state_label: state.label(),
            tone,
            underway: state.underway(),
            ready: state == DocumentState::Ready,
            done,
            total,
            size: size(bytes),
            asked_at,
        }
    }
}

impl DocumentView {
    pub(crate) fn of(document: Document) -> Self {
        let until = document.ended_at.unwrap_or(document.asked_at).plus(KEPT).china_date();
        Self { document: DocumentLine::of(document), kept_until: until.to_string() }
    }
}

/// A size as people read it.
fn size(bytes: i64) -> String {
    match bytes {
        ..1024 => format!("{bytes} 字节"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}
