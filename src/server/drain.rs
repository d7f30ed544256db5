//! The end of a connection when the process stops: nothing that its client sent before it was closed is lost.
//!
//! In HTTP/2 the client is told the last request that will be answered (RFC 9113 section 6.8). In HTTP/1.1 an answer says that it is the
//! last one (RFC 9112 section 9.6), so a connection on which nothing is asked can only be closed, and a request that is on its way then
//! is lost with it. So those that were quiet for a while are closed, and only after a look at what the socket has.

use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use hyper::server::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::connection::Connection;
use super::stop::{Phase, reached};
use super::talk::{Talk, Tasks, Unread, Watched};

/// Time for a client that has just connected, or has not been told yet that it is to go, to ask. Longer than a round trip.
const LINGER: Duration = Duration::from_secs(1);

/// Waits until a client that has asked nothing yet need not be waited for.
pub(super) async fn unasked(phases: &mut watch::Receiver<Phase>) {
    reached(phases, Phase::Draining).await;
    sleep(LINGER).await;
}

type Http1<S> = http1::Connection<TokioIo<Watched<S>>, Connection>;

/// Drives a connection of HTTP/1.1 to its end.
pub(super) async fn http1<S>(
    connection: Http1<S>,
    talk: &Talk,
    mut phases: watch::Receiver<Phase>,
) -> hyper::Result<()>
where
    S: AsyncRead + AsyncWrite + Unread + Unpin + 'static,
{
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        done = &mut connection => return done,
        () = reached(&mut phases, Phase::Leaving) => {}
    }
    // From here on each answer is the last one.
    let patience = Instant::now() + LINGER;
    tokio::select! {
        biased;
        done = &mut connection => return done,
        () = reached(&mut phases, Phase::Draining) => {}
    }
    tokio::select! {
        biased;
        done = &mut connection => return done,
        () = sleep_until(patience) => {}
        () = reached(&mut phases, Phase::Ending) => {}
    }
    talk.look();
    let closing = poll_fn(|context| {
        let polled = connection.as_mut().poll(context);
        if polled.is_pending() && talk.is_quiet() {
            connection.as_mut().graceful_shutdown();
            return connection.as_mut().poll(context);
        }
        polled
    });
    tokio::select! {
        biased;
        done = closing => return done,
        () = reached(&mut phases, Phase::Ending) => {}
    }
    connection.await
}

/// Drives a connection of HTTP/2 to its end.
pub(super) async fn http2<S>(
    connection: http2::Connection<TokioIo<S>, Connection, Tasks>,
    talk: &Talk,
    mut phases: watch::Receiver<Phase>,
) -> hyper::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
{
    let mut connection = pin!(connection);
    tokio::select! {
        biased;
        done = &mut connection => return done,
        () = reached(&mut phases, Phase::Leaving) => {}
    }
    // A client that has just come is answered once: it would come again and again, and be served never.
    let answered = poll_fn(|context| match connection.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if talk.is_answered() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    let done = tokio::select! {
        biased;
        done = answered => done,
        () = reached(&mut phases, Phase::Draining) => None,
    };
    if let Some(done) = done {
        return done;
    }
    connection.as_mut().graceful_shutdown();
    tokio::select! {
        biased;
        done = &mut connection => return done,
        () = reached(&mut phases, Phase::Ending) => {}
    }
    talk.rouse();
    connection.await
}
