//! The world a template sees: itself, its content, the fonts. Nothing else can be reached.

use std::collections::HashMap;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};

use crate::fonts::Fonts;

/// Every template by its name.
const TEMPLATES: [(&str, &str); 5] = [
    ("house", include_str!("../templates/house.typ")),
    ("letter", include_str!("../templates/letter.typ")),
    ("marks", include_str!("../templates/marks.typ")),
    ("receipt", include_str!("../templates/receipt.typ")),
    ("sheet", include_str!("../templates/sheet.typ")),
];

/// Where a template finds its content.
const CONTENT: &str = "/content.json";

/// What is the same for all papers.
pub(crate) struct Press {
    library: LazyHash<Library>,
    fonts: Fonts,
    templates: HashMap<FileId, Source>,
    content: FileId,
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
        })
    }
}

fn id(path: &str) -> Result<FileId, String> {
    let path = VirtualPath::new(path).map_err(|_| format!("{path} is no path"))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One paper: a template and its content.
pub(crate) struct Sheet<'p> {
    press: &'p Press,
    main: FileId,
    content: Bytes,
}

impl<'p> Sheet<'p> {
    /// A paper of this template.
    ///
    /// # Errors
    /// A sentence when there is no such template.
    pub(crate) fn of(press: &'p Press, template: &str, content: &serde_json::Value) -> Result<Self, String> {
        let known = TEMPLATES.iter().any(|(name, _)| *name == template);
        let main = id(&format!("/{template}.typ")).ok().filter(|_| known).ok_or("no such template")?;
        let content = serde_json::to_vec(content).map_err(|error| error.to_string())?;
        Ok(Self { press, main, content: Bytes::new(content) })
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
        if id == self.press.content { Ok(self.content.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.faces.get(index).cloned()
    }

    /// Days are content: a template never asks for today.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
