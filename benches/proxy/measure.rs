//! CPU time by the names of threads, medians of rounds, and the lines that are printed.

use std::net::SocketAddr;
use std::time::Duration;

use crate::bridges::{REQUEST_XML, Subject};
use crate::load::{Load, Sent};
use bytes::Bytes;

const ROUNDS: usize = 7;

/// A line of a table: what is asked, and the threads whose time counts.
#[derive(Clone)]
pub struct Row {
    pub label: &'static str,
    pub name: &'static str,
    pub address: SocketAddr,
    pub sent: Sent,
}

impl Row {
    pub fn pass(address: SocketAddr) -> Self {
        let sent =
            Sent { address, path: "/", content_type: "text/xml", body: Bytes::from_static(REQUEST_XML) };
        Self { label: "pass-through", name: "pass", address, sent }
    }

    pub fn of(subject: Subject, address: SocketAddr) -> Self {
        Self { label: subject.label(), name: "saponify", address, sent: subject.sent(address) }
    }
}

/// Prints a line for each of `rows`, with its ratio to the first: they take turns, so that a slow moment of the machine meets all of them.
pub fn compare(rows: &[Row], load: &Load) {
    let mut seen = vec![Vec::new(); rows.len()];
    for round in 0..=ROUNDS {
        for (row, seen) in rows.iter().zip(&mut seen) {
            let sent = Sent { address: row.address, ..row.sent.clone() };
            let taken = load.run(&sent, || cpu_time(row.name));
            let requests = taken.requests as f64;
            // The first round warms up.
            if round > 0 {
                seen.push((taken.cpu.as_secs_f64() * 1e6 / requests, requests / taken.wall.as_secs_f64()));
            }
        }
    }
    let first = median(seen[0].iter().map(|(cpu, _)| *cpu));
    for (row, seen) in rows.iter().zip(&seen) {
        let cpu = median(seen.iter().map(|(cpu, _)| *cpu));
        let rate = median(seen.iter().map(|(_, rate)| *rate));
        println!("  {:<44} {cpu:>8.1} µs of CPU {:>6.2} {rate:>8.0} requests/s", row.label, cpu / first);
    }
}

pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The CPU time that the threads named `name` have used (proc(5), `schedstat`).
pub fn cpu_time(name: &str) -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("proc").flatten().map(|task| task.path());
    let named =
        tasks.filter(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(|comm| comm.trim() == name));
    let nanos = named.filter_map(|task| {
        std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}
