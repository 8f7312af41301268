//! How large the coded frame of a WebP is: the canvas around it may say less, and its decoder believes the frame.

/// The pixels of the largest lossy frame; 0 when there is none (a lossless one is held to the canvas).
pub(crate) fn frame_pixels(bytes: &[u8]) -> u64 {
    let mut rest = bytes.get(12..).unwrap_or_default();
    let mut most = 0;
    while let Some((head, content)) = rest.split_first_chunk::<8>() {
        let [kind @ .., a, b, c, d] = head;
        if kind == b"VP8 " {
            most = most.max(pixels(content));
        }
        let length = usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).unwrap_or(usize::MAX);
        // A chunk of odd length is followed by a byte that is nobody's.
        rest = content.get(length.saturating_add(length & 1)..).unwrap_or_default();
    }
    most
}

/// A key frame says its size in 14 bits each, behind three bytes of its own and three that are always the same (RFC 6386).
fn pixels(frame: &[u8]) -> u64 {
    match frame {
        [_, _, _, 0x9d, 0x01, 0x2a, a, b, c, d, ..] => {
            let length = |low: &u8, high: &u8| u64::from(u16::from_le_bytes([*low, *high]) & 0x3fff);
            length(a, b) * length(c, d)
        }
        _ => 0,
    }
}
