//! What is remembered of a key, and how an answer is kept.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::bridge::backend::pieces::Body;

/// A key, or a fingerprint.
pub(super) type Hash = [u8; 32];

/// What is remembered of a key.
#[derive(Clone, Debug)]
pub(super) enum Kept {
    /// It was answered.
    Answered(Answer),
    /// It is being answered.
    Open,
    /// Nobody saw its answer.
    Unknown,
}

impl Kept {
    /// Bytes that it takes.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Answered(answer) => answer.body.len(),
            Self::Open | Self::Unknown => 0,
        }
    }
}

/// Why a key is not claimed.
#[derive(Debug)]
pub(super) enum Found {
    /// It is not free.
    Known(Hash, Kept),
    /// There is no room for more.
    NoRoom,
    /// Nobody knows.
    Unreachable,
}

/// An answer as it is kept.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

/// Headers of an answer that are kept.
const HEADERS: [HeaderName; 3] =
    [header::CONTENT_TYPE, header::RETRY_AFTER, HeaderName::from_static("x-bridge-warnings")];

impl Answer {
    pub(super) fn of(answer: &Response<Body>) -> Self {
        let body = answer.body().clone().into_whole();
        let kept =
            HEADERS.into_iter().filter_map(|name| Some((name.clone(), answer.headers().get(name)?.clone())));
        Self { status: answer.status(), headers: kept.collect(), body }
    }

    pub(super) fn replay(&self) -> Response<Body> {
        let mut answer = Response::new(Body::new(self.body.clone()));
        *answer.status_mut() = self.status;
        answer.headers_mut().extend(self.headers.iter().cloned());
        answer.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
        answer
    }

    /// The status, the headers in their order, each with its length, then the body.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.status.as_u16().to_be_bytes());
        for name in HEADERS {
            let value = self.headers.iter().find(|(known, _)| *known == name);
            let value = value.map_or(&b""[..], |(_, value)| value.as_bytes());
            out.extend_from_slice(&(value.len() as u32).to_be_bytes());
            out.extend_from_slice(value);
        }
        out.extend_from_slice(&self.body);
    }

    /// Reads what was written. Errors: it is something else, and the answer is unknown.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Corrupted> {
        let (status, mut rest) = bytes.split_first_chunk::<2>().ok_or(Corrupted)?;
        let status = StatusCode::from_u16(u16::from_be_bytes(*status)).map_err(|_| Corrupted)?;
        let mut headers = Vec::new();
        for name in HEADERS {
            let (length, after) = rest.split_first_chunk::<4>().ok_or(Corrupted)?;
            let length = u32::from_be_bytes(*length) as usize;
            let (value, after) = after.split_at_checked(length).ok_or(Corrupted)?;
            if !value.is_empty() {
                headers.push((name, HeaderValue::from_bytes(value).map_err(|_| Corrupted)?));
            }
            rest = after;
        }
        Ok(Self { status, headers, body: Bytes::copy_from_slice(rest) })
    }
}

/// What a store has under a key is not what a bridge writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Corrupted;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_kept_is_read_as_it_was_written() {
        let mut answer = Response::new(Body::new(Bytes::from_static(b"{}")));
        *answer.status_mut() = http::StatusCode::MULTI_STATUS;
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        answer.headers_mut().insert("x-other", HeaderValue::from_static("left out"));
        let mut bytes = Vec::new();
        Answer::of(&answer).write(&mut bytes);
        let read = Answer::read(&bytes).expect("an answer");
        assert_eq!((read.status.as_u16(), &read.body[..], read.headers.len()), (207, &b"{}"[..], 1));
        for cut in 0..bytes.len() - 2 {
            assert!(Answer::read(&bytes[..cut]).is_err(), "{cut}");
        }
    }
}
