//! Packs answers for browsers that can unpack them (gzip), with a packer kept for each thread: making one costs
//! more than using it.

use std::cell::RefCell;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use http_body_util::BodyExt;

/// Below this it is not worth it.
const LEAST: u64 = 1024;
/// Above this it would keep a thread too long.
const MOST: u64 = 4 * 1024 * 1024;

thread_local! {
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// Whether the browser can unpack gzip.
pub(crate) fn accepted(headers: &HeaderMap) -> bool {
    headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .any(|offer| {
            let mut parts = offer.split(';').map(str::trim);
            let gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
            gzip && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
        })
}

/// Whether something of this type and length gets smaller by packing.
pub(crate) fn worth_it(mime: Option<&HeaderValue>, length: u64) -> bool {
    let mime = mime.and_then(|mime| mime.to_str().ok()).unwrap_or_default();
    (LEAST..=MOST).contains(&length)
        && (mime.starts_with("text/")
            || mime.starts_with("application/json")
            || mime.starts_with("application/javascript")
            || mime.starts_with("image/svg"))
}

/// Packs the body of an answer that lies whole in memory, if that is worth it.
pub(crate) async fn pack(response: Response) -> Response {
    let length = response.body().size_hint().exact().unwrap_or_default();
    let headers = response.headers();
    if headers.contains_key(header::CONTENT_ENCODING) || !worth_it(headers.get(header::CONTENT_TYPE), length) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(whole) = body.collect().await else {
        // Cannot happen to a body in memory; an empty answer is then all there is.
        return Response::from_parts(parts, Body::empty());
    };
    let bytes = whole.to_bytes();
    let packed = PACKER.with_borrow_mut(|packer| gzip(packer, &bytes));
    let Some(packed) = packed else {
        return Response::from_parts(parts, Body::from(bytes));
    };
    mark(&mut parts.headers);
    Response::from_parts(parts, Body::from(packed))
}

/// Says that the body is packed, and that others may get it unpacked.
pub(crate) fn mark(headers: &mut HeaderMap) {
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
}

/// Packs as small as it gets: for what is packed once and sent often.
pub(crate) fn smallest(bytes: &[u8]) -> Option<Bytes> {
    gzip(&mut Compress::new(Compression::best(), false), bytes).map(Bytes::from)
}

fn gzip(packer: &mut Compress, bytes: &[u8]) -> Option<Vec<u8>> {
    packer.reset();
    let mut gz = Vec::with_capacity(bytes.len() / 2 + 64);
    gz.extend_from_slice(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
    loop {
        let done = usize::try_from(packer.total_in()).ok()?;
        let rest = bytes.get(done..)?;
        match packer.compress_vec(rest, &mut gz, FlushCompress::Finish).ok()? {
            Status::StreamEnd => break,
            Status::Ok | Status::BufError => gz.reserve(bytes.len() / 2 + 64),
        }
    }
    let mut sum = Crc::new();
    sum.update(bytes);
    gz.extend_from_slice(&sum.sum().to_le_bytes());
    gz.extend_from_slice(&sum.amount().to_le_bytes());
    Some(gz)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn unpacked(bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn what_was_packed_comes_out_as_it_was_every_time() {
        let noise: Vec<u8> =
            (0..25_000_u64).flat_map(|n| n.wrapping_mul(6_364_136_223_846_793_005).to_le_bytes()).collect();
        let mut packer = Compress::new(Compression::fast(), false);
        for bytes in [b"".as_slice(), b"a", "党".repeat(50_000).as_bytes(), &noise, b"again"] {
            assert_eq!(unpacked(&gzip(&mut packer, bytes).unwrap()), bytes);
            assert_eq!(unpacked(&smallest(bytes).unwrap()), bytes);
        }
    }

    #[test]
    fn only_who_asks_for_gzip_gets_it() {
        let asks = |line: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(line));
            accepted(&headers)
        };
        assert!(asks("gzip") && asks("br, GZIP;q=0.5") && !asks("br") && !asks("gzip;q=0, br") && !asks(""));
        assert!(!accepted(&HeaderMap::new()));
    }
}
