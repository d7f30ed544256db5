//! The HTTP side of a mock.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::Full;
use hyper::body::Incoming as Body;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::Mock;
use super::answer::Answer;
use crate::bridge::collect;
use crate::soap::ContentType;

/// A request that was read.
pub(super) struct Incoming {
    pub(super) method: Method,
    /// The path without the query.
    pub(super) path: String,
    /// The query with its question mark.
    pub(super) query: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Incoming {
    pub(super) fn content_type(&self) -> ContentType {
        let value = self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        value.map(ContentType::parse).unwrap_or_default()
    }
}

pub(super) async fn start(mock: Arc<Mock>, listener: std::net::TcpListener) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    tokio::spawn(accept(TcpListener::from_std(listener)?, mock));
    Ok(())
}

async fn accept(listener: TcpListener, mock: Arc<Mock>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    while let Ok(permit) = room.clone().acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Most likely there are too many open files; others may be closed soon.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let mock = mock.clone();
        tokio::spawn(async move {
            connection(stream, mock).await;
            drop(permit);
        });
    }
}

async fn connection(stream: TcpStream, mock: Arc<Mock>) {
    let limits = mock.context().limits.http;
    let service = service_fn(move |request| {
        let mock = mock.clone();
        async move { Ok::<_, Infallible>(exchange(&mock, request).await) }
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_millis(limits.head_deadline));
    // A client that goes away is no concern of a mock.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

async fn exchange(mock: &Mock, request: Request<Body>) -> Response<Full<Bytes>> {
    let limits = &mock.context().limits.http;
    let (head, body) = request.into_parts();
    let deadline = Duration::from_millis(limits.body_deadline);
    let body = match collect(&head.headers, body, limits.request_body, deadline).await {
        Ok(body) => body,
        Err(error) => return response(Answer::text(400, &error.to_string())),
    };
    let query = head.uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let path = head.uri.path().to_owned();
    let incoming = Incoming { method: head.method, path, query, headers: head.headers, body };
    response(mock.answer(incoming).await)
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let Ok(content_type) = HeaderValue::from_str(&answer.content_type) {
        response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    }
    response
}

/// Connections at one time.
const CONNECTIONS: usize = 64;
