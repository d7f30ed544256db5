//! Secrets: a canary for each kind is planted, and looked for in everything that the program writes and answers.
//!
//! A search that finds nothing proves nothing by itself: each canary must also arrive where it belongs.

mod exchanges;
mod files;
mod plant;
mod stage;
#[path = "../support/stub.rs"]
mod stub;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/tls.rs"]
mod tls;
mod verbs;
