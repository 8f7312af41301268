//! What 【数据导出】 shows.

use ejia_db::Txn;
use ejia_directory::import::TableKind;
use ejia_kernel::{DocumentId, Instant, Problem};
use ejia_web::{Choice, CommitteeOfficer};
use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Content, Export};
use crate::store;

/// Exports in the list.
const SHOWN: i64 = 20;

/// 【数据导出】.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ExportsView {
    pub(crate) organization: String,
    pub(crate) tables: Vec<Choice>,
    pub(crate) contents: Vec<Choice>,
    /// The table chosen, and what of it.
    pub(crate) table: &'static str,
    pub(crate) content: &'static str,
    pub(crate) last: Vec<LastLine>,
    pub(crate) exports: Vec<ExportLine>,
}

/// When a table was exported last.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct LastLine {
    pub(crate) table: &'static str,
    pub(crate) at: Option<Instant>,
}

/// An export in the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ExportLine {
    pub(crate) document: DocumentId,
    pub(crate) table: &'static str,
    pub(crate) content: &'static str,
    pub(crate) differing: bool,
    pub(crate) by: String,
    pub(crate) at: Instant,
    pub(crate) done: bool,
    pub(crate) lines: i64,
    pub(crate) added: i64,
    pub(crate) gone: i64,
    pub(crate) changed: i64,
    pub(crate) refused: i64,
}

impl ExportLine {
    fn of(export: Export) -> Self {
        let counts = export.counts;
        Self {
            document: export.document_id,
            table: export.kind.label(),
            content: export.content.label(),
            differing: export.content != Content::Whole,
            by: export.by_name,
            at: export.asked_at,
            done: export.done_at.is_some(),
            lines: counts.lines,
            added: counts.added,
            gone: counts.gone,
            changed: counts.changed,
            refused: counts.refused,
        }
    }
}

impl ExportsView {
    pub(crate) fn of(txn: &mut Txn<'_>, by: &CommitteeOfficer) -> Result<Self, Problem> {
        let mut last = Vec::new();
        for kind in [TableKind::Members, TableKind::Organizations] {
            let export = store::last(txn, by.organization_id(), kind, None)?;
            last.push(LastLine { table: kind.label(), at: export.and_then(|export| export.done_at) });
        }
        let tables = [TableKind::Members, TableKind::Organizations];
        let contents = [Content::Whole, Content::SinceLast];
        Ok(Self {
            organization: by.organization_name().to_owned(),
            tables: tables.into_iter().map(|kind| Choice::of(kind.label(), kind.code())).collect(),
            contents: contents.into_iter().map(|content| Choice::of(content.label(), content.code())).collect(),
            table: TableKind::Members.code(),
            content: Content::Whole.code(),
            last,
            exports: store::latest(txn, by.organization_id(), SHOWN)?.into_iter().map(ExportLine::of).collect(),
        })
    }
}
