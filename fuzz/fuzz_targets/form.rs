//! `cargo +nightly fuzz run form`

#![no_main]

#[allow(dead_code)]
#[path = "../../tests/targets/mod.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::form(input));
