//! Finds the fonts: read once at the start, faces parsed, bytes shared.

use std::fs;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

/// Where Debian keeps fonts-noto-cjk.
const FOLDER: &str = "/usr/share/fonts/opentype/noto";
/// The variable that names another folder.
const OTHER_FOLDER: &str = "EJIA_FONTS";
/// The families of the templates: Hei and Song, regular and bold, with every character the record may hold.
const WANTED: [&str; 2] = ["Noto Sans CJK SC", "Noto Serif CJK SC"];

/// The faces and their book.
pub(crate) struct Fonts {
    pub(crate) book: LazyHash<FontBook>,
    pub(crate) faces: Vec<Font>,
}

impl Fonts {
    /// Reads what the templates need.
    ///
    /// # Errors
    /// A sentence for the operator when a family is missing.
    pub(crate) fn load() -> Result<Self, String> {
        let folder = std::env::var_os(OTHER_FOLDER).map_or_else(|| PathBuf::from(FOLDER), PathBuf::from);
        let faces: Vec<Font> = files(&folder)?.iter().flat_map(|path| faces(path)).collect();
        for family in WANTED {
            if !faces.iter().any(|face| face.info().family == family) {
                let folder = folder.display();
                return Err(format!("{family} is missing in {folder}: install fonts-noto-cjk or set {OTHER_FOLDER}"));
            }
        }
        Ok(Self { book: LazyHash::new(FontBook::from_fonts(&faces)), faces })
    }
}

/// Regular and bold faces only: the others are never asked for and would lie in memory.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("cannot read {}: {error}", folder.display()))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| fits(path)).collect();
    files.sort();
    Ok(files)
}

fn fits(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let weight = name.contains("regular") || name.contains("bold");
    weight && [".ttc", ".otf", ".ttf"].iter().any(|ending| name.ends_with(ending))
}

fn faces(path: &Path) -> Vec<Font> {
    let Ok(bytes) = fs::read(path) else { return Vec::new() };
    Font::iter(Bytes::new(bytes)).filter(|face| WANTED.contains(&face.info().family.as_str())).collect()
}
