//! What a statement answers: how many rows it touched, and rows that are read where they lie.

use std::sync::Arc;

use postgres_protocol::message::backend::DataRowBody;

use super::cells::{self, Cells};
use super::client::{Prepared, lost};
use crate::value::AnyRow;
use crate::{DbError, Row};

/// What a statement answers.
pub(crate) struct Answer {
    pub(super) prepared: Arc<Prepared>,
    pub(super) rows: Vec<DataRowBody>,
    /// How many rows it touched.
    pub(crate) touched: u64,
}

impl Answer {
    /// Each row, turned into a `T`.
    pub(crate) fn rows<T>(&self, mut map: impl FnMut(&Row<'_>) -> Result<T, DbError>) -> Result<Vec<T>, DbError> {
        let kinds = &self.prepared.columns;
        let mut places = Vec::with_capacity(kinds.len());
        let mut found = Vec::with_capacity(self.rows.len());
        for row in &self.rows {
            cells::places(row, &mut places).map_err(lost)?;
            let cells = Cells { kinds, places: &places, bytes: row.buffer() };
            found.push(map(&Row(AnyRow::Postgres(cells)))?);
        }
        Ok(found)
    }
}
