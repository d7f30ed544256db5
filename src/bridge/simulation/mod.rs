//! Simulation: three replicas of the bridge, a backend and a store in one thread, over connections in memory and in virtual time, where
//! everything that fails fails by chance, and chance is a seed. A run of a seed is the same each time.
//!
//! The crate turmoil would do this too. It is not used: its hosts advance in steps of time, so that a run would cost as much as the time
//! that it lasts, and most of that is deadlines; a connection cannot break after so many bytes; and it brings an older `rand` and other
//! features of tokio, which then is compiled twice.
//!
//! From the ground: `wire`, connections; `world`, time, chance and the network; `system`, what the bridge has in place of the system's;
//! `store`, `backend`; `replica`; `client`, what is asked and how answers are judged; `run`, what goes wrong, and one run.

#![allow(clippy::print_stdout, reason = "whoever asks for seeds reads what came of them")]

mod backend;
mod client;
mod replica;
mod run;
mod store;
mod system;
mod wire;
mod world;

pub(in crate::bridge) use system::{Clock, Stream, multiplexed};
pub(in crate::bridge) use world::rng;

use std::ops::RangeInclusive;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use backend::Backend;
use client::{Kind, Ledger, Wish};
use replica::{Replica, Setup};
use run::{Mutation, Ran, in_virtual_time, run};
use store::{Broken, Loss, Store};
use world::World;

/// What some runs came to.
#[derive(Default)]
struct Runs {
    next: AtomicU64,
    failed: Mutex<Vec<(u64, String)>>,
    asked: AtomicU64,
    answered: AtomicU64,
    sent: AtomicU64,
}

/// Runs all `seeds`, some of them twice, on as many threads as there are processors.
fn run_all(seeds: RangeInclusive<u64>, twice_each: u64) -> Runs {
    let runs = Runs { next: AtomicU64::new(*seeds.start()), ..Runs::default() };
    let work = || {
        loop {
            let seed = runs.next.fetch_add(1, Ordering::Relaxed);
            if !seeds.contains(&seed) {
                return;
            }
            let ran = run(seed, None, false);
            let again = (seed.is_multiple_of(twice_each) || !ran.violations.is_empty())
                .then(|| run(seed, None, true));
            if let Some(again) = again.filter(|again| again.hash != ran.hash) {
                let differs = format!("it is another run each time: {:?}", again.violations);
                runs.failed.lock().expect("failed").push((seed, differs));
            }
            if !ran.violations.is_empty() {
                runs.failed.lock().expect("failed").push((seed, ran.violations.join("; ")));
            }
            runs.asked.fetch_add(ran.asked as u64, Ordering::Relaxed);
            runs.answered.fetch_add(ran.answered as u64, Ordering::Relaxed);
            runs.sent.fetch_add(ran.sent as u64, Ordering::Relaxed);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    runs
}

/// `SAPONIFY_SEEDS`: one seed, whose lines are shown, or `from..to`.
fn asked_for() -> Option<RangeInclusive<u64>> {
    let asked = std::env::var("SAPONIFY_SEEDS").ok()?;
    let (from, to) = asked.split_once("..").unwrap_or((&asked, &asked));
    let number = |text: &str| text.trim_start_matches('=').parse().expect("SAPONIFY_SEEDS: 7, or 1..10000");
    Some(number(from)..=number(to))
}

#[test]
fn whatever_fails_no_request_is_lost_or_done_twice() {
    let seeds = asked_for().unwrap_or(1..=100);
    if seeds.start() == seeds.end() {
        let Ran { lines, violations, hash, .. } = run(*seeds.start(), None, true);
        println!("{}\nhash {hash:016x}", lines.join("\n"));
        assert_eq!(violations, Vec::<String>::new());
        return;
    }
    let began = Instant::now();
    let runs = run_all(seeds.clone(), 10);
    let [asked, answered, sent] = [runs.asked, runs.answered, runs.sent].map(AtomicU64::into_inner);
    let failed = runs.failed.into_inner().expect("failed");
    println!(
        "seeds {seeds:?}: {} failed, {asked} requests, {answered} with a response, {sent} sent, {:.1} s",
        failed.len(),
        began.elapsed().as_secs_f64()
    );
    let shown: Vec<String> =
        failed.iter().take(10).map(|(seed, why)| format!("SAPONIFY_SEEDS={seed}: {why}")).collect();
    assert!(failed.is_empty(), "{}", shown.join("\n"));
    // What refuses everything breaks no rule.
    assert!(answered * 3 > asked && sent * 4 > asked, "{answered} of {asked} answered, {sent} sent");
}

#[test]
fn what_is_broken_is_found() {
    for mutation in [
        Mutation::Store(Broken::Forgets),
        Mutation::Store(Broken::IgnoresLoss),
        Mutation::Store(Broken::KeysAreFree),
        Mutation::Store(Broken::FreesWhatIsKept),
        Mutation::Doubles,
    ] {
        let found = (1..=60).find_map(|seed| {
            let ran = run(seed, Some(mutation), false);
            (!ran.violations.is_empty()).then_some((seed, ran))
        });
        let (seed, ran) = found.unwrap_or_else(|| panic!("{mutation:?} is not found"));
        let again = run(seed, Some(mutation), true);
        assert_eq!((again.hash, again.violations), (ran.hash, ran.violations), "{mutation:?}");
    }
}

/// Whoever changes a script writes down in `store` what it means now.
#[test]
fn the_scripts_are_those_whose_meaning_is_written_down() {
    for (script, known) in [
        (include_str!("../auth/replay/claim.lua"), "c23d733c5eb7fbd33e2bd1ac4c0c464ddfb01b0b"),
        (include_str!("../idempotency/claim.lua"), "01dc71c0dadd95f7fd70fca74dc6adc0a86d52f7"),
        (include_str!("../idempotency/settle.lua"), "c5e170700c031995d136c4951d386f48ab57974a"),
    ] {
        let code: Vec<&str> = script.lines().filter(|line| !line.trim_start().starts_with("--")).collect();
        assert_eq!(store::sha1(code.join("\n").as_bytes()), known, "{script}");
    }
}

/// What a server refuses because it is no master any more is told to the one that is: the key stayed taken.
#[test]
fn a_key_for_which_nothing_was_sent_is_freed_at_the_server_that_takes_over() {
    in_virtual_time(async {
        let (world, _entered) = World::enter(0, true);
        let (backend, store) = (Backend::new(false), Store::new(&world, None));
        let replicas = [Replica::new(&world)];
        replicas[0].start(&world, 1, Setup { tight: false }, (&backend, &store)).await;
        let (ledger, way) = (Ledger::default(), &replicas[0].to_store);
        Wish::last(&world, Kind::KeyInSoap, 0).ask(0, &world, &replicas, &ledger, 0).await;
        way.set_latency(Duration::from_millis(10));
        let wish = Wish::last(&world, Kind::KeyInJson, 0);
        let fails = async {
            // The claim is on its way; what comes back is late, and so is what is sent then.
            tokio::time::sleep(Duration::from_millis(5)).await;
            way.hold(Duration::from_millis(300));
            tokio::time::sleep(Duration::from_millis(245)).await;
            store.save();
            store.lose(&world, Loss::Failover);
        };
        tokio::join!(wish.ask(0, &world, &replicas, &ledger, 0), fails);
        assert!(!wish.is_answered(&ledger));
        tokio::time::sleep(Duration::from_secs(1)).await;
        wish.ask(0, &world, &replicas, &ledger, 0).await;
        assert!(wish.is_answered(&ledger), "{:#?}", world.read());
    });
}
