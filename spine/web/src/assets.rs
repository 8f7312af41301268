//! Styles, scripts, fonts and pictures: served from a set, named by their content, kept for ever.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, RwLock};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::packing;

/// One file for the browser.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Its media type.
    pub mime: Cow<'static, str>,
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
}

type Source = dyn Fn(&str) -> Option<Asset> + Send + Sync;

struct Known {
    mime: HeaderValue,
    bytes: Bytes,
    packed: Option<Bytes>,
    mark: String,
}

/// All assets, with the mark of their content once they were asked for.
#[derive(Clone)]
pub(crate) struct Assets {
    source: Arc<Source>,
    known: Arc<RwLock<HashMap<String, Arc<Known>>>>,
}

impl fmt::Debug for Assets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Assets")
    }
}

impl Assets {
    pub(crate) fn new(source: impl Fn(&str) -> Option<Asset> + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(source), known: Arc::default() }
    }

    fn find(&self, path: &str) -> Option<Arc<Known>> {
        if let Ok(known) = self.known.read()
            && let Some(found) = known.get(path)
        {
            return Some(Arc::clone(found));
        }
        let Asset { mime, bytes } = (self.source)(path)?;
        let bytes = match bytes {
            Cow::Borrowed(bytes) => Bytes::from_static(bytes),
            Cow::Owned(bytes) => Bytes::from(bytes),
        };
        let hash = Sha256::digest(&bytes);
        let mark = URL_SAFE_NO_PAD.encode(hash).chars().take(12).collect();
        let mime = HeaderValue::from_str(&mime).ok()?;
        let packed = if packing::worth_it(Some(&mime), bytes.len() as u64) { packing::smallest(&bytes) } else { None };
        let found = Arc::new(Known { mime, bytes, packed, mark });
        if let Ok(mut known) = self.known.write() {
            known.insert(path.to_owned(), Arc::clone(&found));
        }
        Some(found)
    }

    /// The address of an asset, with the mark of its content: `/assets/app.css?v=…`.
    pub(crate) fn address(&self, path: &str) -> String {
        match self.find(path) {
            Some(known) => format!("/assets/{path}?v={}", known.mark),
            None => format!("/assets/{path}"),
        }
    }

    /// The answer to a request for an asset; nothing if there is none of that name.
    pub(crate) fn answer(&self, path: &str, query: Option<&str>, headers: &HeaderMap) -> Option<Response<Body>> {
        let known = self.find(path)?;
        let tag = format!("W/\"{}\"", known.mark);
        let named = query.and_then(|query| query.strip_prefix("v=")) == Some(known.mark.as_str());
        let unchanged = headers
            .get(header::IF_NONE_MATCH)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag));
        let packed = known.packed.as_ref().filter(|_| packing::accepted(headers));
        let (status, body) = match packed {
            _ if unchanged => (StatusCode::NOT_MODIFIED, Body::empty()),
            Some(packed) => (StatusCode::OK, Body::from(packed.clone())),
            None => (StatusCode::OK, Body::from(known.bytes.clone())),
        };
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let out = response.headers_mut();
        if packed.is_some() && !unchanged {
            packing::mark(out);
        }
        out.insert(header::CONTENT_TYPE, known.mime.clone());
        out.insert(header::ETAG, HeaderValue::from_str(&tag).ok()?);
        let keeping = if named { "public, max-age=31536000, immutable" } else { "public, no-cache" };
        out.insert(header::CACHE_CONTROL, HeaderValue::from_static(keeping));
        Some(response)
    }
}
