#!/usr/bin/env bash
# The Rust crate hyper 1.12.0: a server of HTTP/1.1 that is made with half_close(true), so that a client which shuts its side down still gets its answer,
# does not notice a client that resets the connection either. It drops the service of a request without that option, and waits for it with
# that option, as it reads nothing until there is an answer. Needs cargo and a registry of crates. Seen:
#   half_close(false): the service is dropped
#   half_close(true): the service is waited for
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
bytes = "=1.12.1"
http-body-util = "=0.1.3"
hyper = { version = "=1.12.0", features = ["http1", "server"] }
hyper-util = { version = "=0.1.21", features = ["tokio"] }
socket2 = "=0.6.5"
tokio = { version = "=1.54.1", features = ["io-util", "macros", "net", "rt", "time"] }
TOML
cat >"$folder/src/main.rs" <<'RUST'
use std::{convert::Infallible, time::Duration};

use http_body_util::Empty;
use hyper::{body::Incoming, server::conn::http1, service::service_fn, Request, Response};
use hyper_util::rt::TokioIo;
use tokio::{io::AsyncWriteExt, net::{TcpListener, TcpStream}, sync::mpsc, time::{sleep, timeout}};

struct Dropped(mpsc::UnboundedSender<()>);

impl Drop for Dropped {
    fn drop(&mut self) {
        let _ = self.0.send(());
    }
}

async fn noticed(half_close: bool) -> bool {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    let (stream, _) = listener.accept().await.unwrap();
    let (dropped, mut seen) = mpsc::unbounded_channel();
    let serving = tokio::spawn(async move {
        let service = service_fn(|_: Request<Incoming>| {
            let guard = Dropped(dropped.clone());
            async move {
                let _guard = guard;
                std::future::pending::<Result<Response<Empty<bytes::Bytes>>, Infallible>>().await
            }
        });
        let _ = http1::Builder::new().half_close(half_close).serve_connection(TokioIo::new(stream), service).await;
    });
    client.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    sleep(Duration::from_millis(300)).await;
    socket2::SockRef::from(&client).set_linger(Some(Duration::ZERO)).unwrap();
    drop(client);
    let noticed = timeout(Duration::from_secs(3), seen.recv()).await.is_ok();
    serving.abort();
    noticed
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for half_close in [false, true] {
        println!("half_close({half_close}): the service is {}", if noticed(half_close).await { "dropped" } else { "waited for" });
    }
}
RUST
seen=$(cd "$folder" && cargo run --quiet 2>errors || true)
expected='half_close(false): the service is dropped
half_close(true): the service is waited for'
printf '%s\n' "$seen"
[ "$seen" = "$expected" ] || { cat "$folder/errors"; echo "changed: expected"; printf '%s\n' "$expected"; exit 1; }
