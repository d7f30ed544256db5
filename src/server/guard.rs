//! What stands around a service: a bound on exchanges, and a wall against panics.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tower::Service;

use crate::bridge::{Body, Metrics, Peer, defect, overloaded};

/// A service that sheds what is above its bound at once, before a body is read, that survives its own panics, and that is told
/// who is at the other end of its connection.
#[derive(Clone, Debug)]
pub(super) struct Guard<S> {
    inner: S,
    permits: Arc<Semaphore>,
    metrics: Metrics,
    peer: Peer,
}

impl<S> Guard<S> {
    pub(super) fn new(inner: S, permits: Arc<Semaphore>, metrics: Metrics, peer: Peer) -> Self {
        Self { inner, permits, metrics, peer }
    }

    pub(super) fn metrics(&self) -> Metrics {
        self.metrics.clone()
    }
}

impl<S> hyper::service::Service<Request<Incoming>> for Guard<S>
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone,
    S::Future: Unpin,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Guarded<S::Future>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(self.peer.clone());
        let permit = self.permits.clone().try_acquire_owned().ok();
        let inner = permit.map(|permit| (permit, self.inner.clone().call(request)));
        Guarded { inner, metrics: self.metrics.clone() }
    }
}

/// An exchange, or the answer that there are too many.
pub(super) struct Guarded<F> {
    inner: Option<(OwnedSemaphorePermit, F)>,
    metrics: Metrics,
}

impl<F: Future<Output = Result<Response<Body>, Infallible>> + Unpin> Future for Guarded<F> {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let Some((_, exchange)) = &mut self.inner else {
            self.metrics.dropped("overloaded");
            return Poll::Ready(Ok(overloaded()));
        };
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(exchange).poll(context)));
        // A future that panicked must not be polled again; hyper does not.
        polled.unwrap_or_else(|_| {
            self.metrics.dropped("defect");
            Poll::Ready(Ok(defect()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Exchange = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>>>>;

    async fn status(exchange: Option<Exchange>) -> u16 {
        let permit = || Arc::new(Semaphore::new(1)).try_acquire_owned().expect("permit");
        let inner = exchange.map(|exchange| (permit(), exchange));
        let guarded = Guarded { inner, metrics: Metrics::default() };
        guarded.await.map_or(0, |response| response.status().as_u16())
    }

    #[tokio::test]
    async fn a_panic_is_an_answer() {
        assert_eq!(status(Some(Box::pin(async { panic!("a defect") }))).await, 500);
        assert_eq!(status(Some(Box::pin(async { Ok(Response::new(Body::default())) }))).await, 200);
        assert_eq!(status(None).await, 503);
    }
}
