//! The end of what a stopping process gave its exchanges time for: each that is still waiting is answered, and not cut.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;

use tokio::sync::Notify;

/// Whether time is over. No exchange waits for it, for that would cost each of them: whoever says it polls them.
#[derive(Debug, Default)]
pub(in crate::bridge) struct Cutoff {
    over: AtomicBool,
    said: Notify,
    cut: AtomicUsize,
}

impl Cutoff {
    /// Says that time is over.
    pub(in crate::bridge) fn say(&self) {
        self.over.store(true, Ordering::Relaxed);
        self.said.notify_waiters();
    }

    /// The exchanges that were cut short.
    pub(in crate::bridge) fn cut(&self) -> usize {
        self.cut.load(Ordering::Relaxed)
    }

    /// What `work` gives; nothing where it is not done when time is over.
    pub(in crate::bridge) async fn until<F: Future>(&self, mut work: Pin<&mut F>) -> Option<F::Output> {
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.over.load(Ordering::Relaxed) => {
                self.cut.fetch_add(1, Ordering::Relaxed);
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// What `task` gives, which nobody else polls when time is over.
    pub(in crate::bridge) async fn rousing<F: Future>(&self, task: F) -> F::Output {
        let mut task = pin!(task);
        let mut said = pin!(self.said.notified());
        // Before it is looked at whether time is over: none that is said in between goes unheard.
        said.as_mut().enable();
        tokio::select! {
            biased;
            done = &mut task => return done,
            () = said => {}
        }
        task.await
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn what_waits_when_time_is_over_is_cut_and_what_is_done_is_not() {
        let cutoff = Arc::new(Cutoff::default());
        assert_eq!(cutoff.until(pin!(ready(1))).await, Some(1));
        let own = cutoff.clone();
        let waiting = tokio::spawn(async move {
            let cut = async { own.until(pin!(pending::<()>())).await };
            own.rousing(cut).await
        });
        tokio::task::yield_now().await;
        cutoff.say();
        assert_eq!(waiting.await.expect("no panic"), None);
        assert_eq!((cutoff.until(pin!(ready(2))).await, cutoff.cut()), (Some(2), 1));
    }
}
