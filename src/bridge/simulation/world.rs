//! What is outside of the bridges of one run: time, chance, the network, and what is written down of it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use tokio::time::{Instant, sleep};
use tracing::subscriber::DefaultGuard;

use super::wire::{Door, Link, Wire};

/// One run's world. It is that of its thread as long as the run lasts.
pub(super) struct World {
    began: Instant,
    /// Milliseconds that the bridges' clocks are ahead of the time.
    ahead: Mutex<i64>,
    /// What the bridges' randomness is made of.
    entropy: Mutex<StdRng>,
    /// What the chances of networks and servers are made of.
    chance: Mutex<StdRng>,
    hosts: Mutex<BTreeMap<SocketAddr, Host>>,
    journal: Mutex<Journal>,
}

/// What listens at an address.
struct Host {
    link: Arc<Link>,
    serve: Arc<dyn Fn(Wire) + Send + Sync>,
}

/// What happened: a hash of it, and the lines where somebody wants to read them.
#[derive(Default)]
struct Journal {
    hash: DefaultHasher,
    lines: Option<Vec<String>>,
    violations: Vec<String>,
}

thread_local! {
    static WORLD: RefCell<Option<Arc<World>>> = const { RefCell::new(None) };
}

/// The world of this thread's run, where there is one: other tests have the real one.
pub(super) fn current() -> Option<Arc<World>> {
    WORLD.with_borrow(Clone::clone)
}

/// The randomness of the bridges.
pub(in crate::bridge) fn rng() -> StdRng {
    match current() {
        Some(world) => StdRng::from_rng(&mut *world.entropy.lock()),
        None => StdRng::from_rng(&mut rand::rng()),
    }
}

impl World {
    /// Makes a world of `seed` that of this thread, until what it gives is dropped. `writes` says whether somebody reads the lines.
    pub(super) fn enter(seed: u64, writes: bool) -> (Arc<Self>, Entered) {
        let random = |part: u64| Mutex::new(StdRng::seed_from_u64(seed.wrapping_mul(4).wrapping_add(part)));
        let world = Arc::new(Self {
            began: Instant::now(),
            ahead: Mutex::default(),
            entropy: random(0),
            chance: random(1),
            hosts: Mutex::default(),
            journal: Mutex::new(Journal { lines: writes.then(Vec::new), ..Journal::default() }),
        });
        WORLD.set(Some(world.clone()));
        let own = world.clone();
        let log = tracing_subscriber::fmt().without_time().with_ansi(false);
        let log = log.with_writer(move || Log(own.clone()));
        let log = writes.then(|| tracing::subscriber::set_default(log.finish()));
        (world, Entered { _log: log })
    }

    /// The time since it began.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The time, by clocks that are right.
    pub(super) fn time(&self) -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_225_600, 0).expect("a time") + self.elapsed()
    }

    /// The time of the bridges.
    pub(super) fn now(&self) -> DateTime<Utc> {
        self.time() + TimeDelta::milliseconds(*self.ahead.lock())
    }

    /// Sets the bridges' clocks.
    pub(super) fn set_clocks(&self, ahead: i64) {
        *self.ahead.lock() = ahead;
    }

    /// What `choose` chooses.
    pub(super) fn chance<T>(&self, choose: impl FnOnce(&mut StdRng) -> T) -> T {
        choose(&mut self.chance.lock())
    }

    /// Whether what happens so often in a hundred times happens.
    pub(super) fn happens(&self, percent: u32) -> bool {
        self.chance(|chance| chance.random_range(0..100) < percent)
    }

    /// So many milliseconds, at random.
    pub(super) fn millis(&self, range: std::ops::Range<u64>) -> Duration {
        Duration::from_millis(self.chance(|chance| chance.random_range(range)))
    }

    /// Writes down that something happened.
    pub(super) fn note(&self, what: impl AsRef<str>) {
        let (at, what) = (self.elapsed(), what.as_ref());
        let mut journal = self.journal.lock();
        journal.hash.write_u128(at.as_nanos());
        journal.hash.write(what.as_bytes());
        if let Some(lines) = &mut journal.lines {
            lines.push(format!("{:>10.3} {what}", at.as_secs_f64()));
        }
    }

    /// Writes down a line of the log, which is no part of what happened.
    fn log(&self, line: &str) {
        if let Some(lines) = &mut self.journal.lock().lines {
            lines.push(format!("{:>10.3}     {}", self.elapsed().as_secs_f64(), line.trim_end()));
        }
    }

    /// Writes down that something happened which must not.
    pub(super) fn violated(&self, what: impl AsRef<str>) {
        self.note(format!("VIOLATION {}", what.as_ref()));
        self.journal.lock().violations.push(what.as_ref().to_owned());
    }

    /// The hash of all that happened, what must not have, and the lines.
    pub(super) fn read(&self) -> (u64, Vec<String>, Vec<String>) {
        let journal = self.journal.lock();
        let lines = journal.lines.clone().unwrap_or_default();
        (journal.hash.finish(), journal.violations.clone(), lines)
    }

    /// Listens at `address`, over `link`.
    pub(super) fn listen(
        &self,
        address: SocketAddr,
        link: Arc<Link>,
        serve: impl Fn(Wire) + Send + Sync + 'static,
    ) {
        self.hosts.lock().insert(address, Host { link, serve: Arc::new(serve) });
    }

    /// Nobody is at `address` any more.
    pub(super) fn unlisten(&self, address: &SocketAddr) {
        self.hosts.lock().remove(address);
    }

    /// A connection with `address`.
    pub(super) async fn connect(&self, address: SocketAddr) -> io::Result<Wire> {
        let refused = || io::Error::from(io::ErrorKind::ConnectionRefused);
        let (link, serve) = match self.hosts.lock().get(&address) {
            Some(host) => (host.link.clone(), host.serve.clone()),
            None => return Err(refused()),
        };
        sleep(link.latency()).await;
        match link.door() {
            Door::Open => {}
            Door::Shut => return Err(refused()),
            Door::Silent => return std::future::pending().await,
        }
        let (near, far) = link.connection();
        serve(far);
        Ok(near)
    }
}

/// This thread is in a run.
pub(super) struct Entered {
    _log: Option<DefaultGuard>,
}

/// Where the log goes.
struct Log(Arc<World>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.log(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // What listens has the world.
        if let Some(world) = WORLD.take() {
            world.hosts.lock().clear();
        }
    }
}
