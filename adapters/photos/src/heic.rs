//! HEIC, as iPhones and many other phones take it: read by `heifer`, after its work has been counted.
//!
//! A HEIC names its parts (the tiles of a grid, the film that makes it transparent), and each part may be named again and be
//! larger than it says. So before anything is decoded the parts are walked through: only pictures and grids of pictures, no
//! part larger than the picture may be, no more work in all than a few such pictures.

use ejia_documents::PhotoFault;
use heifer::Options;
use heifer::heifer_hevc_dec::nal::{NalUnit, split_annex_b};
use heifer::heifer_hevc_dec::params::ParameterSets;
use heifer::heifer_isobmff::boxes::Property;
use heifer::heifer_isobmff::{HeifFile, ItemId};
use image::{DynamicImage, RgbaImage};

use crate::limits::Limits;

/// So many parts has a picture at most; the largest phones take some two hundred.
const PARTS: usize = 1024;
/// So many times the pixels of the largest picture may be worked through in all.
const WORK: u64 = 4;
/// So many times its own length may a file be read.
const READ: u64 = 4;

/// How many pixels the picture takes to decode, when the work is in bounds.
pub(crate) fn pixels(bytes: &[u8], limits: &Limits) -> Result<u64, PhotoFault> {
    let file = HeifFile::parse(bytes).map_err(fault)?;
    let (width, height) = file.image_size(file.primary_id).map_err(fault)?.ok_or_else(|| fault("no size"))?;
    let said = u64::from(width) * u64::from(height);
    if said > limits.pixels {
        return Ok(said);
    }
    let (most, read) = (limits.pixels * WORK, bytes.len() as u64 * READ);
    let mut count = Count { file: &file, pixels: most, bytes: read };
    count.image(file.primary_id)?;
    // What is decoded may be more than is shown: the rest of the tiles, the film. It takes its room all the same.
    Ok(said.max(most - count.pixels).min(limits.pixels))
}

/// The picture, upright.
pub(crate) fn decode(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, PhotoFault> {
    let options = Options { max_threads: 1, max_pixels: limits.pixels };
    let image = heifer::decode_rgba8(bytes, &options).map_err(fault)?;
    let image = RgbaImage::from_raw(image.width, image.height, image.data).ok_or_else(|| fault("not all pixels"))?;
    Ok(DynamicImage::ImageRgba8(image))
}

/// Counts the work of a picture down from the most there may be.
struct Count<'a> {
    file: &'a HeifFile<'a>,
    pixels: u64,
    bytes: u64,
}

impl Count<'_> {
    /// A picture and the film that makes it transparent, which may be a grid as the picture may.
    fn image(&mut self, id: ItemId) -> Result<(), PhotoFault> {
        self.picture_or_grid(id)?;
        for film in self.file.referencing_items(id, b"auxl") {
            if self.file.item_properties(film).map_err(fault)?.any(makes_transparent) {
                self.picture_or_grid(film)?;
            }
        }
        Ok(())
    }

    fn picture_or_grid(&mut self, id: ItemId) -> Result<(), PhotoFault> {
        if &self.file.item(id).map_err(fault)?.item_type.0 != b"grid" {
            return self.picture(id);
        }
        let tiles = self.file.referenced_items(id, b"dimg");
        if tiles.len() > PARTS {
            return Err(fault("too many parts"));
        }
        tiles.iter().try_for_each(|tile| self.picture(*tile))
    }

    /// A coded picture: what it says of itself before its first slice is what its decoder believes.
    fn picture(&mut self, id: ItemId) -> Result<(), PhotoFault> {
        let coded = self.file.hevc_bitstream(id).map_err(fault)?;
        self.bytes = self.bytes.checked_sub(coded.len() as u64).ok_or_else(|| fault("read too often"))?;
        let (mut sets, mut slices) = (ParameterSets::default(), 0);
        for unit in split_annex_b(&coded) {
            let unit = NalUnit::parse(unit).map_err(fault)?;
            if unit.header.unit_type.is_slice() {
                slices += 1;
            } else if slices == 0 {
                sets.add(&unit).map_err(fault)?;
            }
        }
        let said = sets.sps.iter().flatten();
        let pixels =
            said.map(|said| u64::from(said.pic_width_in_luma_samples) * u64::from(said.pic_height_in_luma_samples));
        let work = pixels.max().unwrap_or(0).saturating_mul(slices);
        self.pixels = self.pixels.checked_sub(work).ok_or_else(|| fault("too much work"))?;
        Ok(())
    }
}

/// Whether an auxiliary picture is a film that makes another transparent, by one of the two names it goes by.
fn makes_transparent(property: &Property) -> bool {
    matches!(property, Property::AuxiliaryType(kind) if kind.contains("alpha") || kind.ends_with("auxid:1"))
}

#[expect(clippy::needless_pass_by_value, reason = "reads better as the argument of map_err")]
fn fault(why: impl ToString) -> PhotoFault {
    PhotoFault::Heic(why.to_string())
}
