//! How long a client's connection lives: as long as it may, and as its client does what it has to.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper_util::server::graceful::GracefulConnection;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::meter::{Meter, Verdict, Watch};
use crate::bridge::{Alarm, Metrics};
use crate::limits::HttpLimits;

/// A connection that is served, until it ends by itself or its time is over: then what has been asked is answered, and no more.
pub(super) struct Life<'c, C> {
    connection: Pin<&'c mut C>,
    age: Alarm,
    /// When it is too old; nothing once it was told so.
    over: Option<Instant>,
    metered: Option<Metered>,
}

/// A client that is looked at from time to time.
struct Metered {
    watch: Watch,
    meter: Arc<Meter>,
    metrics: Metrics,
    interval: Interval,
}

impl<'c, C: GracefulConnection> Life<'c, C> {
    /// The life of `connection`.
    pub(super) fn new(connection: Pin<&'c mut C>, limits: &HttpLimits) -> Self {
        let over = Some(Instant::now() + Duration::from_millis(limits.age));
        Self { connection, age: Alarm::default(), over, metered: None }
    }

    /// The same, where `meter` shows what the client does, and `metrics` count that it is too slow.
    pub(super) fn metered(mut self, limits: &HttpLimits, meter: Arc<Meter>, metrics: Metrics) -> Self {
        let watch = Watch::new(limits);
        let interval = every(watch.interval());
        self.metered = Some(Metered { watch, meter, metrics, interval });
        self
    }

    /// Answers what has been asked, and no more.
    pub(super) fn finish(&mut self) {
        self.connection.as_mut().graceful_shutdown();
    }

    /// Whether something was said to the connection, after which it is to be polled again; nothing where it is to be dropped.
    fn look(&mut self, context: &mut Context<'_>) -> Option<bool> {
        let mut told = false;
        if let Some(over) = self.over
            && self.age.poll(over, context).is_ready()
        {
            self.over = None;
            self.finish();
            told = true;
        }
        while let Some(Metered { watch, meter, metrics, interval }) = &mut self.metered
            && interval.poll_tick(context).is_ready()
        {
            match watch.look(meter) {
                Verdict::Keep => {}
                Verdict::Finish => {
                    self.finish();
                    told = true;
                }
                Verdict::Drop => {
                    metrics.dropped("slow");
                    return None;
                }
            }
        }
        Some(told)
    }
}

impl<C: GracefulConnection> Future for Life<'_, C> {
    type Output = Result<(), C::Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Poll::Ready(served) = self.connection.as_mut().poll(context) {
            return Poll::Ready(served);
        }
        match self.look(context) {
            None => Poll::Ready(Ok(())),
            Some(true) => self.connection.as_mut().poll(context),
            Some(false) => Poll::Pending,
        }
    }
}

/// Ticks after each `period`. A tick that is late is none that was missed: the client shall have its whole time.
fn every(period: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
