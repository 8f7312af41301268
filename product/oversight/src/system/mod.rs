//! 【运行情况】: jobs, schema and storage, for the system office.

mod pages;
mod store;
mod views;

use std::path::PathBuf;

pub(crate) use pages::routes;

/// How much room there is where files lie: free and in all, in bytes. A part of the site, handed over by the app.
#[derive(Clone)]
pub struct Storage {
    folder: PathBuf,
    room: fn(&std::path::Path) -> std::io::Result<(u64, u64)>,
}

impl Storage {
    /// The room around `folder`, measured by `room`.
    pub fn new(folder: impl Into<PathBuf>, room: fn(&std::path::Path) -> std::io::Result<(u64, u64)>) -> Self {
        Self { folder: folder.into(), room }
    }

    /// Free and in all; `None` when it cannot be measured.
    fn room(&self) -> Option<(u64, u64)> {
        (self.room)(&self.folder).ok()
    }
}
