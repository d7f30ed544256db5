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
pub(super) use self::of_service::{BackendMetrics, Ended, FrontKind, ServiceMetrics};
use self::process::Process;
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
    causes: Family<Labels<3>, Counter>,
    certificates: Family<Labels<2>, Gauge>,
    exchanges: Histograms,
    failures: Family<Labels<2>, Counter>,
    /// Ends of the certificates of listeners.
    shown: Mutex<Vec<Arc<AtomicI64>>>,
    in_flight: Gauge,
    most_in_flight: Gauge,
    operations: Histograms,
    outcomes: Family<Labels<4>, Counter>,
    refusals: Family<[(&'static str, &'static str); 1], Counter>,
    reloads: Family<[(&'static str, &'static str); 1], Counter>,
    /// When what is in force was read.
    loaded: Gauge,
    /// 1 where the files are not what is in force.
    outdated: Gauge,
    replay: Gauge,
    replies: Family<Labels<3>, Counter>,
    request_bytes: Histograms,
    response_bytes: Histograms,
}

/// What a process has at the moment when someone reads its metrics.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    /// The size of the memory of used tokens.
    pub(super) replay_entries: usize,
    /// Exchanges that are going on, and as many as there may be.
    pub(super) in_flight: usize,
    pub(super) most_in_flight: usize,
}

impl Metrics {
    /// Counters, and where they are read.
    pub(super) fn new() -> (Self, Registry) {
        let counters = Counters {
            backends: Histograms::new_with_constructor(Histogram::of_time),
            causes: Family::default(),
            certificates: Family::default(),
            exchanges: Histograms::new_with_constructor(Histogram::of_time),
            failures: Family::default(),
            shown: Mutex::default(),
            in_flight: Gauge::default(),
            most_in_flight: Gauge::default(),
            operations: Histograms::new_with_constructor(Histogram::of_time),
            outcomes: Family::default(),
            refusals: Family::default(),
            reloads: Family::default(),
            loaded: Gauge::default(),
            outdated: Gauge::default(),
            replay: Gauge::default(),
            replies: Family::default(),
            request_bytes: Histograms::new_with_constructor(Histogram::of_bytes),
            response_bytes: Histograms::new_with_constructor(Histogram::of_bytes),
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
        let gauge = |gauge: &Gauge, value: usize| {
            gauge.set(i64::try_from(value).expect("no memory has so many entries"));
        };
        gauge(&self.counters.replay, now.replay_entries);
        gauge(&self.counters.in_flight, now.in_flight);
        gauge(&self.counters.most_in_flight, now.most_in_flight);
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
        to.register("backend_failures", "Failed calls of backends by cause", self.causes.clone());
        to.register("backend_replies", "Calls of backends by class of status", self.replies.clone());
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
        to.register("exchanges_in_flight", "Exchanges that are going on", self.in_flight.clone());
        to.register(
            "exchanges_limit",
            "Exchanges at one time that are accepted",
            self.most_in_flight.clone(),
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
        to.register("replay_entries", "Used tokens in this process's memory", self.replay.clone());
        to.register("spans_dropped", "Spans that were not sent", otlp::left_out());
        to.register("traffic_samples_dropped", "Samples of traffic that were left out", traffic::left_out());
        to.register_with_unit("request", "Bodies of requests", Unit::Bytes, self.request_bytes.clone());
        to.register_with_unit("response", "Bodies of responses", Unit::Bytes, self.response_bytes.clone());
    }
}
