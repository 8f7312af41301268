//! Photos from phones: recognised by what they hold, turned upright, made smaller, and written anew as plain JPEG.
//!
//! A photo tells more than it shows: where it was taken, when, with whose phone. What is kept is therefore always a JPEG of
//! our own writing, which holds the pixels and nothing else.
//!
//! And a photo is a program for its decoder, written by a stranger. So nothing is decoded before its header has said how
//! large it is and the work it asks for has been counted; all decoders are safe Rust; one that panics has met a broken file;
//! and photos wait for one another, so that all under way together hold no more than so many pixels ([`room`]).

mod heic;
mod jpeg;
mod kind;
mod limits;
mod raster;
mod room;
mod webp;

use std::panic::{AssertUnwindSafe, catch_unwind};

use ejia_documents::{Photo, PhotoFault};
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::{DynamicImage, RgbImage};

use kind::Kind;
pub use limits::Limits;
use room::ROOM;

/// Makes of what somebody sent a photo as it is kept.
///
/// # Errors
/// [`PhotoFault`], each of which says what to do.
pub fn fit(bytes: &[u8], limits: &Limits) -> Result<Photo, PhotoFault> {
    if bytes.is_empty() {
        return Err(PhotoFault::Empty);
    }
    if bytes.len() as u64 > limits.bytes {
        return Err(PhotoFault::TooLarge { most_mb: limits.bytes >> 20 });
    }
    let kind = Kind::of(bytes).ok_or(PhotoFault::NotUnderstood)?;
    // Nothing outside is touched, so nothing is half-changed after a panic.
    catch_unwind(AssertUnwindSafe(|| fitted(kind, bytes, limits)))
        .unwrap_or_else(|_| Err(PhotoFault::Broken(format!("{kind:?}: the decoder panicked"))))
}

fn fitted(kind: Kind, bytes: &[u8], limits: &Limits) -> Result<Photo, PhotoFault> {
    let pixels = match kind {
        Kind::Heic => heic::pixels(bytes, limits)?,
        _ => raster::pixels(kind, bytes)?,
    };
    if pixels > limits.pixels {
        return Err(PhotoFault::TooManyPixels { most: limits.pixels });
    }
    let _place = ROOM.take(pixels);
    let image = match kind {
        Kind::Heic => heic::decode(bytes, limits)?,
        _ => raster::decode(kind, bytes, limits)?,
    };
    write(&smaller(on_white(image), limits.side), limits)
}

/// The picture without transparency: what shines through is white, as paper is.
fn on_white(image: DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.into_rgb8();
    }
    let image = image.into_rgba8();
    let (width, height) = image.dimensions();
    let mut paper = RgbImage::new(width, height);
    for (to, from) in paper.pixels_mut().zip(image.pixels()) {
        let [red, green, blue, alpha] = from.0;
        to.0 = [red, green, blue].map(|colour| over_white(colour, alpha));
    }
    paper
}

fn over_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

/// The picture with a long side of at most `side`.
fn smaller(image: RgbImage, side: u32) -> RgbImage {
    let (width, height) = image.dimensions();
    let long = width.max(height);
    if long <= side {
        return image;
    }
    let scaled = |length: u32| u32::try_from(u64::from(length) * u64::from(side) / u64::from(long)).unwrap_or(1).max(1);
    let (image, width, height) = (DynamicImage::ImageRgb8(image), scaled(width), scaled(height));
    // From twice the size on, the mean of the pixels is as good as a filter, in a fraction of the time.
    let smaller = match long / side {
        0 | 1 => image.resize_exact(width, height, FilterType::CatmullRom),
        _ => image.thumbnail_exact(width, height),
    };
    smaller.into_rgb8()
}

fn write(image: &RgbImage, limits: &Limits) -> Result<Photo, PhotoFault> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, limits.quality);
    image.write_with_encoder(encoder).map_err(|error| PhotoFault::Broken(error.to_string()))?;
    let (width, height) = image.dimensions();
    Ok(Photo { bytes, width, height })
}

#[cfg(test)]
mod tests;
