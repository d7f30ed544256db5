//! What one request costs the bridge, beside a proxy on hyper that only passes bytes on.
//!
//! Backend, proxies and clients have threads of their own. What counts is the CPU time of the proxy's threads, so that neither clients
//! nor backend weigh in, and its ratio to that of the pass-through, which carries the bytes of the SOAP side both ways.
//!
//! ```text
//! cargo bench --bench proxy -- scale     1 and 2 threads, 1 to 2000 connections (`ulimit -n 65536` first)
//! cargo bench --bench proxy -- http2     32 streams of one connection
//! cargo bench --bench proxy -- tls       TLS towards clients and backend
//! cargo bench --bench proxy -- sizes [--svg docs/speed.svg]
//! ```
//!
//! `serve` and `load` are the parts of `benches/peers/run`.

mod alone;
mod bridges;
mod load;
mod measure;
mod origin;
#[path = "../../tests/support/picture.rs"]
mod picture;
mod sizes;
#[path = "../support/mod.rs"]
mod support;
#[path = "../../tests/support/tls.rs"]
mod tls;

use bridges::{REPLY_XML, Subject};
use load::{Load, Protocol};
use measure::{Row, compare};
use origin::{Origin, Pool};

const CONNECTIONS: usize = 32;

fn main() {
    // What cargo itself adds says that it is a bench.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => scale(&[1], &[CONNECTIONS]),
        ["scale"] => scale(&[1, 2], &[1, CONNECTIONS, 256, 2000]),
        ["http2"] => http2(),
        ["tls"] => both_ways_tls(),
        ["sizes"] => sizes::run(None),
        ["sizes", "--svg", file] => sizes::run(Some(file)),
        ["serve", what, rest @ ..] => alone::serve(what, rest),
        ["load", rest @ ..] => alone::load(rest),
        _ => panic!("no such part: {arguments:?}"),
    }
}

fn scale(threads: &[usize], connections: &[usize]) {
    for threads in threads {
        let (rows, _running) = rows(*threads);
        for connections in connections {
            println!("{threads} threads, {connections} connections");
            compare(&rows, &Load { connections: *connections, ..Load::default() });
        }
    }
}

fn http2() {
    let (mut rows, _running) = rows(1);
    let backend = origin::fixed("text/xml; charset=utf-8", REPLY_XML, None);
    let pool = Pool::new(backend, None);
    let address = Origin { protocol: Protocol::Http2, ..Origin::new("pass2") }.pass(&pool);
    rows[0] = Row { address, name: "pass2", ..rows[0].clone() };
    println!("HTTP/2 towards clients, {CONNECTIONS} streams of one connection");
    compare(&rows, &Load { connections: CONNECTIONS, protocol: Protocol::Http2, ..Load::default() });
}

fn both_ways_tls() {
    let authority = tls::Authority::new("bench");
    let issued = authority.issue(tls::server_params("localhost"));
    let backend = origin::fixed("text/xml; charset=utf-8", REPLY_XML, Some(&issued));
    let client = tls::client(&authority, None, &[]);
    let pool = Pool::new(backend, Some(client.clone()));
    let pass = Origin { tls: Some(tls::server(&issued, None)), ..Origin::new("pass") }.pass(&pool);
    let bridge = bridges::secure(backend, &authority, &issued);
    let rows = [Row::pass(pass), Row::of(Subject::JsonToSoap, bridge.address())];
    println!("TLS on both sides, connections kept, {CONNECTIONS} connections");
    compare(&rows, &Load { connections: CONNECTIONS, tls: Some(client.clone()), ..Load::default() });
    println!("TLS on both sides, a handshake with the client for each request");
    compare(&rows, &Load { connections: CONNECTIONS, tls: Some(client), anew: true, ..Load::default() });
}

/// The pass-through and the bridges, each with so many threads; what keeps the bridges running.
fn rows(threads: usize) -> (Vec<Row>, Vec<saponify::server::Running>) {
    let soap = origin::fixed("text/xml; charset=utf-8", REPLY_XML, None);
    let json = origin::fixed("application/json", bridges::REPLY_JSON, None);
    let pass = Origin { threads, ..Origin::new("pass") }.pass(&Pool::new(soap, None));
    let mut rows = vec![Row::pass(pass)];
    let mut running = Vec::new();
    for subject in Subject::ALL {
        let bridge =
            bridges::start(subject, if subject == Subject::SoapToJson { json } else { soap }, threads);
        rows.push(Row::of(subject, bridge.address()));
        running.push(bridge);
    }
    (rows, running)
}
