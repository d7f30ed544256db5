//! Who is told of each exchange at its end, beside metrics: nobody, unless the operator asks for it.

use super::access::AccessLog;
use super::traffic::Traffic;

/// Who is told of exchanges.
#[derive(Clone, Debug, Default)]
pub struct Observers {
    /// The access log.
    pub access: Option<AccessLog>,
    /// Samples of traffic.
    pub traffic: Option<Traffic>,
}

impl Observers {
    /// Whether there is any.
    pub fn is_some(&self) -> bool {
        self.access.is_some() || self.traffic.is_some()
    }
}
