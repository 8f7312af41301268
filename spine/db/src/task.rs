//! A closure on its way to a database thread and back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ejia_kernel::{Problem, TRACES};
use tokio::sync::oneshot;
use tracing::{Span, trace_span};

use crate::Txn;
use crate::txn::{Afterwards, Trouble};

/// How long a request waits for an answer: longer than a connection tries (15 s), and not for ever where the database, its
/// disk or its machine says nothing at all.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a database thread does with a closure, whatever its answer's type.
pub(crate) trait Work: Send {
    /// Runs the closure once (it may be run again). The answer is kept until [`Work::answer`].
    fn run(&mut self, txn: &mut Txn<'_>) -> Ran;
    /// Sends the kept answer, or the problem that the commit met instead.
    fn answer(self: Box<Self>, commit: Result<(), Problem>);
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    /// Keep what it wrote.
    Well,
    /// Undo what it wrote: its answer is a problem, or it was a rehearsal.
    Badly,
    /// Undo and run it again, after opening the connection again if it was lost.
    RunAgain(Trouble),
}

struct Task<T, F> {
    closure: F,
    taken: Taken,
    /// Whether it was run before.
    begun: bool,
    /// None as long as it was not run to an end of its own.
    kept: Option<Result<T, Problem>>,
    afterwards: Vec<Afterwards>,
    /// Nothing of it is kept, and nothing happens afterwards; the answer is as if it were.
    rehearsed: bool,
    reply: oneshot::Sender<Result<T, Problem>>,
    /// From here to the answer, what it waits for included.
    span: Span,
}

/// Whether a closure was begun, or given up before that: whoever sets it first has it.
type Taken = Arc<AtomicBool>;

/// The other end of a task: where its answer comes.
pub(crate) struct Asked<T> {
    answer: oneshot::Receiver<Result<T, Problem>>,
    taken: Taken,
    writes: bool,
}

impl<T> Asked<T> {
    /// The answer of a closure that a request waits for: after a while it is given up. What was not begun by then never is;
    /// of a write that was, nobody knows.
    pub(crate) async fn soon(self) -> Result<T, Problem> {
        let Ok(answer) = tokio::time::timeout(PATIENCE, self.answer).await else {
            let begun = self.taken.swap(true, Ordering::SeqCst);
            let silence = "the database says nothing";
            return Err(if begun && self.writes { Problem::in_doubt(silence) } else { Problem::away(silence) });
        };
        answer.unwrap_or_else(|_| Err(gone()))
    }

    /// The answer, however long it takes: for jobs, commands and tests.
    pub(crate) fn now(self) -> Result<T, Problem> {
        self.answer.blocking_recv().unwrap_or_else(|_| Err(gone()))
    }
}

pub(crate) fn gone() -> Problem {
    Problem::fault("the database threads have ended")
}

/// What a closure is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Read,
    Write,
    /// A write that is answered as if it were kept, and undone.
    Rehearsal,
}

/// Wraps a closure; the other end gets its answer.
pub(crate) fn task<T, F>(closure: F, purpose: Purpose) -> (Box<dyn Work>, Asked<T>)
where
    T: Send + 'static,
    F: FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let taken = Taken::default();
    let asked = Asked { answer, taken: Arc::clone(&taken), writes: purpose != Purpose::Read };
    let rehearsed = purpose == Purpose::Rehearsal;
    let span = trace_span!(target: TRACES, "transaction", otel.kind = "client");
    let task = Task { closure, taken, begun: false, kept: None, afterwards: Vec::new(), rehearsed, reply, span };
    (Box::new(task), asked)
}

impl<T, F> Work for Task<T, F>
where
    T: Send,
    F: FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send,
{
    fn run(&mut self, txn: &mut Txn<'_>) -> Ran {
        if !self.begun && self.taken.swap(true, Ordering::SeqCst) {
            self.kept = Some(Err(Problem::away("given up before it was begun")));
            return Ran::Badly;
        }
        self.begun = true;
        let _traced = trace_span!(target: TRACES, parent: &self.span, "at work").entered();
        let answer = catch_unwind(AssertUnwindSafe(|| (self.closure)(txn)))
            .unwrap_or_else(|panic| Err(Problem::fault(panic_text(panic.as_ref()))));
        let (answer, trouble) = txn.verdict(answer);
        self.afterwards = txn.take_afterwards();
        if let Some(trouble @ (Trouble::Again | Trouble::Lost)) = trouble {
            self.kept = None;
            return Ran::RunAgain(trouble);
        }
        let ran = if answer.is_ok() && !self.rehearsed { Ran::Well } else { Ran::Badly };
        self.kept = Some(answer);
        ran
    }

    fn answer(self: Box<Self>, commit: Result<(), Problem>) {
        let answer = match (self.kept, commit) {
            (Some(Ok(_)) | None, Err(problem)) => Err(problem),
            (Some(answer), _) => answer,
            // Another was in the way, and the connection knows no second try.
            (None, Ok(())) => Err(Problem::busy()),
        };
        if answer.is_ok() && !self.rehearsed {
            for act in self.afterwards {
                // It is the only thread of its connection that would end with it.
                if let Err(panic) = catch_unwind(AssertUnwindSafe(act)) {
                    tracing::error!(panic = panic_text(panic.as_ref()), "what was to be done after a commit");
                }
            }
        }
        // The caller may be gone (a closed browser); what was committed stays committed.
        let _ = self.reply.send(answer);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without words");
    format!("panic: {text}")
}
