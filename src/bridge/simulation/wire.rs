//! Connections in memory: bytes that take their time, connections that break.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

/// The way between two hosts, and all connections over it.
pub(super) struct Link(Mutex<LinkState>);

struct LinkState {
    door: Door,
    latency: Duration,
    /// Until when nothing that is sent arrives.
    held: Instant,
    /// After so many bytes that are sent next, whoever sends them, the connection breaks.
    cut: Option<usize>,
    pipes: Vec<Weak<Mutex<Pipe>>>,
}

/// How a host takes connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Door {
    Open,
    /// It refuses them.
    Shut,
    /// Nothing comes back.
    Silent,
}

/// One end of a connection in memory.
pub(in crate::bridge) struct Wire {
    link: Arc<Link>,
    pipe: Arc<Mutex<Pipe>>,
    /// Which end it is.
    end: usize,
    timer: Option<Pin<Box<Sleep>>>,
}

/// A connection: what is on its way to each end.
#[derive(Default)]
struct Pipe {
    ways: [Way; 2],
    broken: bool,
    gone: [bool; 2],
}

#[derive(Default)]
struct Way {
    pieces: VecDeque<(Instant, Piece)>,
    bytes: usize,
    /// Nothing more is sent.
    ended: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

enum Piece {
    Bytes(Bytes),
    End,
    Break,
}

/// As a socket's buffers of both ends.
const CAPACITY: usize = 32 * 1024;

impl Link {
    pub(super) fn new(latency: Duration) -> Arc<Self> {
        let state =
            LinkState { door: Door::Open, latency, held: Instant::now(), cut: None, pipes: Vec::new() };
        Arc::new(Self(Mutex::new(state)))
    }

    pub(super) fn latency(&self) -> Duration {
        self.0.lock().latency
    }

    pub(super) fn set_latency(&self, latency: Duration) {
        self.0.lock().latency = latency;
    }

    pub(super) fn door(&self) -> Door {
        self.0.lock().door
    }

    pub(super) fn set_door(&self, door: Door) {
        self.0.lock().door = door;
    }

    /// Keeps what is sent from now on back for `time`.
    pub(super) fn hold(&self, time: Duration) {
        self.0.lock().held = Instant::now() + time;
    }

    /// Breaks the connection over which the next bytes are sent, after so many.
    pub(super) fn cut(&self, after: usize) {
        self.0.lock().cut = Some(after);
    }

    /// Breaks all connections.
    pub(super) fn reset(&self) {
        let pipes = std::mem::take(&mut self.0.lock().pipes);
        pipes.iter().filter_map(Weak::upgrade).for_each(|pipe| pipe.lock().reset());
    }

    /// Takes back what was done to it.
    pub(super) fn heal(&self, latency: Duration) {
        let mut state = self.0.lock();
        (state.door, state.latency, state.held, state.cut) = (Door::Open, latency, Instant::now(), None);
    }

    /// Both ends of a new connection.
    pub(super) fn connection(self: &Arc<Self>) -> (Wire, Wire) {
        let pipe = Arc::new(Mutex::new(Pipe::default()));
        let mut state = self.0.lock();
        state.pipes.retain(|pipe| pipe.strong_count() > 0);
        state.pipes.push(Arc::downgrade(&pipe));
        let end = |end| Wire { link: self.clone(), pipe: pipe.clone(), end, timer: None };
        (end(0), end(1))
    }

    /// When what is sent now arrives, and how much of so many `bytes` before the connection breaks.
    fn send(&self, bytes: usize) -> (Instant, Option<usize>) {
        let mut state = self.0.lock();
        let due = Instant::now().max(state.held) + state.latency;
        let cut = state.cut.take_if(|cut| *cut <= bytes);
        if let Some(cut) = &mut state.cut {
            *cut -= bytes;
        }
        (due, cut)
    }
}

impl Pipe {
    fn reset(&mut self) {
        self.broken = true;
        self.ways.iter_mut().for_each(Way::wake);
    }
}

impl Way {
    fn push(&mut self, due: Instant, piece: Piece) {
        // What is sent later arrives later.
        let due = self.pieces.back().map_or(due, |(before, _)| due.max(*before));
        if let Piece::Bytes(bytes) = &piece {
            self.bytes += bytes.len();
        }
        self.pieces.push_back((due, piece));
        self.reader.take().into_iter().for_each(Waker::wake);
    }

    fn wake(&mut self) {
        self.reader.take().into_iter().chain(self.writer.take()).for_each(Waker::wake);
    }
}

impl Wire {
    /// Breaks the connection, as a process does that is killed.
    pub(super) fn reset(&self) {
        self.pipe.lock().reset();
    }

    /// Whether nothing came, and nobody left.
    pub(super) fn is_quiet(&self) -> bool {
        let pipe = self.pipe.lock();
        let due = pipe.ways[self.end].pieces.front().is_some_and(|(due, _)| *due <= Instant::now());
        !pipe.broken && !due
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { pipe, end, timer, .. } = self.get_mut();
        loop {
            let due = {
                let mut pipe = pipe.lock();
                if pipe.broken {
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
                let way = &mut pipe.ways[*end];
                way.reader = Some(context.waker().clone());
                match way.pieces.front_mut() {
                    None => return Poll::Pending,
                    Some((due, _)) if *due > Instant::now() => *due,
                    Some((_, Piece::End)) => return Poll::Ready(Ok(())),
                    Some((_, Piece::Break)) => {
                        pipe.reset();
                        continue;
                    }
                    Some((_, Piece::Bytes(bytes))) => {
                        let length = bytes.len().min(buffer.remaining());
                        buffer.put_slice(&bytes[..length]);
                        bytes.advance(length);
                        if bytes.is_empty() {
                            way.pieces.pop_front();
                        }
                        way.bytes -= length;
                        way.writer.take().into_iter().for_each(Waker::wake);
                        return Poll::Ready(Ok(()));
                    }
                }
            };
            let timer = timer.get_or_insert_with(|| Box::pin(sleep_until(due)));
            if timer.deadline() != due {
                timer.as_mut().reset(due);
            }
            ready!(timer.as_mut().poll(context));
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut pipe = self.pipe.lock();
        if pipe.broken || pipe.ways[1 - self.end].ended {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        if pipe.gone[1 - self.end] {
            // Nobody takes it, and says so.
            pipe.reset();
            return Poll::Ready(Ok(bytes.len()));
        }
        let way = &mut pipe.ways[1 - self.end];
        let length = bytes.len().min(CAPACITY.saturating_sub(way.bytes));
        if length == 0 && !bytes.is_empty() {
            way.writer = Some(context.waker().clone());
            return Poll::Pending;
        }
        let (due, cut) = self.link.send(length);
        let arriving = cut.unwrap_or(length);
        if arriving > 0 {
            way.push(due, Piece::Bytes(Bytes::copy_from_slice(&bytes[..arriving])));
        }
        if cut.is_some() {
            way.push(due, Piece::Break);
        }
        Poll::Ready(Ok(length))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut pipe = self.pipe.lock();
        let way = &mut pipe.ways[1 - self.end];
        if !std::mem::replace(&mut way.ended, true) {
            way.push(self.link.send(0).0, Piece::End);
        }
        Poll::Ready(Ok(()))
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        let mut pipe = self.pipe.lock();
        pipe.gone[self.end] = true;
        // What is left unread makes a reset of the end.
        if pipe.ways[self.end].bytes > 0 && !pipe.gone[1 - self.end] {
            return pipe.reset();
        }
        let way = &mut pipe.ways[1 - self.end];
        if !std::mem::replace(&mut way.ended, true) {
            way.push(self.link.send(0).0, Piece::End);
        }
        let way = &mut pipe.ways[self.end];
        way.wake();
    }
}
