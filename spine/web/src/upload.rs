//! A form with a file: streamed to disk, never held in memory, gone when the request is over.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use ejia_kernel::Problem;
use tempfile::TempPath;
use tokio::fs::File;
use tokio::io::{AsyncWriteExt, BufWriter};

use crate::form;
use crate::handler::Refused;
use crate::input::{CSRF_FIELD, behind, swallow};
use crate::site::Site;

/// The most a file may weigh.
const MOST: u64 = 32 * 1024 * 1024;
/// The most all other fields together may weigh.
const MOST_FIELDS: usize = 64 * 1024;
/// How long a caller may pause between two pieces.
const PATIENCE: Duration = Duration::from_secs(30);

/// A form that brought a file. The file is deleted when this is dropped.
#[derive(Debug)]
pub struct Upload {
    /// Where the file lies for as long as this value lives.
    pub file: PathBuf,
    /// What the sender called it; empty if no file was chosen.
    pub name: String,
    /// How much it weighs.
    pub bytes: u64,
    /// The other fields of the form.
    pub fields: BTreeMap<String, String>,
    /// Deletes the file when it is dropped.
    guard: TempPath,
}

impl Upload {
    /// Whether a file was chosen at all.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// The text of another field, empty if it was not there.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

impl FromRequest<Site> for Upload {
    type Rejection = Refused;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Refused> {
        read(request, site).await.map_err(Refused)
    }
}

async fn read(request: Request, site: &Site) -> Result<Upload, Problem> {
    let (parts, body) = request.into_parts();
    let (facts, origin) = behind(&parts)?;
    let in_header = csrf_of(&parts.headers);
    if !is_multipart(&parts.headers) {
        swallow(body).await;
        return Err(Problem::bad_request("web.upload_expected"));
    }
    let mut multipart = Multipart::from_request(Request::from_parts(parts, body), site)
        .await
        .map_err(|_| Problem::bad_request("web.upload_expected"))?;
    let upload = match receive(&mut multipart, site).await {
        Ok(upload) => upload,
        Err(problem) => {
            swallow_rest(multipart).await;
            return Err(problem);
        }
    };
    let token = upload.fields.get(CSRF_FIELD).cloned().or(in_header);
    origin.check(site, &facts, token.as_deref())?;
    let Upload { file, name, bytes, mut fields, guard } = upload;
    fields.remove(CSRF_FIELD);
    Ok(Upload { file, name, bytes, fields, guard })
}

fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data") && kind.contains("boundary="))
}

/// Reads on without keeping anything, so that the sender is still there to hear the answer.
async fn swallow_rest(mut multipart: Multipart) {
    let drained = async {
        let mut seen = 0_u64;
        while let Ok(Some(mut field)) = multipart.next_field().await {
            while let Ok(Some(piece)) = field.chunk().await {
                seen += piece.len() as u64;
                if seen > MOST {
                    return;
                }
            }
        }
    };
    let _ = tokio::time::timeout(PATIENCE, drained).await;
}

fn csrf_of(headers: &HeaderMap) -> Option<String> {
    headers.get("x-csrf").and_then(|value| value.to_str().ok()).map(str::to_owned)
}

async fn receive(multipart: &mut Multipart, site: &Site) -> Result<Upload, Problem> {
    let (file, path) = tempfile::Builder::new()
        .prefix("ejia-upload-")
        .tempfile_in(site.uploads())
        .map_err(|error| Problem::of_disk(&error))?
        .into_parts();
    let mut file = BufWriter::with_capacity(256 * 1024, File::from_std(file));
    let mut name: Option<String> = None;
    let mut bytes = 0;
    let mut fields = BTreeMap::new();
    let mut room = MOST_FIELDS;
    while let Some(field) = patiently(multipart.next_field()).await? {
        let Some(key) = field.name().map(str::to_owned) else {
            continue;
        };
        match field.file_name().map(base_name) {
            None => {
                let value = text(field, &mut room, key.len()).await?;
                form::clean(&key)?;
                fields.insert(key, value);
            }
            Some(chosen) if chosen.is_empty() => {}
            Some(chosen) => {
                if name.is_some() {
                    return Err(Problem::refused("web.one_file_only").on(&key, "web.one_file_only"));
                }
                form::clean(&chosen)?;
                bytes = store(field, &mut file, &key).await?;
                name = Some(chosen);
            }
        }
    }
    file.flush().await.map_err(|error| Problem::of_disk(&error))?;
    Ok(Upload { file: path.to_path_buf(), name: name.unwrap_or_default(), bytes, fields, guard: path })
}

async fn store(mut field: Field<'_>, file: &mut BufWriter<File>, key: &str) -> Result<u64, Problem> {
    let mut bytes = 0_u64;
    let mut too_large = false;
    while let Some(piece) = patiently(field.chunk()).await? {
        bytes += piece.len() as u64;
        too_large |= bytes > MOST;
        if bytes > MOST * 2 {
            break;
        }
        if !too_large {
            file.write_all(&piece).await.map_err(|error| Problem::of_disk(&error))?;
        }
    }
    if too_large {
        return Err(Problem::too_large("web.file_too_large").on(key, "web.file_too_large"));
    }
    Ok(bytes)
}

async fn text(mut field: Field<'_>, room: &mut usize, key: usize) -> Result<String, Problem> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut weight = key;
    while let Some(piece) = patiently(field.chunk()).await? {
        weight += piece.len();
        if weight > *room {
            return Err(Problem::too_large("web.form_too_large"));
        }
        bytes.extend_from_slice(&piece);
    }
    *room = room.saturating_sub(weight);
    let text = String::from_utf8(bytes).map_err(|_| Problem::bad_request("web.broken_encoding"))?;
    form::clean(&text)?;
    Ok(text)
}

async fn patiently<T>(next: impl Future<Output = Result<T, MultipartError>>) -> Result<T, Problem> {
    match tokio::time::timeout(PATIENCE, next).await {
        Err(_) => Err(Problem::bad_request("web.body_too_slow")),
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Problem::too_large("web.file_too_large"))
        }
        Ok(Err(_)) => Err(Problem::bad_request("web.body_broken_off")),
    }
}

/// The last part of what the browser calls the file, short enough for a column.
fn base_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|letter| !letter.is_control() || *letter == '\0').take(120).collect()
}
