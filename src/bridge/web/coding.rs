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
use tokio::task::spawn_blocking;

use crate::bridge::backend::body::BodyError;
use crate::bridge::backend::pieces::Body;
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
pub(in crate::bridge) enum Wanted {
    /// With a coding, whatever its size.
    Always(Coding),
    /// With a coding, where that gains something.
    Coded(Coding),
    /// In no way that there is.
    Nothing,
    /// Without a coding.
    Plain,
}

impl Wanted {
    /// How the client that sent `headers` wants its answer (RFC 9110 section 12.5.3).
    pub(in crate::bridge) fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(ACCEPT_ENCODING).iter().map(HeaderValue::as_bytes);
        let listed: Vec<(u16, &str)> =
            lines.flat_map(str::from_utf8).flat_map(weighted).take(CODINGS).collect();
        let weight = |is: &dyn Fn(&str) -> bool| {
            let other = || listed.iter().find(|(_, token)| *token == "*");
            listed.iter().find(|(_, token)| is(token)).or_else(other).map(|(weight, _)| *weight)
        };
        // The first of those that are wanted most; what is not listed is not wanted.
        let codings = ALL.into_iter().rev();
        let weighed = codings.map(|coding| (weight(&|token| Coding::find(token) == Some(coding)), coding));
        let best =
            weighed.filter_map(|(weight, coding)| Some((weight?, coding))).max_by_key(|(weight, _)| *weight);
        let best = best.filter(|(weight, _)| *weight > 0);
        let identity = listed.iter().find(|(_, token)| token.eq_ignore_ascii_case("identity"));
        let plain = weight(&|token| token.eq_ignore_ascii_case("identity"));
        match (best, plain) {
            (None, Some(0)) => Self::Nothing,
            (None, _) => Self::Plain,
            (Some((weight, _)), _) if identity.is_some_and(|(plain, _)| *plain > weight) => Self::Plain,
            (Some((_, coding)), Some(0)) => Self::Always(coding),
            (Some((_, coding)), _) => Self::Coded(coding),
        }
    }

    /// The coding of an answer of so many bytes, for which it must have at `least` some.
    pub(in crate::bridge) fn coding(self, length: u64, least: usize) -> Option<Coding> {
        match self {
            Self::Always(coding) if length > 0 => Some(coding),
            Self::Coded(coding) if length > 0 && length >= least as u64 => Some(coding),
            Self::Always(_) | Self::Coded(_) | Self::Nothing | Self::Plain => None,
        }
    }
}

/// Tells caches that another client might get another answer.
pub(in crate::bridge) fn vary(answer: &mut HeaderMap) {
    answer.append(VARY, HeaderValue::from_name(ACCEPT_ENCODING));
}

/// `answer` with its body in `coding`.
pub(in crate::bridge) async fn encoded(answer: Response<Body>, coding: Coding) -> Response<Body> {
    let (mut head, body) = answer.into_parts();
    let bytes = body.into_whole();
    let is_small = bytes.len() <= CODING_INLINE;
    let work = move || coding.encode(&bytes).expect("memory takes whatever is written");
    let body = if is_small {
        work()
    } else {
        match spawn_blocking(work).await {
            Ok(body) => body,
            Err(ended) => std::panic::resume_unwind(ended.into_panic()),
        }
    };
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.token()));
    vary(&mut head.headers);
    Response::from_parts(head, Body::new(body.into()))
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
        use Wanted::{Always, Coded, Nothing, Plain};
        for (given, expected) in [
            (&["gzip"][..], Coded(Gzip)),
            (&["x-gzip"], Coded(Gzip)),
            (&["GZIP"], Coded(Gzip)),
            (&["gzip, deflate, br, zstd"], Coded(Zstd)),
            (&["gzip, br"], Coded(Brotli)),
            (&["gzip;q=1.0, br;q=0.5"], Coded(Gzip)),
            (&["gzip;q=0.2, br;q=0.8, zstd;q=0"], Coded(Brotli)),
            (&["gzip ; q=0.5 , br;Q=0.6"], Coded(Brotli)),
            (&["identity"], Plain),
            (&["identity, gzip;q=0.5"], Plain),
            (&["identity;q=0.5, gzip"], Coded(Gzip)),
            (&["identity;q=0, gzip"], Always(Gzip)),
            (&["*;q=0, gzip"], Always(Gzip)),
            (&["identity;q=0", "br"], Always(Brotli)),
            (&["*"], Coded(Zstd)),
            (&["*;q=0.5, zstd;q=0"], Coded(Brotli)),
            (&["gzip;q=0"], Plain),
            (&["deflate"], Plain),
            (&[""], Plain),
            (&[], Plain),
            (&["gzip;q=x"], Plain),
            (&["gzip;q=2"], Plain),
            (&["identity;q=0"], Nothing),
            (&["*;q=0"], Nothing),
            (&["deflate, *;q=0"], Nothing),
            (&["identity;q=0, gzip;q=0"], Nothing),
        ] {
            assert_eq!(Wanted::of(&headers(ACCEPT_ENCODING, given)), expected, "{given:?}");
        }
        for (wanted, length, expected) in [
            (Coded(Gzip), 20, Some(Gzip)),
            (Coded(Gzip), 19, None),
            (Always(Gzip), 1, Some(Gzip)),
            (Always(Gzip), 0, None),
            (Plain, 20, None),
        ] {
            assert_eq!(wanted.coding(length, 20), expected, "{wanted:?} {length}");
        }
        assert_eq!(Coded(Gzip).coding(0, 0), None);
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
