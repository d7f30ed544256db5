//! A Valkey or Redis store, for what several bridges share.
//!
//! Whatever is asked of it is a script, which is one step there and one round trip. A store that does not answer in time is not
//! there: whoever asks refuses what it needs the answer for.

mod connection;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::{BoxFuture, FutureExt, Shared};
use parking_lot::Mutex;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, cmd};
use sha1::{Digest, Sha1};
use tokio::time::{Instant, timeout};

use crate::limits::STORE_DETAIL;
use crate::redact::printable;
use crate::service::SharedStore;
use connection::{Connection, OPENING, PATIENCE, Servers};

/// A store, to which the first request connects. Clones share the connection.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Store(Arc<Inner>);

struct Inner {
    servers: Servers,
    /// Where it is, for the log: without credentials.
    shown: String,
    link: Mutex<Link>,
    /// Whether the log says that it cannot be used.
    troubled: AtomicBool,
}

/// A script that the store runs.
#[derive(Debug)]
pub(in crate::bridge) struct Script {
    text: &'static str,
    /// Its name in the store: its SHA-1.
    name: String,
}

/// Why a store did not answer as it should.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::bridge) enum Trouble {
    /// The connection ended while it was asked.
    #[error("the connection broke")]
    Broken,
    /// It has no room.
    #[error("it is full: `maxmemory` is reached")]
    Full,
    /// It says that it takes nothing now: another server is the master, or it is starting.
    #[error("it answers {0}")]
    NotNow(String),
    /// It says so.
    #[error("it answers {0}")]
    Refused(String),
    /// It says nothing.
    #[error("it did not answer within {} ms", PATIENCE.as_millis())]
    Silent,
    /// It cannot be connected to.
    #[error("{0}")]
    Unreachable(String),
}

/// Servers that cannot be asked at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("store.redis: these servers cannot be used together")]
pub struct StoreError;

/// The connection, and what becomes of it.
enum Link {
    /// There is none, and until then none is opened.
    Closed { until: Instant, trouble: Trouble },
    /// There has been none.
    New,
    /// It is there; since when it has been silent.
    Open { connection: Connection, number: u64, silent: Option<Instant> },
    /// It is being opened.
    Opening(Opening),
}

type Opening = Shared<BoxFuture<'static, Result<(), Trouble>>>;

impl Script {
    pub(in crate::bridge) fn new(text: &'static str) -> Self {
        let name = Sha1::digest(text).iter().map(|octet| format!("{octet:02x}")).collect();
        Self { text, name }
    }

    /// The script by its name, or whole, with what `more` adds: the number of keys, the keys, and what else it takes.
    fn command(&self, named: bool, more: &impl Fn(&mut Cmd)) -> Cmd {
        let mut command = if named { cmd("EVALSHA") } else { cmd("EVAL") };
        command.arg(if named { &*self.name } else { self.text });
        more(&mut command);
        command
    }
}

impl Store {
    /// The store that a service file names.
    pub(in crate::bridge) fn new(store: &SharedStore) -> Result<Self, StoreError> {
        let servers = Servers::new(store).map_err(|_| StoreError)?;
        let (link, troubled) = (Mutex::new(Link::New), AtomicBool::new(false));
        Ok(Self(Arc::new(Inner { servers, shown: store.shown(), link, troubled })))
    }

    /// Where it is, for the log.
    pub(in crate::bridge) fn shown(&self) -> &str {
        &self.0.shown
    }

    /// What `script` answers to what `more` adds to it. It may run twice: where a connection breaks nobody knows whether it ran.
    pub(in crate::bridge) async fn run<T: FromRedisValue>(
        &self,
        script: &Script,
        more: impl Fn(&mut Cmd),
    ) -> Result<T, Trouble> {
        // What takes longer is given up, and with it what it waits for.
        let mut broke = false;
        let attempts = self.attempts(script, &more, &mut broke);
        let answered = timeout(PATIENCE, attempts).await.unwrap_or(Err(Trouble::Silent));
        self.0.note(&answered);
        // What was asked over a connection that broke may have been done, whatever came of asking once more.
        if broke { answered.map_err(|_| Trouble::Broken) } else { answered }
    }

    async fn attempts<T: FromRedisValue>(
        &self,
        script: &Script,
        more: &impl Fn(&mut Cmd),
        broke: &mut bool,
    ) -> Result<T, Trouble> {
        match self.attempt(script, more).await {
            // A server that was started again has closed the connection while nobody asked.
            Err(Trouble::Broken) => {
                *broke = true;
                self.attempt(script, more).await
            }
            answered => answered,
        }
    }

    async fn attempt<T: FromRedisValue>(
        &self,
        script: &Script,
        more: &impl Fn(&mut Cmd),
    ) -> Result<T, Trouble> {
        let (number, mut connection) = self.connection().await?;
        let mut asked = connection.query(&script.command(true, more)).await;
        if asked.as_ref().is_err_and(|error: &RedisError| error.kind() == NO_SCRIPT) {
            asked = connection.query(&script.command(false, more)).await;
        }
        asked.map_err(|error| {
            let trouble = Trouble::of(&error).while_asked();
            if connection.is_over(&error) {
                self.0.close(number, &trouble);
            }
            trouble
        })
    }

    /// The connection with its number, once it is open.
    async fn connection(&self) -> Result<(u64, Connection), Trouble> {
        loop {
            let opening = {
                let mut link = self.0.link.lock();
                match &*link {
                    Link::Open { connection, number, .. } => return Ok((*number, connection.clone())),
                    Link::Opening(opening) if opening.peek().is_none() => opening.clone(),
                    Link::Closed { until, trouble } if Instant::now() < *until => return Err(trouble.clone()),
                    Link::Closed { .. } | Link::New | Link::Opening(_) => {
                        let opening = self.open();
                        *link = Link::Opening(opening.clone());
                        opening
                    }
                }
            };
            opening.await?;
        }
    }

    /// Opens a connection, whoever waits for it: that may take longer than a request has patience.
    fn open(&self) -> Opening {
        let inner = self.0.clone();
        let task = tokio::spawn(async move {
            let opened = match timeout(OPENING, inner.servers.connect()).await {
                Ok(opened) => opened.map_err(|error| Trouble::of(&error)),
                Err(_) => Err(Trouble::Silent),
            };
            inner.settle(opened)
        });
        // The runtime ends before the task only where nothing is answered any more.
        let ended = |_| Err(Trouble::Unreachable("the bridge stops".to_owned()));
        // Whoever waits for it is told so.
        task.map(move |settled| settled.unwrap_or_else(ended)).boxed().shared()
    }
}

impl Inner {
    /// Takes what came of opening a connection.
    fn settle(&self, opened: Result<Connection, Trouble>) -> Result<(), Trouble> {
        let mut link = self.link.lock();
        match opened {
            Ok(connection) => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                *link = Link::Open { connection, number, silent: None };
                Ok(())
            }
            Err(trouble) => {
                *link = Link::Closed { until: Instant::now() + PAUSE, trouble: trouble.clone() };
                Err(trouble)
            }
        }
    }

    /// Gives up the connection `number`, if it is that one still.
    fn close(&self, number: u64, trouble: &Trouble) {
        let mut link = self.link.lock();
        if matches!(&*link, Link::Open { number: current, .. } if *current == number) {
            // Where there is another server nobody knows for a while.
            let waits = matches!(trouble, Trouble::NotNow(_) | Trouble::Refused(_));
            let pause = if waits { PAUSE } else { Duration::ZERO };
            *link = Link::Closed { until: Instant::now() + pause, trouble: trouble.clone() };
        }
    }

    /// Gives up a connection that has been silent for long, since nobody may ever say that it is gone; and tells when the store
    /// fails, and when it no longer does.
    fn note<T>(&self, answered: &Result<T, Trouble>) {
        let mut link = self.link.lock();
        if let Link::Open { silent, .. } = &mut *link {
            match (answered, *silent) {
                (Err(Trouble::Silent), None) => *silent = Some(Instant::now()),
                (Err(Trouble::Silent), Some(since)) if since.elapsed() >= SILENCE => {
                    *link = Link::Closed { until: Instant::now(), trouble: Trouble::Silent };
                }
                (Err(Trouble::Silent), Some(_)) => {}
                (Err(_) | Ok(_), _) => *silent = None,
            }
        }
        drop(link);
        match answered {
            Err(trouble) => {
                if !self.troubled.swap(true, Ordering::Relaxed) {
                    tracing::error!(
                        store = &*self.shown,
                        "store {}: {trouble}; what needs it is refused",
                        self.shown
                    );
                }
            }
            Ok(_) => {
                if self.troubled.load(Ordering::Relaxed) && self.troubled.swap(false, Ordering::Relaxed) {
                    tracing::warn!(store = &*self.shown, "store {}: it answers again", self.shown);
                }
            }
        }
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Inner").field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl Trouble {
    /// Whether what was asked may have been done all the same.
    pub(in crate::bridge) fn may_have_run(&self) -> bool {
        matches!(self, Self::Broken | Self::Silent)
    }

    /// The same of a connection that was there.
    fn while_asked(self) -> Self {
        if let Self::Unreachable(_) = self { Self::Broken } else { self }
    }

    fn of(error: &RedisError) -> Self {
        let detail = error.detail().map_or("", |detail| detail);
        match error.code() {
            Some("OOM") => Self::Full,
            // Servers before Redis 7 tell it within the failure of the script.
            Some(_) if detail.contains("OOM command not allowed") => Self::Full,
            Some(code) if PASSING.contains(&code) => Self::NotNow(said(code, detail)),
            Some(code) => Self::Refused(said(code, detail)),
            None if error.is_timeout() => Self::Silent,
            None if error.is_connection_refusal() => Self::Unreachable("connection refused".to_owned()),
            None => Self::Unreachable(error.category().to_owned()),
        }
    }
}

/// What a server answers, without the arguments that it may repeat: a password may be one of them.
fn said(code: &str, detail: &str) -> String {
    let (detail, _) = detail.split_once(',').map_or((detail, ""), |parts| parts);
    let detail: String = detail.chars().take(STORE_DETAIL).collect();
    let colon = if detail.is_empty() { "" } else { ": " };
    printable(&format!("{code}{colon}{detail}")).into_owned()
}

/// Of connections of this process.
static NUMBER: AtomicU64 = AtomicU64::new(0);

const NO_SCRIPT: ErrorKind = ErrorKind::Server(ServerErrorKind::NoScript);

/// What a server says that another one, or itself a little later, does not say.
const PASSING: [&str; 6] = ["BUSY", "CLUSTERDOWN", "LOADING", "MASTERDOWN", "READONLY", "TRYAGAIN"];

/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// A connection that has been asked and silent for so long is gone, although nobody says so.
const SILENCE: Duration = Duration::from_millis(500);

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn what_a_server_answers_is_told_without_arguments() {
        for (detail, told) in [
            ("", "ERR"),
            (
                "unknown command 'AUTH', with args beginning with: 'not-a-real-secret'",
                "ERR: unknown command 'AUTH'",
            ),
            ("Client sent AUTH", "ERR: Client sent AUTH"),
        ] {
            assert_eq!(said("ERR", detail), told);
        }
        assert_eq!(said("ERR", &"x".repeat(1000)).len(), STORE_DETAIL + 5);
    }

    /// Answers commands, up to a script, at which the connection breaks; `after` is what the next one gets, or there is none.
    async fn breaks(listener: TcpListener, after: Option<&'static str>) {
        let mut listener = Some(listener);
        for script in [None, after] {
            let Some(waiting) = &listener else { return };
            let (mut client, _) = waiting.accept().await.expect("a client");
            if after.is_none() {
                // Nobody is there any more.
                listener = None;
            }
            let (mut heard, mut answered) = (Vec::new(), 0);
            while client.read_buf(&mut heard).await.is_ok_and(|count| count > 0) {
                let text = String::from_utf8_lossy(&heard);
                if text.contains("EVALSHA") {
                    if let Some(answer) = script {
                        client.write_all(answer.as_bytes()).await.expect("answered");
                    }
                    break;
                }
                // Each command is an array.
                let commands = text.lines().filter(|line| line.starts_with('*')).count();
                for _ in answered..commands {
                    client.write_all(b"+OK\r\n").await.expect("answered");
                }
                answered = commands;
            }
        }
    }

    /// The first connection may have carried it, whatever is said of the second one.
    #[test]
    fn what_was_asked_over_a_connection_that_broke_may_have_been_done() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        for after in [None, Some("-LOADING Redis is loading the dataset in memory\r\n"), Some("-OOM no\r\n")]
        {
            let answered = runtime.block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let url = format!("redis://{}", listener.local_addr().expect("an address"));
                let store = Store::new(&SharedStore::parse(&url).expect("a store")).expect("servers");
                let server = tokio::spawn(breaks(listener, after));
                let script = Script::new("return 1");
                let keys = |command: &mut Cmd| {
                    command.arg(0);
                };
                let answered = store.run::<i64>(&script, keys).await;
                server.abort();
                answered
            });
            assert!(answered.as_ref().is_err_and(Trouble::may_have_run), "{after:?}: {answered:?}");
        }
    }
}
