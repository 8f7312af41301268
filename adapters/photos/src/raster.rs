//! JPEG, PNG and WebP: read by `image`.

use std::io::Cursor;

use ejia_documents::PhotoFault;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder, ImageError};

use crate::jpeg;
use crate::kind::Kind;
use crate::limits::Limits;
use crate::webp;

type Decoder<'a> = Box<dyn ImageDecoder + 'a>;

/// Bytes of one pixel, and as many again for its decoder to work with: deeper pictures may be that much smaller.
const PER_PIXEL: u64 = 4;

/// How many pixels the picture has, from its header.
pub(crate) fn pixels(kind: Kind, bytes: &[u8]) -> Result<u64, PhotoFault> {
    let (width, height) = decoder(kind, bytes)?.dimensions();
    let said = u64::from(width) * u64::from(height);
    Ok(if kind == Kind::WebP { said.max(webp::frame_pixels(bytes)) } else { said })
}

/// The picture, upright.
pub(crate) fn decode(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<DynamicImage, PhotoFault> {
    if kind == Kind::Jpeg && !jpeg::is_whole(bytes) {
        return Err(PhotoFault::Broken("Jpeg: cut short".to_owned()));
    }
    let mut decoder = decoder(kind, bytes)?;
    let bytes = limits.pixels * PER_PIXEL;
    if decoder.total_bytes() > bytes {
        return Err(PhotoFault::TooManyPixels { most: limits.pixels });
    }
    let mut most = image::Limits::no_limits();
    most.max_alloc = Some(bytes);
    decoder.set_limits(most).map_err(|error| fault(&error, limits))?;
    // A tag that cannot be read turns nothing.
    let turned = decoder.orientation().ok();
    let mut image = DynamicImage::from_decoder(decoder).map_err(|error| fault(&error, limits))?;
    if let Some(turned) = turned {
        image.apply_orientation(turned);
    }
    Ok(image)
}

/// The decoder of a still picture, its header read.
fn decoder(kind: Kind, bytes: &[u8]) -> Result<Decoder<'_>, PhotoFault> {
    let from = Cursor::new(bytes);
    Ok(match kind {
        Kind::Jpeg => Box::new(JpegDecoder::new(from).map_err(broken)?),
        Kind::Png => {
            let decoder = PngDecoder::new(from).map_err(broken)?;
            if decoder.is_apng().map_err(broken)? {
                return Err(PhotoFault::Moving);
            }
            Box::new(decoder)
        }
        Kind::WebP => {
            let decoder = WebPDecoder::new(from).map_err(broken)?;
            if decoder.has_animation() {
                return Err(PhotoFault::Moving);
            }
            Box::new(decoder)
        }
        Kind::Heic => return Err(PhotoFault::NotUnderstood),
    })
}

fn fault(error: &ImageError, limits: &Limits) -> PhotoFault {
    match error {
        ImageError::Limits(_) => PhotoFault::TooManyPixels { most: limits.pixels },
        _ => PhotoFault::Broken(error.to_string()),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn broken(error: ImageError) -> PhotoFault {
    PhotoFault::Broken(error.to_string())
}
