//! Asking a process that serves to read its files again, from another thread.

use tokio::sync::{mpsc, oneshot};

/// What came of reading the files again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reloaded {
    /// Whether they were taken.
    pub taken: bool,
    /// What changed, or what is wrong with them, without what must not be shown.
    pub lines: Vec<String>,
}

/// What can be done with the files of a process while it serves.
pub trait Files {
    /// Reads them again, and takes all of them or none.
    fn reload(&mut self) -> Reloaded;

    /// Looks whether they are still what was read; called every two seconds.
    fn look(&mut self);
}

/// Asks. Clones ask the same process.
#[derive(Clone, Debug)]
pub struct Asking(mpsc::Sender<oneshot::Sender<Reloaded>>);

/// Where it is asked.
#[derive(Debug)]
pub struct Asked(mpsc::Receiver<oneshot::Sender<Reloaded>>);

/// Too many ask, or the process stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many ask, or the process stops")]
pub(super) struct Unasked;

/// Whoever asks, and whoever is asked.
pub fn reloads() -> (Asking, Asked) {
    let (sender, receiver) = mpsc::channel(WAITING);
    (Asking(sender), Asked(receiver))
}

/// Those who may wait for their turn; others are told to ask later.
const WAITING: usize = 4;

impl Asking {
    /// What comes of it.
    pub(super) async fn ask(&self) -> Result<Reloaded, Unasked> {
        let (answer, answered) = oneshot::channel();
        self.0.try_send(answer).map_err(|_| Unasked)?;
        answered.await.map_err(|_| Unasked)
    }
}

impl Asked {
    /// Whoever asks next.
    pub(super) async fn next(&mut self) -> oneshot::Sender<Reloaded> {
        match self.0.recv().await {
            Some(answer) => answer,
            // Nobody is left who could.
            None => std::future::pending().await,
        }
    }
}
