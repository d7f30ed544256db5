//! The log: the lines about exchanges, and the writer that lines go through.
//!
//! A line is an event of `tracing`; whoever starts the process says where events go. While the bridge serves they go
//! through a [`LogWriter`], for whoever reads standard error may stop reading, and that must not stop an exchange.

use std::fmt;
use std::io::{self, Write};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;

use super::failure::{BackendFailure, Failure};
use super::request_id::RequestId;
use crate::limits::LOG_BYTES;
use crate::redact::printable;
use crate::soap::FaultKind;

/// What a line about an exchange is about.
pub(super) struct About<'a> {
    pub(super) service: &'a str,
    pub(super) operation: &'a str,
    /// Where the client is, as far as anyone knows.
    pub(super) client: Option<IpAddr>,
}

/// Writes a line about a failed exchange: who is to blame and why, nothing of what was sent.
pub(super) fn failed(about: About<'_>, id: &RequestId, failure: &Failure) {
    let About { service, operation, client } = about;
    let client = client.map(tracing::field::display);
    macro_rules! line {
        ($level:ident) => {
            tracing::$level!(
                request = %id,
                trace = %id.trace,
                service,
                operation,
                client,
                failure = failure.name(),
                cause = failure.reason(),
                "request {id} {service}/{operation}: {} (trace {})",
                printable(&failure.to_string()),
                id.trace
            )
        };
    }
    match failure {
        // The client is to blame, whoever says so.
        Failure::Backend(BackendFailure::Failed { client: true, .. }) => line!(warn),
        Failure::Backend(BackendFailure::Fault { fault, .. }) if fault.fault.kind == FaultKind::Client => {
            line!(warn)
        }
        Failure::Backend(_) | Failure::Bridge(_) => line!(error),
        _ => line!(warn),
    }
}

/// Writes a line about what a reply has and its contract has not.
pub(super) fn passed_over(service: &str, operation: &str, path: &str) {
    let path = printable(path);
    tracing::warn!(
        service,
        operation,
        "{service}/{operation}: the reply has {path}, which the contract does not know"
    );
}

/// Writes a line about a row of `faults` that cannot do what it says.
pub(super) fn row_failed(service: &str, operation: &str, error: &dyn std::error::Error) {
    let error = error.to_string();
    let error = printable(&error);
    tracing::error!(
        service,
        operation,
        "{service}/{operation}: a row of `faults` gives a fault that the contract does not allow, so it is not sent: {error}"
    );
}

/// Writes a line about a fault's detail that cannot be written.
pub(super) fn detail_failed(service: &str, operation: &str, error: &dyn std::error::Error) {
    let error = error.to_string();
    let error = printable(&error);
    tracing::error!(
        service,
        operation,
        "{service}/{operation}: the fault goes out without its detail: {error}"
    );
}

/// The lines of this process that were lost. There is one, since the subscriber of `tracing` is the process's too.
pub(super) fn lost() -> Counter {
    LOST.clone()
}

static LOST: LazyLock<Counter> = LazyLock::new(Counter::default);

/// The panics of this process, in exchanges or elsewhere. There is one count, since the hook is the process's too.
pub(super) fn panics() -> Counter {
    PANICS.clone()
}

static PANICS: LazyLock<Counter> = LazyLock::new(Counter::default);

/// Counts a panic. Gives how many there were.
pub fn panicked() -> u64 {
    PANICS.inc() + 1
}

/// Where lines go: a thread of its own writes them, in their order. Clones are the same writer.
///
/// Writing never waits and never fails. Lines that find [`LOG_BYTES`] waiting already are lost, and so are those that cannot
/// be written; they are counted, and once lines can be written again one of them says how many were lost.
#[derive(Clone)]
pub struct LogWriter {
    lines: Sender<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
    lost: Arc<AtomicU64>,
}

impl LogWriter {
    /// One that writes to `out`, which is called `name`. Errors: there is no thread for it.
    pub fn new(out: impl Write + Send + 'static, name: &'static str) -> io::Result<Self> {
        let (lines, receiver) = mpsc::channel();
        let (waiting, lost) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicU64::new(0)));
        let worker =
            Worker { lines: receiver, waiting: waiting.clone(), lost: lost.clone(), out, name, told: 0 };
        std::thread::Builder::new().name("log".to_owned()).spawn(move || worker.run())?;
        Ok(Self { lines, waiting, lost })
    }

    /// Writes a line, which goes whole or not at all. Never waits.
    pub(super) fn line(&self, line: Vec<u8>) {
        if !self.reserve(line.len()) || self.lines.send(line).is_err() {
            lose(&self.lost);
        }
    }

    /// Waits until no line is waiting, but not longer than `time`.
    pub fn settle(&self, time: Duration) {
        let deadline = Instant::now() + time;
        while self.waiting.load(Ordering::Acquire) > 0 && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn reserve(&self, bytes: usize) -> bool {
        let more = |waiting: usize| waiting.checked_add(bytes).filter(|sum| *sum <= LOG_BYTES);
        self.waiting.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).is_ok()
    }
}

impl Write for LogWriter {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.line(line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for LogWriter {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("LogWriter").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

fn lose(lost: &AtomicU64) {
    lost.fetch_add(1, Ordering::Relaxed);
    LOST.inc();
}

struct Worker<W> {
    lines: Receiver<Vec<u8>>,
    waiting: Arc<AtomicUsize>,
    lost: Arc<AtomicU64>,
    out: W,
    name: &'static str,
    /// Of the lines that were lost, those that a line has told of.
    told: u64,
}

impl<W: Write> Worker<W> {
    fn run(mut self) {
        // It ends with the last writer.
        while let Ok(line) = self.lines.recv() {
            let written = self.out.write_all(&line).and_then(|()| self.out.flush());
            if written.is_err() {
                // Standard error is closed or full; the next line may have more luck. Counted before it no longer waits:
                // whoever waits for that finds it counted.
                lose(&self.lost);
            }
            let before = self.waiting.fetch_sub(line.len(), Ordering::AcqRel);
            if written.is_ok() && before == line.len() {
                self.tell();
            }
        }
    }

    /// Says how many lines were lost. Only after a line that was written, else the line about it would be lost for ever.
    fn tell(&mut self) {
        let lost = self.lost.load(Ordering::Relaxed).saturating_sub(self.told);
        if lost > 0 {
            self.told += lost;
            let name = self.name;
            tracing::warn!(lost, "{lost} log lines were lost: {name} was not read, closed or full");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a line whenever it is let.
    struct Slow {
        turns: Receiver<()>,
        written: Sender<usize>,
    }

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.turns.recv().map_err(io::Error::other)?;
            self.written.send(bytes.len()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_writer_that_stands_still_loses_lines_and_nobody_waits() {
        let ((turn, turns), (written, lines)) = (mpsc::channel(), mpsc::channel());
        let mut writer = LogWriter::new(Slow { turns, written }, "a pipe").expect("a thread");
        let (line, before) = (vec![b'x'; LOG_BYTES / 4], LOST.get());
        for _ in 0..7 {
            writer.write_all(&line).expect("never an error");
        }
        assert_eq!(LOST.get() - before, 3);
        for _ in 0..4 {
            turn.send(()).expect("the writer runs");
            assert_eq!(lines.recv(), Ok(line.len()));
        }
        writer.settle(Duration::from_secs(60));
        drop(turn);
        writer.write_all(b"x").expect("never an error");
        writer.settle(Duration::from_secs(60));
        assert_eq!(LOST.get() - before, 4, "what cannot be written is lost");
    }
}
