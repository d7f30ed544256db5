//! Who is told of each exchange at its end, beside metrics: nobody, unless the operator asks for it.

use super::access::AccessLog;
use super::otlp::Otlp;
use super::trace::Trace;
use super::traffic::Traffic;

/// Who is told of exchanges.
#[derive(Clone, Debug, Default)]
pub struct Observers {
    /// The access log.
    pub access: Option<AccessLog>,
    /// The last exchanges.
    pub traffic: Option<Traffic>,
    /// Traces.
    pub otlp: Option<Otlp>,
}

impl Observers {
    /// Whether there is any.
    pub fn is_some(&self) -> bool {
        self.access.is_some() || self.traffic.is_some() || self.otlp.is_some()
    }

    /// Whether any of them wants to know of the exchange with this `trace`.
    pub(super) fn want(&self, trace: &Trace) -> bool {
        self.access.is_some() || self.traffic.is_some() || self.traces(trace).is_some()
    }

    /// Where its spans go, if anywhere.
    pub(super) fn traces(&self, trace: &Trace) -> Option<&Otlp> {
        self.otlp.as_ref().filter(|otlp| otlp.takes(trace))
    }
}
