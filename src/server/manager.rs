//! What the service manager is told: `sd_notify(3)`. Without one nothing is said, and nothing costs.

use std::time::Duration;

use sd_notify::NotifyState;

/// Everything listens.
pub(super) fn ready() {
    tell(&[NotifyState::Ready]);
}

/// Files are being read again; [`ready`] says when that is over.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        // Without the time systemd would take what is said after it for an answer to something else.
        Err(error) => tracing::warn!("the service manager is not told of the reload: {error}"),
    }
}

/// The process is on its way out.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// The process is alive.
pub(super) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How often it wants to hear that, if at all: twice in the time after which it would kill the process.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|limit| limit / 2).filter(|half| !half.is_zero())
}

fn tell(state: &[NotifyState<'_>]) {
    // It is no error where there is none.
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!("the service manager cannot be told: {error}");
    }
}
