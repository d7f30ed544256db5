//! Deadlines that move on: an exchange has one, and the next exchange has a later one.

use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::time::{Instant, Sleep, sleep_until};

/// What waits for a deadline. Whoever keeps it for the next deadline, which is a later one, needs no timer for that: the timer of the
/// one before goes off early, once in a while, and is set anew. To give a timer to the runtime for each exchange and to take it back
/// costs more than reading a request's head, and a system call where nothing else is due earlier.
#[derive(Debug, Default)]
pub(crate) struct Alarm {
    timer: Option<Pin<Box<Sleep>>>,
}

impl Alarm {
    /// Whether it is `deadline` or later; whoever asks is woken when it is.
    pub(crate) fn poll(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() > deadline {
            timer.as_mut().reset(deadline);
        }
        while timer.as_mut().poll(context).is_ready() {
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_deadline_is_met_and_not_earlier_whatever_the_one_before_was() {
        let (mut alarm, began) = (Alarm::default(), Instant::now());
        let after = |millis| began + Duration::from_millis(millis);
        for (given_up, deadline) in [(5, 10), (60_000, 15), (16, 16), (20, 17), (1, 18)] {
            // Whether it is over by now depends on the machine.
            let _ = poll_fn(|context| Poll::Ready(alarm.poll(after(given_up), context))).await;
            poll_fn(|context| alarm.poll(after(deadline), context)).await;
            assert!(Instant::now() >= after(deadline));
        }
        poll_fn(|context| alarm.poll(began, context)).await;
    }
}
