//! Connections that rest, thread by thread, and requests that wait for one: a backend has a bound on its connections, whoever's they are.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use http::HeaderMap;
use parking_lot::Mutex;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

use super::error::CallError;
use super::habits::Habits;
use super::lease::Lease;
use super::places::{Place, Places};
use super::retries::Retries;
use crate::service::ConnectionLimits;

/// What all threads share of one backend.
#[derive(Debug)]
pub(super) struct Upstream {
    pub(super) bounds: ConnectionLimits,
    pub(super) retries: Retries,
    pub(super) habits: Habits,
    places: Places,
    /// The threads that have connections.
    threads: Mutex<Vec<Weak<Pools>>>,
}

/// The connections of one thread.
#[derive(Debug, Default)]
pub(super) struct Pools {
    all: Mutex<Vec<Pool>>,
    /// Whether somebody looks after those that rest.
    tended: AtomicBool,
}

/// The connections of one thread to one backend. There are as few as there are backends in service files.
#[derive(Debug)]
struct Pool {
    upstream: Arc<Upstream>,
    /// The one that was used last is the last.
    idle: VecDeque<Box<Lease>>,
    /// Requests of this thread that wait.
    waiting: VecDeque<oneshot::Sender<Box<Lease>>>,
    /// Connections that were handed to one of them.
    handed: usize,
}

/// How the connections to a backend are at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::bridge) struct PoolState {
    /// Places of connections that are taken, and as many as there are.
    pub(in crate::bridge) taken: usize,
    pub(in crate::bridge) most: usize,
    /// Connections that rest.
    pub(in crate::bridge) idle: usize,
    /// Requests that wait for one, and as many as may.
    pub(in crate::bridge) waiting: usize,
    pub(in crate::bridge) most_waiting: usize,
}

/// What a request waited for.
pub(super) enum Granted {
    /// A connection that another request has done with.
    Lease(Box<Lease>),
    /// The place of a new one.
    Place(Place),
}

impl Upstream {
    pub(super) fn new(bounds: ConnectionLimits) -> Self {
        Self {
            places: Places::new(bounds.most, bounds.queue),
            bounds,
            retries: Retries::new(),
            habits: Habits::new(),
            threads: Mutex::default(),
        }
    }

    /// How the connections are now.
    pub(super) fn state(&self) -> PoolState {
        PoolState {
            taken: self.places.taken(),
            most: self.bounds.most,
            idle: self.threads().iter().map(|pools| pools.idle(self)).sum(),
            waiting: self.places.waiting(),
            most_waiting: self.bounds.queue,
        }
    }

    /// A new connection has its first response, with these `headers`.
    pub(super) fn answered(&self, lease: &mut Lease, headers: &HeaderMap) {
        lease.learn(headers);
        if let Some(place) = &mut lease.place
            && self.places.serve(place)
        {
            self.habits.serves_many(Instant::now());
        }
    }

    /// Lets a backend that may serve one connection alone come to the next one: closes those that rest, and says whether there were any.
    /// Nothing where it does not serve one alone.
    pub(super) fn release(&self, now: Instant) -> Option<bool> {
        let close = |pools: &Arc<Pools>| pools.close(self, usize::MAX);
        self.habits.release(now).then(|| self.threads().iter().map(close).sum::<usize>() > 0)
    }

    /// A place for a request on a connection that takes several. Errors: too many wait, or it takes too long.
    pub(super) async fn place(&self, deadline: Instant) -> Result<Place, CallError> {
        if let Some(place) = self.places.take() {
            return Ok(place);
        }
        let until = deadline.min(Instant::now() + self.bounds.wait);
        let turn = self.places.queue()?;
        timeout_at(until, turn.come()).await.map_err(|_elapsed| CallError::Busy)
    }

    /// Closes a connection that rests, whichever thread's it is: its place is needed.
    fn free_one(&self) {
        for pools in self.threads() {
            if pools.close(self, 1) > 0 {
                return;
            }
        }
    }

    /// None of them is held here: whoever has a lock of one asks for that of all.
    fn threads(&self) -> Vec<Arc<Pools>> {
        self.threads.lock().iter().filter_map(Weak::upgrade).collect()
    }
}

impl Pools {
    /// The connection that was used last: the others may rest and expire.
    pub(super) fn take(&self, upstream: &Arc<Upstream>, now: Instant) -> Option<Box<Lease>> {
        let mut all = self.all.lock();
        let pool = all.iter_mut().find(|pool| Arc::ptr_eq(&pool.upstream, upstream))?;
        while let Some(mut lease) = pool.idle.pop_back() {
            if is_fit(&mut lease, upstream, now) {
                if let Some(mut shared) = lease.share() {
                    (shared.since, shared.until) =
                        (now, lease.until.max(lease.expires.min(now + lease.rest)));
                    pool.idle.push_back(shared);
                }
                return Some(lease);
            }
            lease.close();
        }
        None
    }

    /// Keeps a connection for the next request, and no more than there may be of them, nor any for too long. Whoever waits gets it first.
    pub(super) fn rest(self: &Arc<Self>, upstream: &Arc<Upstream>, mut lease: Box<Lease>) {
        let now = Instant::now();
        lease.since = now;
        lease.until = lease.expires.min(now + lease.rest.min(upstream.habits.rest()));
        if lease.until <= now || !upstream.habits.keeps(now) {
            return lease.close();
        }
        let mut all = self.all.lock();
        let pool = self.pool(&mut all, upstream);
        if lease.place.is_some() && upstream.places.waiting() > 0 {
            lease.rested = Some(Duration::ZERO);
            return pool.hand_over(lease);
        }
        pool.idle.push_back(lease);
        if (pool.idle.len() > upstream.bounds.idle
            || pool.idle.front().is_some_and(|first| first.until <= now))
            && let Some(first) = pool.idle.pop_front()
        {
            first.close();
        }
        drop(all);
        self.tend();
    }

    /// A place for a connection, or a connection that is done with. Errors: too many wait, or it takes too long.
    pub(super) async fn place(
        self: &Arc<Self>,
        upstream: &Arc<Upstream>,
        deadline: Instant,
    ) -> Result<Granted, CallError> {
        if let Some(place) = upstream.places.take() {
            return Ok(Granted::Place(place));
        }
        let until = deadline.min(Instant::now() + upstream.bounds.wait);
        let turn = upstream.places.queue()?;
        let (sender, handed) = oneshot::channel();
        self.pool(&mut self.all.lock(), upstream).enlist(sender);
        // One that came to rest before this request waited would rest on.
        upstream.free_one();
        tokio::select! {
            biased;
            Ok(lease) = handed => Ok(Granted::Lease(lease)),
            place = turn.come() => Ok(Granted::Place(place)),
            () = sleep_until(until) => Err(CallError::Busy),
        }
    }

    /// Takes connections back that others may use, after one of them failed: whoever has begun on one goes on.
    pub(super) fn forget(&self, upstream: &Arc<Upstream>) {
        if let Some(pool) = self.all.lock().iter_mut().find(|pool| Arc::ptr_eq(&pool.upstream, upstream)) {
            pool.idle.clear();
        }
    }

    fn pool<'p>(self: &Arc<Self>, all: &'p mut Vec<Pool>, upstream: &Arc<Upstream>) -> &'p mut Pool {
        let at = match all.iter().position(|pool| Arc::ptr_eq(&pool.upstream, upstream)) {
            Some(at) => at,
            None => {
                upstream.threads.lock().push(Arc::downgrade(self));
                all.push(Pool::new(upstream.clone()));
                all.len() - 1
            }
        };
        all.get_mut(at).expect("it was found, or made")
    }

    /// How many connections rest.
    fn idle(&self, upstream: &Upstream) -> usize {
        let all = self.all.lock();
        let found = all.iter().find(|pool| std::ptr::eq(&*pool.upstream, upstream));
        found.map_or(0, |pool| pool.idle.len())
    }

    /// Closes connections with places that rest, those first that rested longest, at most as many as `most`. How many that were.
    fn close(&self, upstream: &Upstream, most: usize) -> usize {
        let mut all = self.all.lock();
        let Some(pool) = all.iter_mut().find(|pool| std::ptr::eq(&*pool.upstream, upstream)) else {
            return 0;
        };
        let mut left = most;
        pool.close(|idle| {
            let closes = left > 0 && idle.place.is_some();
            left -= usize::from(closes);
            closes
        });
        most - left
    }

    /// Looks after what rests until nothing does.
    fn tend(self: &Arc<Self>) {
        if !self.tended.load(Ordering::Relaxed) && !self.tended.swap(true, Ordering::Relaxed) {
            let tended = Tended(Arc::downgrade(self));
            tokio::spawn(async move {
                while tended.sweep() {
                    sleep(SWEEP).await;
                }
            });
        }
    }

    /// Closes what expired, and what was closed at the other end. Whether anything rests.
    fn sweep(&self, now: Instant) -> bool {
        let mut all = self.all.lock();
        all.retain_mut(|pool| {
            pool.sweep(now);
            // What was read again has another one.
            !pool.idle.is_empty() || !pool.waiting.is_empty() || Arc::strong_count(&pool.upstream) > 1
        });
        all.iter().any(|pool| !pool.idle.is_empty())
    }
}

impl Pool {
    fn new(upstream: Arc<Upstream>) -> Self {
        Self { upstream, idle: VecDeque::new(), waiting: VecDeque::new(), handed: 0 }
    }

    /// Gives a connection to whoever waits for one. Now and then another thread has its turn, which opens its own in the place of this one.
    fn hand_over(&mut self, mut lease: Box<Lease>) {
        self.handed = self.handed.wrapping_add(1);
        let elsewhere = self.upstream.places.waiting() > self.waiting.len();
        if !elsewhere || !self.handed.is_multiple_of(TURNS) {
            while let Some(waiting) = self.waiting.pop_front() {
                match waiting.send(lease) {
                    Ok(()) => return,
                    Err(back) => lease = back,
                }
            }
        }
        lease.close();
    }

    fn enlist(&mut self, waiting: oneshot::Sender<Box<Lease>>) {
        self.waiting.retain(|other| !other.is_closed());
        self.waiting.push_back(waiting);
    }

    fn sweep(&mut self, now: Instant) {
        let upstream = self.upstream.clone();
        self.close(|idle| !is_fit(idle, &upstream, now));
        self.waiting.retain(|waiting| !waiting.is_closed());
    }

    /// Closes those that `closes` says.
    fn close(&mut self, mut closes: impl FnMut(&mut Lease) -> bool) {
        for mut idle in std::mem::take(&mut self.idle) {
            if closes(&mut idle) {
                idle.close();
            } else {
                self.idle.push_back(idle);
            }
        }
    }
}

/// Whether a connection that rests may be used. It is looked at first where it rested for long enough that its end may have come unnoticed.
fn is_fit(lease: &mut Lease, upstream: &Upstream, now: Instant) -> bool {
    if now >= lease.until {
        return false;
    }
    let rested = now.saturating_duration_since(lease.since);
    let lives = if rested < UNNOTICED { lease.sender.is_ready() } else { lease.sender.check() };
    if !lives && lease.place.is_some() {
        upstream.habits.closed(now, rested);
    }
    lease.rested = Some(rested);
    lives
}

/// Whoever looks after a thread's connections.
struct Tended(Weak<Pools>);

impl Tended {
    fn sweep(&self) -> bool {
        self.0.upgrade().is_some_and(|pools| pools.sweep(Instant::now()))
    }
}

impl Drop for Tended {
    fn drop(&mut self) {
        if let Some(pools) = self.0.upgrade() {
            pools.tended.store(false, Ordering::Relaxed);
        }
    }
}

/// How often those that rest are looked at.
const SWEEP: Duration = Duration::from_secs(1);

/// What came in this time is known when it is needed, or would not have been known either.
const UNNOTICED: Duration = Duration::from_millis(10);

/// One in so many connections goes to another thread, where one waits too.
const TURNS: usize = 8;
