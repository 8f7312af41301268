//! Everywhere something is sealed.

use std::collections::BTreeMap;
use std::sync::Arc;

use ejia_db::Blobs;

use crate::SealedFiles;

/// Every table and folder in which something is sealed.
#[derive(Clone, Default)]
pub struct Places {
    tables: Vec<&'static Blobs>,
    folders: BTreeMap<&'static str, Arc<dyn SealedFiles>>,
}

/// One of them.
pub(crate) enum Found<'a> {
    Table(&'static Blobs),
    Folder(&'a dyn SealedFiles),
}

impl Places {
    /// The tables of these crates that hold something sealed.
    pub fn of(crates: &[&'static [Blobs]]) -> Self {
        let sealed = |table: &&Blobs| table.columns.iter().any(|(_, holds)| holds.is_sealed());
        let tables = crates.iter().flat_map(|blobs| blobs.iter()).filter(sealed).collect();
        Self { tables, folders: BTreeMap::new() }
    }

    /// With a folder of sealed files, under a name that is no table's.
    #[must_use]
    pub fn with_folder(mut self, name: &'static str, files: Arc<dyn SealedFiles>) -> Self {
        self.folders.insert(name, files);
        self
    }

    pub(crate) fn find(&self, name: &str) -> Option<Found<'_>> {
        let table = self.tables.iter().find(|table| table.table == name);
        let folder = || self.folders.get(name).map(|files| Found::Folder(files.as_ref()));
        table.map(|table| Found::Table(table)).or_else(folder)
    }

    pub(crate) fn tables(&self) -> &[&'static Blobs] {
        &self.tables
    }

    pub(crate) fn folders(&self) -> impl Iterator<Item = (&'static str, &dyn SealedFiles)> {
        self.folders.iter().map(|(name, files)| (*name, files.as_ref()))
    }
}
