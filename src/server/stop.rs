//! Stopping: first nothing new, then what is in flight, then an end.

use tokio::sync::watch;

/// Says when to stop. Clones say the same.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: watch::Sender<bool>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { sender: watch::Sender::new(false) }
    }
}

impl Stop {
    /// Says it.
    pub fn stop(&self) {
        self.sender.send_replace(true);
    }

    /// Whether it was said.
    pub fn is_stopped(&self) -> bool {
        *self.sender.borrow()
    }

    /// Waits until it is said.
    pub async fn stopped(&self) {
        let mut receiver = self.sender.subscribe();
        receiver.wait_for(|stopped| *stopped).await.expect("the sender lives as long as this does");
    }
}
