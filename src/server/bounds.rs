//! What bounds the connections of a process.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::tls::Tls;
use crate::bridge::descriptors;
use crate::limits::{CONNECTION_SHARE, HttpLimits};

/// What the connections of a process share.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    pub(super) limits: HttpLimits,
    pub(super) tls: Option<Tls>,
    pub(super) connections: Arc<Semaphore>,
}

impl Bounds {
    pub(super) fn new(limits: HttpLimits, tls: Option<Tls>) -> Self {
        let connections = Arc::new(Semaphore::new(connections(limits.connections, descriptors())));
        Self { limits, tls, connections }
    }
}

/// How many connections there may be at one time, where `given` were asked for and the process may have so many `descriptors`:
/// each request needs one to the backend too.
fn connections(given: usize, descriptors: Option<u64>) -> usize {
    let most = descriptors.map_or(u64::MAX, |descriptors| descriptors.saturating_mul(CONNECTION_SHARE) / 100);
    let most = usize::try_from(most).map_or(usize::MAX, |most| most);
    given.min(most.max(1)).min(Semaphore::MAX_PERMITS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptors_are_left_for_backends() {
        assert_eq!(connections(8192, Some(1024)), 409);
        assert_eq!(connections(100, Some(1024)), 100);
        assert_eq!((connections(8192, None), connections(8192, Some(1))), (8192, 1));
    }
}
