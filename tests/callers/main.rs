//! Who calls, and what the backend gets: every way a caller can prove itself before every credential that a backend can
//! want, over sockets. The table is `matrix.yaml`.

mod certificates;
mod client;
mod heard;
mod issuer;
mod matrix;
mod mistakes;
#[path = "../support/program.rs"]
mod program;
mod renewal;
mod serve;
mod stage;
#[path = "../support/stub.rs"]
mod stub;
#[path = "../support/mod.rs"]
mod support;
#[path = "../support/tls.rs"]
mod tls;
mod web_tokens;
