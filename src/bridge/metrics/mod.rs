//! What is counted, in the text format of OpenMetrics: exchanges and their time, failures by name, refused callers by reason,
//! what backends did, and what the process uses.
//!
//! No label holds anything that a client sent, so that nobody can make more of them.

mod histogram;
mod name;
mod of_service;
mod process;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

use self::histogram::Histogram;
pub(super) use self::of_service::{BackendMetrics, Ended, ServiceMetrics};
use self::process::Process;
use crate::bridge::backend::PoolState;
use crate::bridge::failure::Failure;
use crate::bridge::state::entropy;
use crate::bridge::{log, otlp, traffic};

/// Names and values of labels.
type Labels<const N: usize> = [(&'static str, String); N];

/// Times or sizes, by two labels.
type Histograms = Family<Labels<2>, Histogram, fn() -> Histogram>;

/// The counters of a process. Clones count the same.
#[derive(Clone, Debug)]
pub struct Metrics {
    counters: Arc<Counters>,
}

#[derive(Debug)]
struct Counters {
    backends: Histograms,
    body_memory: Bounded<Gauge>,
    causes: Family<Labels<3>, Counter>,
    certificates: Family<Labels<2>, Gauge>,
    exchanges: Histograms,
    failures: Family<Labels<2>, Counter>,
    /// Ends of the certificates of listeners.
    shown: Mutex<Vec<Arc<AtomicI64>>>,
    in_flight: Bounded<Gauge>,
    operations: Histograms,
    outcomes: Family<Labels<4>, Counter>,
    refusals: Family<[(&'static str, &'static str); 1], Counter>,
    reloads: Family<[(&'static str, &'static str); 1], Counter>,
    /// When what is in force was read.
    loaded: Gauge,
    /// 1 where the files are not what is in force.
    outdated: Gauge,
    pools: Pools,
    replay: Bounded<Gauge>,
    replies: Family<Labels<3>, Counter>,
    request_bytes: Histograms,
    response_bytes: Histograms,
    waiting: Bounded<Gauge>,
}

/// What there is of something, and as much as there may be.
#[derive(Clone, Debug, Default)]
struct Bounded<M> {
    now: M,
    most: M,
}

/// Connections to backends.
#[derive(Debug, Default)]
struct Pools {
    connections: Bounded<Gauges>,
    idle: Gauges,
    waiting: Bounded<Gauges>,
    /// Held by whoever writes them and reads them.
    reading: Mutex<()>,
}

type Gauges = Family<Labels<2>, Gauge>;

/// What a process has at the moment when someone reads its metrics; of what is bounded, as much as there may be stands behind it.
#[derive(Clone, Debug)]
pub(super) struct Now {
    /// Entries of the memory of used tokens.
    pub(super) replay: (usize, usize),
    /// Exchanges that are going on.
    pub(super) in_flight: (usize, usize),
    /// Requests whose body is waited for.
    pub(super) waiting: (usize, usize),
    /// Bytes of bodies.
    pub(super) body_memory: (usize, usize),
    /// Connections to the backend of each service: its name, and the address of the backend.
    pub(super) pools: Vec<(Arc<str>, Arc<str>, PoolState)>,
}

impl Bounded<Gauge> {
    fn set(&self, now: (usize, usize)) {
        self.now.set(whole(now.0));
        self.most.set(whole(now.1));
    }
}

/// What cannot be told is more than anyone has.
fn whole(value: usize) -> i64 {
    i64::try_from(value).map_or(i64::MAX, |value| value)
}

impl Pools {
    /// Those of backends that there are no more go away.
    fn set(&self, pools: &[(Arc<str>, Arc<str>, PoolState)]) {
        let Self { connections, idle, waiting, .. } = self;
        for family in [&connections.now, &connections.most, idle, &waiting.now, &waiting.most] {
            family.clear();
        }
        for (service, backend, pool) in pools {
            let labels = [("service", service.to_string()), ("backend", backend.to_string())];
            let set = |family: &Gauges, value| family.get_or_create(&labels).set(whole(value));
            set(&connections.now, pool.taken);
            set(&connections.most, pool.most);
            set(idle, pool.idle);
            set(&waiting.now, pool.waiting);
            set(&waiting.most, pool.most_waiting);
        }
    }
}

impl Metrics {
    /// Counters, and where they are read.
    pub(super) fn new() -> (Self, Registry) {
        let counters = Counters {
            backends: Histograms::new_with_constructor(Histogram::of_time),
            body_memory: Bounded::default(),
            causes: Family::default(),
            certificates: Family::default(),
            exchanges: Histograms::new_with_constructor(Histogram::of_time),
            failures: Family::default(),
            shown: Mutex::default(),
            in_flight: Bounded::default(),
            operations: Histograms::new_with_constructor(Histogram::of_time),
            outcomes: Family::default(),
            refusals: Family::default(),
            reloads: Family::default(),
            loaded: Gauge::default(),
            outdated: Gauge::default(),
            pools: Pools::default(),
            replay: Bounded::default(),
            replies: Family::default(),
            request_bytes: Histograms::new_with_constructor(Histogram::of_bytes),
            response_bytes: Histograms::new_with_constructor(Histogram::of_bytes),
            waiting: Bounded::default(),
        };
        let mut registry = Registry::default();
        registry.register_collector(Box::new(Process));
        counters.register(registry.sub_registry_with_prefix("saponify"));
        (Self { counters: Arc::new(counters) }, registry)
    }

    /// What is counted of `service`, which has these `operations` and a backend at an address.
    pub(super) fn service(
        &self,
        service: &Arc<str>,
        operations: Box<[Arc<str>]>,
        backend: &Arc<str>,
    ) -> ServiceMetrics {
        ServiceMetrics::new(self, service, operations, backend)
    }

    /// Counts a failure at `service`, which is empty where there is none.
    pub(super) fn failed(&self, service: &str, failure: &Failure) {
        self.counted(service, failure.name());
        if let Failure::Auth(error) = failure
            && let Some(reason) = error.reason()
        {
            self.counters.refusals.get_or_create(&[("reason", reason)]).inc();
        }
    }

    /// Counts a failure that no service got to see.
    pub fn dropped(&self, name: &'static str) {
        self.counted("", name);
    }

    /// Notes that what was read just now is in force.
    pub fn loaded(&self) {
        self.counters.loaded.set(entropy::now().timestamp());
        self.in_force(true);
    }

    /// Counts that files were read again.
    pub fn reloaded(&self, good: bool) {
        self.counters.reloads.get_or_create(&[("outcome", if good { "ok" } else { "failed" })]).inc();
    }

    /// Until when a certificate is valid, in seconds since 1970; `used` says for what. An earlier one in its place is forgotten.
    pub(super) fn certificate(&self, service: &str, used: &'static str, until: i64) {
        let labels = [("service", service.to_owned()), ("use", used.to_owned())];
        self.counters.certificates.get_or_create(&labels).set(until);
    }

    /// The same of the certificate that clients are shown: `until` is looked at whenever someone asks, and zero says nothing.
    pub fn listener_certificate(&self, until: Arc<AtomicI64>) {
        self.counters.shown.lock().push(until);
    }

    /// Notes whether the files are what is in force.
    pub fn in_force(&self, are: bool) {
        self.counters.outdated.set(i64::from(!are));
    }

    fn counted(&self, service: &str, name: &str) {
        let labels = [("service", service.to_owned()), ("name", name.to_owned())];
        self.counters.failures.get_or_create(&labels).inc();
    }

    /// Everything in `registry`, as OpenMetrics.
    pub(super) fn text(&self, registry: &Registry, now: Now) -> String {
        let Counters { body_memory, in_flight, pools, replay, waiting, .. } = &*self.counters;
        let _reading = pools.reading.lock();
        replay.set(now.replay);
        in_flight.set(now.in_flight);
        waiting.set(now.waiting);
        body_memory.set(now.body_memory);
        pools.set(&now.pools);
        let ends = self.counters.shown.lock().iter().map(|end| end.load(Ordering::Relaxed)).min();
        if let Some(end) = ends.filter(|end| *end > 0) {
            self.certificate("", "listener", end);
        }
        let mut out = String::new();
        text::encode(&mut out, registry).expect("a String takes everything");
        out
    }
}

impl Counters {
    /// Gives each its name. The documents have a row for each, which a test compares.
    fn register(&self, to: &mut Registry) {
        let seconds = || Unit::Seconds;
        to.register_with_unit(
            "backend",
            "Calls of backends and their time",
            seconds(),
            self.backends.clone(),
        );
        let Pools { connections, idle, waiting, .. } = &self.pools;
        to.register("backend_connections", "Connections to backends", connections.now.clone());
        to.register("backend_connections_idle", "Connections to backends that rest", idle.clone());
        to.register(
            "backend_connections_limit",
            "Connections to backends that there may be",
            connections.most.clone(),
        );
        to.register("backend_failures", "Failed calls of backends by cause", self.causes.clone());
        to.register("backend_replies", "Calls of backends by class of status", self.replies.clone());
        to.register(
            "backend_waiting",
            "Requests that wait for a connection to a backend",
            waiting.now.clone(),
        );
        to.register(
            "backend_waiting_limit",
            "Requests that may wait for a connection to a backend",
            waiting.most.clone(),
        );
        let memory = &self.body_memory;
        to.register_with_unit(
            "body_memory",
            "Memory that bodies have taken",
            Unit::Bytes,
            memory.now.clone(),
        );
        to.register_with_unit(
            "body_memory_limit",
            "Memory that bodies may take",
            Unit::Bytes,
            memory.most.clone(),
        );
        // A gauge and no info, which only OpenMetrics has.
        let build = Family::<[(&'static str, &'static str); 1], Gauge>::default();
        build.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
        to.register("build_info", "The version of the program", build);
        to.register_with_unit(
            "certificate_expiry_timestamp",
            "When certificates end, since 1970",
            seconds(),
            self.certificates.clone(),
        );
        to.register_with_unit("exchange", "Exchanges and their time", seconds(), self.exchanges.clone());
        to.register("exchanges", "Exchanges by what became of them", self.outcomes.clone());
        to.register("exchanges_in_flight", "Exchanges that are going on", self.in_flight.now.clone());
        to.register(
            "exchanges_limit",
            "Exchanges at one time that are accepted",
            self.in_flight.most.clone(),
        );
        to.register("failures", "Failed exchanges by name", self.failures.clone());
        let outdated = self.outdated.clone();
        to.register("files_outdated", "1 where the files are no longer what is in force", outdated);
        to.register_with_unit(
            "last_reload_timestamp",
            "When the files that are in force were read, since 1970",
            seconds(),
            self.loaded.clone(),
        );
        to.register("log_lines_dropped", "Log lines that were lost", log::lost());
        to.register_with_unit(
            "operation",
            "Exchanges by operation and their time",
            seconds(),
            self.operations.clone(),
        );
        to.register("otlp_messages", "Messages to collectors by what became of them", otlp::sendings());
        to.register("panics", "Panics, each of which is a defect", log::panics());
        to.register("refusals", "Refused callers by reason", self.refusals.clone());
        to.register("reloads", "Files read again while running, by outcome", self.reloads.clone());
        to.register("replay_entries", "Used tokens in this process's memory", self.replay.now.clone());
        to.register("replay_entries_limit", "Used tokens that it has room for", self.replay.most.clone());
        to.register("requests_waiting", "Requests whose body is waited for", self.waiting.now.clone());
        to.register(
            "requests_waiting_limit",
            "Requests whose body may be waited for",
            self.waiting.most.clone(),
        );
        to.register("spans_dropped", "Spans that were not sent", otlp::left_out());
        to.register(
            "traffic_samples_dropped",
            "Exchanges that were left out of traffic",
            traffic::left_out(),
        );
        to.register_with_unit("request", "Bodies of requests", Unit::Bytes, self.request_bytes.clone());
        to.register_with_unit("response", "Bodies of responses", Unit::Bytes, self.response_bytes.clone());
    }
}
