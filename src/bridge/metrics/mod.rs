//! What is counted, in the text format of OpenMetrics: exchanges and their time, failures by name, refused callers by reason.
//!
//! No label holds anything that a client sent, so that nobody can make more of them.

mod name;

use std::sync::Arc;

use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use crate::bridge::failure::Failure;
use crate::bridge::log;
use crate::bridge::state::entropy;

/// Names and values of labels.
type Labels<const N: usize> = [(&'static str, String); N];

/// The times of exchanges, by service and front.
type Times = Family<Labels<2>, Histogram, fn() -> Histogram>;

/// The times of a service's exchanges, by front.
#[derive(Clone, Debug)]
pub(super) struct FrontTimes {
    pub(super) json: Histogram,
    pub(super) soap: Histogram,
}

/// The counters of a process. Clones count the same.
#[derive(Clone, Debug)]
pub struct Metrics {
    counters: Arc<Counters>,
}

#[derive(Debug)]
struct Counters {
    exchanges: Times,
    failures: Family<Labels<2>, Counter>,
    refusals: Family<[(&'static str, &'static str); 1], Counter>,
    reloads: Family<[(&'static str, &'static str); 1], Counter>,
    /// When what is in force was read.
    loaded: Gauge,
    /// 1 where the files are not what is in force.
    outdated: Gauge,
    replay: Gauge,
}

impl Metrics {
    /// Counters, and where they are read.
    pub(super) fn new() -> (Self, Registry) {
        let mut registry = Registry::with_prefix("saponify");
        let counters = Counters {
            exchanges: Times::new_with_constructor(seconds),
            failures: Family::default(),
            refusals: Family::default(),
            reloads: Family::default(),
            loaded: Gauge::default(),
            outdated: Gauge::default(),
            replay: Gauge::default(),
        };
        let exchanges = counters.exchanges.clone();
        registry.register_with_unit("exchange", "Exchanges and their time", Unit::Seconds, exchanges);
        registry.register("failures", "Failed exchanges by name", counters.failures.clone());
        registry.register("refusals", "Refused callers by reason", counters.refusals.clone());
        registry.register("panics", "Panics, each of which is a defect", log::panics());
        registry.register("log_lines_dropped", "Log lines that were lost", log::lost());
        registry.register("reloads", "Files read again while running, by outcome", counters.reloads.clone());
        let (loaded, outdated) = (counters.loaded.clone(), counters.outdated.clone());
        let when = "When the files that are in force were read, since 1970";
        registry.register_with_unit("last_reload_timestamp", when, Unit::Seconds, loaded);
        registry.register("files_outdated", "1 where the files are no longer what is in force", outdated);
        registry.register("replay_entries", "Used tokens in this process's memory", counters.replay.clone());
        (Self { counters: Arc::new(counters) }, registry)
    }

    /// Where the times of exchanges of `service` are kept.
    pub(super) fn times(&self, service: &str) -> FrontTimes {
        let of = |front: &str| {
            let labels = [("service", service.to_owned()), ("front", front.to_owned())];
            self.counters.exchanges.get_or_create_owned(&labels)
        };
        FrontTimes { json: of("json"), soap: of("soap") }
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

    /// Notes whether the files are what is in force.
    pub fn in_force(&self, are: bool) {
        self.counters.outdated.set(i64::from(!are));
    }

    fn counted(&self, service: &str, name: &str) {
        let labels = [("service", service.to_owned()), ("name", name.to_owned())];
        self.counters.failures.get_or_create(&labels).inc();
    }

    /// Everything in `registry`, as OpenMetrics. `entries` is the size of the memory of used tokens.
    pub(super) fn text(&self, registry: &Registry, entries: usize) -> String {
        self.counters.replay.set(i64::try_from(entries).expect("no memory has so many entries"));
        let mut out = String::new();
        text::encode(&mut out, registry).expect("a String takes everything");
        out
    }
}

/// From half a millisecond to the longest time that a backend may take.
fn seconds() -> Histogram {
    Histogram::new([
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
    ])
}
