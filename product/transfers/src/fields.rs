//! Fields of forms, read at the door: blanks folded, lengths kept, and all that is wrong said at once.

use ejia_kernel::Problem;

/// Text as it is kept: blanks folded, ends trimmed.
pub(crate) fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What is wrong with the fields of a form, gathered so that all is said at once.
pub(crate) struct Faults(Problem);

impl Faults {
    pub(crate) fn none() -> Self {
        Self(Problem::refused("kernel.check_fields"))
    }

    /// Marks a field.
    pub(crate) fn mark(&mut self, field: &str, code: &'static str) {
        let problem = std::mem::replace(&mut self.0, Problem::refused("kernel.check_fields"));
        self.0 = problem.on(field, code);
    }

    /// The text of a field that must be filled, at most so long.
    pub(crate) fn needed(&mut self, field: &str, text: &str, most: usize, missing: &'static str) -> String {
        let text = self.optional(field, text, most);
        if text.is_empty() {
            self.mark(field, missing);
        }
        text
    }

    /// The text of a field that may stay empty.
    pub(crate) fn optional(&mut self, field: &str, text: &str, most: usize) -> String {
        let text = folded(text);
        if text.chars().count() > most {
            self.mark(field, "transfers.too_long");
        }
        text
    }

    /// What was read of a field, or its mark.
    pub(crate) fn read<T>(&mut self, field: &str, read: Result<T, &'static str>) -> Option<T> {
        read.map_err(|code| self.mark(field, code)).ok()
    }

    /// The marks of another refusal.
    pub(crate) fn add_all(&mut self, problem: Problem) {
        self.0.fields.extend(problem.fields);
    }

    /// The refusal that names every field marked so far.
    pub(crate) fn problem(self) -> Problem {
        self.0
    }

    /// All is well, or the refusal that names every field.
    pub(crate) fn settled(self) -> Result<(), Problem> {
        if self.0.fields.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
