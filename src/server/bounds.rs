//! What bounds the connections of a process.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::tls::Tls;
use crate::limits::HttpLimits;

/// What the connections of a process share.
#[derive(Clone, Debug)]
pub(super) struct Bounds {
    pub(super) limits: HttpLimits,
    pub(super) tls: Option<Tls>,
    pub(super) connections: Arc<Semaphore>,
}

impl Bounds {
    pub(super) fn new(limits: HttpLimits, tls: Option<Tls>) -> Self {
        let connections = Arc::new(Semaphore::new(limits.connections));
        Self { limits, tls, connections }
    }
}
