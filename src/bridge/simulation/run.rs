//! One run: three replicas, their clients, their backend and store, and what goes wrong.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::RngExt;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::backend::Backend;
use super::client::{Kind, Ledger, Times, Wish, at_its_time};
use super::replica::{Replica, Setup};
use super::store::{Broken, Loss, Store};
use super::wire::{Door, Link};
use super::world::World;

/// What one run came to.
#[derive(Clone, Debug)]
pub(super) struct Ran {
    pub(super) hash: u64,
    pub(super) violations: Vec<String>,
    pub(super) lines: Vec<String>,
    /// Requests that were answered with a response, all requests, and requests that the backend got.
    pub(super) answered: usize,
    pub(super) asked: usize,
    pub(super) sent: usize,
}

/// What is wrong in a run that is to be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mutation {
    Store(Broken),
    /// The backend gets each request twice.
    Doubles,
}

/// What `run` gives in virtual time.
pub(super) fn in_virtual_time<T>(run: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_time().start_paused(true).build().expect("a runtime").block_on(run)
}

/// Runs `seed`. `writes` says whether somebody reads the lines.
pub(super) fn run(seed: u64, mutation: Option<Mutation>, writes: bool) -> Ran {
    in_virtual_time(async {
        let (world, _entered) = World::enter(seed, writes);
        let run = Run::new(world, mutation);
        let ledger = run.play().await;
        let (hash, violations, lines) = run.world.read();
        let (answered, asked) = ledger.counts();
        Ran { hash, violations, lines, answered, asked, sent: run.backend.count() }
    })
}

struct Run {
    world: Arc<World>,
    backend: Backend,
    store: Store,
    replicas: Arc<[Replica]>,
    setup: Setup,
    times: Times,
    /// Whether the store loses what it knew.
    loses: bool,
    /// Whether clocks differ.
    differ: bool,
    /// How many processes were started, and whether one was killed.
    started: Mutex<u8>,
    killed: Mutex<bool>,
    losses: Mutex<Vec<Duration>>,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Trouble(u32),
    Rests(u64),
    Link { store: bool, replica: usize, how: LinkFault },
    Frozen,
    SlowStore(u64),
    FullStore,
    Loses(Loss),
    Killed(usize),
    Stopped(usize),
    Clocks(i64),
}

#[derive(Clone, Copy, Debug)]
enum LinkFault {
    Held,
    Cut(usize),
    Reset,
    Shut,
    Silent,
    Late(u64),
}

const USUAL: Duration = Duration::from_millis(1);

impl Run {
    fn new(world: Arc<World>, mutation: Option<Mutation>) -> Self {
        let broken = match mutation {
            Some(Mutation::Store(broken)) => Some(broken),
            Some(Mutation::Doubles) | None => None,
        };
        let (store, backend) =
            (Store::new(&world, broken), Backend::new(mutation == Some(Mutation::Doubles)));
        let loses = world.happens(50);
        // Of a token of the future that was taken just before a loss nobody may have heard.
        let ahead = |world: &World, most: i64| world.chance(|chance| chance.random_range(-20_000..=most));
        let differ = world.happens(40);
        let times = Times {
            first: world.millis(3000..15_000),
            again: if world.happens(12) { Duration::from_secs(500) } else { Duration::from_secs(20) },
            ahead: if differ { ahead(&world, if loses { 0 } else { 20_000 }) } else { 0 },
        };
        if differ {
            store.set_clock(ahead(&world, 20_000));
        }
        let setup = Setup { tight: world.happens(30) };
        let replicas = (0..3).map(|_| Replica::new(&world)).collect();
        let (started, killed, losses) = (Mutex::new(0), Mutex::new(false), Mutex::default());
        Self { world, backend, store, replicas, setup, times, loses, differ, started, killed, losses }
    }

    async fn play(&self) -> Arc<Ledger> {
        let Self { world, .. } = self;
        world.note(format!("{:?}, {:?}, loses {}", self.setup, self.times, self.loses));
        for at in 0..self.replicas.len() {
            self.start(at).await;
        }
        let begun = world.elapsed();
        let count = world.chance(|chance| chance.random_range(10..40));
        let wishes: Vec<_> = (0..count)
            .map(|number| {
                let mut wish = Wish::new(world, number, self.times);
                wish.copies.iter_mut().for_each(|copy| copy.at += begun);
                Arc::new(wish)
            })
            .collect();
        let ledger = Arc::new(Ledger::default());
        let mut clients = JoinSet::new();
        for wish in &wishes {
            for number in 0..wish.copies.len() {
                let (world, replicas, ledger) = (world.clone(), self.replicas.clone(), ledger.clone());
                clients.spawn(at_its_time(wish.clone(), number, world, replicas, ledger, self.times.ahead));
            }
        }
        let faults = async {
            let count = world.chance(|chance| chance.random_range(0..9));
            let faults: Vec<_> = (0..count)
                .map(|_| (world.millis(0..self.times.first.as_millis() as u64 + 5000), self.fault()))
                .collect();
            futures_util::future::join_all(faults.into_iter().map(|(at, fault)| async move {
                sleep(at).await;
                self.befall(fault).await;
            }))
            .await;
        };
        let clients = async {
            while let Some(ended) = clients.join_next().await {
                if let Err(error) = ended {
                    world.violated(format!("a client: {error}"));
                }
            }
        };
        let saves = async {
            loop {
                sleep(world.millis(500..5000)).await;
                self.store.save();
            }
        };
        tokio::select! {
            biased;
            _ = async { tokio::join!(faults, clients) } => {}
            () = saves => {}
        }
        self.end(&ledger, &wishes).await;
        ledger
    }

    async fn start(&self, at: usize) {
        let number = {
            let mut started = self.started.lock();
            *started += 1;
            *started
        };
        self.replicas[at].start(&self.world, number, self.setup, (&self.backend, &self.store)).await;
        self.world.note(format!("replica {at} begins as process {number}"));
    }

    fn fault(&self) -> Fault {
        let world = &self.world;
        let replica = world.chance(|chance| chance.random_range(0..3));
        match world.chance(|chance| chance.random_range(0..20)) {
            0..=3 => Fault::Trouble(world.chance(|chance| chance.random_range(10..100))),
            4 => Fault::Rests(world.chance(|chance| chance.random_range(4..400))),
            5..=9 => {
                let how = match world.chance(|chance| chance.random_range(0..6)) {
                    0 => LinkFault::Held,
                    1 => LinkFault::Cut(world.chance(|chance| chance.random_range(0..6000))),
                    2 => LinkFault::Reset,
                    3 => LinkFault::Shut,
                    4 => LinkFault::Silent,
                    _ => LinkFault::Late(world.chance(|chance| chance.random_range(10..400))),
                };
                Fault::Link { store: world.happens(60), replica, how }
            }
            10 | 11 => Fault::Frozen,
            12 => Fault::SlowStore(world.chance(|chance| chance.random_range(20..500))),
            13 => Fault::FullStore,
            14..=16 if self.loses => {
                let all = [Loss::Flushed, Loss::Empty, Loss::Older, Loss::Nothing, Loss::Failover];
                Fault::Loses(all[world.chance(|chance| chance.random_range(0..all.len()))])
            }
            17 => Fault::Killed(replica),
            18 => Fault::Stopped(replica),
            19 if self.differ && !self.loses => {
                Fault::Clocks(world.chance(|chance| chance.random_range(-20_000..20_000)))
            }
            _ => Fault::Link {
                store: true,
                replica,
                how: LinkFault::Cut(world.chance(|chance| chance.random_range(0..3000))),
            },
        }
    }

    async fn befall(&self, fault: Fault) {
        let Self { world, store, .. } = self;
        let time = world.millis(50..6000);
        world.note(format!("{fault:?} for {time:?}"));
        match fault {
            Fault::Trouble(percent) => {
                self.backend.set_trouble(percent);
                sleep(time).await;
                self.backend.set_trouble(0);
            }
            Fault::Rests(millis) => {
                self.backend.set_rest(millis);
                sleep(time).await;
                self.backend.set_rest(60_000);
            }
            Fault::Link { store, replica, how } => {
                let replica = &self.replicas[replica];
                fail(if store { &replica.to_store } else { &replica.to_backend }, how, time).await;
            }
            Fault::Frozen => {
                store.freeze(time);
                sleep(time).await;
            }
            Fault::SlowStore(millis) => {
                store.set_slow(Duration::from_millis(millis));
                sleep(time).await;
                store.set_slow(Duration::ZERO);
            }
            Fault::FullStore => {
                store.set_full(true);
                sleep(time).await;
                store.set_full(false);
            }
            Fault::Loses(loss) => self.lose(loss, time / 3).await,
            Fault::Killed(at) => {
                let replica = &self.replicas[at];
                if replica.seen().is_none() {
                    return;
                }
                *self.killed.lock() = true;
                replica.kill(world);
                sleep(time).await;
                self.start(at).await;
            }
            Fault::Stopped(at) => {
                let Some(bridge) = self.replicas[at].close() else { return };
                sleep(time / 3).await;
                self.replicas[at].cut_off();
                // What is answered now is answered at once, or the key's end is told to the store.
                sleep(Duration::from_millis(500)).await;
                self.check_idle(&bridge);
                *self.killed.lock() = true;
                self.replicas[at].kill(world);
                self.start(at).await;
            }
            Fault::Clocks(ahead) => world.set_clocks(ahead),
        }
        world.note(format!("{fault:?} is over"));
    }

    async fn lose(&self, loss: Loss, time: Duration) {
        let Self { world, store, .. } = self;
        let doors = |door| self.replicas.iter().for_each(|replica| replica.to_store.set_door(door));
        if matches!(loss, Loss::Empty | Loss::Older | Loss::Nothing) {
            doors(Door::Shut);
            self.replicas.iter().for_each(|replica| replica.to_store.reset());
        }
        store.lose(world, loss);
        if loss != Loss::Nothing {
            self.losses.lock().push(world.elapsed());
        }
        sleep(time).await;
        doors(Door::Open);
    }

    /// Takes back what went wrong; then everything must go well, and in the end nothing may be left.
    async fn end(&self, ledger: &Arc<Ledger>, wishes: &[Arc<Wish>]) {
        let Self { world, .. } = self;
        for replica in &*self.replicas {
            replica.to_store.heal(USUAL);
            replica.to_backend.heal(USUAL);
        }
        self.backend.set_rest(60_000);
        world.note("nothing is wrong any more");
        // Tokens are taken once the time has come of whichever clock was ahead, the store's or a client's; and by then nobody answers a
        // request of before any more.
        sleep(Duration::from_secs(if self.differ { 45 } else { 10 })).await;
        for (at, wish) in wishes.iter().enumerate() {
            let nothing = !wish.may_be_sent(ledger);
            let Some(again) = wish.again(world, at % 3) else { continue };
            again.ask(0, world, &self.replicas, ledger, 0).await;
            // What a process that was killed had claimed, nobody frees; and a replica may have claims that were freed since.
            if nothing && !self.loses && !*self.killed.lock() && !again.is_answered(ledger) {
                world.violated(format!("{} has a key that is taken, and nothing was sent", wish.text));
            }
        }
        let mut last = Vec::new();
        for replica in 0..self.replicas.len() {
            for kind in [Kind::Token, Kind::KeyInSoap, Kind::KeyInJson, Kind::Write, Kind::Read] {
                let wish = Arc::new(Wish::last(world, kind, replica));
                wish.ask(0, world, &self.replicas, ledger, 0).await;
                last.push(wish);
            }
        }
        let losses = self.losses.lock().clone();
        for wish in wishes.iter().chain(&last) {
            let mut heard: Vec<_> = wish.texts().iter().flat_map(|text| self.backend.heard(text)).collect();
            heard.sort_by_key(|heard| heard.at);
            wish.check(world, ledger, &heard, &losses);
        }
        // Connections that rest are closed by then.
        sleep(Duration::from_secs(12)).await;
        for replica in &*self.replicas {
            let bridge = replica.close().expect("it runs");
            self.check_idle(&bridge);
            for service in bridge.services() {
                let pool = service.endpoint.pool();
                let (taken, waiting) = (pool.taken, pool.waiting);
                if taken + waiting > 0 {
                    world.violated(format!("{taken} connections, and {waiting} requests wait for one"));
                }
            }
            drop(bridge);
            replica.kill(world);
        }
        sleep(Duration::from_secs(5)).await;
        let alive = tokio::runtime::Handle::current().metrics().num_alive_tasks();
        // What a process that is killed does is nowhere seen, but it goes on here.
        if alive > 0 && !*self.killed.lock() {
            world.violated(format!("{alive} tasks are left"));
        }
    }

    /// Whether the bridge has given back all that its exchanges took.
    fn check_idle(&self, bridge: &crate::bridge::Bridge) {
        let left = bridge.taken();
        if left.iter().any(|taken| *taken > 0) {
            self.world
                .violated(format!("exchanges, places, places of those waited for, bytes left: {left:?}"));
        }
    }
}

async fn fail(link: &Link, how: LinkFault, time: Duration) {
    match how {
        LinkFault::Held => {
            link.hold(time);
            sleep(time).await;
        }
        LinkFault::Cut(after) => link.cut(after),
        LinkFault::Reset => link.reset(),
        LinkFault::Shut | LinkFault::Silent => {
            link.set_door(if matches!(how, LinkFault::Shut) { Door::Shut } else { Door::Silent });
            link.reset();
            sleep(time).await;
            link.set_door(Door::Open);
        }
        LinkFault::Late(millis) => {
            link.set_latency(Duration::from_millis(millis));
            sleep(time).await;
            link.set_latency(USUAL);
        }
    }
}
