//! Stopping: first not ready, then nothing new, then what is in flight, then an end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

/// How far a server is on its way to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    /// It serves.
    Serving,
    /// It serves, and tells every client to go elsewhere.
    Leaving,
    /// It accepts nothing more, and finishes what is in flight.
    Draining,
    /// What is still in flight is answered now.
    Ending,
}

/// Says when to stop. Clones say the same.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: watch::Sender<Phase>,
    /// Whether it serves no more or not for long, for those who ask with each answer.
    leaving: Arc<AtomicBool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { sender: watch::Sender::new(Phase::Serving), leaving: Arc::default() }
    }
}

impl Stop {
    /// Clients are to go elsewhere; they are served until they do.
    pub fn leave(&self) {
        self.advance(Phase::Leaving);
    }

    /// Nothing more is accepted.
    pub fn stop(&self) {
        self.advance(Phase::Draining);
    }

    /// What is in flight has no more time.
    pub fn end(&self) {
        self.advance(Phase::Ending);
    }

    /// Whether clients are to go elsewhere.
    pub fn is_leaving(&self) -> bool {
        self.leaving.load(Ordering::Relaxed)
    }

    /// Whether what is in flight has no more time.
    pub(super) fn is_ending(&self) -> bool {
        *self.sender.borrow() == Phase::Ending
    }

    /// Whether clients are to go elsewhere, for someone who has not the rest.
    pub(super) fn leaving(&self) -> Arc<AtomicBool> {
        self.leaving.clone()
    }

    /// Waits until `phase` has come.
    pub(super) async fn reached(&self, phase: Phase) {
        reached(&mut self.phases(), phase).await;
    }

    /// What each phase is told by.
    pub(super) fn phases(&self) -> watch::Receiver<Phase> {
        self.sender.subscribe()
    }

    fn advance(&self, to: Phase) {
        self.leaving.store(true, Ordering::Relaxed);
        self.sender.send_if_modified(|phase| {
            let before = *phase;
            *phase = before.max(to);
            *phase > before
        });
    }
}

/// Waits until `phase` has come.
pub(super) async fn reached(phases: &mut watch::Receiver<Phase>, phase: Phase) {
    let reached = phases.wait_for(|now| *now >= phase).await;
    drop(reached.expect("whoever serves keeps what says it"));
}
