//! What the entries cost: CPU of the bridge's thread, and memory, beside a harmless message of the same size.

use std::collections::HashMap;
use std::time::Duration;

use super::check::{Attack, exchange};
use super::count::{measured, turn};
use super::data::{Entry, Service, Way, entries};
use super::make;
use super::stage::{Sent, Stage};

/// CPU time and bytes.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    cpu: Duration,
    peak: usize,
}

/// What an attack costs, and what a harmless message of its size does.
struct Line {
    name: String,
    bytes: usize,
    cost: Cost,
    harmless: Cost,
    expected: bool,
}

/// Every entry takes less than 50 ms of CPU, and at most twenty times what is harmless.
#[test]
#[ignore = "figures are measured in a release build, and on a machine that does nothing else"]
fn figures() {
    let _turn = turn();
    let mut harmless = HashMap::new();
    let mut lines = Vec::new();
    for entry in entries().iter().filter(|entry| entry.pending.is_none()) {
        lines.extend(entry.ways.iter().map(|way| line(entry, *way, &mut harmless)));
    }
    lines.sort_by(|a, b| b.times_cpu().total_cmp(&a.times_cpu()));
    print(&lines);
    let slow = lines.iter().filter(|line| line.expected && line.cost.cpu > Duration::from_millis(50)).count();
    let costly = lines.iter().filter(|line| line.times_cpu() > 20.0 || line.times_peak() > 20.0).count();
    println!("{} lines; {slow} refusals above 50 ms; {costly} above 20 times", lines.len());
}

impl Line {
    fn times_cpu(&self) -> f64 {
        self.cost.cpu.as_secs_f64() / self.harmless.cpu.as_secs_f64().max(1e-6)
    }

    fn times_peak(&self) -> f64 {
        self.cost.peak as f64 / self.harmless.peak.max(1) as f64
    }
}

fn line(entry: &Entry, way: Way, harmless: &mut HashMap<(Way, u32), Cost>) -> Line {
    let stage = Stage::new(entry.service, way);
    let attack = Attack::new(entry, way, &stage);
    let bytes = attack.sent.bytes().len();
    Line {
        name: format!("{way:?} {} {}", entry.row, entry.name),
        bytes,
        cost: cost(&stage, way, &attack.sent),
        harmless: *harmless.entry((way, bytes.ilog2())).or_insert_with(|| harmless_cost(way, bytes)),
        expected: !entry.expect.accepted,
    }
}

/// What a harmless message of `bytes` bytes costs.
fn harmless_cost(way: Way, bytes: usize) -> Cost {
    let unit = make::benign(way, 1001).len() - make::benign(way, 1000).len();
    let tags = bytes.saturating_sub(make::benign(way, 0).len()) / unit;
    let body = make::benign(way, tags.min(49_000));
    let sent = if way.is_reply() {
        Sent::reply(way.is_soap(), 200, body)
    } else {
        Sent::request(way.is_soap(), body)
    };
    let cost = cost(&Stage::new(Service::Vault, way), way, &sent);
    // More tags than an element may have children: the rest is as many times more.
    let times = (tags.max(1) as f64 / tags.clamp(1, 49_000) as f64).max(1.0);
    Cost { cpu: cost.cpu.mul_f64(times), peak: (cost.peak as f64 * times) as usize }
}

/// The medians of five exchanges, the buffers being warm for what is harmless and small.
fn cost(stage: &Stage, way: Way, sent: &Sent) -> Cost {
    exchange(stage, way, None);
    let mut costs: Vec<Cost> = (0..5).map(|_| once(stage, way, sent)).collect();
    let peak = costs.first().map_or(0, |cost| cost.peak);
    costs.sort_by_key(|cost| cost.cpu);
    Cost { cpu: costs[2].cpu, peak }
}

fn once(stage: &Stage, way: Way, sent: &Sent) -> Cost {
    let before = cpu_time();
    let (_, peak, _) = measured(|| exchange(stage, way, Some(sent)));
    // The kernel counts what a thread has used when it sleeps again.
    std::thread::sleep(Duration::from_millis(3));
    Cost { cpu: cpu_time() - before, peak }
}

/// The CPU time of the bridge's threads (proc(5), `schedstat`).
fn cpu_time() -> Duration {
    let tasks = std::fs::read_dir("/proc/self/task").expect("proc").flatten().map(|task| task.path());
    let bridge = tasks.filter(|task| {
        std::fs::read_to_string(task.join("comm")).is_ok_and(|name| name.trim() == "saponify")
    });
    let nanos = bridge.filter_map(|task| {
        std::fs::read_to_string(task.join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn print(lines: &[Line]) {
    println!(
        "| attack | bytes | CPU ms | times harmless | peak bytes | times harmless |\n|---|---|---|---|---|---|"
    );
    for line in lines {
        let (cpu, peak) = (line.cost.cpu.as_secs_f64() * 1000.0, line.cost.peak);
        let times = (line.times_cpu(), line.times_peak());
        println!("| {} | {} | {cpu:.2} | {:.1} | {peak} | {:.1} |", line.name, line.bytes, times.0, times.1);
    }
}
