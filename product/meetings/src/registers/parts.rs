//! A register that is too much for one paper, cut into parts.

use ejia_documents::{MOST_REGISTER_BYTES, MOST_REGISTER_PHOTOS};

/// No part has more meetings: their minutes are set at once.
const MOST_MEETINGS: usize = 200;

/// How many of the meetings, in their order, make each part; each meeting by its photos and their bytes. A meeting is
/// never torn apart.
pub(super) fn parts(weights: impl IntoIterator<Item = (i64, i64)>) -> Vec<usize> {
    let most = |limit: usize| i64::try_from(limit).unwrap_or(i64::MAX);
    let (most_photos, most_bytes) = (most(MOST_REGISTER_PHOTOS), most(MOST_REGISTER_BYTES));
    let mut parts = Vec::new();
    let (mut meetings, mut photos, mut bytes) = (0, 0_i64, 0_i64);
    for (more_photos, more_bytes) in weights {
        let full = meetings == MOST_MEETINGS
            || photos.saturating_add(more_photos) > most_photos
            || bytes.saturating_add(more_bytes) > most_bytes;
        if full && meetings > 0 {
            parts.push(meetings);
            (meetings, photos, bytes) = (0, 0, 0);
        }
        meetings += 1;
        photos = photos.saturating_add(more_photos);
        bytes = bytes.saturating_add(more_bytes);
    }
    if meetings > 0 {
        parts.push(meetings);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_for_one_paper_goes_on_to_the_next() {
        assert_eq!(parts([]), [0_usize; 0]);
        assert_eq!(parts([(0, 0); 200]), [200]);
        assert_eq!(parts([(0, 0); 401]), [200, 200, 1]);
        // Thirty photos each: thirteen meetings make 390.
        assert_eq!(parts([(30, 1); 14]), [13, 1]);
        // Thirty photos of four megabytes each.
        assert_eq!(parts([(30, 120 << 20), (10, 40 << 20), (1, 1)]), [2, 1]);
        assert_eq!(parts([(0, 0), (30, 200 << 20)]), [1, 1], "what is too much by itself stands alone");
    }
}
