//! Where the events of the process go: to a log while it serves, to whoever sits at the terminal otherwise.

use std::io::{self, Write};
use std::panic::PanicHookInfo;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use clap::{Args, ValueEnum};
use parking_lot::RwLock;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{FormatFields, debug_fn};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Layer, Registry, fmt, registry::LookupSpan};

use super::exit::Exit;
use super::output::failed;
use crate::bridge::{AccessLog, AccessLogForm, LogWriter};
use crate::redact::{SecretSet, Sought};

/// The log, which goes to standard error.
#[derive(Debug, Args)]
pub(super) struct LogArgs {
    /// The form of the log's lines.
    #[arg(long, value_name = "FORM", default_value = "text")]
    log_format: Format,
    /// The least level that is logged.
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    log_level: Level,
    /// The access log, a line for each request, on standard output.
    #[arg(long, value_name = "FORM", default_value = "off")]
    access_log: AccessForm,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum AccessForm {
    /// An object on a line.
    Json,
    /// No access log.
    Off,
    /// Words, each a key and a value.
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An object on a line: timestamp, level, message and what the message is about.
    Json,
    /// Time, level and message.
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Level {
    /// Exchanges that failed by the backend or the bridge, and what could not be read again.
    Error,
    /// Starting, stopping, and what was read again.
    Info,
    /// No lines at all.
    Off,
    /// Requests that were refused, and what a contract does not know.
    Warn,
}

/// A log that was opened. Once it is dropped, what waited to be written has had its time.
#[derive(Debug)]
pub(super) struct Log {
    writer: LogWriter,
    access: Option<AccessLog>,
}

impl LogArgs {
    /// Opens the log. Errors: there is no thread for it, told.
    pub(super) fn open(&self) -> Result<Log, Exit> {
        let no_thread = |error| failed(&format!("the log: {error}"), Exit::Internal);
        let writer = LogWriter::new(Masked(io::stderr()), "standard error").map_err(no_thread)?;
        let access = self.access().map_err(no_thread)?;
        let to = writer.clone();
        let to = move || to.clone();
        match self.log_format {
            Format::Json => install(self.level(), json(to)),
            Format::Text => install(self.level(), text(to)),
        }
        std::panic::set_hook(Box::new(panicked));
        Ok(Log { writer, access })
    }

    fn access(&self) -> io::Result<Option<AccessLog>> {
        let form = match self.access_log {
            AccessForm::Json => AccessLogForm::Json,
            AccessForm::Off => return Ok(None),
            AccessForm::Text => AccessLogForm::Text,
        };
        let writer = LogWriter::new(Masked(io::stdout()), "standard output")?;
        Ok(Some(AccessLog { writer, form }))
    }

    fn level(&self) -> LevelFilter {
        match self.log_level {
            Level::Error => LevelFilter::ERROR,
            Level::Info => LevelFilter::INFO,
            Level::Off => LevelFilter::OFF,
            Level::Warn => LevelFilter::WARN,
        }
    }
}

impl Log {
    /// The access log, where there is to be one.
    pub(super) fn access(&self) -> Option<AccessLog> {
        self.access.clone()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // A reader that does not read must not keep the process from ending.
        self.writer.settle(Duration::from_secs(1));
        if let Some(access) = &self.access {
            access.writer.settle(Duration::from_secs(1));
        }
    }
}

/// From now on no line of the log shows one of `known`, nor of those that were known before: services as they were may go on, and be
/// told of.
pub(super) fn keep_secrets(known: SecretSet) {
    let mut secrets = SECRETS.write();
    secrets.0 = std::mem::take(&mut secrets.0).with_new(known);
    secrets.1 = Arc::new(secrets.0.sought());
}

/// `text` as a line of the log shows it.
pub(super) fn masked(text: &str) -> String {
    // Not held meanwhile: a reload must not wait for that.
    let secrets = SECRETS.read().1.clone();
    secrets.masked(text)
}

static SECRETS: LazyLock<RwLock<(SecretSet, Arc<Sought>)>> = LazyLock::new(RwLock::default);

/// Where lines go, without the secrets that are known.
struct Masked<W>(W);

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(line);
        self.0.write_all(masked(&text).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Shows events as the verbs that people run speak: `saponify: ` and the message, on standard error.
pub(super) fn talk() {
    let spoken = fmt::layer().without_time().with_level(false).with_target(false);
    let spoken = spoken.fmt_fields(message("saponify: ")).log_internal_errors(false);
    install(LevelFilter::INFO, spoken.with_writer(io::stderr));
}

fn json<S, W>(to: W) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'l> LookupSpan<'l>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false);
    lines.with_target(false).log_internal_errors(false).with_writer(to)
}

fn text<S, W>(to: W) -> impl Layer<S>
where
    S: tracing::Subscriber + for<'l> LookupSpan<'l>,
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_target(false).with_ansi(false).log_internal_errors(false);
    lines.fmt_fields(message("")).with_writer(to)
}

/// The message says it all for people; what it is about is for programs.
fn message(before: &'static str) -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    debug_fn(move |out, field, value| match field.name() {
        "message" => write!(out, "{before}{value:?}"),
        _ => Ok(()),
    })
}

/// Libraries say nothing here: they do not know what must not be shown.
fn install(level: LevelFilter, layer: impl Layer<Registry> + Send + Sync) {
    let own = Targets::new().with_target("saponify", level);
    // A process opens one log, when it starts.
    let _ = tracing_subscriber::registry().with(layer.with_filter(own)).try_init();
}

/// The message of a panic may hold what was sent, and printing it may wait for whoever reads standard error.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    crate::bridge::panicked();
    tracing::error!(place, "a defect of the bridge: panic at {place}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wss::Secret;

    #[test]
    fn a_panic_is_counted_wherever_it_is() {
        let before = crate::bridge::panicked();
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(panicked));
        let caught = std::panic::catch_unwind(|| panic!("canary"));
        std::panic::set_hook(hook);
        assert!(caught.is_err() && crate::bridge::panicked() >= before + 2);
    }

    /// Services of which another reading was refused go on, however often that happens.
    #[test]
    fn what_was_kept_once_is_masked_ever_after() {
        for secret in ["not-a-real-first", "not-a-real-second", "not-a-real-third"] {
            keep_secrets(SecretSet::default().and([Secret::new(secret)]));
        }
        let mut out = Vec::new();
        Masked(&mut out).write_all(b"a not-a-real-first b not-a-real-third").expect("written");
        assert_eq!(String::from_utf8_lossy(&out), "a *** b ***");
    }
}
