//! What a process has used: time, processor, memory. Read from `/proc`.

use std::fs;
use std::time::{Duration, Instant};

/// Clock ticks a second in `/proc/…/stat`; 100 on every Linux that this runs on.
const TICKS: u64 = 100;

/// Processor time that these processes have used so far, all their threads together.
pub(super) fn processor_time(processes: &[u32]) -> Duration {
    let ticks: u64 = processes.iter().filter_map(|pid| ticks(*pid)).sum();
    Duration::from_millis(ticks * 1_000 / TICKS)
}

fn ticks(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold blanks; user and system time are the 12th and 13th field behind it.
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

/// Memory in megabytes: `"VmRSS"` what is resident now, `"VmHWM"` the most that ever was.
pub(super) fn memory(pid: u32, what: &str) -> Option<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)?.strip_prefix(':'))?;
    let kilobytes: u32 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(f64::from(kilobytes) / 1024.0)
}

/// Times of many runs of one thing.
#[derive(Default)]
pub(super) struct Times(Vec<Duration>);

impl Times {
    /// Runs it once and keeps the time.
    pub(super) fn run<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let started = Instant::now();
        let answer = work();
        self.0.push(started.elapsed());
        answer
    }

    /// The time that this share of the runs stayed under, in milliseconds.
    pub(super) fn percentile(&mut self, percent: usize) -> f64 {
        self.0.sort_unstable();
        let at = (self.0.len() * percent).div_ceil(100).saturating_sub(1);
        self.0.get(at).map_or(0.0, |time| milliseconds(*time))
    }
}

/// A duration in milliseconds.
pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
