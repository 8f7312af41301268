//! Long work in pieces: beside people at work some fifty milliseconds each, and a sign of life in between.

use std::time::{Duration, Instant as Stopwatch};

use ejia_jobs::JobFault;

const FEWEST: usize = 50;
const SIGN: Duration = Duration::from_secs(10);

/// Says that the work goes on; a job renews its lease.
pub(crate) type SignOfLife<'a> = &'a dyn Fn() -> Result<(), JobFault>;

/// How long a piece may take.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Haste {
    /// Others work meanwhile and must not wait: fifty milliseconds.
    Considerate,
    /// A command that somebody waits for: a second. Larger pieces write each page of an index fewer times.
    Brisk,
}

impl Haste {
    const fn sought(self) -> Duration {
        match self {
            Self::Considerate => Duration::from_millis(50),
            Self::Brisk => Duration::from_secs(1),
        }
    }

    const fn most(self) -> usize {
        match self {
            Self::Considerate => 2_000,
            Self::Brisk => 10_000,
        }
    }
}

/// How many lines to take at a time.
pub(crate) struct Pace<'a> {
    haste: Haste,
    lines: usize,
    began: Stopwatch,
    signed: Stopwatch,
    sign: SignOfLife<'a>,
}

impl<'a> Pace<'a> {
    pub(crate) fn new(haste: Haste, sign: SignOfLife<'a>) -> Self {
        let lines = match haste {
            Haste::Considerate => 200,
            Haste::Brisk => 5_000,
        };
        Self { haste, lines, began: Stopwatch::now(), signed: Stopwatch::now(), sign }
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
        let (took, sought) = (self.began.elapsed(), self.haste.sought());
        if took < sought / 2 {
            self.lines = (self.lines * 2).min(self.haste.most());
        } else if took > sought * 2 {
            self.lines = (self.lines / 2).max(FEWEST);
        }
        if self.signed.elapsed() > SIGN {
            self.signed = Stopwatch::now();
            (self.sign)()?;
        }
        Ok(())
    }
}
