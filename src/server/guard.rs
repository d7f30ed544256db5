//! What stands around a service: a bound on exchanges, and a wall against panics.

use std::convert::Infallible;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use hyper::body::Incoming;
use tokio::sync::Semaphore;
use tower::Service;

use crate::bridge::{Body, defect, overloaded};

/// A service that sheds what is above its bound at once, before a body is read, and that survives its own panics.
#[derive(Clone, Debug)]
pub(super) struct Guard<S> {
    inner: S,
    permits: Arc<Semaphore>,
}

impl<S> Guard<S> {
    pub(super) fn new(inner: S, permits: Arc<Semaphore>) -> Self {
        Self { inner, permits }
    }
}

impl<S> hyper::service::Service<Request<Incoming>> for Guard<S>
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible> + Clone,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let Ok(permit) = self.permits.clone().try_acquire_owned() else {
            return Box::pin(async { Ok(overloaded()) });
        };
        let answer = CatchPanic { inner: Box::pin(self.inner.clone().call(request)) };
        Box::pin(async move {
            let _permit = permit;
            Ok(answer.await.unwrap_or_else(defect))
        })
    }
}

/// A future that gives nothing when it panics.
struct CatchPanic<F> {
    inner: Pin<Box<F>>,
}

impl<F: Future<Output = Result<Response<Body>, Infallible>>> Future for CatchPanic<F> {
    type Output = Option<Response<Body>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let polled = catch_unwind(AssertUnwindSafe(|| self.inner.as_mut().poll(context)));
        match polled {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(Ok(response))) => Poll::Ready(Some(response)),
            Err(_) => Poll::Ready(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_gives_nothing() {
        let panics = CatchPanic { inner: Box::pin(async { panic!("a defect") }) };
        assert!(panics.await.is_none());
        let answers = CatchPanic { inner: Box::pin(async { Ok(overloaded()) }) };
        assert_eq!(answers.await.map(|response| response.status().as_u16()), Some(503));
    }
}
