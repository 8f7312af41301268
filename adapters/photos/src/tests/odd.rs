//! Files that are cut short, that lie about themselves, that move, and that are nothing at all.

use proptest::prelude::*;

use super::*;

/// The check sum of a PNG's chunk.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

fn chunk(kind: [u8; 4], content: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(content.len()).unwrap().to_be_bytes().to_vec();
    let named = [&kind, content].concat();
    bytes.extend_from_slice(&named);
    bytes.extend_from_slice(&crc(&named).to_be_bytes());
    bytes
}

fn png_header(width: u32, height: u32, more: &[Vec<u8>]) -> Vec<u8> {
    let size = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    let mut bytes = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(*b"IHDR", &size)].concat();
    bytes.extend(more.iter().flatten());
    bytes.extend(chunk(*b"IDAT", b"\x78\x9c\x63\0\0\0\x01\0\x01"));
    bytes
}

/// A JPEG that says another size of itself.
fn resized(mut bytes: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    bytes[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    bytes[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

#[test]
fn a_picture_that_would_fill_the_memory_is_refused_by_its_header() {
    assert_eq!(refused(&png_header(60_000, 60_000, &[])), "documents.photo_too_many_pixels");
    assert_eq!(refused(&resized(jpeg(&flag(64, 64), 1), 60_000, 60_000)), "documents.photo_too_many_pixels");
    // A lossless WebP says its size, less one, in 14 bits each: here 16,000.
    let mut webp = b"RIFF\x1c\0\0\0WEBPVP8L\x10\0\0\0\x2f".to_vec();
    webp.extend_from_slice(&(0x3e7f_u32 | 0x3e7f << 14).to_le_bytes());
    webp.extend_from_slice(&[0; 11]);
    assert_eq!(refused(&webp), "documents.photo_too_many_pixels");
    // A lossy one says it in its frame, whatever the canvas around it says.
    let frame = [b"VP8 \x0a\0\0\0\x10\0\0\x9d\x01\x2a".to_vec(), vec![0x80, 0x3e, 0x80, 0x3e]].concat();
    let canvas = b"RIFF\x28\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0";
    assert_eq!(refused(&[&canvas[..], &frame].concat()), "documents.photo_too_many_pixels");
    let fault = fit(&png_header(60_000, 60_000, &[]), &Limits::default()).unwrap_err();
    assert_eq!(fault, PhotoFault::TooManyPixels { most: 60_000_000 });
}

#[test]
fn a_file_with_too_many_bytes_is_refused_unread() {
    let most = Limits { bytes: 1 << 20, ..Limits::default() };
    let mut sent = jpeg(&flag(64, 64), 1);
    assert!(fit(&sent, &most).is_ok());
    sent.resize((1 << 20) + 1, 0);
    assert_eq!(fit(&sent, &most), Err(PhotoFault::TooLarge { most_mb: 1 }));
}

#[test]
fn a_photo_that_was_cut_short_is_refused_wherever_it_was_cut() {
    let image = flag(96, 64);
    let mut webp = Vec::new();
    image.write_with_encoder(WebPEncoder::new_lossless(&mut webp)).unwrap();
    let png = png(&DynamicImage::ImageRgb8(image.clone()).into_rgba8());
    for whole in [jpeg(&image, 1), png, webp] {
        assert!(fit(&whole, &Limits::default()).is_ok());
        // The last chunk of a PNG says only that it is the last.
        let needed = if whole.starts_with(b"\x89PNG") { whole.len() - 12 } else { whole.len() };
        for length in (12..needed).step_by(7).chain([needed - 1]) {
            let code = refused(&whole[..length]);
            assert_eq!(code, "documents.photo_broken", "{length} of {} bytes", whole.len());
        }
    }
}

#[test]
fn what_a_phone_appends_to_its_photo_does_no_harm() {
    let film = b"\0\0\0\x18ftypmp42\xff\xd8\xff\xda\xff".repeat(3);
    let sent = [jpeg(&flag(96, 64), 6), film].concat();
    alike(corners(&fitted(&sent)), [BLUE, RED, WHITE, GREEN]);
}

#[test]
fn pictures_that_move_are_refused() {
    let control = chunk(*b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]);
    assert_eq!(refused(&png_header(16, 16, &[control])), "documents.photo_moving");
    let mut webp = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x0f\0\0ANIM\x06\0\0\0\0\0\0\0\0\0".to_vec();
    webp.extend_from_slice(b"ANMF\x18\0\0\0\0\0\0\0\0\0\x0f\0\0\x0f\0\0\x64\0\0\0VP8L\0\0\0\0");
    let length = u32::try_from(webp.len() - 8).unwrap().to_le_bytes();
    webp[4..8].copy_from_slice(&length);
    assert_eq!(refused(&webp), "documents.photo_moving");
}

proptest! {
    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..400), start in 0..5_usize) {
        let starts: [&[u8]; 5] =
            [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x90\x01\0\0WEBPVP8 ", b"\0\0\0\x18ftypheic"];
        let _ = fit(&[starts[start], &bytes].concat(), &Limits::default());
    }

    #[test]
    fn a_photo_with_changed_bytes_is_read_or_refused(
        kind in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let image = flag(48, 32);
        let mut bytes = match kind {
            0 => jpeg(&image, 6),
            1 => png(&DynamicImage::ImageRgb8(image).into_rgba8()),
            _ => include_bytes!("phone.heic").to_vec(),
        };
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let small = Limits { pixels: 1_000_000, ..Limits::default() };
        if let Ok(photo) = fit(&bytes, &small) {
            prop_assert!(photo.width.max(photo.height) <= 2000 && photo.bytes.starts_with(b"\xff\xd8"));
        }
    }
}
