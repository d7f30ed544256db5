//! The cost of one request over the size of its reply, from 100 B to 10 MB.

use std::fmt::Write;
use std::net::SocketAddr;
use std::path::Path;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};

use crate::bridges;
use crate::load::{self, Load, Sent};
use crate::measure::{cpu_time, median};
use crate::origin::{Origin, Pool};
use crate::picture::curves;
use crate::support::orders_message;

/// Of the message in its envelope; the first is an empty list.
const SIZES: [usize; 6] = [0, 1_000, 10_000, 100_000, 1_000_000, 10_000_000];
const ROUNDS: usize = 7;
/// What one round carries, and the most requests that it has.
const BYTES: usize = 20_000_000;
const REQUESTS: usize = 2_000;

const SOAP: &str = "text/xml; charset=utf-8";
const REQUEST: &str = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
                       <o:listOrders xmlns:o=\"urn:orders\"/></s:Body></s:Envelope>";

/// Prints the table, and writes the picture and its table beside it into `file`.
pub fn run(file: Option<&str>) {
    let mut table = format!(
        "# µs of CPU for a request, over the size of its reply\n# cargo bench --bench proxy -- sizes --svg docs/speed.svg; {}\n\
         bytes of the SOAP reply\tpass-through\tJSON to SOAP\tSOAP to JSON\n",
        crate::support::built_from()
    );
    for size in SIZES {
        let (bytes, costs) = at(size);
        let _ = writeln!(table, "{bytes}\t{:.1}\t{:.1}\t{:.1}", costs[0], costs[1], costs[2]);
    }
    print!("{table}");
    if let Some(file) = file {
        std::fs::write(Path::new(file).with_extension("tsv"), &table).expect("written");
        std::fs::write(file, curves(&table)).expect("written");
    }
}

fn at(size: usize) -> (usize, [f64; 3]) {
    let xml = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{}</s:Body></s:Envelope>",
        orders_message(size)
    );
    let bytes = xml.len();
    let soap = Origin::new("backend").answer(SOAP, xml.into());
    let pass = Origin::new("pass").pass(&Pool::new(soap, None));
    let to_soap = bridges::of("benches/support/orders.yaml", &service("json", "soap"), Some(soap), 1, None);
    let asked = Sent {
        address: to_soap.address(),
        path: "/orders/listOrders",
        content_type: "application/json",
        body: Bytes::from_static(b"{}"),
    };
    let json = Origin::new("backend").answer("application/json", answer_to(&asked));
    let to_json = bridges::of("benches/support/orders.yaml", &service("soap", "json"), Some(json), 1, None);
    let request = |address, path| Sent {
        address,
        path,
        content_type: SOAP,
        body: Bytes::from_static(REQUEST.as_bytes()),
    };
    let subjects = [
        ("pass", request(pass, "/")),
        ("saponify", asked),
        ("saponify", request(to_json.address(), "/orders")),
    ];
    let load = Load { requests: (BYTES / bytes).clamp(2, REQUESTS), ..Load::default() };
    let mut seen = [const { Vec::new() }; 3];
    for round in 0..=ROUNDS {
        for ((name, sent), seen) in subjects.iter().zip(&mut seen) {
            let taken = load.run(sent, || cpu_time(name));
            if round > 0 {
                seen.push(taken.cpu.as_secs_f64() * 1e6 / taken.requests as f64);
            }
        }
    }
    (bytes, seen.map(|seen| median(seen.into_iter())))
}

fn service(front: &str, backend: &str) -> String {
    format!(
        "version: 1\nservice: orders\ncontract: {{ wsdl: orders.wsdl }}\nfronts: {{ {front}: {{ path: /orders, auth: none }} }}\n\
         backend: {{ {backend}: {{ url: \"http://localhost:1/\" }} }}\n"
    )
}

/// What the bridge itself makes of the reply: the JSON that has the same in it.
#[expect(clippy::disallowed_methods, reason = "a client of the bench")]
fn answer_to(asked: &Sent) -> Bytes {
    load::runtime().block_on(async {
        let address: SocketAddr = asked.address;
        let stream = tokio::net::TcpStream::connect(address).await.expect("a connection");
        let stream = hyper_util::rt::TokioIo::new(stream);
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(stream).await.expect("a handshake");
        tokio::spawn(connection);
        let request = http::Request::post(asked.path).header("host", "localhost");
        let request = request.header("content-type", asked.content_type).body(Full::new(asked.body.clone()));
        let answer = sender.send_request(request.expect("a request")).await.expect("an answer");
        answer.into_body().collect().await.expect("a body").to_bytes()
    })
}
