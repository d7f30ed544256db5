//! Property tests that try the same cases each time.
//!
//! `cargo test` tells whether a change broke something, so it must not fail for a case that nobody has tried before.
//! Looking for such cases is what `tests/explore` and the fuzz targets are for.

use proptest::test_runner::{Config, RngSeed};

/// So many cases, the same each time. `PROPTEST_RNG_SEED` and `PROPTEST_CASES` ask for others.
pub(crate) fn seeded(cases: u32) -> Config {
    let config = Config::default();
    let rng_seed = match config.rng_seed {
        RngSeed::Random => RngSeed::Fixed(SEED),
        asked => asked,
    };
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { config.cases } else { cases };
    Config { cases, rng_seed, ..config }
}

/// Any number would do.
const SEED: u64 = 20_261_127;
