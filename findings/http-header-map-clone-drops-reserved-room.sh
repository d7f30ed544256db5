#!/usr/bin/env bash
# The Rust crate http 1.5.0: a HeaderMap with room reserved for many headers says the same capacity() after clone(), and yet the
# first insert into the clone allocates: the room of the entries is not cloned. A template of headers that is made with room to spare,
# and cloned for each request, reallocates in each of them. Needs cargo and a registry of crates. Seen:
#   capacity: 48, of its clone: 48
#   allocations of an insert: 0, into its clone: 1
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
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use http::header::{ACCEPT, HOST};
use http::{HeaderMap, HeaderValue};

struct Counting;
static COUNT: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.fetch_add(1, Relaxed);
        System.alloc(layout)
    }
    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        COUNT.fetch_add(1, Relaxed);
        System.realloc(place, layout, size)
    }
    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        System.dealloc(place, layout)
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn insert(headers: &mut HeaderMap) -> usize {
    let before = COUNT.load(Relaxed);
    headers.insert(HOST, HeaderValue::from_static("localhost"));
    COUNT.load(Relaxed) - before
}

fn main() {
    let mut template = HeaderMap::with_capacity(40);
    template.insert(ACCEPT, HeaderValue::from_static("text/xml"));
    let mut cloned = template.clone();
    println!("capacity: {}, of its clone: {}", template.capacity(), cloned.capacity());
    let (first, second) = (insert(&mut template), insert(&mut cloned));
    println!("allocations of an insert: {first}, into its clone: {second}");
}
RUST
seen=$(cargo run --quiet --manifest-path "$folder/Cargo.toml")
expected='capacity: 48, of its clone: 48
allocations of an insert: 0, into its clone: 1'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
