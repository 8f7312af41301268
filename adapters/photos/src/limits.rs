//! The limits every photo is held to.

/// What is read, and what is made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most bytes of a file.
    pub bytes: u64,
    /// The most pixels of a picture. No more than [`crate::room`] has.
    pub pixels: u64,
    /// The long side of what is kept.
    pub side: u32,
    /// The quality of the JPEG that is kept, of 100.
    pub quality: u8,
}

impl Default for Limits {
    /// Phones take 12 to 50 million pixels; 2000 on the long side print an A4 page that can be read.
    fn default() -> Self {
        Self { bytes: 30 << 20, pixels: 60_000_000, side: 2000, quality: 82 }
    }
}
