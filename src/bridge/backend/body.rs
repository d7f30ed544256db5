//! Bodies: collected under a limit and a deadline.

use std::pin::pin;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body as HttpBody;
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
pub async fn collect<B>(body: B, limit: usize, deadline: Duration) -> Result<Bytes, BodyError>
where
    B: HttpBody<Data = Bytes>,
{
    if body.size_hint().lower() > limit as u64 {
        return Err(BodyError::TooLarge);
    }
    match timeout(deadline, read(body, limit)).await {
        Ok(read) => read,
        Err(_elapsed) => Err(BodyError::TooSlow),
    }
}

async fn read<B: HttpBody<Data = Bytes>>(body: B, limit: usize) -> Result<Bytes, BodyError> {
    let mut body = pin!(body);
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // Trailers say nothing that is used here.
        let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else { continue };
        if first.len() + rest.len() + data.len() > limit {
            return Err(BodyError::TooLarge);
        }
        if first.is_empty() && rest.is_empty() {
            first = data;
            continue;
        }
        rest.extend_from_slice(&std::mem::take(&mut first));
        rest.extend_from_slice(&data);
    }
    Ok(if rest.is_empty() { first } else { fitting(rest) })
}

/// A buffer that grew by doubling may be twice as large as what is in it, and lives as long as the exchange.
fn fitting(body: BytesMut) -> Bytes {
    let wasted = body.capacity() - body.len();
    if wasted > body.len() / 4 { Bytes::copy_from_slice(&body) } else { body.freeze() }
}
