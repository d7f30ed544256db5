//! What is known of a client's connection: whether the client has asked, and was answered, and is to go elsewhere.

use std::io;
use std::mem::MaybeUninit;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http::{HeaderValue, Response, header};
use hyper::rt::Executor;
use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_rustls::server::TlsStream;

use super::stream::ClientStream;
use crate::bridge::{Body, Serving};

/// What is known of a connection by those who serve it.
#[derive(Debug, Default)]
pub(super) struct Talk {
    /// Whether the client is to go elsewhere.
    leaving: Arc<AtomicBool>,
    /// Whether the client has sent something since it was answered.
    heard: AtomicBool,
    /// Whether it was answered at all.
    answered: AtomicBool,
    /// Whether to look for what the socket has.
    looking: AtomicBool,
    /// What was found: nothing.
    quiet: AtomicBool,
    /// What rouses tasks that nobody else polls.
    over: Notify,
}

impl Talk {
    pub(super) fn new(leaving: Arc<AtomicBool>) -> Arc<Self> {
        Arc::new(Self { leaving, ..Self::default() })
    }

    /// From now on each look for what the client sent is one at the socket too.
    pub(super) fn look(&self) {
        self.looking.store(true, Ordering::Relaxed);
    }

    /// Whether the last look found nothing that waits for an answer.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet.load(Ordering::Relaxed) && self.is_settled()
    }

    /// `answer`, with which the client is answered.
    fn answered(&self, mut answer: Response<Body>) -> Response<Body> {
        self.heard.store(false, Ordering::Relaxed);
        self.answered.store(true, Ordering::Relaxed);
        if self.leaving.load(Ordering::Relaxed) {
            // In HTTP/2, which has no such header, hyper takes it out.
            answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        answer
    }

    /// Whether all that the client sent was answered.
    pub(super) fn is_settled(&self) -> bool {
        !self.heard.load(Ordering::Relaxed)
    }

    /// Whether the client was answered.
    pub(super) fn is_answered(&self) -> bool {
        self.answered.load(Ordering::Relaxed)
    }

    /// Rouses the tasks of the connection.
    pub(super) fn rouse(&self) {
        self.over.notify_waiters();
    }
}

/// An answer to come, which says that it is the last one where the client is to go elsewhere.
pub(super) struct Answering {
    pub(super) serving: Serving,
    pub(super) talk: Arc<Talk>,
}

impl Future for Answering {
    type Output = <Serving as Future>::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { serving, talk } = &mut *self;
        serving.as_mut().poll(context).map_ok(|answer| talk.answered(answer))
    }
}

/// A stream of bytes that tells whether there are any that were not read.
pub(super) trait Unread {
    fn has_unread(&self) -> bool;
}

impl Unread for TcpStream {
    fn has_unread(&self) -> bool {
        // A connection that broke has nothing that could be answered.
        SockRef::from(self).peek(&mut [MaybeUninit::uninit()]).is_ok_and(|length| length > 0)
    }
}

impl Unread for TlsStream<TcpStream> {
    fn has_unread(&self) -> bool {
        self.get_ref().0.has_unread()
    }
}

impl<S: Unread> Unread for ClientStream<S> {
    fn has_unread(&self) -> bool {
        self.inner().has_unread()
    }
}

/// A client's stream, which notes what comes.
pub(super) struct Watched<S> {
    pub(super) stream: S,
    pub(super) talk: Arc<Talk>,
}

impl<S: AsyncRead + Unread + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(context, into);
        if into.filled().len() > before {
            self.talk.heard.store(true, Ordering::Relaxed);
        }
        if read.is_pending() && self.talk.looking.load(Ordering::Relaxed) {
            // The runtime may not have been told yet of what is there.
            self.talk.quiet.store(!self.stream.has_unread(), Ordering::Relaxed);
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Tasks of one connection, which have nobody who polls them when there is no more time.
#[derive(Clone, Debug)]
pub(super) struct Tasks(pub(super) Arc<Talk>);

impl<F> Executor<F> for Tasks
where
    F: Future + Send + 'static,
    F::Output: Send,
{
    fn execute(&self, task: F) {
        let talk = self.0.clone();
        tokio::spawn(async move {
            let mut task = pin!(task);
            tokio::select! {
                biased;
                _ = &mut task => return,
                () = talk.over.notified() => {}
            }
            task.await;
        });
    }
}
