//! The life of a process that serves, from the moment that it is ready: it reads its files again when it is asked to, and stops in an
//! order in which nobody loses anything.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval, sleep};

use super::manager;
use super::reloads::{Asked, Files, Reloaded};
use super::run::{Running, Unfinished};
use super::signals::{Caught, Heard, Signals};
use crate::limits::{DRAIN_NOTICE, HttpLimits};

/// A process that serves.
#[derive(Debug)]
pub struct Lifecycle {
    /// What tells it what to do.
    pub signals: Signals,
    /// Who else may tell it to read its files again.
    pub asked: Asked,
    /// What serves.
    pub running: Running,
    /// How long it may stop.
    pub limits: HttpLimits,
    /// Whether it tells anyone whether it is ready.
    pub tells_readiness: bool,
}

impl Lifecycle {
    /// Serves until SIGTERM or SIGINT, reads `files` again at each SIGHUP meanwhile, and stops. Another signal ends it at once.
    pub fn run(self, files: &mut impl Files) -> Unfinished {
        let Self { signals, mut asked, running, limits, tells_readiness } = self;
        let (runtime, mut caught) = signals.parts();
        runtime.block_on(async {
            manager::ready();
            let noticed = serve(&mut caught, &mut asked, &running, files).await;
            manager::stopping();
            let notice = if noticed { notice(&limits, tells_readiness) } else { 0 };
            stop(running, Times { notice, drain: limits.drain }, &mut caught).await
        })
    }
}

/// Until it is to stop; whether there are those who are to notice that before. Whoever sits at the terminal does not wait for them.
async fn serve(caught: &mut Caught, asked: &mut Asked, running: &Running, files: &mut impl Files) -> bool {
    let (mut looks, mut pulse) = (every(LOOKS), manager::watchdog().map(every));
    loop {
        tokio::select! {
            heard = caught.next() => match heard {
                Heard::Interrupt => return false,
                Heard::Terminate => return true,
                Heard::Hangup => {
                    reload(files);
                }
            },
            answer = asked.next() => {
                if answer.send(reload(files)).is_err() {
                    tracing::warn!("whoever asked for the files to be read again did not wait for what came of it");
                }
            }
            _ = looks.tick() => {
                if running.is_broken() {
                    // One that serves half of what it should is worse than none: another takes its place.
                    tracing::error!("a thread of the server ended by a defect");
                    return true;
                }
                files.look();
            }
            () = tick(&mut pulse) => manager::alive(),
        }
    }
}

fn reload(files: &mut impl Files) -> Reloaded {
    manager::reloading();
    let reloaded = files.reload();
    manager::ready();
    reloaded
}

/// How often it is looked whether files are still what was read.
const LOOKS: Duration = Duration::from_secs(2);

fn every(time: Duration) -> Interval {
    let mut interval = interval(time);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}

/// The next one, where there is one.
async fn tick(interval: &mut Option<Interval>) {
    match interval {
        Some(interval) => {
            interval.tick().await;
        }
        None => std::future::pending().await,
    }
}

/// How long it still serves, so that others notice: nobody does who cannot ask.
fn notice(limits: &HttpLimits, tells_readiness: bool) -> u64 {
    match limits.drain_notice {
        Some(notice) => notice,
        None if tells_readiness => DRAIN_NOTICE,
        None => 0,
    }
}

/// How long it takes to stop, in milliseconds.
struct Times {
    notice: u64,
    drain: u64,
}

async fn stop(running: Running, times: Times, caught: &mut Caught) -> Unfinished {
    let Times { notice, drain } = times;
    tracing::info!("stopping");
    tracing::info!(
        notice,
        drain,
        "clients are sent elsewhere for {notice} ms, then what is in flight has {drain} ms; another signal ends it now"
    );
    let stop = running.stop();
    stop.leave();
    tokio::select! {
        () = sleep(Duration::from_millis(notice)) => {}
        () = caught.stop() => running.end(),
    }
    stop.stop();
    // Each thread keeps the time of the drain; this one waits longer, but not for ever.
    let time = if stop.is_ending() { Duration::ZERO } else { Duration::from_millis(drain) };
    let mut last = Instant::now() + time + PATIENCE;
    while !running.is_finished() && Instant::now() < last {
        tokio::select! {
            () = sleep(Duration::from_millis(10)) => {}
            () = caught.stop() => {
                running.end();
                last = last.min(Instant::now() + PATIENCE);
            }
        }
    }
    running.leave_behind()
}

/// Time for threads to end that have none left, in the middle of a large message at the most.
const PATIENCE: Duration = Duration::from_secs(2);
