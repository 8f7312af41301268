//! `ejia-typeset`: turns content into PDF pages, for as long as its standard input is open.
//!
//! An executable of its own, because the typesetting engine is larger than all the rest: the product starts it when the
//! first paper is wanted, keeps it warm, and starts it again should it die. It reads *frames* from standard input and
//! answers each with one on standard output (`frames.rs`):
//!
//! * in: `{"template": "receipt", "content": {…}, "files": ["1-1.jpg", …]}` as JSON, and a frame for each file it names,
//!   in that order: a photo as JPEG, as it is (`photos.rs`);
//! * out: a byte that says what follows (0 a PDF, 1 a sentence on what went wrong), then that.
//!
//! Templates are the `.typ` files of `templates/`; one finds its content as `json("content.json")`, the sizes of its photos by
//! name as `json("photos.json")` (one that cannot be read is missing there) and a photo as
//! `image("photos/1-1.jpg", format: "pdf")`. No template and no content reaches another file: the world (`world.rs`) holds nothing but these. Fonts are the Song and Hei faces of
//! Debian's fonts-noto-cjk, or what lies in the folder that `EJIA_FONTS` names.

mod fonts;
mod frames;
mod photos;
mod world;

use std::io::{self, BufReader, ErrorKind, Read, Write};
use std::process::ExitCode;

use serde::Deserialize;
use typst::diag::Severity;
use typst::foundations::Smart;
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::photos::Photo;
use crate::world::{Press, Sheet};

/// What the engine remembers between papers is dropped after so many of them.
const REMEMBERED: usize = 20;

/// A paper to be set.
#[derive(Deserialize)]
struct Paper {
    template: String,
    content: serde_json::Value,
    #[serde(default)]
    files: Vec<String>,
}

fn main() -> ExitCode {
    let press = match Press::ready() {
        Ok(press) => press,
        Err(sentence) => {
            eprintln!("ejia-typeset: {sentence}");
            return ExitCode::FAILURE;
        }
    };
    match serve(&press) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ejia-typeset: {error}");
            ExitCode::FAILURE
        }
    }
}

fn serve(press: &Press) -> io::Result<()> {
    let mut input = BufReader::new(io::stdin().lock());
    let mut output = io::stdout().lock();
    while let Some(frame) = frames::read(&mut input)? {
        // A frame that is no paper names no files either: the next one is a paper again.
        let paper = serde_json::from_slice::<Paper>(&frame).map_err(|error| error.to_string());
        let photos = received(&mut input, paper.as_ref().map_or(&[][..], |paper| &paper.files))?;
        let remembered = if photos.is_empty() { REMEMBERED } else { 0 };
        match paper.and_then(|paper| set(press, &paper, photos)) {
            Ok(pdf) => frames::write(&mut output, frames::PDF, &pdf)?,
            Err(sentence) => frames::write(&mut output, frames::FAULT, sentence.as_bytes())?,
        }
        output.flush()?;
        comemo::evict(remembered);
    }
    Ok(())
}

/// The photos that follow a paper, each made ready as it comes: large ones are never held together.
fn received(input: &mut impl Read, names: &[String]) -> io::Result<Vec<(String, Photo)>> {
    let mut photos = Vec::new();
    for name in names {
        let jpeg = frames::read(input)?.ok_or(ErrorKind::UnexpectedEof)?;
        match photos::ready(&jpeg) {
            Some(photo) => photos.push((name.clone(), photo)),
            None => eprintln!("ejia-typeset: the photo {name} cannot be read"),
        }
    }
    Ok(photos)
}

/// Sets one paper.
fn set(press: &Press, paper: &Paper, photos: Vec<(String, Photo)>) -> Result<Vec<u8>, String> {
    let sheet = Sheet::of(press, &paper.template, &paper.content, photos)?;
    let told = |faults: &[typst::diag::SourceDiagnostic]| {
        let faults = faults.iter().filter(|fault| fault.severity == Severity::Error);
        faults.map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ")
    };
    let document = typst::compile::<PagedDocument>(&sheet).output.map_err(|faults| told(&faults))?;
    let options = PdfOptions { creator: Smart::Custom(Some("ejia".into())), ..PdfOptions::default() };
    typst_pdf::pdf(&document, &options).map_err(|faults| told(&faults))
}
