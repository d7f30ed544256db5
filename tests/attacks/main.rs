//! Attacks as data: `*.yaml` beside this file.
//!
//! An entry is a message that somebody hostile sends, as a client or as a backend, and what must come of it. Whatever it
//! is, the backend is not called, memory stays within four times the input, or as many times as the entry says, and nothing
//! is told that is not for the other side. `cargo test --release --test attacks -- --ignored --nocapture figures` measures what the entries cost.

#[path = "../support/program.rs"]
mod program;
#[path = "../support/mod.rs"]
mod support;

mod backend;
mod check;
mod count;
mod data;
mod edges;
mod figures;
mod leaks;
mod make;
mod passwords;
mod rows;
mod smuggling;
mod stage;
mod token;
mod tokens;
