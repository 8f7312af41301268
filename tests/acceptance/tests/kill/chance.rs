//! Chance that can be repeated: the seed is printed, and set by `EJIA_KILL_SEED`.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A row of numbers that look drawn (SplitMix64).
#[derive(Clone, Debug)]
pub(crate) struct Chance(u64);

impl Chance {
    /// From the environment, or from the machine's clock.
    pub(crate) fn new() -> Self {
        let told = std::env::var("EJIA_KILL_SEED").ok().and_then(|text| text.parse().ok());
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seed = told.unwrap_or_else(|| u64::from(since.subsec_nanos()));
        eprintln!("EJIA_KILL_SEED={seed}");
        Self(seed)
    }

    /// Another row, for another thread.
    pub(crate) fn branch(&mut self) -> Self {
        Self(self.draw())
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.draw() % end).unwrap_or_default()
    }

    /// So many milliseconds at most.
    pub(crate) fn pause(&mut self, most: usize) -> Duration {
        Duration::from_millis(u64::try_from(self.below(most)).unwrap_or_default())
    }

    /// One of them.
    pub(crate) fn one_of<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }
}
