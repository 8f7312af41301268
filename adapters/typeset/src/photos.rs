//! Photos of a paper: made as small as print needs, and wrapped so that the engine places them without unpacking.
//!
//! Two stand side by side on a page, none larger than [`PRINTED`] pixels: some 300 to the inch. The engine would hold
//! each photo unpacked until its paper is done, some megabytes each; a photo that is the only thing on a page of PDF it
//! takes as it is. So what a paper holds in memory is what its file weighs.

use std::io::{Cursor, Write};
use std::panic::catch_unwind;

use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, Limits};
use serde::Serialize;

/// The long side of a printed photo, in pixels.
const PRINTED: u32 = 1000;
/// How finely it is written.
const QUALITY: u8 = 80;
/// No photo is unpacked to more bytes.
const MOST: u64 = 256 << 20;

/// A photo as it is placed.
pub(crate) struct Photo {
    /// A PDF of one page that shows the photo and nothing else.
    pub(crate) page: Vec<u8>,
    /// What the template needs to know of it.
    pub(crate) size: Size,
}

/// Pixels across and down.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Size {
    width: u32,
    height: u32,
}

/// A photo made ready; none when these bytes are no photo that can be read.
pub(crate) fn ready(jpeg: &[u8]) -> Option<Photo> {
    // A decoder that panics has met a broken file; nothing outside is touched.
    catch_unwind(|| fitted(jpeg)).ok().flatten()
}

fn fitted(jpeg: &[u8]) -> Option<Photo> {
    let image = decode(jpeg)?;
    let image = if image.width().max(image.height()) > PRINTED {
        image.resize(PRINTED, PRINTED, FilterType::Triangle)
    } else {
        image
    };
    let image = DynamicImage::from(image.into_rgb8());
    let mut small = Vec::new();
    image.write_with_encoder(JpegEncoder::new_with_quality(&mut small, QUALITY)).ok()?;
    let size = Size { width: image.width(), height: image.height() };
    Some(Photo { page: page(&small, size).ok()?, size })
}

fn decode(jpeg: &[u8]) -> Option<DynamicImage> {
    let mut decoder = JpegDecoder::new(Cursor::new(jpeg)).ok()?;
    let turned = decoder.orientation().ok()?;
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MOST);
    let fits = decoder.total_bytes() <= MOST;
    decoder.set_limits(limits).ok().filter(|()| fits)?;
    let mut image = DynamicImage::from_decoder(decoder).ok()?;
    image.apply_orientation(turned);
    Some(image)
}

/// A page as large as the photo, a point a pixel.
fn page(jpeg: &[u8], Size { width, height }: Size) -> std::io::Result<Vec<u8>> {
    let shown = format!("{width} 0 0 {height} 0 0 cm /P Do");
    let (mut pdf, mut starts) = (Vec::with_capacity(jpeg.len() + 1024), Vec::new());
    pdf.write_all(b"%PDF-1.4\n")?;
    let objects: [(String, &[u8]); 5] = [
        ("<</Type/Catalog/Pages 2 0 R>>".to_owned(), &[]),
        ("<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(), &[]),
        (
            format!(
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents 4 0 R/Resources<</XObject<</P 5 0 R>>>>>>"
            ),
            &[],
        ),
        (format!("<</Length {}>>", shown.len()), shown.as_bytes()),
        (
            format!(
                "<</Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8\
                 /Filter/DCTDecode/Length {}>>",
                jpeg.len()
            ),
            jpeg,
        ),
    ];
    for (number, (about, stream)) in (1..).zip(&objects) {
        starts.push(pdf.len());
        write!(pdf, "{number} 0 obj\n{about}\n")?;
        if !stream.is_empty() {
            pdf.write_all(b"stream\n")?;
            pdf.write_all(stream)?;
            pdf.write_all(b"\nendstream\n")?;
        }
        pdf.write_all(b"endobj\n")?;
    }
    let table = pdf.len();
    write!(pdf, "xref\n0 {}\n0000000000 65535 f \n", starts.len() + 1)?;
    for start in &starts {
        writeln!(pdf, "{start:010} 00000 n ")?;
    }
    write!(pdf, "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", starts.len() + 1)?;
    Ok(pdf)
}
