//! What the process uses, by the names that Prometheus' own clients have for it, from `/proc`; nothing where there is none.

use std::fmt;
use std::fs;
use std::str::FromStr;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

use crate::bridge::state::resources::{descriptors, kib, read};

/// Reads it whenever someone asks.
#[derive(Debug)]
pub(super) struct Process;

/// What `/proc` says of this process (proc(5)).
#[derive(Debug, Default, PartialEq)]
struct Figures {
    cpu_seconds: Option<f64>,
    max_fds: Option<u64>,
    open_fds: Option<u64>,
    resident_memory_bytes: Option<u64>,
    start_time_seconds: Option<f64>,
    threads: Option<u64>,
    virtual_memory_bytes: Option<u64>,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let figures = Figures::read();
        let mut tell = |name, help, value: Option<&dyn EncodeMetric>| match value {
            None => Ok(()),
            Some(value) => value.encode(encoder.encode_descriptor(name, help, None, value.metric_type())?),
        };
        let whole = |value: Option<u64>| value.map(|value| ConstGauge::new(value as f64));
        let cpu = figures.cpu_seconds.map(ConstCounter::new);
        tell("process_cpu_seconds", "CPU time of this process.", cpu.as_ref().map(|cpu| cpu as _))?;
        let start = figures.start_time_seconds.map(ConstGauge::new);
        tell(
            "process_start_time_seconds",
            "When this process started, since 1970.",
            start.as_ref().map(|start| start as _),
        )?;
        for (name, help, value) in [
            ("process_max_fds", "File descriptors that this process may have open.", figures.max_fds),
            ("process_open_fds", "File descriptors that this process has open.", figures.open_fds),
            (
                "process_resident_memory_bytes",
                "Memory that this process has in RAM.",
                figures.resident_memory_bytes,
            ),
            ("process_threads", "Threads of this process.", figures.threads),
            (
                "process_virtual_memory_bytes",
                "Memory that this process has addresses for.",
                figures.virtual_memory_bytes,
            ),
        ] {
            let value = whole(value);
            tell(name, help, value.as_ref().map(|value| value as _))?;
        }
        Ok(())
    }
}

impl Figures {
    fn read() -> Self {
        let open_fds = fs::read_dir("/proc/self/fd").map(|all| all.count().saturating_sub(1) as u64);
        // Another system than Linux has no folder of descriptors.
        let mut figures = Self { open_fds: open_fds.ok(), ..Self::default() };
        figures.max_fds = descriptors();
        if let Some(status) = read("/proc/self/status") {
            figures.resident_memory_bytes = kib(&status, "VmRSS:");
            figures.virtual_memory_bytes = kib(&status, "VmSize:");
            figures.threads = field(&status, "Threads:").and_then(number);
        }
        if let Some(stat) = read("/proc/self/stat") {
            figures.cpu_seconds = ticks(&stat, 14).zip(ticks(&stat, 15)).map(|(user, system)| user + system);
            let boot = read("/proc/stat").and_then(|stat| number::<f64>(field(&stat, "btime")?));
            figures.start_time_seconds = boot.zip(ticks(&stat, 22)).map(|(boot, since)| boot + since);
        }
        figures
    }
}

/// What stands behind `key` at the beginning of a line.
fn field<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim)
}

fn number<T: FromStr>(text: &str) -> Option<T> {
    // What is no number is no figure.
    text.trim().parse().ok()
}

/// The field `at` of `/proc/self/stat`, counted from one, in seconds. The name of the program, in parentheses, may hold anything.
fn ticks(stat: &str, at: usize) -> Option<f64> {
    let (_, behind) = stat.rsplit_once(')')?;
    let ticks = number::<f64>(behind.split_whitespace().nth(at.checked_sub(3)?)?)?;
    Some(ticks / TICKS)
}

/// USER_HZ, in which Linux tells times to programs on every architecture that Rust is built for.
const TICKS: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_read() {
        let stat = "7 (a) b) c) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 9000 1 2";
        assert_eq!((ticks(stat, 14), ticks(stat, 15), ticks(stat, 22)), (Some(2.5), Some(0.5), Some(90.0)));
        assert_eq!(field("Name:\ta\nThreads:\t  12\n", "Threads:"), Some("12"));
        if cfg!(target_os = "linux") {
            let figures = Figures::read();
            assert!(figures.resident_memory_bytes > Some(1 << 20), "{figures:?}");
            assert!(figures.open_fds <= figures.max_fds && figures.threads > Some(0), "{figures:?}");
            assert!(figures.start_time_seconds > Some(1.7e9), "{figures:?}");
        }
    }
}
