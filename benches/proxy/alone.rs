//! Parts of the bench as processes of their own, for `benches/peers/run`.
//!
//! ```text
//! serve reply ADDRESS MEDIA_TYPE FILE          a backend with one answer
//! serve pass ADDRESS BACKEND THREADS           the pass-through
//! load ADDRESS PATH MEDIA_TYPE FILE CONNECTIONS REQUESTS
//! ```
//!
//! `load` prints the seconds that it took.

use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;

use crate::load::{Load, Sent};
use crate::origin::{Origin, Pool};

pub fn serve(what: &str, rest: &[&str]) {
    let origin = |name, address: &str| Origin { address: parsed(address), ..Origin::new(name) };
    match (what, rest) {
        ("reply", [address, content_type, file]) => {
            origin("backend", address).answer(kept(content_type), body(file));
        }
        ("pass", [address, backend, threads]) => {
            let threads = threads.parse().expect("a number");
            Origin { threads, ..origin("pass", address) }.pass(&Pool::new(parsed(backend), None));
        }
        _ => panic!("no such server: {what} {rest:?}"),
    }
    loop {
        std::thread::park();
    }
}

pub fn load(rest: &[&str]) {
    let [address, path, content_type, file, connections, requests] = rest else {
        panic!("load needs ADDRESS PATH MEDIA_TYPE FILE CONNECTIONS REQUESTS")
    };
    let sent = Sent {
        address: parsed(address),
        path: kept(path),
        content_type: kept(content_type),
        body: body(file),
    };
    let (connections, requests) =
        (connections.parse().expect("a number"), requests.parse().expect("a number"));
    let taken = Load { connections, requests, ..Load::default() }.run(&sent, || Duration::ZERO);
    println!("{}", taken.wall.as_secs_f64());
}

fn parsed(address: &str) -> SocketAddr {
    address.parse().expect("an address")
}

fn body(file: &str) -> Bytes {
    std::fs::read(file).expect("a file").into()
}

/// The process ends with it.
fn kept(text: &str) -> &'static str {
    text.to_owned().leak()
}
