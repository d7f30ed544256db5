//! Content codings (RFC 9110 section 8.4): `br`, `gzip` and `zstd`, of requests and of answers.
//!
//! An answer is compressed for a client that asks for it, from a size on below which nothing is gained. A request is decoded up to the
//! bound on request bodies, however small it came.

use std::io::{self, Read, Write};

use brotli::enc::StandardAlloc;
use brotli::{BrotliDecompressStream, BrotliResult, BrotliState};
use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, Response};
use hyper::body::Body as _;
use tokio::task::spawn_blocking;

use crate::bridge::backend::body::{Body, BodyError};
use crate::bridge::failure::Failure;
use crate::bridge::state::header::weighted;
use crate::limits::{CODING_INLINE, CODINGS, ZSTD_WINDOW};

/// A coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) enum Coding {
    Brotli,
    Gzip,
    Zstd,
}

/// Those that there are, the one first that costs least for what it gains.
const ALL: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

impl Coding {
    fn token(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
        }
    }

    fn find(token: &str) -> Option<Self> {
        // RFC 9110 section 8.4.1.3.
        let token = if token.eq_ignore_ascii_case("x-gzip") { "gzip" } else { token };
        ALL.into_iter().find(|coding| coding.token().eq_ignore_ascii_case(token))
    }

    fn encode(self, body: &[u8]) -> io::Result<Vec<u8>> {
        let out = Vec::with_capacity(body.len() / 4);
        match self {
            Self::Brotli => {
                let mut encoder = brotli::CompressorWriter::new(out, 4096, BROTLI_QUALITY, BROTLI_WINDOW);
                encoder.write_all(body)?;
                Ok(encoder.into_inner())
            }
            Self::Gzip => {
                let mut encoder = flate2::write::GzEncoder::new(out, flate2::Compression::new(GZIP_LEVEL));
                encoder.write_all(body)?;
                encoder.finish()
            }
            Self::Zstd => zstd::bulk::compress(body, ZSTD_LEVEL),
        }
    }

    /// The text of a coded body. Errors: more than `limit` bytes, or not what it says.
    fn decode(self, body: &[u8], limit: usize) -> Result<Bytes, Failure> {
        match self {
            Self::Brotli => unbrotli(body, limit),
            Self::Gzip => whole(flate2::read::MultiGzDecoder::new(body), limit),
            Self::Zstd => {
                let decoder = zstd::Decoder::with_buffer(body).and_then(|mut decoder| {
                    decoder.window_log_max(ZSTD_WINDOW)?;
                    Ok(decoder)
                });
                whole(decoder.map_err(|_| Failure::Undecodable)?, limit)
            }
        }
    }
}

// A reply is made once and sent once: levels beyond these cost more time than they save on the way.
const BROTLI_QUALITY: u32 = 4;
const BROTLI_WINDOW: u32 = 19;
const GZIP_LEVEL: u32 = 4;
const ZSTD_LEVEL: i32 = 3;

fn whole(reader: impl Read, limit: usize) -> Result<Bytes, Failure> {
    let mut out = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut out).map_err(|_| Failure::Undecodable)?;
    if out.len() > limit { Err(BodyError::TooLarge.into()) } else { Ok(out.into()) }
}

/// The crate's own reader allows windows of a gigabyte, which RFC 7932 does not know, and passes over what is behind the end.
fn unbrotli(body: &[u8], limit: usize) -> Result<Bytes, Failure> {
    let alloc = StandardAlloc::default;
    let mut state = BrotliState::new_strict(alloc(), alloc(), alloc());
    let (mut unread, mut read, mut total) = (body.len(), 0, 0);
    let (mut out, mut part) = (Vec::new(), vec![0; BROTLI_PART]);
    loop {
        let (mut room, mut written) = (part.len(), 0);
        let result = BrotliDecompressStream(
            &mut unread,
            &mut read,
            body,
            &mut room,
            &mut written,
            &mut part,
            &mut total,
            &mut state,
        );
        out.extend(part.iter().take(written));
        if out.len() > limit {
            return Err(BodyError::TooLarge.into());
        }
        match result {
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::ResultSuccess if unread == 0 => return Ok(out.into()),
            BrotliResult::NeedsMoreInput | BrotliResult::ResultFailure | BrotliResult::ResultSuccess => {
                return Err(Failure::Undecodable);
            }
        }
    }
}

/// What is decoded in one step.
const BROTLI_PART: usize = 16 * 1024;

/// The coding of a request's body; nothing for one without. Errors: one that is not known, or several.
pub(in crate::bridge) fn of_body(headers: &HeaderMap) -> Result<Option<Coding>, Failure> {
    let mut all = headers.get_all(CONTENT_ENCODING).iter();
    match (all.next().map(|value| value.to_str().map(str::trim)), all.next()) {
        (None, _) => Ok(None),
        (Some(Ok(token)), None) if token.eq_ignore_ascii_case("identity") => Ok(None),
        (Some(Ok(token)), None) => Coding::find(token).map(Some).ok_or(Failure::Coding),
        (Some(_), _) => Err(Failure::Coding),
    }
}

/// `body`, which has this coding, without it. Errors: more than `limit` bytes, or not what it says.
pub(in crate::bridge) async fn decoded(coding: Coding, body: Bytes, limit: usize) -> Result<Bytes, Failure> {
    if body.is_empty() {
        return Ok(body);
    }
    // A few bytes may be many: others must not wait for them.
    match spawn_blocking(move || coding.decode(&body, limit)).await {
        Ok(decoded) => decoded,
        Err(ended) => std::panic::resume_unwind(ended.into_panic()),
    }
}

/// How a client wants its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bridge) struct Wanted {
    coding: Option<Coding>,
    /// Whether it takes no answer without a coding, whatever its size.
    always: bool,
}

/// How the client that sent `headers` wants its answer (RFC 9110 section 12.5.3). Errors: in no way that there is.
pub(in crate::bridge) fn wanted(headers: &HeaderMap) -> Result<Wanted, Failure> {
    if !headers.contains_key(ACCEPT_ENCODING) {
        return Ok(Wanted { coding: None, always: false });
    }
    let lines = headers.get_all(ACCEPT_ENCODING).iter().map(HeaderValue::as_bytes);
    let listed: Vec<(u16, &str)> = lines.flat_map(str::from_utf8).flat_map(weighted).take(CODINGS).collect();
    let weight = |is: &dyn Fn(&str) -> bool| {
        let other = || listed.iter().find(|(_, token)| *token == "*");
        listed.iter().find(|(_, token)| is(token)).or_else(other).map(|(weight, _)| *weight)
    };
    // The first of those that are wanted most; what is not listed is not wanted.
    let codings =
        ALL.into_iter().rev().map(|coding| (weight(&|token| Coding::find(token) == Some(coding)), coding));
    let best =
        codings.filter_map(|(weight, coding)| Some((weight?, coding))).max_by_key(|(weight, _)| *weight);
    let best = best.filter(|(weight, _)| *weight > 0);
    let identity = listed.iter().find(|(_, token)| token.eq_ignore_ascii_case("identity"));
    let plain = weight(&|token| token.eq_ignore_ascii_case("identity"));
    match (best, plain) {
        (None, Some(0)) => Err(Failure::NotAcceptable),
        (Some((weight, _)), _) if identity.is_some_and(|(plain, _)| *plain > weight) => {
            Ok(Wanted { coding: None, always: false })
        }
        (best, plain) => Ok(Wanted { coding: best.map(|(_, coding)| coding), always: plain == Some(0) }),
    }
}

/// `answer` as the client wants it. One with fewer than `least` bytes is left as it is.
pub(in crate::bridge) async fn encoded(
    answer: Response<Body>,
    wanted: Wanted,
    least: usize,
) -> Response<Body> {
    let length = answer.body().size_hint().lower();
    if length == 0 || (length < least as u64 && !wanted.always) {
        return answer;
    }
    let (mut head, body) = answer.into_parts();
    head.headers.append(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
    let Some(coding) = wanted.coding else { return Response::from_parts(head, body) };
    let bytes = text_of(body).await;
    let work = move || coding.encode(&bytes).expect("memory takes whatever is written");
    let body = if length <= CODING_INLINE as u64 {
        work()
    } else {
        match spawn_blocking(work).await {
            Ok(body) => body,
            Err(ended) => std::panic::resume_unwind(ended.into_panic()),
        }
    };
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
    Response::from_parts(head, Body::new(body.into()))
}

async fn text_of(body: Body) -> Bytes {
    match http_body_util::BodyExt::collect(body).await {
        Ok(body) => body.to_bytes(),
        Err(never) => match never {},
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: http::HeaderName, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).expect("a value"))).collect()
    }

    #[test]
    fn the_coding_that_is_wanted_most_is_taken() {
        use Coding::{Brotli, Gzip, Zstd};
        for (given, coding, always) in [
            ("gzip", Some(Gzip), false),
            ("x-gzip", Some(Gzip), false),
            ("GZIP", Some(Gzip), false),
            ("gzip, deflate, br, zstd", Some(Zstd), false),
            ("gzip, br", Some(Brotli), false),
            ("gzip;q=1.0, br;q=0.5", Some(Gzip), false),
            ("gzip;q=0.2, br;q=0.8, zstd;q=0", Some(Brotli), false),
            ("gzip ; q=0.5 , br;Q=0.6", Some(Brotli), false),
            ("identity", None, false),
            ("identity, gzip;q=0.5", None, false),
            ("identity;q=0.5, gzip", Some(Gzip), false),
            ("identity;q=0, gzip", Some(Gzip), true),
            ("*;q=0, gzip", Some(Gzip), true),
            ("*", Some(Zstd), false),
            ("*;q=0.5, zstd;q=0", Some(Brotli), false),
            ("gzip;q=0", None, false),
            ("deflate", None, false),
            ("", None, false),
            ("gzip;q=x", None, false),
            ("gzip;q=2", None, false),
        ] {
            let found = wanted(&headers(ACCEPT_ENCODING, &[given])).expect("acceptable");
            assert_eq!(found, Wanted { coding, always }, "{given}");
        }
        for given in ["identity;q=0", "*;q=0", "deflate, *;q=0", "identity;q=0, gzip;q=0"] {
            let found = wanted(&headers(ACCEPT_ENCODING, &[given]));
            assert!(matches!(found, Err(Failure::NotAcceptable)), "{given}");
        }
        let found = wanted(&headers(ACCEPT_ENCODING, &["identity;q=0", "br"])).expect("acceptable");
        assert_eq!(found, Wanted { coding: Some(Brotli), always: true }, "over several lines");
    }

    #[test]
    fn a_body_has_one_coding_that_is_known() {
        for (given, expected) in [
            (&[][..], Some(None)),
            (&["identity"], Some(None)),
            (&["gzip"], Some(Some(Coding::Gzip))),
            (&["BR"], Some(Some(Coding::Brotli))),
            (&["zstd"], Some(Some(Coding::Zstd))),
            (&["deflate"], None),
            (&["gzip, br"], None),
            (&["gzip", "br"], None),
            (&[""], None),
        ] {
            assert_eq!(of_body(&headers(CONTENT_ENCODING, given)).ok(), expected, "{given:?}");
        }
    }

    #[test]
    fn what_is_coded_is_decoded_up_to_its_bound() {
        let text = b"some text that is there again, some text that is there again".repeat(1000);
        for coding in ALL {
            let coded = coding.encode(&text).expect("coded");
            assert!(coded.len() < text.len() / 50, "{coding:?}");
            assert_eq!(coding.decode(&coded, text.len()).expect("decoded"), text, "{coding:?}");
            let too_large = coding.decode(&coded, text.len() - 1);
            assert!(matches!(too_large, Err(Failure::Body(BodyError::TooLarge))), "{coding:?}");
            for broken in [&coded[..coded.len() / 2], b"{}", b"\x1f\x8b"] {
                let decoded = coding.decode(broken, text.len());
                assert!(matches!(decoded, Err(Failure::Undecodable)), "{coding:?} {broken:?}: {decoded:?}");
            }
            let behind = coding.decode(&[&coded[..], b"more of it"].concat(), text.len());
            assert!(behind.is_err(), "{coding:?}: something is behind it");
        }
    }
}
