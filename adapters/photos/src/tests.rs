//! Photos made here as phones make them, and as nobody should: what comes out, and what is refused.

mod heic;
mod odd;

use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::metadata::Orientation;
use image::{ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage, load_from_memory};

use super::*;

const RED: [u8; 3] = [200, 30, 30];
const GREEN: [u8; 3] = [30, 160, 30];
const BLUE: [u8; 3] = [30, 30, 200];
const WHITE: [u8; 3] = [240, 240, 240];

/// Four fields: red and green above, blue and white below.
fn flag(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// An EXIF block as a phone writes it: how the phone was held, its maker, and where it was.
fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"MM\0\x2a\0\0\0\x08".to_vec();
    block.extend_from_slice(&[0, 3]);
    block.extend_from_slice(&[0x01, 0x0f, 0, 2, 0, 0, 0, 6, 0, 0, 0, 50]);
    block.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    block.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 56]);
    block.extend_from_slice(&[0; 4]);
    block.extend_from_slice(b"Apple\0");
    // The place: one entry, the latitude's half of the globe.
    block.extend_from_slice(&[0, 1, 0, 1, 0, 2, 0, 0, 0, 2, b'N', 0, 0, 0, 0, 0, 0, 0]);
    block.extend_from_slice(b"24.479836,118.089425");
    block
}

fn jpeg(image: &RgbImage, orientation: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    encoder.set_exif_metadata(exif(orientation)).unwrap();
    encoder.set_icc_profile(b"a profile of colours".to_vec()).unwrap();
    image.write_with_encoder(encoder).unwrap();
    bytes
}

fn png(image: &RgbaImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
    bytes
}

fn fitted(bytes: &[u8]) -> Photo {
    fit(bytes, &Limits::default()).unwrap()
}

fn refused(bytes: &[u8]) -> &'static str {
    fit(bytes, &Limits::default()).unwrap_err().code()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The colours in the corners of a photo, row by row, once it is sure that it is what it says.
#[track_caller]
fn corners(photo: &Photo) -> [[u8; 3]; 4] {
    assert_eq!(image::guess_format(&photo.bytes).unwrap(), ImageFormat::Jpeg);
    let image = load_from_memory(&photo.bytes).unwrap().into_rgb8();
    assert_eq!(image.dimensions(), (photo.width, photo.height));
    let (right, below) = (photo.width - 2, photo.height - 2);
    [(1, 1), (right, 1), (1, below), (right, below)].map(|(x, y)| image.get_pixel(x, y).0)
}

#[track_caller]
fn alike(found: [[u8; 3]; 4], wanted: [[u8; 3]; 4]) {
    let near = |(one, other): (&u8, &u8)| one.abs_diff(*other) < 12;
    let all = found.as_flattened().iter().zip(wanted.as_flattened()).all(near);
    assert!(all, "{found:?} is not {wanted:?}");
}

#[test]
fn a_photo_is_turned_as_its_phone_was_held() {
    for (orientation, wanted) in [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ] {
        let photo = fitted(&jpeg(&flag(96, 64), orientation));
        let lying = if orientation < 5 { (96, 64) } else { (64, 96) };
        assert_eq!((photo.width, photo.height), lying, "{orientation}");
        alike(corners(&photo), wanted);
    }
    // A tag of nonsense turns nothing.
    alike(corners(&fitted(&jpeg(&flag(96, 64), 77))), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn where_and_with_what_a_photo_was_taken_is_not_kept() {
    let sent = jpeg(&flag(96, 64), 6);
    for told in [&b"Exif"[..], b"Apple", b"24.479836", b"ICC_PROFILE"] {
        assert!(holds(&sent, told), "the test's own photo tells it");
        assert!(!holds(&fitted(&sent).bytes, told), "{}", String::from_utf8_lossy(told));
    }
    // Behind the start there is nothing but JFIF, tables, sizes and the picture: no APP1 to APP15, no comment.
    let kept = fitted(&sent).bytes;
    let mut rest = &kept[2..];
    loop {
        let (marker, length) = (rest[1], usize::from(u16::from_be_bytes([rest[2], rest[3]])));
        assert!(!matches!(marker, 0xe1..=0xef | 0xfe), "{marker:x}");
        if marker == 0xda {
            break;
        }
        rest = &rest[2 + length..];
    }
}

#[test]
fn a_large_photo_is_made_smaller_and_a_small_one_is_not_made_larger() {
    for (sent, kept) in [
        ((300, 150), (200, 100)),
        ((150, 300), (100, 200)),
        ((800, 600), (200, 150)),
        ((200, 199), (200, 199)),
        ((201, 2), (200, 1)),
        ((60, 40), (60, 40)),
        ((1, 1), (1, 1)),
        ((1, 401), (1, 200)),
    ] {
        let photo = fit(&jpeg(&flag(sent.0, sent.1), 1), &Limits { side: 200, ..Limits::default() }).unwrap();
        assert_eq!((photo.width, photo.height), kept);
        if kept.0.min(kept.1) > 10 {
            alike(corners(&photo), [RED, GREEN, BLUE, WHITE]);
        }
    }
    let photo = fitted(&jpeg(&flag(2400, 1200), 8));
    assert_eq!((photo.width, photo.height), (1000, 2000));
    alike(corners(&photo), [GREEN, WHITE, RED, BLUE]);
}

#[test]
fn what_shines_through_becomes_white() {
    let image = RgbaImage::from_fn(40, 40, |x, y| match (x < 20, y < 20) {
        (true, true) => Rgba([200, 30, 30, 255]),
        (false, true) => Rgba([0, 0, 0, 0]),
        (true, false) => Rgba([0, 0, 0, 128]),
        (false, false) => Rgba([30, 30, 200, 255]),
    });
    alike(corners(&fitted(&png(&image))), [RED, [255; 3], [127; 3], BLUE]);
}

#[test]
fn pictures_of_every_depth_are_read() {
    let picture = DynamicImage::ImageRgb8(flag(40, 40));
    for image in [
        DynamicImage::ImageLuma8(picture.to_luma8()),
        DynamicImage::ImageLumaA8(picture.to_luma_alpha8()),
        DynamicImage::ImageLuma16(picture.to_luma16()),
        DynamicImage::ImageRgb16(picture.to_rgb16()),
        DynamicImage::ImageRgba16(picture.to_rgba16()),
    ] {
        let mut bytes = Vec::new();
        image.write_with_encoder(PngEncoder::new(&mut bytes)).unwrap();
        let [above, .., below] = corners(&fitted(&bytes));
        assert!(above < below, "{:?}", image.color());
    }
    let mut grey = Vec::new();
    picture.to_luma8().write_with_encoder(JpegEncoder::new(&mut grey)).unwrap();
    assert_eq!(fitted(&grey).width, 40);
}

#[test]
fn webp_is_read_and_turned() {
    let mut bytes = Vec::new();
    let mut encoder = WebPEncoder::new_lossless(&mut bytes);
    encoder.set_exif_metadata(exif(6)).unwrap();
    flag(96, 64).write_with_encoder(encoder).unwrap();
    let photo = fitted(&bytes);
    alike(corners(&photo), [BLUE, RED, WHITE, GREEN]);
    assert!(!holds(&photo.bytes, b"Apple"));
    assert_eq!(Orientation::from_exif_chunk(&exif(6)), Some(Orientation::Rotate90));
}

#[test]
fn the_content_decides_what_a_file_is() {
    // Nobody tells the name; a text and a paper are no photos, whatever they were called.
    for no_photo in [
        "姓名,金额\n王芳,20.00\n".as_bytes(),
        b"%PDF-1.7\n",
        b"<html><img src=x></html>",
        b"GIF89a\x01\0\x01\0\0\0\0",
        b"BM\x3a\0\0\0",
        b"\0\0\0\x1cftypavif\0\0\0\0",
        b"\0\0\0\x1cftypisom\0\0\0\0",
        b"\xff\xd8",
        b"x",
    ] {
        assert_eq!(refused(no_photo), "documents.photo_not_understood");
    }
    assert_eq!(refused(b""), "documents.photo_empty");
}
