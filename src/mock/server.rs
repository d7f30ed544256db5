//! The HTTP side of a mock.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::Full;
use hyper::body::Incoming as Body;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::answer::Answer;
use super::incoming::Incoming;
use super::respond::respond;
use super::state::Mock;
use crate::bridge::collect;

impl Mock {
    /// Starts it on the current runtime, with which it ends.
    pub async fn start(self: Arc<Self>, listener: std::net::TcpListener) -> std::io::Result<()> {
        listener.set_nonblocking(true)?;
        tokio::spawn(accept(TcpListener::from_std(listener)?, self));
        Ok(())
    }
}

async fn accept(listener: TcpListener, mock: Arc<Mock>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let permit = room.clone().acquire_owned().await.expect("nobody closes the semaphore");
        // Most likely there are too many open files; others may be closed soon.
        let Ok((stream, _)) = listener.accept().await else {
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
    match collect(body, limits.request_body, deadline).await {
        Ok(body) => response(respond(mock, &Incoming::new(head, body)).await),
        Err(error) => response(Answer::text(400, &error.to_string())),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(answer.body));
    *response.status_mut() = answer.status;
    response.headers_mut().extend(answer.content_type.map(|value| (header::CONTENT_TYPE, value)));
    response
}

/// Connections at one time.
const CONNECTIONS: usize = 64;
