//! Photos of every kind that is taken.

use std::io::Cursor;

use ejia_photos::{Limits, fit};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};

/// A picture of an iPhone, which tells its maker and its place.
const PHONE: &[u8] = include_bytes!("../../../../adapters/photos/src/tests/phone.heic");

pub(super) fn fitted(bytes: &[u8]) {
    // A tenth of what the product allows, so that many are tried.
    let limits = Limits { pixels: 6_000_000, side: 200, ..Limits::default() };
    let photo = match fit(bytes, &limits) {
        Ok(photo) => photo,
        Err(fault) => {
            assert!(fault.code().starts_with("documents.photo"), "{}", fault.code());
            return;
        }
    };
    assert!(photo.width.max(photo.height) <= limits.side && photo.bytes.starts_with(b"\xFF\xD8\xFF"));
    let traces: [&[u8]; 4] = [b"Exif\0", b"http://ns.adobe.com", b"Apple", b"ICC_PROFILE"];
    for trace in traces {
        assert!(!photo.bytes.windows(trace.len()).any(|piece| piece == trace), "a photo tells more than it shows");
    }
    let again = fit(&photo.bytes, &limits);
    assert!(again.is_ok_and(|again| (again.width, again.height) == (photo.width, photo.height)));
}

pub(super) fn files() -> Vec<Vec<u8>> {
    let picture = RgbImage::from_fn(24, 16, |x, y| match (x < 12, y < 8) {
        (true, true) => Rgb([200, 30, 30]),
        (false, true) => Rgb([30, 200, 30]),
        _ => Rgb([30, 30, 200]),
    });
    let picture = DynamicImage::ImageRgb8(picture);
    let as_kind = |kind| {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, kind).map(|()| bytes.into_inner()).unwrap_or_default()
    };
    vec![as_kind(ImageFormat::Jpeg), as_kind(ImageFormat::Png), as_kind(ImageFormat::WebP), PHONE.to_vec()]
}
