//! Histograms of whole numbers: each observation is two additions to atomics, and nobody waits for whoever reads.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use prometheus_client::encoding::{EncodeMetric, MetricEncoder};
use prometheus_client::metrics::{MetricType, TypedMetric};

/// A histogram. Clones are the same one.
#[derive(Clone, Debug)]
pub(in crate::bridge) struct Histogram(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    scale: &'static Scale,
    /// One more than there are bounds, for what is above all of them.
    counts: Box<[AtomicU64]>,
    sum: AtomicU64,
}

/// What is observed, and how that is told.
#[derive(Debug)]
pub(super) struct Scale {
    /// Upper bounds, from the smallest.
    bounds: &'static [u64],
    /// What one is, in the unit of the metric.
    unit: f64,
}

impl Histogram {
    pub(super) fn new(scale: &'static Scale) -> Self {
        let counts = (0..=scale.bounds.len()).map(|_| AtomicU64::new(0)).collect();
        Self(Arc::new(Inner { scale, counts, sum: AtomicU64::new(0) }))
    }

    /// Of microseconds, told in seconds: from half a millisecond to the longest time that a backend may take.
    pub(super) fn of_time() -> Self {
        Self::new(&TIME)
    }

    /// Of bytes.
    pub(super) fn of_bytes() -> Self {
        Self::new(&BYTES)
    }

    #[inline]
    pub(in crate::bridge) fn observe(&self, value: u64) {
        let Inner { scale, counts, sum } = &*self.0;
        let at = scale.bounds.partition_point(|bound| *bound < value);
        if let Some(count) = counts.get(at) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        sum.fetch_add(value, Ordering::Relaxed);
    }
}

impl TypedMetric for Histogram {
    const TYPE: MetricType = MetricType::Histogram;
}

impl EncodeMetric for Histogram {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> Result<(), fmt::Error> {
        let Inner { scale, counts, sum } = &*self.0;
        let bounds = scale.bounds.iter().map(|bound| *bound as f64 * scale.unit);
        let counts = counts.iter().map(|count| count.load(Ordering::Relaxed));
        let buckets: Vec<_> = bounds.chain([f64::INFINITY]).zip(counts).collect();
        // What is added meanwhile is in no count and not in this sum of them either.
        let count = buckets.iter().map(|(_, count)| count).sum();
        let sum = sum.load(Ordering::Relaxed) as f64 * scale.unit;
        encoder.encode_histogram::<[(&str, &str); 0]>(sum, count, &buckets, None)
    }

    fn metric_type(&self) -> MetricType {
        Self::TYPE
    }
}

static TIME: Scale = Scale {
    bounds: &[
        500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
        5_000_000, 10_000_000, 30_000_000, 60_000_000,
    ],
    unit: 1e-6,
};

static BYTES: Scale = Scale {
    bounds: &[256, 1 << 10, 4 << 10, 16 << 10, 64 << 10, 256 << 10, 1 << 20, 4 << 20, 16 << 20],
    unit: 1.0,
};

#[cfg(test)]
mod tests {
    use prometheus_client::encoding::text;
    use prometheus_client::registry::Registry;

    use super::*;

    #[test]
    fn what_is_at_a_bound_is_below_it_and_what_is_above_all_is_counted() {
        let (histogram, mut registry) = (Histogram::of_bytes(), Registry::default());
        registry.register("size", "Sizes", histogram.clone());
        for value in [0, 256, 257, 1 << 30] {
            histogram.observe(value);
        }
        let mut out = String::new();
        text::encode(&mut out, &registry).expect("a String takes everything");
        for line in [
            "size_bucket{le=\"256.0\"} 2",
            "size_bucket{le=\"1024.0\"} 3",
            "size_bucket{le=\"16777216.0\"} 3",
            "size_bucket{le=\"+Inf\"} 4",
            "size_count 4",
        ] {
            assert!(out.lines().any(|found| found == line), "{line}\n{out}");
        }
    }
}
