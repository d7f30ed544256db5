//! Signals: SIGTERM and SIGINT stop the process, SIGHUP makes it read its files again.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that this process gets from now on. Nothing that arrives before it is waited for is lost, and none ends the process in
/// the middle of something: so this is made before a port is bound.
#[derive(Debug)]
pub struct Signals {
    runtime: Runtime,
    caught: Caught,
}

/// What is caught.
#[derive(Debug)]
pub(super) struct Caught {
    hangup: Option<Signal>,
    interrupt: Signal,
    terminate: Signal,
}

/// A signal, as far as it matters which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Hangup,
    /// By whoever sits at the terminal.
    Interrupt,
    Terminate,
}

impl Signals {
    /// SIGTERM and SIGINT. Errors: the system does not let them be caught.
    pub fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let interrupt = caught(&runtime, SignalKind::interrupt())?;
        let terminate = caught(&runtime, SignalKind::terminate())?;
        Ok(Self { caught: Caught { hangup: None, interrupt, terminate }, runtime })
    }

    /// SIGHUP too, which otherwise ends the process, as it should when a terminal is closed.
    pub fn with_hangup(mut self) -> io::Result<Self> {
        self.caught.hangup = Some(caught(&self.runtime, SignalKind::hangup())?);
        Ok(self)
    }

    /// Waits for SIGTERM or SIGINT.
    pub fn wait(self) {
        let (runtime, mut caught) = self.parts();
        runtime.block_on(caught.stop());
    }

    /// What runs whoever waits, and what is waited for.
    pub(super) fn parts(self) -> (Runtime, Caught) {
        (self.runtime, self.caught)
    }
}

impl Caught {
    /// The next signal.
    pub(super) async fn next(&mut self) -> Heard {
        let Self { hangup, interrupt, terminate } = self;
        tokio::select! {
            _ = interrupt.recv() => Heard::Interrupt,
            _ = terminate.recv() => Heard::Terminate,
            () = next(hangup) => Heard::Hangup,
        }
    }

    /// The next SIGTERM or SIGINT.
    pub(super) async fn stop(&mut self) {
        while self.next().await == Heard::Hangup {}
    }
}

fn caught(runtime: &Runtime, kind: SignalKind) -> io::Result<Signal> {
    let _inside = runtime.enter();
    signal(kind)
}

/// The next SIGHUP, where it is caught; else nothing, ever.
async fn next(hangup: &mut Option<Signal>) {
    match hangup {
        Some(hangup) => {
            hangup.recv().await;
        }
        None => std::future::pending().await,
    }
}
