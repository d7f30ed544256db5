//! Who hears of the requests of a mock.

/// Hears of each request, in a line without values. It does not wait, for an answer waits for it.
pub struct RequestLog(Box<dyn Fn(&str) + Send + Sync>);

impl RequestLog {
    /// One that calls `hear`.
    pub fn new(hear: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Box::new(hear))
    }

    pub(super) fn tell(&self, line: &str) {
        (self.0)(line);
    }
}
