//! Signals: SIGTERM and SIGINT stop the process, SIGHUP makes it read its files again.

use std::io;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that this process gets from now on. Nothing that arrives before [`Signals::wait`] is called is lost, and none
/// ends the process in the middle of something: so this is made before a port is bound.
#[derive(Debug)]
pub struct Signals {
    runtime: Runtime,
    hangup: Option<Signal>,
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    /// SIGTERM and SIGINT. Errors: the system does not let them be caught.
    pub fn new() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let interrupt = caught(&runtime, SignalKind::interrupt())?;
        let terminate = caught(&runtime, SignalKind::terminate())?;
        Ok(Self { hangup: None, interrupt, terminate, runtime })
    }

    /// SIGHUP too, which otherwise ends the process, as it should when a terminal is closed.
    pub fn with_hangup(mut self) -> io::Result<Self> {
        self.hangup = Some(caught(&self.runtime, SignalKind::hangup())?);
        Ok(self)
    }

    /// Waits for SIGTERM or SIGINT, and calls `on_hangup` for each SIGHUP meanwhile.
    pub fn wait(self, mut on_hangup: impl FnMut()) {
        let Self { runtime, mut hangup, mut interrupt, mut terminate } = self;
        runtime.block_on(async {
            loop {
                tokio::select! {
                    _ = interrupt.recv() => return,
                    _ = terminate.recv() => return,
                    Some(()) = next(&mut hangup) => on_hangup(),
                }
            }
        });
    }
}

fn caught(runtime: &Runtime, kind: SignalKind) -> io::Result<Signal> {
    let _inside = runtime.enter();
    signal(kind)
}

/// The next SIGHUP, where it is caught; else nothing, ever.
async fn next(hangup: &mut Option<Signal>) -> Option<()> {
    match hangup {
        Some(hangup) => hangup.recv().await,
        None => std::future::pending().await,
    }
}
