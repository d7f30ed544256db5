//! Replicas of the bridge: processes that start, stop and are killed.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::backend::Backend;
use super::store::Store;
use super::wire::Link;
use super::world::World;
use crate::bridge::{Bridge, ReadyService};
use crate::service::{Environment, Service, load};
use crate::wsdl::Files;

/// A replica, and the ways from it.
pub(super) struct Replica {
    pub(super) to_backend: Arc<Link>,
    pub(super) to_store: Arc<Link>,
    process: Mutex<Option<Process>>,
}

/// A process.
struct Process {
    bridge: Bridge,
    addresses: [SocketAddr; 2],
    state: Arc<Told>,
}

/// How far a process is, and who waits to be told. The channel `watch` of tokio wakes those who wait in an order that is random.
struct Told {
    state: Mutex<State>,
    changed: Notify,
}

/// How far a process is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Serves,
    /// It takes no more requests.
    Closed,
    /// Those that it has are answered now.
    CutOff,
    Killed,
}

/// A process as a client sees it.
pub(super) struct Seen {
    pub(super) bridge: Bridge,
    state: Arc<Told>,
}

impl Seen {
    /// What `answer` gives, or nothing where the process is killed first.
    pub(super) async fn unless_killed<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        let mut answer = pin!(answer);
        loop {
            let mut changed = pin!(self.state.changed.notified());
            changed.as_mut().enable();
            if *self.state.state.lock() == State::Killed {
                return None;
            }
            tokio::select! {
                biased;
                // Then it is polled, as the drain of the server does.
                () = changed => {}
                answer = &mut answer => return Some(answer),
            }
        }
    }
}

/// What is in service files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setup {
    /// Whether there are few places, connections and bytes.
    pub(super) tight: bool,
}

impl Replica {
    pub(super) fn new(world: &World) -> Self {
        let link = || Link::new(world.millis(1..3));
        Self { to_backend: link(), to_store: link(), process: Mutex::new(None) }
    }

    /// Starts a process, the `number`th of all.
    pub(super) async fn start(
        &self,
        world: &Arc<World>,
        number: u8,
        setup: Setup,
        (backend, store): (&Backend, &Store),
    ) {
        let addresses = [1, 2].map(|host| SocketAddr::from(([10, 0, number, host], 80)));
        let (backend, store, own) = (backend.clone(), store.clone(), world.clone());
        world.listen(addresses[0], self.to_backend.clone(), move |wire| {
            tokio::spawn(backend.clone().serve(own.clone(), wire));
        });
        let own = world.clone();
        world.listen(addresses[1], self.to_store.clone(), move |wire| {
            tokio::spawn(store.clone().serve(own.clone(), wire));
        });
        let service = service(number, setup);
        let limits = service.limits;
        let ready = ReadyService::new(service).expect("a service that can be called");
        ready.begin().await;
        let bridge = Bridge::new(vec![ready], limits).expect("one service");
        let state = Arc::new(Told { state: Mutex::new(State::Serves), changed: Notify::new() });
        *self.process.lock() = Some(Process { bridge, addresses, state });
    }

    /// Its process, where it takes requests.
    pub(super) fn seen(&self) -> Option<Seen> {
        let process = self.process.lock();
        let Process { bridge, state, .. } = process.as_ref()?;
        let serves = *state.state.lock() == State::Serves;
        serves.then(|| Seen { bridge: bridge.clone(), state: state.clone() })
    }

    /// Takes no more requests. Nothing where it takes none already.
    pub(super) fn close(&self) -> Option<Bridge> {
        let seen = self.seen()?;
        self.tell(State::Closed);
        Some(seen.bridge)
    }

    /// Answers what it has.
    pub(super) fn cut_off(&self) {
        if let Some(process) = &*self.process.lock() {
            process.bridge.cut_off();
        }
        self.tell(State::CutOff);
    }

    fn tell(&self, state: State) {
        if let Some(process) = &*self.process.lock() {
            *process.state.state.lock() = state;
            process.state.changed.notify_waiters();
        }
    }

    /// Kills the process: nothing comes from it any more, and nobody answers its clients.
    pub(super) fn kill(&self, world: &World) {
        self.tell(State::Killed);
        let Some(process) = self.process.lock().take() else { return };
        process.addresses.iter().for_each(|address| world.unlisten(address));
        self.to_backend.reset();
        self.to_store.reset();
    }
}

struct Secrets;

impl Environment for Secrets {
    fn variable(&self, name: &str) -> Option<String> {
        (name == "PASSWORD").then(|| USER.1.to_owned())
    }

    fn file(&self, _: &str) -> Result<String, String> {
        Err("there is none".to_owned())
    }
}

/// The only user.
pub(super) const USER: (&str, &str) = ("ann", "not-a-real-secret");

fn service(number: u8, setup: Setup) -> Service {
    let (name, _) = USER;
    let bounds = match setup.tight {
        true => ", concurrent: 6, waiting: 2, backend_connections: 2, backend_queue: 2, body_memory: 300000",
        false => ", concurrent: 100, body_memory: 10000000",
    };
    let text = format!(
        "version: 1
service: shop
contract: {{ wsdl: shop.wsdl }}
store: {{ redis: \"redis://10.0.{number}.2:80\" }}
fronts:
  json: {{ auth: none }}
  soap: {{ auth: {{ users: {{ users: [{{ name: {name}, password: \"${{env:PASSWORD}}\" }}], accept: [digest] }} }} }}
backend: {{ soap: {{ url: \"http://10.0.{number}.1:80/\" }} }}
operations: {{ ping: {{ idempotent: true }} }}
limits: {{ http: {{ connect: 1000, first_byte: 2000, total: 4000, pool_idle_time: 5000{bounds} }} }}
"
    );
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/figures/shop.yaml");
    load(path, &text, &Secrets, &mut Files, None).unwrap_or_else(|problems| panic!("{problems:?}"))
}
