//! A closure on its way to a database thread and back.

use std::panic::{AssertUnwindSafe, catch_unwind};

use ejia_kernel::{Problem, TRACES};
use tokio::sync::oneshot;
use tracing::{Span, trace_span};

use crate::Txn;
use crate::txn::{Afterwards, Trouble};

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
    /// None as long as it was not run to an end of its own.
    kept: Option<Result<T, Problem>>,
    afterwards: Vec<Afterwards>,
    /// Nothing of it is kept, and nothing happens afterwards; the answer is as if it were.
    rehearsed: bool,
    reply: oneshot::Sender<Result<T, Problem>>,
    /// From here to the answer, what it waits for included.
    span: Span,
}

/// Wraps a closure; the receiver gets its answer.
pub(crate) fn task<T, F>(closure: F, rehearsed: bool) -> (Box<dyn Work>, oneshot::Receiver<Result<T, Problem>>)
where
    T: Send + 'static,
    F: FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send + 'static,
{
    let (reply, answer) = oneshot::channel();
    let span = trace_span!(target: TRACES, "transaction", otel.kind = "client");
    (Box::new(Task { closure, kept: None, afterwards: Vec::new(), rehearsed, reply, span }), answer)
}

impl<T, F> Work for Task<T, F>
where
    T: Send,
    F: FnMut(&mut Txn<'_>) -> Result<T, Problem> + Send,
{
    fn run(&mut self, txn: &mut Txn<'_>) -> Ran {
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
