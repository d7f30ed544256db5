#!/usr/bin/env bash
# The Rust crate http 1.5.0: HeaderValue::from_str takes a text beyond ASCII, and HeaderValue::to_str of that same value is an
# error. A proxy that makes a header from a text, and reads headers by to_str().ok(), sends what it would itself take for absent.
# Needs cargo and a registry of crates. Seen:
#   from_str("café"): Ok
#   as_bytes: [99, 97, 102, 195, 169]
#   to_str of it: Err
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
http = "=1.5.0"
TOML
cat >"$folder/src/main.rs" <<'RUST'
use http::HeaderValue;

fn main() {
    let value = HeaderValue::from_str("caf\u{e9}");
    println!("from_str(\"caf\u{e9}\"): {}", if value.is_ok() { "Ok" } else { "Err" });
    if let Ok(value) = value {
        println!("as_bytes: {:?}", value.as_bytes());
        println!("to_str of it: {}", if value.to_str().is_ok() { "Ok" } else { "Err" });
    }
}
RUST
seen=$(cargo run --quiet --manifest-path "$folder/Cargo.toml")
expected='from_str("café"): Ok
as_bytes: [99, 97, 102, 195, 169]
to_str of it: Err'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
