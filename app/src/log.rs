//! The log: where it goes, how it is written, and its last door, which ID-card numbers and phones do not pass, whoever let them
//! slip into a line. That none come as far as this is what the acceptance tests see to.

use std::io::{self, IsTerminal, Write};

use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry};

use crate::settings::LogFormat;
use crate::traces::Traces;

/// Begins the log of this process, on its standard error output, at the level that `RUST_LOG` says (`info` without it); with
/// traces, what is traced goes there too.
pub fn begin(format: LogFormat, traces: Option<&Traces>) {
    let level = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    Registry::default().with(traces.map(Traces::layer)).with(lines(format).with_filter(level)).init();
}

/// Colours are for a terminal: in a file or a journal they are dirt.
fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(|| Masked(io::stderr()));
    let lines = if io::stderr().is_terminal() { lines } else { lines.with_ansi(false) };
    match format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    }
}

/// Writes lines on without numbers of people. A line must come whole, as the log's formatter writes it.
#[derive(Debug)]
pub struct Masked<W>(pub W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.write_all(&masked(line))?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The line with a mark in place of everything that looks like an ID-card number or a phone.
fn masked(line: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(line.len());
    let mut rest = line;
    while let Some((first, behind)) = rest.split_first() {
        let run = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, after) = rest.split_at(run);
        if run == 0 {
            out.push(*first);
            rest = behind;
        } else if let Some(after) = number_of_a_person(digits, after) {
            out.extend_from_slice(b"<number>");
            rest = after;
        } else {
            out.extend_from_slice(digits);
            rest = after;
        }
    }
    out
}

/// What follows the number, if these digits are one: 18 characters of an ID card, of which the last may be an X, or the 11
/// of a mobile phone, perhaps with 86 before them.
fn number_of_a_person<'a>(digits: &[u8], after: &'a [u8]) -> Option<&'a [u8]> {
    let phone = digits.strip_prefix(b"86").filter(|rest| rest.len() == 11).unwrap_or(digits);
    match (digits.len(), phone) {
        (18, _) => Some(after),
        (17, _) => after.strip_prefix(b"X").or_else(|| after.strip_prefix(b"x")),
        (_, [b'1', b'3'..=b'9', rest @ ..]) if rest.len() == 9 => Some(after),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(line: &str) -> String {
        let mut out = Masked(Vec::new());
        out.write_all(line.as_bytes()).unwrap();
        String::from_utf8(out.0).unwrap()
    }

    #[test]
    fn numbers_of_people_do_not_pass() {
        for (line, passes) in [
            ("id=350203198405060017 end", "id=<number> end"),
            ("id=11010519491231002X", "id=<number>"),
            ("id=11010519491231002x,", "id=<number>,"),
            ("phone 13800138003", "phone <number>"),
            ("+8613800138003。", "+<number>。"),
            ("13800138003 350203198405060017", "<number> <number>"),
        ] {
            assert_eq!(written(line), passes);
        }
    }

    #[test]
    fn other_numbers_pass_as_they_are() {
        for line in [
            "2026-11-28T09:52:04.123456Z  INFO ejia: 12 rows in 345 ms",
            "organization 350200000011 order 20260320123456789012345",
            "at 1774000000000, number 7K3M9QXR, 10800138003, 138001380031",
            "",
        ] {
            assert_eq!(written(line), line);
        }
    }
}
