//! Bodies: collected under a limit and a deadline.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::timeout;

/// The body of an answer.
pub type Body = http_body_util::Full<Bytes>;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// The connection broke, or the framing is wrong.
    #[error("the body broke off")]
    Broken,
    /// More bytes than the limit.
    #[error("the body is too large")]
    TooLarge,
    /// Too slow.
    #[error("the body came too slowly")]
    TooSlow,
}

/// Reads a whole body of at most `limit` bytes in at most `deadline`. A length that is declared too large is refused
/// before a byte is read; a body that came in one piece is not copied.
pub async fn collect(
    headers: &HeaderMap,
    body: Incoming,
    limit: usize,
    deadline: Duration,
) -> Result<Bytes, BodyError> {
    if declared(headers).is_some_and(|length| length > limit as u64) {
        return Err(BodyError::TooLarge);
    }
    timeout(deadline, read(body, limit)).await.unwrap_or(Err(BodyError::TooSlow))
}

fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, BodyError> {
    let mut first: Option<Bytes> = None;
    let mut rest = BytesMut::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        length += data.len();
        if length > limit {
            return Err(BodyError::TooLarge);
        }
        match &first {
            None => first = Some(data),
            Some(one) if rest.is_empty() => {
                rest.extend_from_slice(one);
                rest.extend_from_slice(&data);
            }
            Some(_) => rest.extend_from_slice(&data),
        }
    }
    Ok(if rest.is_empty() { first.unwrap_or_default() } else { fitting(rest) })
}

/// A buffer that grew by doubling may be twice as large as what is in it, and lives as long as the exchange.
fn fitting(body: BytesMut) -> Bytes {
    let wasted = body.capacity() - body.len();
    if wasted > body.len() / 4 { Bytes::copy_from_slice(&body) } else { body.freeze() }
}
