//! Long work in small pieces: as many lines at a time as take some fifty milliseconds, and a sign of life in between.

use std::time::{Duration, Instant as Stopwatch};

use ejia_jobs::JobFault;

const FEWEST: usize = 50;
const MOST: usize = 2_000;
const SOUGHT: Duration = Duration::from_millis(50);
const SIGN: Duration = Duration::from_secs(10);

/// Says that the work goes on; a job renews its lease.
pub(crate) type SignOfLife<'a> = &'a dyn Fn() -> Result<(), JobFault>;

/// How many lines to take at a time.
pub(crate) struct Pace<'a> {
    lines: usize,
    began: Stopwatch,
    signed: Stopwatch,
    sign: SignOfLife<'a>,
}

impl<'a> Pace<'a> {
    pub(crate) fn new(sign: SignOfLife<'a>) -> Self {
        Self { lines: 200, began: Stopwatch::now(), signed: Stopwatch::now(), sign }
    }

    pub(crate) fn lines(&self) -> usize {
        self.lines
    }

    /// Starts the watch for a piece that has been gathered.
    pub(crate) fn begin(&mut self) {
        self.began = Stopwatch::now();
    }

    /// Ends a piece: the next one is larger if this was quick, smaller if it was slow.
    pub(crate) fn end(&mut self) -> Result<(), JobFault> {
        let took = self.began.elapsed();
        if took < SOUGHT / 2 {
            self.lines = (self.lines * 2).min(MOST);
        } else if took > SOUGHT * 2 {
            self.lines = (self.lines / 2).max(FEWEST);
        }
        if self.signed.elapsed() > SIGN {
            self.signed = Stopwatch::now();
            (self.sign)()?;
        }
        Ok(())
    }
}
