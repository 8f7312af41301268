//! Photos people send: what becomes of one, and why one is not taken.

use std::sync::Arc;

use ejia_kernel::Problem;

/// A photo as it is kept: an upright JPEG that holds nothing but the picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Photo {
    /// The JPEG.
    pub bytes: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

impl std::fmt::Debug for Photo {
    /// Without the picture: it may be somebody's ID card.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "Photo({}×{}, {} bytes)", self.width, self.height, self.bytes.len())
    }
}

/// Why a photo is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PhotoFault {
    /// The file has no bytes.
    Empty,
    /// The file has more bytes than are read.
    TooLarge {
        /// The most that is read, in MiB.
        most_mb: u64,
    },
    /// The picture has more pixels than are read.
    TooManyPixels {
        /// The most that are read.
        most: u64,
    },
    /// The content is no photo that is read here, whatever the name says.
    NotUnderstood,
    /// A picture that moves.
    Moving,
    /// A photo of the HEIF family that cannot be read; the words are for the log.
    Heic(String),
    /// A photo that was cut short or does not hold together; the words are for the log.
    Broken(String),
}

/// Makes of what somebody sent a photo as it is kept. Called outside any transaction, by [`ejia_web::aside`]: it takes
/// up to a second.
pub type FitPhoto = Arc<dyn Fn(&[u8]) -> Result<Photo, PhotoFault> + Send + Sync>;

impl PhotoFault {
    /// The code of its sentence.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "documents.photo_empty",
            Self::TooLarge { .. } => "documents.photo_too_large",
            Self::TooManyPixels { .. } => "documents.photo_too_many_pixels",
            Self::NotUnderstood => "documents.photo_not_understood",
            Self::Moving => "documents.photo_moving",
            Self::Heic(_) => "documents.photo_heic",
            Self::Broken(_) => "documents.photo_broken",
        }
    }
}

impl From<PhotoFault> for Problem {
    fn from(fault: PhotoFault) -> Self {
        let mut problem = Self::refused(fault.code());
        match fault {
            PhotoFault::TooLarge { most_mb } => problem = problem.with("most", most_mb),
            // People count pixels in 万, as their phones do.
            PhotoFault::TooManyPixels { most } => problem = problem.with("most", most / 10_000),
            PhotoFault::Heic(detail) | PhotoFault::Broken(detail) => problem.detail = Some(detail),
            PhotoFault::Empty | PhotoFault::NotUnderstood | PhotoFault::Moving => {}
        }
        problem
    }
}

impl std::fmt::Display for PhotoFault {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Heic(detail) | Self::Broken(detail) => write!(to, "{}: {detail}", self.code()),
            _ => to.write_str(self.code()),
        }
    }
}

impl std::error::Error for PhotoFault {}
