//! The world a template sees: itself, its content, the fonts. Nothing else can be reached.

use std::collections::{BTreeMap, HashMap};

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Fonts;
use crate::photos::{Photo, Size};

/// Every template by its name.
const TEMPLATES: [(&str, &str); 6] = [
    ("house", include_str!("../templates/house.typ")),
    ("letter", include_str!("../templates/letter.typ")),
    ("marks", include_str!("../templates/marks.typ")),
    ("receipt", include_str!("../templates/receipt.typ")),
    ("register", include_str!("../templates/register.typ")),
    ("sheet", include_str!("../templates/sheet.typ")),
];

/// Where a template finds its content.
const CONTENT: &str = "/content.json";
/// Where it finds how large its photos are.
const PHOTOS: &str = "/photos.json";

/// What is the same for all papers.
pub(crate) struct Press {
    library: LazyHash<Library>,
    fonts: Fonts,
    templates: HashMap<FileId, Source>,
    content: FileId,
    photos: FileId,
}

impl Press {
    /// Reads fonts and templates.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub(crate) fn ready() -> Result<Self, String> {
        let mut templates = HashMap::new();
        for (name, text) in TEMPLATES {
            let id = id(&format!("/{name}.typ"))?;
            templates.insert(id, Source::new(id, text.to_owned()));
        }
        Ok(Self {
            library: LazyHash::new(<Library as LibraryExt>::default()),
            fonts: Fonts::load()?,
            templates,
            content: id(CONTENT)?,
            photos: id(PHOTOS)?,
        })
    }
}

fn id(path: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(path).map_err(|_| format!("{path} is no path"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One paper: a template, its content, its photos.
pub(crate) struct Sheet<'p> {
    press: &'p Press,
    main: FileId,
    files: HashMap<FileId, Bytes>,
}

impl<'p> Sheet<'p> {
    /// A paper of this template.
    ///
    /// # Errors
    /// A sentence when there is no such template, or when a photo has a name that is none.
    pub(crate) fn of(
        press: &'p Press,
        template: &str,
        content: &serde_json::Value,
        photos: Vec<(String, Photo)>,
    ) -> Result<Self, String> {
        let known = TEMPLATES.iter().any(|(name, _)| *name == template);
        let main = id(&format!("/{template}.typ")).ok().filter(|_| known).ok_or("no such template")?;
        let sizes: BTreeMap<&str, Size> = photos.iter().map(|(name, photo)| (name.as_str(), photo.size)).collect();
        let mut files = HashMap::new();
        for (file, holds) in [(press.content, serde_json::to_vec(content)), (press.photos, serde_json::to_vec(&sizes))]
        {
            files.insert(file, Bytes::new(holds.map_err(|error| error.to_string())?));
        }
        for (name, photo) in photos {
            files.insert(id(&format!("/photos/{name}"))?, Bytes::new(photo.page));
        }
        Ok(Self { press, main, files })
    }
}

impl World for Sheet<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        self.press.templates.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        self.files.get(&id).cloned().ok_or(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.faces.get(index).cloned()
    }

    /// Days are content: a template never asks for today.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
