//! The thread that sends spans and metrics.

use std::fmt;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use serde::Serialize;
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until};

use super::attribute::Attribute;
use super::collector::{Collector, CollectorSettings, Sent};
use super::figures::{self, Period};
use super::sampler::Sampler;
use super::span::{Span, Told};
use crate::bridge::backend::connect::EndpointError;
use crate::bridge::state::entropy;
use crate::bridge::trace::Trace;
use crate::limits::{OTLP_BATCH, OTLP_DELAY, OTLP_WAITING};

/// What is sent, and where it goes.
#[derive(Clone, Debug)]
pub struct OtlpSettings {
    /// Where traces go, if anywhere.
    pub traces: Option<CollectorSettings>,
    /// Where metrics go, if anywhere.
    pub metrics: Option<CollectorSettings>,
    /// What sends: names and values, `service.name` among them.
    pub resource: Vec<(String, String)>,
    /// Which traces are sent.
    pub sampler: Sampler,
    /// How often metrics are sent.
    pub interval: Duration,
    /// A text without what must not be shown.
    pub mask: fn(&str) -> String,
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
pub enum OtlpError {
    /// A URL that cannot be called.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// There is no thread for it.
    #[error("no thread: {0}")]
    Thread(#[from] io::Error),
}

/// Where spans of exchanges go. Clones are the same one.
#[derive(Clone)]
pub struct Otlp {
    spans: Option<mpsc::Sender<Told>>,
    sampler: Sampler,
    stop: watch::Sender<bool>,
    /// Has no sender once everything was sent.
    ended: Arc<Mutex<Receiver<()>>>,
}

impl fmt::Debug for Otlp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Otlp").field("sampler", &self.sampler).finish_non_exhaustive()
    }
}

impl Otlp {
    /// Starts the thread; `text` gives what is counted, as OpenMetrics. Errors: where something is to go that cannot be called.
    pub fn start(
        settings: OtlpSettings,
        text: impl Fn() -> String + Send + 'static,
    ) -> Result<Self, OtlpError> {
        let OtlpSettings { traces, metrics, resource, sampler, interval, mask } = settings;
        let ((stop, stopping), (ended, ending)) = (watch::channel(false), channel());
        let source = Source::new(resource);
        let traces = traces.map(|settings| Collector::new("traces", settings)).transpose()?;
        let metrics = metrics.map(|settings| Collector::new("metrics", settings)).transpose()?;
        let (sender, waiting) = mpsc::channel(OTLP_WAITING);
        let spans = traces.is_some().then_some(sender);
        let traces = traces.map(|collector| {
            let (source, stopping) = (source.clone(), stopping.clone());
            Traces { waiting, collector, source, stopping, mask }
        });
        let metrics = metrics.map(|collector| {
            let (text, started) = (Box::new(text), nanos());
            Metrics { text, collector, source, stopping, interval, started }
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name("otlp".to_owned());
        thread.spawn(move || {
            runtime.block_on(run(traces, metrics, ended));
        })?;
        Ok(Self { spans, sampler, stop, ended: Arc::new(Mutex::new(ending)) })
    }

    /// Decides whether `trace` is sent, and says it to whoever is behind.
    pub(in crate::bridge) fn decide(&self, trace: &mut Trace) {
        if self.spans.is_some() {
            self.sampler.decide(trace);
        }
    }

    /// Whether spans of `trace` are sent.
    pub(in crate::bridge) fn takes(&self, trace: &Trace) -> bool {
        self.spans.is_some() && trace.is_sampled()
    }

    /// Takes what is told of an exchange, or leaves it out.
    pub(in crate::bridge) fn keep(&self, told: Told) {
        let Some(spans) = &self.spans else { return };
        let count = 1 + u64::from(told.client.is_some());
        if spans.try_send(told).is_err() {
            LEFT_OUT.inc_by(count);
        }
    }

    /// Sends what there is, and says whether all of it was tried in `time`.
    pub fn settle(&self, time: Duration) -> bool {
        self.stop.send_replace(true);
        self.ended.lock().recv_timeout(time) != Err(RecvTimeoutError::Timeout)
    }
}

/// A name that no other process has.
pub fn instance() -> String {
    entropy::uuid()
}

/// The spans of this process that were not sent.
pub(in crate::bridge) fn left_out() -> Counter {
    LEFT_OUT.clone()
}

static LEFT_OUT: LazyLock<Counter> = LazyLock::new(Counter::default);

/// Messages to collectors, by what was in them and what became of them.
pub(in crate::bridge) fn sendings() -> Sendings {
    SENDINGS.clone()
}

type Sendings = Family<[(&'static str, &'static str); 2], Counter>;

static SENDINGS: LazyLock<Sendings> = LazyLock::new(Family::default);

/// Both go on whatever becomes of the other.
async fn run(traces: Option<Traces>, metrics: Option<Metrics>, ended: Sender<()>) {
    tokio::join!(
        async {
            if let Some(traces) = traces {
                traces.run().await;
            }
        },
        async {
            if let Some(metrics) = metrics {
                metrics.run().await;
            }
        }
    );
    drop(ended);
}

/// What sends spans.
struct Traces {
    waiting: mpsc::Receiver<Told>,
    collector: Collector,
    source: Source,
    stopping: watch::Receiver<bool>,
    mask: fn(&str) -> String,
}

impl Traces {
    async fn run(mut self) {
        loop {
            let mut batch = Vec::new();
            self.fill(&mut batch).await;
            if batch.is_empty() {
                return;
            }
            self.send(batch).await;
        }
    }

    /// Takes what comes, for a short time after the first, or nothing once the process stops and nothing is there.
    async fn fill(&mut self, batch: &mut Vec<Told>) {
        let mut until = None;
        while batch.len() < OTLP_BATCH {
            let room = OTLP_BATCH - batch.len();
            tokio::select! {
                biased;
                taken = self.waiting.recv_many(batch, room) => {
                    if taken == 0 {
                        return;
                    }
                }
                () = told(&mut self.stopping) => return,
                () = over(until) => return,
            }
            until = until.or_else(|| Some(Instant::now() + Duration::from_millis(OTLP_DELAY)));
        }
    }

    async fn send(&mut self, batch: Vec<Told>) {
        let spans = batch.into_iter().flat_map(|told| [Some(told.server), told.client]).flatten();
        let mut spans: Vec<Span> = spans.collect();
        for message in spans.iter_mut().flat_map(|span| &mut span.status.message) {
            *message = (self.mask)(message);
        }
        let count = spans.len() as u64;
        let message = self.source.message(["resourceSpans", "scopeSpans", "spans"], &spans);
        let sent = self.collector.send(message, &mut self.stopping).await;
        LEFT_OUT.inc_by(match sent {
            Sent::Taken { rejected } => rejected,
            Sent::Lost => count,
        });
        counted("traces", sent);
    }
}

/// What sends metrics.
struct Metrics {
    text: Box<dyn Fn() -> String + Send>,
    collector: Collector,
    source: Source,
    stopping: watch::Receiver<bool>,
    interval: Duration,
    /// Since when is counted, in nanoseconds since 1970.
    started: i64,
}

impl Metrics {
    async fn run(mut self) {
        let mut ticks = interval_at(Instant::now() + self.interval, self.interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let last = tokio::select! {
                _ = ticks.tick() => false,
                () = told(&mut self.stopping) => true,
            };
            self.send().await;
            if last {
                return;
            }
        }
    }

    async fn send(&mut self) {
        let text = (self.text)();
        let period = Period { start_time_unix_nano: self.started, time_unix_nano: nanos() };
        let metrics = figures::read(&text, period).expect("it is written here");
        let message = self.source.message(["resourceMetrics", "scopeMetrics", "metrics"], &metrics);
        let sent = self.collector.send(message, &mut self.stopping).await;
        counted("metrics", sent);
    }
}

fn counted(signal: &'static str, sent: Sent) {
    let outcome = match sent {
        Sent::Taken { rejected: 0 } => "ok",
        Sent::Taken { .. } => "rejected",
        Sent::Lost => "failed",
    };
    SENDINGS.get_or_create(&[("signal", signal), ("outcome", outcome)]).inc();
}

/// What sends (`Resource`), and the program that it is of (`InstrumentationScope`), as JSON.
#[derive(Clone, Debug)]
struct Source {
    resource: String,
    scope: String,
}

impl Source {
    fn new(names: Vec<(String, String)>) -> Self {
        let attributes: Vec<Attribute> =
            names.into_iter().map(|(name, value)| Attribute::text(name, value)).collect();
        let scope = json!({ "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") });
        Self { resource: json!({ "attributes": attributes }).to_string(), scope: scope.to_string() }
    }

    /// A message with `list`; `names` are those of the lists around it and its own. A tree of values of it would be several times its size.
    fn message(&self, names: [&str; 3], list: &impl Serialize) -> Bytes {
        let (Self { resource, scope }, [outer, middle, inner]) = (self, names);
        let list = serde_json::to_string(list).expect("it is JSON");
        let of_scope = format!(r#"{{"scope":{scope},"{inner}":{list}}}"#);
        let of_resource =
            format!(r#"{{"resource":{resource},"{middle}":[{of_scope}],"schemaUrl":"{SCHEMA}"}}"#);
        format!(r#"{{"{outer}":[{of_resource}]}}"#).into()
    }
}

/// Once the process stops.
async fn told(stopping: &mut watch::Receiver<bool>) {
    // Where nobody is left who could say it, it has stopped.
    drop(stopping.wait_for(|stopping| *stopping).await);
}

async fn over(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn nanos() -> i64 {
    // Of a clock that is centuries off nothing can be told.
    entropy::now().timestamp_nanos_opt().map_or(0, |nanos| nanos)
}

/// The version of the semantic conventions.
const SCHEMA: &str = "https://opentelemetry.io/schemas/1.37.0";

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::bridge::otlp::sampler::Root;

    /// A collector that takes connections and says nothing.
    fn silent(timeout: Duration) -> (TcpListener, Otlp) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/v1/traces", listener.local_addr().expect("an address"));
        let traces = CollectorSettings { url: url.into(), headers: Default::default(), ca: None, timeout };
        let settings = OtlpSettings {
            traces: Some(traces),
            metrics: None,
            resource: Vec::new(),
            sampler: Sampler { parent_based: true, root: Root::Always },
            interval: Duration::from_secs(60),
            mask: str::to_owned,
        };
        (listener, Otlp::start(settings, String::new).expect("a thread"))
    }

    #[test]
    fn what_finds_no_place_is_left_out_and_nobody_waits() {
        let (_listener, otlp) = silent(Duration::from_secs(3600));
        let (kept, more) = (OTLP_WAITING + OTLP_BATCH, 100);
        let before = LEFT_OUT.get();
        for _ in 0..kept + more {
            otlp.keep(Told::example());
        }
        // One batch may be on its way.
        let lost = (LEFT_OUT.get() - before) as usize;
        assert!((more..=more + OTLP_BATCH).contains(&lost), "{lost}");
        assert!(!otlp.settle(Duration::from_millis(1)), "it waits for an answer");
    }

    #[test]
    fn what_is_not_taken_at_the_end_is_counted() {
        let (listener, otlp) = silent(Duration::from_secs(3600));
        drop(listener);
        let before = LEFT_OUT.get();
        otlp.keep(Told::example());
        assert!(otlp.settle(Duration::from_secs(60)));
        assert!(LEFT_OUT.get() > before);
    }
}
