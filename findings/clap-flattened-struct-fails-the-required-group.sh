#!/usr/bin/env bash
# clap 4.6.7, derive: a struct whose group is required and that flattens a second struct, all of whose arguments are optional, takes no
# command line at all: members of the group may be there or not, an argument without a name is said to be missing. Without the flattened field
# the same struct does what its group says.
# Needs cargo and a crate index. Seen:
#   alone, --file a: exit code 0
#   flattening, --file a: exit code 2, <>
#   flattening, --file a --encoding b: exit code 2, <>
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'TOML'
[package]
name = "finding"
version = "0.1.0"
edition = "2021"

[dependencies]
clap = { version = "=4.6.7", default-features = false, features = ["derive", "error-context", "help", "std", "usage"] }
TOML
cat >"$folder/src/main.rs" <<'RUST'
use clap::{Args, Parser};

#[derive(Parser)]
enum Program {
    Alone(Alone),
    Flattening(Flattening),
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct Alone {
    #[arg(long)]
    file: Option<String>,
    #[arg(long)]
    url: Option<String>,
}

#[derive(Args)]
#[group(required = true, multiple = true)]
struct Flattening {
    #[arg(long)]
    file: Option<String>,
    #[arg(long)]
    url: Option<String>,
    #[command(flatten)]
    more: More,
}

#[derive(Args)]
struct More {
    #[arg(long)]
    encoding: Option<String>,
}

fn main() {
    match Program::parse() {
        Program::Alone(Alone { file, url }) => drop((file, url)),
        Program::Flattening(Flattening { file, url, more }) => drop((file, url, more.encoding)),
    }
}
RUST
cargo build --quiet --manifest-path "$folder/Cargo.toml"
run() {
    local code=0 missing
    "$folder/target/debug/finding" "$@" 2>"$folder/errors" || code=$?
    missing=$(sed -n 's/^  \(<.*>\)$/, \1/p' "$folder/errors")
    echo "$1, ${*:2}: exit code $code$missing"
}
seen=$(run alone --file a; run flattening --file a; run flattening --file a --encoding b)
expected='alone, --file a: exit code 0
flattening, --file a: exit code 2, <>
flattening, --file a --encoding b: exit code 2, <>'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
