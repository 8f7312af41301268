//! Chance that comes out the same every time (SplitMix64).

/// A row of numbers that look drawn and depend only on where they begin.
pub(super) struct Chance(u64);

impl Chance {
    /// The row of one subject, such as member 17.
    pub(super) fn of(subject: &str, number: u32) -> Self {
        let seed = subject
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut chance = Self(seed ^ u64::from(number).wrapping_mul(0xd6e8_feb8_6659_fd93));
        chance.draw();
        chance
    }

    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let high = self.draw() >> 32;
        u32::try_from((high * u64::from(end)) >> 32).unwrap_or_default()
    }

    /// A number from `first` to `last`, both included.
    pub(super) fn between(&mut self, first: u32, last: u32) -> u32 {
        first + self.below(last.saturating_sub(first) + 1)
    }

    /// True in so many cases out of a hundred.
    pub(super) fn percent(&mut self, cases: u32) -> bool {
        self.below(100) < cases
    }

    /// One of several words; the empty word when there is none.
    pub(super) fn pick(&mut self, words: &[&'static str]) -> &'static str {
        let place = self.below(u32::try_from(words.len()).unwrap_or_default());
        at(words, place)
    }
}

/// The word at a place, counted round and round.
pub(super) fn at(words: &[&'static str], place: u32) -> &'static str {
    let length = u32::try_from(words.len()).unwrap_or(1).max(1);
    usize::try_from(place % length).ok().and_then(|place| words.get(place)).copied().unwrap_or_default()
}
