//! Fields of forms, read at the door: blanks folded, lengths kept, and all that is wrong said at once.

use crate::Problem;

/// Text as it is kept: blanks folded, ends trimmed.
pub fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Text of several lines as it is kept: ends of lines trimmed, no empty lines at either end.
fn lines(text: &str) -> String {
    text.trim().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// What is wrong with the fields of a form, gathered so that all is said at once.
#[derive(Debug)]
pub struct Faults(Problem);

impl Faults {
    /// Nothing is wrong so far.
    pub fn none() -> Self {
        Self(Problem::refused("kernel.check_fields"))
    }

    /// Marks a field.
    pub fn mark(&mut self, field: &str, code: &'static str) {
        let problem = std::mem::replace(&mut self.0, Problem::refused("kernel.check_fields"));
        self.0 = problem.on(field, code);
    }

    /// The text of a field that must be filled, at most so long.
    pub fn needed(&mut self, field: &str, text: &str, most: usize, missing: &'static str) -> String {
        let text = self.optional(field, text, most);
        if text.is_empty() {
            self.mark(field, missing);
        }
        text
    }

    /// The text of a field that may stay empty.
    pub fn optional(&mut self, field: &str, text: &str, most: usize) -> String {
        let text = folded(text);
        if text.chars().count() > most {
            self.mark(field, "kernel.too_long");
        }
        text
    }

    /// The text of a field of several lines that may stay empty.
    pub fn lines(&mut self, field: &str, text: &str, most: usize) -> String {
        let text = lines(text);
        if text.chars().count() > most {
            self.mark(field, "kernel.too_long");
        }
        text
    }

    /// What was read of a field, or its mark.
    pub fn read<T>(&mut self, field: &str, read: Result<T, &'static str>) -> Option<T> {
        read.map_err(|code| self.mark(field, code)).ok()
    }

    /// The marks of another refusal.
    pub fn add_all(&mut self, problem: Problem) {
        self.0.fields.extend(problem.fields);
    }

    /// The refusal that names every field marked so far.
    #[must_use]
    pub fn problem(self) -> Problem {
        self.0
    }

    /// All is well, or the refusal that names every field.
    ///
    /// # Errors
    /// `kernel.check_fields` with every mark.
    pub fn settled(self) -> Result<(), Problem> {
        if self.0.fields.is_empty() { Ok(()) } else { Err(self.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_wrong_is_said_at_once() {
        let mut faults = Faults::none();
        assert_eq!(faults.needed("name", "  陈  建国 ", 5, "missing"), "陈 建国");
        assert_eq!(faults.lines("minutes", " \n一  \n\n 二\n", 9), "一\n\n 二");
        faults.needed("reason", " ", 5, "missing");
        faults.optional("remark", "太长的话", 3);
        let problem = faults.settled().unwrap_err();
        let marked: Vec<_> = problem.fields.iter().map(|field| (field.field.as_str(), field.code)).collect();
        assert_eq!(marked, [("reason", "missing"), ("remark", "kernel.too_long")]);
        assert!(Faults::none().settled().is_ok());
    }
}
