//! A connection in HTTP/1.1, driven by whoever uses it: a task for each connection would have to be woken for each request and to wake
//! whoever asked, and there is never more than one of these.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::task::AtomicWaker;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::TrySendError;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::body::{BodyError, Bound, Whole};
use super::pieces::Body;
use super::socket::Look;
use crate::bridge::state::alarm::Alarm;

/// What reads and writes.
type Driver = Pin<Box<dyn Future<Output = hyper::Result<()>> + Send>>;

/// A connection in HTTP/1.1.
pub(super) struct Connection {
    handle: SendRequest<Body>,
    /// Nothing once the connection is closed.
    driver: Option<Driver>,
    relay: Arc<Relay>,
    waker: Waker,
    alarm: Alarm,
    /// Asks what is below to look.
    look: Look,
}

/// Why there is no response.
pub(super) enum Unanswered {
    /// The connection broke; the request is in there if not a byte of it was sent.
    Broken(Box<TrySendError<Request<Body>>>),
    /// It did not come in time.
    TimedOut,
}

impl Connection {
    /// A connection over `stream`, which looks when `look` asks it to.
    pub(super) async fn open<S>(stream: S, look: Look) -> hyper::Result<Self>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (handle, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let relay = Arc::new(Relay::default());
        let waker = Waker::from(relay.clone());
        Ok(Self { handle, driver: Some(Box::pin(connection)), relay, waker, alarm: Alarm::default(), look })
    }

    /// Whether it takes another request, as far as anyone knows.
    pub(super) fn is_ready(&self) -> bool {
        self.driver.is_some() && self.handle.is_ready()
    }

    /// The same, after a look at what came while nobody used it: its end, or what nobody asked for.
    pub(super) fn check(&mut self) -> bool {
        self.look.ask();
        drive(&mut self.driver, &self.waker);
        self.is_ready()
    }

    /// Sends `request` and waits for the head of the response. A connection that was closed meanwhile gives the request back.
    pub(super) fn send(
        &mut self,
        request: Request<Body>,
        deadline: Instant,
    ) -> impl Future<Output = Result<Response<Incoming>, Unanswered>> {
        // It is handed over at once, so that the future does not hold it too.
        let response = self.handle.try_send_request(request);
        let Self { driver, relay, waker, alarm, .. } = self;
        async move {
            let mut response = pin!(response);
            poll_fn(|context| {
                relay.begin(context.waker());
                drive(driver, waker);
                match response.as_mut().poll(&mut Context::from_waker(waker)) {
                    Poll::Ready(response) => {
                        relay.end();
                        Poll::Ready(response.map_err(|error| Unanswered::Broken(Box::new(error))))
                    }
                    Poll::Pending => {
                        relay.wait(context.waker());
                        alarm.poll(deadline, context).map(|()| Err(Unanswered::TimedOut))
                    }
                }
            })
            .await
        }
    }

    /// The whole `body` of the response, within its `bound`.
    pub(super) async fn collect(
        &mut self,
        mut body: Incoming,
        bound: Bound,
        deadline: Instant,
    ) -> Result<Whole, BodyError> {
        let mut collected = bound.begin(&body)?;
        poll_fn(|context| {
            self.relay.begin(context.waker());
            let mut driven = false;
            loop {
                match collected.poll(Pin::new(&mut body), &mut Context::from_waker(&self.waker)) {
                    Poll::Ready(Ok(false)) => driven = false,
                    Poll::Ready(ended) => {
                        self.relay.end();
                        return Poll::Ready(ended.map(|_| collected.take()));
                    }
                    Poll::Pending if driven => {
                        self.relay.wait(context.waker());
                        return self.alarm.poll(deadline, context).map(|()| Err(BodyError::TooSlow));
                    }
                    Poll::Pending => {
                        self.relay.begin(context.waker());
                        drive(&mut self.driver, &self.waker);
                        driven = true;
                    }
                }
            }
        })
        .await
    }

    /// Closes it as its protocol has it: over TLS the other end is told.
    pub(super) fn close(self) {
        drop(self.handle);
        if let Some(driver) = self.driver {
            tokio::spawn(driver);
        }
    }
}

/// Reads and writes what there is to read and to write.
fn drive(driver: &mut Option<Driver>, waker: &Waker) {
    if let Some(running) = driver
        && running.as_mut().poll(&mut Context::from_waker(waker)).is_ready()
    {
        // An error was told to whoever waits for a response. Without such a one the connection is closed, and that is all.
        *driver = None;
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Connection").field("handle", &self.handle).finish_non_exhaustive()
    }
}

/// Wakes the task that waits for the connection. Handle and driver wake each other too, while that task runs: it polls both in turn, and
/// would be polled once more for nothing.
#[derive(Default)]
struct Relay {
    state: AtomicU8,
    task: AtomicWaker,
}

/// Nobody waits.
const RESTING: u8 = 0;
/// The task runs.
const RUNNING: u8 = 1;
/// It runs, and was woken.
const NOTED: u8 = 2;
/// It waits.
const WAITING: u8 = 3;

impl Relay {
    /// The task of `waker` runs, and polls handle and driver after this.
    fn begin(&self, waker: &Waker) {
        self.task.register(waker);
        self.state.store(RUNNING, Ordering::Release);
    }

    /// It waits from now on. What woke it since it began is yet to be done.
    fn wait(&self, waker: &Waker) {
        if self.state.swap(WAITING, Ordering::AcqRel) == NOTED {
            waker.wake_by_ref();
        }
    }

    /// It needs the connection no more.
    fn end(&self) {
        self.state.store(RESTING, Ordering::Release);
    }
}

impl Wake for Relay {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let noted = self.state.compare_exchange(RUNNING, NOTED, Ordering::AcqRel, Ordering::Acquire);
        if noted == Err(WAITING) {
            self.task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;
    use std::time::Duration;

    use bytes::Bytes;
    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Whoever is woken looks at a client's connection too.
    #[tokio::test]
    async fn a_task_is_woken_once_for_what_comes_and_for_nothing_else() {
        let (near, mut far) = duplex(1024);
        let mut connection = Connection::open(near, Look::default()).await.expect("a connection");
        let deadline = Instant::now() + Duration::from_secs(60);
        for (pieces, body) in [
            (&["HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody"][..], "body"),
            (
                &[
                    "HTTP/1.1 200 OK\r\ntransfer-",
                    "encoding: chunked\r\n\r\n2\r\nbo",
                    "\r\n2\r\ndy\r\n0\r\n",
                    "\r\n",
                ],
                "body",
            ),
            // It ends with the connection.
            (&["HTTP/1.1 200 OK\r\n\r\n"], ""),
        ] {
            let woken = Arc::new(Woken::default());
            let waker = Waker::from(woken.clone());
            let mut exchange = Box::pin(async {
                let request = Request::post("/").body(Body::new(Bytes::from_static(b"request")));
                let sent = connection.send(request.expect("a request"), deadline).await;
                let Ok(response) = sent else { panic!("no response") };
                let read = connection.collect(response.into_body(), Bound::in_memory(4), deadline).await;
                read.map(|whole| whole.bytes)
            });
            let mut poll = || exchange.as_mut().poll(&mut Context::from_waker(&waker));
            for (at, piece) in pieces.iter().enumerate() {
                assert!(poll().is_pending(), "{piece}");
                assert_eq!(woken.0.load(Ordering::Relaxed), at, "{piece}");
                far.write_all(piece.as_bytes()).await.expect("written");
                assert_eq!(woken.0.load(Ordering::Relaxed), at + 1, "{piece}");
            }
            if body.is_empty() {
                assert!(poll().is_pending());
                far.shutdown().await.expect("closed");
            }
            assert_eq!(poll(), Poll::Ready(Ok(Bytes::from_static(body.as_bytes()))));
            drop(exchange);
            assert_eq!(connection.is_ready(), !body.is_empty(), "{pieces:?}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_was_closed_meanwhile_gives_the_request_back() {
        let (near, far) = duplex(1024);
        let mut connection = Connection::open(near, Look::default()).await.expect("a connection");
        drop(far);
        let deadline = Instant::now() + Duration::from_secs(60);
        let request = Request::post("/").body(Body::new(Bytes::from_static(b"request"))).expect("a request");
        match connection.send(request, deadline).await {
            Err(Unanswered::Broken(mut error)) => assert!(error.take_message().is_some()),
            Err(Unanswered::TimedOut) | Ok(_) => panic!("nobody is there"),
        }
    }
}
