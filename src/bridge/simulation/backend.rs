//! A backend that speaks SOAP over HTTP/1.1, and everything that one may do wrong.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::RngExt;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::wire::Wire;
use super::world::World;

/// A backend. Clones are the same.
#[derive(Clone)]
pub(super) struct Backend(Arc<Mutex<State>>);

struct State {
    /// The requests that came whole, by their text.
    heard: BTreeMap<String, Vec<Heard>>,
    /// How many of a hundred requests something happens to.
    trouble: u32,
    /// Milliseconds that a connection may rest.
    rest: u64,
    /// Whether each request comes twice, where the harness itself is tried.
    doubles: bool,
}

/// A request that came whole.
#[derive(Clone)]
pub(super) struct Heard {
    pub(super) at: Duration,
    /// The trace, which each exchange of a bridge has of its own.
    pub(super) trace: String,
}

/// What happens to a request.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Answered,
    Late,
    Unanswered,
    Closed,
    Reset,
    Cut,
    Failed,
    Fault,
    Garbage,
    Slow,
    Short,
    Twice,
    Last,
}

const TROUBLES: [Fate; 12] = [
    Fate::Late,
    Fate::Unanswered,
    Fate::Closed,
    Fate::Reset,
    Fate::Cut,
    Fate::Failed,
    Fate::Fault,
    Fate::Garbage,
    Fate::Slow,
    Fate::Short,
    Fate::Twice,
    Fate::Last,
];

struct Request {
    text: String,
    items: usize,
    operation: &'static str,
    trace: String,
}

impl Backend {
    pub(super) fn new(doubles: bool) -> Self {
        Self(Arc::new(Mutex::new(State { heard: BTreeMap::new(), trouble: 0, rest: 60_000, doubles })))
    }

    /// Something happens to so many of a hundred requests from now on.
    pub(super) fn set_trouble(&self, percent: u32) {
        self.0.lock().trouble = percent;
    }

    /// Connections are closed when they rest, at most after so many milliseconds.
    pub(super) fn set_rest(&self, millis: u64) {
        self.0.lock().rest = millis;
    }

    /// The requests that came with `text`.
    pub(super) fn heard(&self, text: &str) -> Vec<Heard> {
        self.0.lock().heard.get(text).map_or_else(Vec::new, Clone::clone)
    }

    /// How many requests came.
    pub(super) fn count(&self) -> usize {
        self.0.lock().heard.values().map(Vec::len).sum()
    }

    /// Serves a connection to its end.
    pub(super) async fn serve(self, world: Arc<World>, mut wire: Wire) {
        // Whatever ends it, the bridge sees.
        let _ = self.talk(&world, &mut wire).await;
    }

    async fn talk(&self, world: &World, wire: &mut Wire) -> io::Result<()> {
        let mut read = Vec::new();
        loop {
            let (trouble, rest) = {
                let state = self.0.lock();
                (state.trouble, state.rest)
            };
            let rest = world.millis(rest / 2..rest);
            if read.is_empty() {
                match timeout(rest, wire.read_buf(&mut read)).await {
                    Ok(Ok(1..)) => {}
                    Ok(Ok(0) | Err(_)) => return Ok(()),
                    Err(_elapsed) if world.happens(30) => {
                        return wire
                            .write_all(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
                            .await;
                    }
                    Err(_elapsed) => return Ok(()),
                }
            }
            if world.happens(trouble / 8) {
                // It is gone before it has read everything.
                return Ok(());
            }
            let request = loop {
                if let Some((request, length)) = parse(&read) {
                    read.drain(..length);
                    break request;
                }
                if wire.read_buf(&mut read).await? == 0 {
                    return Ok(());
                }
            };
            self.hear(world, &request);
            let fate = match world.happens(trouble) {
                true => TROUBLES[world.chance(|chance| chance.random_range(0..TROUBLES.len()))],
                false => Fate::Answered,
            };
            world.note(format!("backend: {} {}: {fate:?}", request.operation, request.text));
            if !self.answer(world, wire, &request, fate).await? {
                return Ok(());
            }
        }
    }

    fn hear(&self, world: &World, request: &Request) {
        let heard = Heard { at: world.elapsed(), trace: request.trace.clone() };
        let mut state = self.0.lock();
        let times = if state.doubles { 2 } else { 1 };
        state.heard.entry(request.text.clone()).or_default().extend(vec![heard; times]);
    }

    /// Answers `request`, or does what becomes of it. Whether the connection goes on.
    async fn answer(
        &self,
        world: &World,
        wire: &mut Wire,
        request: &Request,
        fate: Fate,
    ) -> io::Result<bool> {
        let reply = reply(request, if matches!(fate, Fate::Last) { "Connection: close\r\n" } else { "" });
        sleep(world.millis(0..40)).await;
        match fate {
            Fate::Answered | Fate::Last => wire.write_all(&reply).await?,
            Fate::Late => {
                sleep(world.millis(500..7000)).await;
                wire.write_all(&reply).await?;
            }
            // Until the bridge goes away.
            Fate::Unanswered => drop(wire.read(&mut [0; 1]).await?),
            Fate::Closed => {}
            Fate::Reset => wire.reset(),
            Fate::Cut => {
                let cut = world.chance(|chance| chance.random_range(0..reply.len()));
                wire.write_all(&reply[..cut]).await?;
                if world.happens(50) {
                    wire.reset();
                }
            }
            Fate::Failed => {
                let status = ["500 Error", "502 Bad Gateway", "503 Unavailable", "404 Not Found"]
                    [world.chance(|chance| chance.random_range(0..4))];
                wire.write_all(&message(status, "text/html", "", b"<html>no</html>")).await?;
            }
            Fate::Fault => {
                let fault = format!(
                    "{ENVELOPE}<s:Fault><faultcode>s:Server</faultcode><faultstring>no</faultstring></s:Fault>{END}"
                );
                wire.write_all(&message("500 Error", "text/xml", "", fault.as_bytes())).await?;
            }
            Fate::Garbage => {
                let garbage: Vec<u8> = world.chance(|chance| (0..200).map(|_| chance.random()).collect());
                let begin = ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
                    [world.chance(|chance| chance.random_range(0..3))];
                wire.write_all(&[begin.as_bytes(), &garbage].concat()).await?;
            }
            Fate::Slow => {
                for piece in reply.chunks(reply.len().div_ceil(10)) {
                    wire.write_all(piece).await?;
                    sleep(world.millis(0..800)).await;
                }
            }
            Fate::Short => {
                wire.write_all(&reply[..reply.len() - 5]).await?;
            }
            Fate::Twice => wire.write_all(&[&*reply, &*reply].concat()).await?,
        }
        Ok(matches!(
            fate,
            Fate::Answered | Fate::Late | Fate::Failed | Fate::Fault | Fate::Slow | Fate::Twice
        ))
    }
}

const ENVELOPE: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
const END: &str = "</s:Body></s:Envelope>";

fn reply(request: &Request, headers: &str) -> Vec<u8> {
    let Request { text, items, operation, .. } = request;
    let items = "<item>0123456789</item>".repeat(*items);
    let body = format!(
        "{ENVELOPE}<{operation}Response xmlns=\"urn:shop\"><text>{text}</text>{items}</{operation}Response>{END}"
    );
    message("200 OK", "text/xml", headers, body.as_bytes())
}

fn message(status: &str, kind: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\n{headers}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// The first request of `read`, if it is whole, and how long it is.
fn parse(read: &[u8]) -> Option<(Request, usize)> {
    let end = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let head = std::str::from_utf8(&read[..end]).expect("a head").to_ascii_lowercase();
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    };
    let length: usize = header("content-length").parse().expect("a length");
    let body = std::str::from_utf8(read.get(end..end + length)?).expect("UTF-8");
    let between = |from: &str, to: &str| {
        let begin = body.find(from).expect("an element") + from.len();
        &body[begin..begin + body[begin..].find(to).expect("its end")]
    };
    let text = between("text>", "</").to_owned();
    let operation = if header("soapaction").contains("ping") { "ping" } else { "echo" };
    let items = body.matches("item>").count() / 2;
    let trace = header("traceparent").split('-').nth(1).expect("a trace").to_owned();
    Some((Request { text, items, operation, trace }, end + length))
}
