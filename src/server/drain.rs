//! The end of a connection when the process stops: nothing that its client sent before it was closed is lost.
//!
//! In HTTP/2 the client is told the last request that will be answered (RFC 9113 section 6.8). In HTTP/1.1 an answer says that it is the
//! last one (RFC 9112 section 9.6), so a connection on which nothing is asked can only be closed, and a request that is on its way then
//! is lost with it. So those that were quiet for a while are closed, and only after a look at what the socket has.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use hyper_util::server::graceful::GracefulConnection;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};

use super::life::Life;
use super::stop::{Phase, reached};
use super::talk::Talk;

/// Time for a client that has just connected, or has not been told yet that it is to go, to ask. Longer than a round trip.
const LINGER: Duration = Duration::from_secs(1);

/// Time for a client to take its last answer. Shorter than what the process gives all of them.
const FAREWELL: Duration = Duration::from_millis(250);

/// Waits until a client that has asked nothing yet need not be waited for.
pub(super) async fn unasked(phases: &mut watch::Receiver<Phase>) {
    reached(phases, Phase::Draining).await;
    // Whether its time or everybody's is over is the same to it.
    drop(timeout(LINGER, reached(phases, Phase::Ending)).await);
}

/// What `work` gives for a client that is on its way in; nothing once everybody's time is over.
pub(super) async fn entering<W: Future>(work: W, phases: &mut watch::Receiver<Phase>) -> Option<W::Output> {
    before(pin!(work), reached(phases, Phase::Ending)).await
}

/// Drives a connection of HTTP/1.1 to its end.
pub(super) async fn http1<C: GracefulConnection>(
    mut connection: Life<'_, C>,
    talk: &Talk,
    mut phases: watch::Receiver<Phase>,
) -> Result<(), C::Error> {
    if let Some(done) = before(Pin::new(&mut connection), reached(&mut phases, Phase::Leaving)).await {
        return done;
    }
    // From here on each answer is the last one.
    let patience = Instant::now() + LINGER;
    if let Some(done) = before(Pin::new(&mut connection), reached(&mut phases, Phase::Draining)).await {
        return done;
    }
    let patience = timeout_at(patience, reached(&mut phases, Phase::Ending));
    if let Some(done) = before(Pin::new(&mut connection), patience).await {
        return done;
    }
    talk.look();
    let closing = poll_fn(|context| {
        let polled = Pin::new(&mut connection).poll(context);
        if polled.is_pending() && talk.is_quiet() {
            connection.finish();
            return Pin::new(&mut connection).poll(context);
        }
        polled
    });
    if let Some(done) = before(pin!(closing), reached(&mut phases, Phase::Ending)).await {
        return done;
    }
    // What it was doing was answered. A client that sends on is not waited for.
    match timeout(FAREWELL, &mut connection).await {
        Ok(done) => done,
        Err(_elapsed) if talk.is_settled() => Ok(()),
        Err(_elapsed) => connection.await,
    }
}

/// Drives a connection of HTTP/2 to its end.
pub(super) async fn http2<C: GracefulConnection>(
    mut connection: Life<'_, C>,
    talk: &Talk,
    mut phases: watch::Receiver<Phase>,
) -> Result<(), C::Error> {
    if let Some(done) = before(Pin::new(&mut connection), reached(&mut phases, Phase::Leaving)).await {
        return done;
    }
    // A client that has just come is answered once: it would come again and again, and be served never.
    let answered = poll_fn(|context| match Pin::new(&mut connection).poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if talk.is_answered() => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    if let Some(Some(done)) = before(pin!(answered), reached(&mut phases, Phase::Draining)).await {
        return done;
    }
    connection.finish();
    if let Some(done) = before(Pin::new(&mut connection), reached(&mut phases, Phase::Ending)).await {
        return done;
    }
    talk.rouse();
    connection.await
}

/// What `work` gives; nothing once `moment` has come.
async fn before<W: Future>(mut work: Pin<&mut W>, moment: impl Future) -> Option<W::Output> {
    let mut moment = pin!(moment);
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => moment.as_mut().poll(context).map(|_| None),
    })
    .await
}
