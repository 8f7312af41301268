//! Whether a JPEG is all there and is one picture: its decoder fills what is missing with grey and says nothing.

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// Whether the markers run on to the end of the picture, and say its size once. What phones append behind it (a short
/// film, a map of depths) is not looked at.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(2..).unwrap_or_default();
    let mut frames = 0;
    loop {
        let Some((marker, behind)) = next_marker(rest) else { return false };
        rest = match marker {
            END => return frames == 1,
            // A picture within a scan goes on after a restart; markers of their own have no length.
            0x01 | 0xd0..=0xd8 => behind,
            _ => match behind {
                [high, low, ..] => {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    behind.get(length..).unwrap_or_default()
                }
                _ => return false,
            },
        };
        if is_frame(marker) {
            frames += 1;
        }
        if marker == SCAN {
            rest = after_scan(rest);
        }
    }
}

/// Whether the size of the picture follows; three markers of this row say something else.
fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

/// The next marker and what lies behind it; stuffing and fill bytes are no markers.
fn next_marker(bytes: &[u8]) -> Option<(u8, &[u8])> {
    let mut rest = bytes;
    loop {
        let at = rest.iter().position(|byte| *byte == 0xff)?;
        rest = rest.get(at + 1..)?;
        match rest {
            [0xff, ..] => {}
            [0x00, behind @ ..] => rest = behind,
            [marker, behind @ ..] => return Some((*marker, behind)),
            [] => return None,
        }
    }
}

/// What follows the coded picture: from the first marker that is no restart.
fn after_scan(bytes: &[u8]) -> &[u8] {
    let ends = |pair: &[u8]| matches!(pair, [0xff, marker] if !matches!(marker, 0x00 | 0xd0..=0xd7 | 0xff));
    let at = bytes.windows(2).position(ends);
    at.and_then(|at| bytes.get(at..)).unwrap_or_default()
}
