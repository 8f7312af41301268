//! Photos of the HEIF family: one as a phone wrote it, larger ones made here, and ones that ask for too much work.

use heifer::EncodeOptions;
use heifer::heifer_isobmff::HeifFile;
use heifer::heifer_isobmff::writer::{HeifWriter, ImageSpec};

use super::*;

/// The flag of 96 × 64, encoded by libheif and x265, with a turn (`irot`), a maker and a place, as an iPhone held upright
/// writes them.
const PHONE: &[u8] = include_bytes!("phone.heic");

fn heic(image: &RgbImage) -> Vec<u8> {
    let (width, height) = image.dimensions();
    heifer::encode_rgb8(width, height, image.as_raw(), &EncodeOptions::default()).unwrap()
}

/// The file with every `from` replaced; what lies where does not change.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let places: Vec<usize> = (0..bytes.len() - from.len()).filter(|at| bytes[*at..].starts_with(from)).collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

fn ispe(width: u32, height: u32) -> Vec<u8> {
    [b"ispe\0\0\0\0", &width.to_be_bytes()[..], &height.to_be_bytes()].concat()
}

#[test]
fn a_photo_from_a_phone_is_turned_and_tells_nothing() {
    assert!(holds(PHONE, b"Apple") && holds(PHONE, b"irot"));
    let photo = fitted(PHONE);
    assert_eq!((photo.width, photo.height), (64, 96));
    alike(corners(&photo), [BLUE, RED, WHITE, GREEN]);
    assert!(!holds(&photo.bytes, b"Apple") && !holds(&photo.bytes, b"Exif"));
}

#[test]
fn a_photo_in_tiles_is_put_together_and_made_smaller() {
    let sent = heic(&flag(1100, 600));
    assert!(holds(&sent, b"grid"));
    let photo = fit(&sent, &Limits { side: 550, ..Limits::default() }).unwrap();
    assert_eq!((photo.width, photo.height), (550, 300));
    alike(corners(&photo), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn a_photo_with_too_many_pixels_is_refused_by_its_header() {
    let lying = replaced(PHONE, &ispe(96, 64), &ispe(60_000, 60_000));
    assert_eq!(refused(&lying), "documents.photo_too_many_pixels");
}

#[test]
fn a_photo_whose_coded_picture_is_larger_than_it_says_is_refused_undecoded() {
    let small = Limits { pixels: 100_000, ..Limits::default() };
    let whole = heic(&flag(1000, 500));
    assert_eq!(fit(&whole, &small), Err(PhotoFault::TooManyPixels { most: 100_000 }));
    let lying = replaced(&whole, &ispe(1000, 500), &ispe(100, 50));
    assert_eq!(fit(&lying, &small).unwrap_err().code(), "documents.photo_heic");
}

#[test]
fn a_photo_that_is_cut_short_or_of_another_coding_is_refused_with_a_way_out() {
    for length in (12..PHONE.len() - 1).step_by(5) {
        assert_eq!(refused(&PHONE[..length]), "documents.photo_heic", "{length}");
    }
    assert_eq!(refused(&replaced(PHONE, b"hvc1", b"av01")), "documents.photo_heic");
}

#[test]
fn a_tile_that_is_named_over_and_over_is_not_decoded_over_and_over() {
    let tiles = |times: usize, pixels: u64| {
        let phone = HeifFile::parse(PHONE).unwrap();
        let config = phone.hevc_config(phone.primary_id).unwrap().unwrap().clone();
        let coded = phone.item_data(phone.primary_id).unwrap()[4..].to_vec();
        let mut writer = HeifWriter::new();
        let tile = writer.add_image(&ImageSpec::new(96, 64, config, &[coded]));
        let columns = u16::try_from(times).unwrap();
        writer.add_grid(1, columns, 96 * u32::from(columns), 64, &vec![tile; times], None, None);
        fit(&writer.finish(), &Limits { pixels, ..Limits::default() })
    };
    assert_eq!(tiles(2, 100_000).unwrap().width, 192);
    assert_eq!(tiles(200, 10_000_000), Err(PhotoFault::Heic("read too often".to_owned())));
    assert_eq!(tiles(2, 2 * 96 * 64), Ok(tiles(2, 100_000).unwrap()));
}
