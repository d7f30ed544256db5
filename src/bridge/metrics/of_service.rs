//! What is counted of the exchanges of one service: everything that has a label is found when the service is taken.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::StatusCode;
use prometheus_client::metrics::counter::Counter;

use super::histogram::Histogram;
use super::{Counters, Metrics};
use crate::bridge::failure::BackendFailure;
use crate::bridge::record::Blame;
use crate::bridge::state::peer::FrontKind;

/// What is counted of one service.
#[derive(Debug)]
pub(in crate::bridge) struct ServiceMetrics {
    metrics: Metrics,
    service: Arc<str>,
    /// Names of the operations, in the order of the plan.
    operations: Box<[Arc<str>]>,
    fronts: [FrontMetrics; 2],
    tools: OnceLock<Box<FrontMetrics>>,
    /// For each operation, and one for what is of none. Made when the first one comes: a contract may have many that nobody calls.
    seconds: Box<[OnceLock<Histogram>]>,
    pub(in crate::bridge) backend: BackendMetrics,
}

#[derive(Debug)]
struct FrontMetrics {
    seconds: Histogram,
    request_bytes: Histogram,
    response_bytes: Histogram,
    /// As the times of operations.
    outcomes: Box<[OnceLock<Outcomes>]>,
}

/// Exchanges of one operation by one front, by what became of them.
#[derive(Debug)]
struct Outcomes {
    ok: Counter,
    client: Counter,
    backend: Counter,
    bridge: Counter,
    shed: Counter,
    abandoned: Counter,
}

/// What is counted of the calls of a service's backend.
#[derive(Debug)]
pub(in crate::bridge) struct BackendMetrics {
    metrics: Metrics,
    service: Arc<str>,
    /// Its address, as the service file has it.
    pub(in crate::bridge) address: Arc<str>,
    seconds: Histogram,
    /// By the class of their status, from 1xx to 5xx.
    replies: [Counter; 5],
    none: Counter,
}

/// An exchange that has come to its end.
#[derive(Clone, Copy, Debug)]
pub(in crate::bridge) struct Ended {
    pub(in crate::bridge) front: FrontKind,
    pub(in crate::bridge) operation: Option<usize>,
    pub(in crate::bridge) blame: Blame,
    pub(in crate::bridge) took: Duration,
    pub(in crate::bridge) request_bytes: u64,
    /// Nothing where the client went away before there was an answer.
    pub(in crate::bridge) response_bytes: Option<u64>,
}

impl ServiceMetrics {
    pub(super) fn new(
        metrics: &Metrics,
        service: &Arc<str>,
        operations: Box<[Arc<str>]>,
        backend: &Arc<str>,
    ) -> Self {
        let slots = operations.len() + 1;
        let front = |front: FrontKind| FrontMetrics::new(&metrics.counters, service, front, slots);
        Self {
            fronts: [front(FrontKind::Json), front(FrontKind::Soap)],
            tools: OnceLock::new(),
            seconds: (0..slots).map(|_| OnceLock::new()).collect(),
            backend: BackendMetrics::new(metrics, service, backend),
            metrics: metrics.clone(),
            service: service.clone(),
            operations,
        }
    }

    /// Counts an exchange.
    pub(in crate::bridge) fn ended(&self, ended: Ended) {
        let front = match ended.front {
            FrontKind::Json => &self.fronts[0],
            FrontKind::Soap => &self.fronts[1],
            FrontKind::Mcp => self.tools.get_or_init(|| self.front_of_tools()),
        };
        // What is of no operation has the last place.
        let at = ended.operation.map_or(self.operations.len(), |at| at);
        if let Some(outcomes) = front.outcomes.get(at) {
            let outcomes = outcomes.get_or_init(|| self.outcomes(ended.front, at));
            outcomes.of(ended).inc();
        }
        let Some(bytes) = ended.response_bytes else { return };
        let micros = micros(ended.took);
        if let Some(seconds) = self.seconds.get(at) {
            seconds.get_or_init(|| self.operation_seconds(at)).observe(micros);
        }
        front.seconds.observe(micros);
        front.request_bytes.observe(ended.request_bytes);
        front.response_bytes.observe(bytes);
    }

    /// Few services have tools: what is counted of them is there when the first one is asked for.
    fn front_of_tools(&self) -> Box<FrontMetrics> {
        let slots = self.operations.len() + 1;
        Box::new(FrontMetrics::new(&self.metrics.counters, &self.service, FrontKind::Mcp, slots))
    }

    fn outcomes(&self, front: FrontKind, at: usize) -> Outcomes {
        let of = |outcome: &str| {
            let labels = [
                ("service", self.service.to_string()),
                ("front", front.name().to_owned()),
                ("operation", self.operation(at).to_owned()),
                ("outcome", outcome.to_owned()),
            ];
            self.metrics.counters.outcomes.get_or_create_owned(&labels)
        };
        Outcomes {
            ok: of("ok"),
            client: of("client"),
            backend: of("backend"),
            bridge: of("bridge"),
            shed: of("shed"),
            abandoned: of("abandoned"),
        }
    }

    fn operation_seconds(&self, at: usize) -> Histogram {
        let labels = [("service", self.service.to_string()), ("operation", self.operation(at).to_owned())];
        self.metrics.counters.operations.get_or_create_owned(&labels)
    }

    /// The name of the operation at a place; empty at that of those that are unknown.
    fn operation(&self, at: usize) -> &str {
        self.operations.get(at).map_or("", |name| name)
    }
}

impl Outcomes {
    fn of(&self, ended: Ended) -> &Counter {
        match ended.blame {
            _ if ended.response_bytes.is_none() => &self.abandoned,
            Blame::Nobody => &self.ok,
            Blame::Client => &self.client,
            Blame::Backend => &self.backend,
            Blame::Bridge => &self.bridge,
            Blame::Shed => &self.shed,
        }
    }
}

impl FrontMetrics {
    fn new(counters: &Counters, service: &str, front: FrontKind, slots: usize) -> Self {
        let labels = [("service", service.to_owned()), ("front", front.name().to_owned())];
        Self {
            seconds: counters.exchanges.get_or_create_owned(&labels),
            request_bytes: counters.request_bytes.get_or_create_owned(&labels),
            response_bytes: counters.response_bytes.get_or_create_owned(&labels),
            outcomes: (0..slots).map(|_| OnceLock::new()).collect(),
        }
    }
}

impl BackendMetrics {
    fn new(metrics: &Metrics, service: &Arc<str>, address: &Arc<str>) -> Self {
        let counters = &metrics.counters;
        let labels = [("service", service.to_string()), ("backend", address.to_string())];
        let replies = |status: &str| {
            let [service, backend] = labels.clone();
            counters.replies.get_or_create_owned(&[service, backend, ("status", status.to_owned())])
        };
        Self {
            seconds: counters.backends.get_or_create_owned(&labels),
            replies: ["1xx", "2xx", "3xx", "4xx", "5xx"].map(replies),
            none: replies("none"),
            metrics: metrics.clone(),
            service: service.clone(),
            address: address.clone(),
        }
    }

    /// Counts a call that took so long, and its reply if there was one.
    pub(in crate::bridge) fn called(&self, took: Duration, status: Option<StatusCode>) {
        self.seconds.observe(micros(took));
        let class =
            status.and_then(|status| self.replies.get(usize::from(status.as_u16() / 100).wrapping_sub(1)));
        class.map_or(&self.none, |class| class).inc();
    }

    /// Counts why it failed.
    pub(in crate::bridge) fn failed(&self, failure: &BackendFailure) {
        let labels = [
            ("service", self.service.to_string()),
            ("backend", self.address.to_string()),
            ("cause", failure.cause().to_owned()),
        ];
        self.metrics.counters.causes.get_or_create(&labels).inc();
    }
}

fn micros(time: Duration) -> u64 {
    // Half a million years.
    u64::try_from(time.as_micros()).map_or(u64::MAX, |micros| micros)
}
