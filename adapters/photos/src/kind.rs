//! What a file is, by its first bytes.

/// The kinds of photos that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Jpeg,
    Png,
    WebP,
    Heic,
}

/// The brands of still pictures of the HEIF family (ISO/IEC 23008-12); AVIF is a relative that phones do not take.
const HEIF: [&[u8; 4]; 9] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1"];

impl Kind {
    /// The kind of a file, whatever it is called.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] if HEIF.contains(&&[*a, *b, *c, *d]) => {
                Some(Self::Heic)
            }
            _ => None,
        }
    }
}
