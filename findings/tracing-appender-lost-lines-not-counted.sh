#!/usr/bin/env bash
# The Rust crate tracing-appender 0.2.5: NonBlocking has a counter of dropped lines, and lines that the writer behind it cannot write
# are not in it. Every line is lost here, each write is Ok, and the counter says 0: an operator who watches it sees nothing when
# the disk is full or standard error is closed.
# Needs cargo and a registry of crates. Seen:
#   written: 100 of 100 Ok
#   reached the writer: true
#   dropped_lines: 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
tracing-appender = "=0.2.5"
TOML
cat >"$folder/src/main.rs" <<'RUST'
use std::io::{Error, ErrorKind, Result, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

static REACHED: AtomicUsize = AtomicUsize::new(0);

/// A disk without room.
struct Full;

impl Write for Full {
    fn write(&mut self, _: &[u8]) -> Result<usize> {
        REACHED.fetch_add(1, Ordering::SeqCst);
        Err(Error::from(ErrorKind::StorageFull))
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

fn main() {
    let (mut writer, guard) = tracing_appender::non_blocking(Full);
    let counter = writer.error_counter();
    let written = (0..100).filter(|_| writer.write_all(b"a line\n").is_ok()).count();
    let begun = Instant::now();
    while REACHED.load(Ordering::SeqCst) == 0 && begun.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(200));
    println!("written: {written} of 100 Ok");
    println!("reached the writer: {}", REACHED.load(Ordering::SeqCst) > 0);
    println!("dropped_lines: {}", counter.dropped_lines());
    drop(guard);
}
RUST
seen=$(cargo run --quiet --manifest-path "$folder/Cargo.toml" 2>/dev/null)
expected='written: 100 of 100 Ok
reached the writer: true
dropped_lines: 0'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
