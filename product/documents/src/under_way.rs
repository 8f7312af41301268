//! A document being made: what its maker may do, and how the job keeps its lease meanwhile.

use std::cell::RefCell;
use std::fs;
use std::io::BufWriter;
use std::path::Path;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant as Stopwatch};

use ejia_db::Desk;
use ejia_jobs::{Job, JobFault};
use ejia_kernel::DocumentId;
use ejia_kernel::sheet::{Around, Cell, Column};
use ejia_kernel::table::TableFault;

use crate::archive::Archive;
use crate::making::Documents;
use crate::paper::{Paper, TypesetFault};
use crate::store;

/// While a paper is being set, the lease is renewed after so long.
const RENEWED: Duration = Duration::from_secs(15);
/// Between two files of an archive, what is made is told after so long.
const TOLD: Duration = Duration::from_secs(1);

/// A document being made: where its file goes, and how its maker tells how far it has come.
pub struct Making<'a> {
    pub(crate) documents: &'a Documents,
    pub(crate) job: &'a Job,
    pub(crate) desk: &'a Desk,
    pub(crate) id: DocumentId,
    pub(crate) path: &'a Path,
    pub(crate) consumed: &'a RefCell<Vec<String>>,
}

impl Making<'_> {
    /// Tells how many rows are made, of how many, and keeps the job's lease. Called every thousand rows or so.
    ///
    /// # Errors
    /// The lease is lost: somebody else makes the document now.
    pub fn progress(&self, done: i64, total: i64) -> Result<(), JobFault> {
        let id = self.id;
        self.job.renew(self.desk)?;
        Ok(self.desk.write_now(move |txn| store::progress(txn, id, done, total))?)
    }

    /// A file of the depot that the document is made from, and that nobody needs once it is made or never will be.
    pub fn consumes(&self, key: &str) {
        self.consumed.borrow_mut().push(key.to_owned());
    }

    /// Writes a sheet as the document, in constant memory.
    ///
    /// # Errors
    /// Given up when there are more rows than a table file holds; tried again when the disk does not take it.
    pub fn sheet(
        &self,
        around: &Around,
        columns: &[Column],
        rows: &mut dyn Iterator<Item = Vec<Cell>>,
    ) -> Result<(), JobFault> {
        (self.documents.write)(self.path, around, columns, rows).map_err(|fault| match fault {
            TableFault::TooManyRows { .. } => JobFault::GiveUp(fault.to_string()),
            _ => JobFault::Retry(fault.to_string()),
        })
    }

    /// Sets a paper as the document.
    ///
    /// # Errors
    /// Given up when the paper is broken; tried again when the typesetter is away.
    pub fn paper(&self, paper: &Paper) -> Result<(), JobFault> {
        let pdf = self.set(paper)?;
        fs::write(self.path, pdf).map_err(retried)
    }

    /// Sets a paper that becomes part of the document: a file of its [archive](Self::archive). The job keeps its lease
    /// however long that takes.
    ///
    /// # Errors
    /// As [`Making::paper`]; the lease is lost.
    pub fn set(&self, paper: &Paper) -> Result<Vec<u8>, JobFault> {
        let set = self.holding(|| self.documents.typesetter.set(paper))?;
        set.map_err(|fault| match fault {
            TypesetFault::Away(why) => JobFault::Retry(why),
            TypesetFault::Broken(why) => JobFault::GiveUp(why),
        })
    }

    /// Writes many files (a name, with its ending, and what it holds) as the document, in one ZIP and in constant
    /// memory: each is asked for when the one before it is written. Tells how many of `total` are made, and keeps the
    /// job's lease between two; one that is made by [`Making::set`] keeps it meanwhile, too.
    ///
    /// # Errors
    /// Those of the files; tried again when the disk does not take it; the lease is lost.
    pub fn archive(
        &self,
        total: i64,
        files: &mut dyn Iterator<Item = Result<(String, Vec<u8>), JobFault>>,
    ) -> Result<(), JobFault> {
        self.progress(0, total)?;
        let file = fs::File::create(self.path).map_err(retried)?;
        let mut archive = Archive::new(BufWriter::new(file), self.desk.now());
        let mut told = Stopwatch::now();
        for (done, file) in (1..).zip(files) {
            let (name, bytes) = file?;
            archive.add(&name, &bytes).map_err(retried)?;
            if told.elapsed() >= TOLD || done == total {
                self.progress(done, total.max(done))?;
                told = Stopwatch::now();
            }
        }
        archive.end().map_err(retried)?.into_inner().map_err(retried)?.sync_all().map_err(retried)
    }

    /// Does what takes long on a thread of its own and keeps the job's lease meanwhile.
    fn holding<T: Send>(&self, work: impl FnOnce() -> T + Send) -> Result<T, JobFault> {
        let (tell, told) = mpsc::channel();
        thread::scope(|scope| {
            let working = scope.spawn(move || tell.send(work()));
            loop {
                match told.recv_timeout(RENEWED) {
                    Ok(done) => return Ok(done),
                    Err(RecvTimeoutError::Timeout) => self.job.renew(self.desk)?,
                    Err(RecvTimeoutError::Disconnected) => {
                        // It panicked: joined here, the panic ends with it.
                        let _ = working.join();
                        return Err(JobFault::Retry("a thread of a document ended early".to_owned()));
                    }
                }
            }
        })
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn retried(error: impl ToString) -> JobFault {
    JobFault::Retry(error.to_string())
}
